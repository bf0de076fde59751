"""What narrows the register."""

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from cwb.kernel.errors import RuleBroken
from cwb.kernel.period import Period
from cwb.web.forms import PlainForm, TextField
from cwb.web.i18n import _l
from procurement.contracts.rules import OUTCOME_TEXTS, SETTLED
from procurement.examinations.rules import Examined

MISSING = "missing"


class RegisterFilter(PlainForm):
    """A period and an outcome; rubbish narrows nothing."""

    period = TextField(_l("Kwartaal of jaar, bijvoorbeeld 2026-Q3"))
    outcome = SelectField(
        _l("Antwoord"),
        choices=[
            SelectChoice("", _l("Alle")),
            *(SelectChoice(each.value, _l(OUTCOME_TEXTS[each])) for each in SETTLED),
            SelectChoice(MISSING, _l("Nog geen antwoord")),
        ],
        validate_choice=False,
    )

    def chosen_period(self) -> Period | None:
        """The period asked for, None for all."""
        try:
            return Period.parse((self.period.data or "").strip()[:10])
        except (RuleBroken, ValueError):
            return None

    def keeps(self, row: Examined) -> bool:
        """Whether a line has the outcome asked for."""
        asked = self.outcome.data or ""
        known = {*(each.value for each in SETTLED), MISSING}
        return asked not in known or asked == (row.outcome.value if row.outcome else MISSING)
