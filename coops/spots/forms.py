"""What narrows the list of places that accept local money; stands in the address."""

from typing import Any

from wtforms import SelectField

from coops.register.forms import categories, options, places
from cwb.web.forms import PlainForm
from cwb.web.i18n import _l


class Filter(PlainForm):
    """What one looks for, and from where."""

    sector = SelectField(_l("Wat zoekt u?"), validate_choice=False)
    place = SelectField(_l("In welke wijk bent u?"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sector.choices = options(categories(), _l("Alles"))
        self.place.choices = options(places(), _l("Dat zeg ik niet"))
