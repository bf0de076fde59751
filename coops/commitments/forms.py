"""Forms of commitments, and the names of what is promised and kept."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from coops.commitments import rules
from coops.commitments.rules import Kept
from coops.register.forms import options
from cwb.web.forms import LONG, SHORT, DayField, Form, SentenceField, many_lines, optional, required
from cwb.web.i18n import _l

KINDS: dict[str, Any] = {kind.value: _l(text) for kind, text in rules.KINDS.items()}
"""What is promised → its text, for a page."""

STATES: dict[str, tuple[Any, str]] = {
    Kept.OPEN.value: (_l("loopt"), "neutral"),
    Kept.KEPT.value: (_l("nagekomen"), "good"),
    Kept.LATE.value: (_l("te laat nagekomen"), "warn"),
    Kept.BROKEN.value: (_l("niet nagekomen"), "bad"),
    Kept.WITHDRAWN.value: (_l("ingetrokken"), "warn"),
}
"""Where it stands → its text and tone."""


class CommitForm(Form):
    """What, about what, until when."""

    kind = RadioField(_l("Wat zegt u toe?"), choices=options(KINDS))
    what = SentenceField(_l("Waar gaat het over?"), required(SHORT))
    due_on = DayField(_l("Voor welke dag?"), [InputRequired(_l("Vul dit in."))])

    def values(self) -> dict[str, Any]:
        """What `services.make_commitment` takes."""
        return {"kind": self.kind.data, "what": self.what.data, "due_on": self.due_on.data}


class KeepForm(Form):
    """What shows it."""

    proof = SentenceField(_l("Waaraan kan iedereen dit zien?"), optional(SHORT))


class WithdrawForm(Form):
    """Why."""

    reason = TextAreaField(_l("Waarom trekt u het in?"), optional(LONG), filters=[many_lines])
