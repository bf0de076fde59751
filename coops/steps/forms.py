"""Forms of what shows a step."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.validators import Optional as MayStayEmpty

from coops.initiatives.forms import STEPS
from coops.initiatives.rules import Shown, Step, may_show
from coops.papers.rules import PAPERS
from coops.register.forms import options
from coops.register.rules import Proof
from cwb.files.rules import ACCEPT
from cwb.kernel.identifiers import KvkNumber
from cwb.web.forms import (
    LONG,
    SHORT,
    DayField,
    Form,
    IdentifierField,
    TextField,
    many_lines,
    optional,
    required,
)
from cwb.web.i18n import _l, translated

DRAFT = "draft"
"""What is chosen for statutes that are not final."""


class EvidenceForm(Form):
    """What shows a step."""

    step = RadioField(_l("Welke stap is bereikt?"))
    reached_on = DayField(_l("Op welke dag?"), [InputRequired(_l("Vul dit in."))])
    text = TextField(_l("Welk stuk bewijst dit, en waar ligt het?"), required(SHORT))
    kvk = IdentifierField(_l("KvK-nummer"), [MayStayEmpty()], kind=KvkNumber)
    file = FileField(_l("Het stuk zelf"), [MayStayEmpty()], render_kw={"accept": ACCEPT})
    agreement = SelectField(_l("Welk contract van hier is het?"), [MayStayEmpty()])

    def __init__(
        self, *args: Any, following: Step | None = None, shown: Iterable[Shown] = (),
        contracts: Mapping[int, str] | None = None, too_early: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, data={"step": following and following.value}, **kwargs)
        before = tuple(shown)
        later = (Step.KVK, Step.CONTRACT) if too_early else (Step.KVK, Step.CONTRACT, Step.EVEN)
        may_be_there = [each for each in later if may_show(each, before)]
        self.founded, self.entered = (each in may_be_there for each in (Step.KVK, Step.CONTRACT))
        self.may_even = Step.EVEN in may_be_there
        self.agreement.choices = options(
            {str(each): text for each, text in (contracts or {}).items()}, _l("Geen van deze")
        )
        self.step.choices = options({
            DRAFT: _l("Statuten: nog een concept"), Step.STATUTES.value: _l("Statuten: definitief"),
            **{each.value: STEPS[each.value] for each in may_be_there},
        })  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What `services.show_step` takes, but the file."""
        kvk = str(self.kvk.data) if self.kvk.data else None
        draft = self.step.data == DRAFT
        return {
            "step": Step.STATUTES.value if draft else self.step.data, "draft": draft,
            "reached_on": self.reached_on.data, "text": self.text.data, "kvk": kvk,
            "agreement_id": int(self.agreement.data) if self.agreement.data else None,
        }  # fmt: skip

    def upload(self) -> tuple[str, bytes] | None:
        """Name and content of the file; None without one."""
        given = self.file.data
        if not given:
            return None
        with given.stream:
            return given.filename or "", given.read()


class CheckForm(Form):
    """What a second person finds; where no file and no contract is here, the paper that was seen elsewhere."""

    verdict = RadioField(
        _l("Klopt dit bewijs?"),
        choices=options({"seen": _l("Ja, ik zag dit stuk"), "refused": _l("Nee, dit klopt niet")}),
        validators=[InputRequired(_l("Kies één."))],
    )  # fmt: skip
    kind = SelectField(_l("Wat voor stuk is het?"), [MayStayEmpty()])
    dated_on = DayField(_l("Van welke dag is het stuk?"), [MayStayEmpty()])
    place = TextField(_l("Waar zag u het?"), optional(200))
    reason = TextAreaField(_l("Wat klopt er niet?"), optional(LONG), filters=[many_lines])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = options({code: translated(text) for code, text in PAPERS.items()}, _l("Kies"))

    def proof(self) -> Proof:
        """The paper that was seen elsewhere, as the rules know it."""
        return Proof("", None, self.kind.data or "", self.dated_on.data, self.place.data or "")
