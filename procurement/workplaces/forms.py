"""Counts for reserved contracts as forms."""

from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired

from coops.register.forms import options
from cwb.kernel.clock import local_date, now
from cwb.web.forms import LONG, NAME, DayField, Form, NumberField, SentenceField, many_lines, required
from cwb.web.i18n import _l
from procurement.workplaces.rules import LONGEST, PROOFS, CountFacts

_GIVEN = [InputRequired(_l("Vul dit in."))]
_MOST = "100000"


class CountForm(Form):
    """Heads, the main aim, and the proof."""

    counted_on = DayField(_l("Op welke dag telde u?"), _GIVEN)
    people = NumberField(_l("Hoeveel mensen werken bij u?"), _GIVEN, places=0, largest=_MOST)
    target = NumberField(_l("Hoeveel van hen komen uit de doelgroep?"), _GIVEN, places=0, largest=_MOST)
    seconded = NumberField(
        _l("Hoeveel van die mensen leent u uit of huurt u in?"), _GIVEN, places=0, largest=_MOST
    )
    aim = TextAreaField(_l("Hoe helpt u mensen aan werk?"), required(LONG), filters=[many_lines])
    proof = SelectField(_l("Wat voor bewijs hebt u?"), [InputRequired(_l("Kies een soort."))])
    proof_note = SentenceField(_l("Welk stuk is dit?"), required(NAME))
    valid_until = DayField(_l("Tot welke dag geldt het?"), _GIVEN)

    def facts(self) -> CountFacts:
        """What `services.state_count` takes."""
        today = local_date(now())
        return CountFacts(
            self.counted_on.data or today, int(self.people.data or 0), int(self.target.data or 0),
            int(self.seconded.data or 0), self.aim.data or "", self.proof.data or "", self.proof_note.data or "",
            self.valid_until.data or today + LONGEST,
        )  # fmt: skip


def count_form() -> CountForm:
    """The form with its kinds of proof."""
    form = CountForm()
    form.proof.choices = options({code: _l(name) for code, name in PROOFS.items()}, _l("Kies"))
    return form
