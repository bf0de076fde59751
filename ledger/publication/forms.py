"""Forms of publishing a figure."""

from typing import Any

from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from cwb.kernel.period import Period
from cwb.web.forms import DayField, Form, TextField, many_lines, optional, required
from cwb.web.i18n import _l


class PrepareForm(Form):
    """Which period, and why anew."""

    period = SelectField(_l("Welk kwartaal of jaar?"))
    reason = TextAreaField(
        _l("Waarom een nieuwe versie?"), optional(500), filters=[many_lines]
    )  # only a restatement needs it; the rule asks

    def offer(self, periods: list[Period]) -> None:
        """Fill the choices."""
        self.period.choices = [SelectChoice(str(each), str(each)) for each in periods]

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"period": Period.parse(self.period.data), "reason": self.reason.data or ""}


class SignForm(Form):
    """Why it is signed while buyers may still comment, and why it cannot wait though it shows a few suppliers."""

    reason = TextAreaField(
        _l("Waarom tekent u voordat de termijn voorbij is?"), optional(500), filters=[many_lines]
    )  # only then it is needed; the rule asks
    cannot_wait = TextAreaField(
        _l("Waarom kan deze nieuwe versie niet wachten?"), optional(500), filters=[many_lines]
    )  # only where fewer than five suppliers would follow from it; the rule asks


class CommentForm(Form):
    """What an anchor says."""

    said = TextAreaField(_l("Wat wilt u bij dit cijfer zeggen?"), required(1000), filters=[many_lines])

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {"said": self.said.data or ""}


class StoryForm(Form):
    """A story, whose it is, and the yes."""

    told = TextAreaField(_l("Het verhaal"), required(700), filters=[many_lines])
    person = TextField(_l("Naam van de persoon"), required(200))
    consented_on = DayField(_l("Op welke dag zei deze persoon ja?"), [InputRequired(_l("Vul dit in."))])
    agreed = BooleanField(_l("Deze persoon las het verhaal en vindt het goed dat het hier met naam staat."))

    def values(self) -> dict[str, Any]:
        """The facts as the service takes them."""
        return {
            "told": self.told.data or "", "person": self.person.data or "", "agreed": bool(self.agreed.data),
            "consented_on": self.consented_on.data,
        }  # fmt: skip
