"""Forms of leaving."""

from typing import Any

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from coops.leaving.rules import KIND_NAMES, LeavingKind
from coops.register.forms import options
from cwb.web.forms import LONG, Form, MoneyField, many_lines, optional, required
from cwb.web.i18n import _l

KINDS: dict[str, Any] = {kind.value: _l(name) for kind, name in KIND_NAMES.items()}
"""Why somebody leaves → its text."""


class LeavingForm(Form):
    """That a member leaves, as the board notes it."""

    kind = RadioField(_l("Waarom vertrekt dit lid?"), [InputRequired(_l("Kies waarom."))])
    reason = TextAreaField(_l("Toelichting"), optional(LONG), filters=[many_lines])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = options(KINDS)

    def values(self) -> dict[str, Any]:
        """As typed."""
        return {"kind": LeavingKind(self.kind.data), "reason": self.reason.data or ""}


class AnswerForm(Form):
    """What who is to be expelled says."""

    answer = TextAreaField(_l("Uw antwoord"), required(LONG), filters=[many_lines])


class NotedAnswerForm(Form):
    """What a member without an account said, as the board writes it down."""

    way = RadioField(
        _l("Hoe kwam het antwoord?"), [InputRequired(_l("Kies hoe."))],
        choices=options({"phone": _l("Telefoon"), "letter": _l("Brief of mail"), "talk": _l("Gesprek")}),
    )  # fmt: skip
    answer = TextAreaField(_l("Wat zei het lid?"), required(LONG), filters=[many_lines])


class SettleForm(Form):
    """The settlement of a leaving."""

    loss = MoneyField(_l("Deel van het verlies, in euro"), [InputRequired(_l("Vul dit in. Nul mag."))])
