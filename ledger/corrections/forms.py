"""Forms of corrections."""

from typing import Any

from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from cwb.web.forms import Form, many_lines, required
from cwb.web.i18n import _, _l
from ledger.spend.rules import EXCLUSION_TEXT, LONG


class ExclusionForm(Form):
    """Why a line is no third-party purchase."""

    code = SelectField(_l("Waarom telt deze regel niet mee?"), validate_choice=False)
    reason = TextAreaField(_l("Uitleg"), required(LONG), filters=[many_lines])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = (SelectChoice(code, f"{code} {_(text)}") for code, text in EXCLUSION_TEXT.items())
        self.code.choices = [SelectChoice("", _("De regel telt mee")), *codes]

    def values(self) -> dict[str, Any]:
        """The code (None: it counts) and the reason."""
        return {"code": self.code.data or None, "reason": self.reason.data}
