"""What narrows the public list."""

from typing import Any

from wtforms import SelectField

from coops.register.forms import categories, options, places
from cwb.web.forms import PlainForm, TextField
from cwb.web.i18n import _l
from procurement.finding.queries import Wanted

STATUS_NAMES: dict[str, Any] = {
    "open": _l("Nu open"), "coming": _l("Binnenkort"), "closed": _l("Gesloten"), "awarded": _l("Gegund"),
    "stopped": _l("Gestopt"),
}  # fmt: skip
"""Status of the public list → its text."""


class ListFilter(PlainForm):
    """What narrows the public list; stands in the address."""

    q = TextField(_l("Zoek op woord of nummer"))
    status = SelectField(_l("Stand"), validate_choice=False)
    category = SelectField(_l("Soort werk"), validate_choice=False)
    place = SelectField(_l("Wijk"), validate_choice=False)
    buyer = TextField(_l("Organisatie"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _l("Alle")
        self.status.choices = options(STATUS_NAMES, every)
        self.category.choices = options(categories(), every)
        self.place.choices = options(places(), every)

    def wanted(self) -> Wanted:
        """The choice as a query takes it; what is no choice finds nothing."""
        return Wanted(
            status=self.status.data or "", search=(self.q.data or "")[:100], category=self.category.data or "",
            place=self.place.data or "", buyer=(self.buyer.data or "")[:100],
        )  # fmt: skip
