"""Naming lots: boxes that show where there are several, and that mean all when none is ticked."""

from collections.abc import Sequence
from typing import Any

from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from cwb.web.forms import Form, Ticks
from cwb.web.i18n import _l
from procurement.tenders.models import Lot


class LotsForm(Form):
    """A form about all lots, or about those that are ticked."""

    lots = Ticks(_l("Om welke percelen gaat het?"), coerce=int, validators=[Optional()])

    def offer(self, lots: Sequence[Lot], *, is_divided: bool) -> None:
        """Offer these lots to choose from, by number; where the tender is not divided there is no question."""
        if is_divided:
            self.lots.choices = [SelectChoice(each.number, f"{each.number}. {each.title}") for each in lots]
        else:
            del self.lots

    def chosen(self) -> Sequence[int]:
        """Numbers of the lots that were ticked; none for all."""
        return tuple(self.lots.data or ()) if "lots" in self else ()

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return {"lots": self.chosen()}
