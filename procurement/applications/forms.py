"""Forms of applying and selecting."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField, RadioField, TextAreaField
from wtforms.fields import HiddenField
from wtforms.validators import Optional as MayStayEmpty

from coops.register.forms import options
from cwb.web.forms import LONG, Form, MomentField, PlainForm, many_lines, optional, required
from cwb.web.i18n import _l
from procurement.applications.models import Application
from procurement.applications.rules import MOST, Choice, Content

YES, NO = "yes", "no"


class ApplyForm(Form):
    """What an applicant says of itself."""

    text = TextAreaField(_l("Waarom kunt u dit werk?"), required(MOST), filters=[many_lines])
    meets = BooleanField(_l("Wij voldoen aan alle eisen van deze aanbesteding."))

    def content(self) -> Content:
        """What `services.apply` takes."""
        return Content(self.text.data or "", bool(self.meets.data))


class WithdrawForm(Form):
    """Nothing to fill in."""

    sure = HiddenField()


class ChoiceForm(PlainForm):
    """The decision on one applicant."""

    public_id = HiddenField()
    selected = RadioField(
        _l("Mag deze organisatie inschrijven?"), [MayStayEmpty()],
        choices=options({YES: _l("Ja"), NO: _l("Nee")}),
    )  # fmt: skip
    reason = TextAreaField(_l("Waarom?"), optional(LONG), filters=[many_lines])


class SelectForm(Form):
    """The decisions on all applicants."""

    choices = FieldList(FormField(ChoiceForm))
    closes_at = MomentField(_l("Inschrijven kan tot"), [MayStayEmpty()])

    def __init__(self, *args: Any, applied: Sequence[Application], **kwargs: Any) -> None:
        rows = [{"public_id": str(each.public_id)} for each in applied]
        super().__init__(*args, data={"choices": rows, **kwargs.pop("facts", {})}, **kwargs)

    def values(self, applied: Sequence[Application]) -> dict[str, Any]:
        """What `services.select_applicants` takes; rows belong to the applicants by their id."""
        rows = {each["public_id"]: each for each in self.choices.data}
        return {
            "choices": {
                each.public_id: Choice(
                    row["selected"] == YES, (row["reason"] or "") if row["selected"] else ""
                )
                for each in applied
                if (row := rows.get(str(each.public_id))) is not None
            },
            "closes_at": self.closes_at.data,
        }
