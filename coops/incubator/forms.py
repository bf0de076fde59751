"""What narrows the list of initiatives."""

from typing import Any

from wtforms import SelectField

from coops.register.forms import categories, options, places
from cwb.web.forms import PlainForm
from cwb.web.i18n import _l


class InitiativeFilter(PlainForm):
    """Stands in the address."""

    category = SelectField(_l("Soort werk"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.category.choices = options(categories(), _l("Alle"))
        self.place.choices = options(places(), _l("Alle"))
