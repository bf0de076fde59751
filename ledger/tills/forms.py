"""Forms of online payments."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wtforms import RadioField
from wtforms.validators import InputRequired

from cwb.kernel.money import Money
from cwb.web.forms import Form, MoneyField, SentenceField, required
from cwb.web.i18n import _l
from ledger.bounces.rules import BOUNCES
from ledger.checkout.rules import REASONS, STATE_NAMES, Part

MUST = [InputRequired(_l("Vul dit in."))]

STATES: dict[str, Any] = {state.value: _l(name) for state, name in STATE_NAMES.items()}
"""State → its text."""

WHAT: dict[str, tuple[Any, Any]] = {
    reason.value: (_l(matter), _l(todo)) for reason, (matter, todo) in REASONS.items()
}
"""Reason → what is the matter, and what to do."""


class Why(NamedTuple):
    """What a code of the bank means, and what to do."""

    why: Any
    todo: Any


WHY = {code: Why(_l(each.why), _l(each.todo)) for code, each in BOUNCES.items()}
"""Code of the bank → its text."""

PARTS: dict[str, Any] = {
    Part.PAYMENT.value: _l("betaling"),
    Part.FEE.value: _l("kosten van Stripe"),
    Part.REFUND.value: _l("terugbetaling"),
    Part.REFUND_FAILED.value: _l("terugbetaling die terugkwam"),
    Part.DISPUTE.value: _l("teruggevraagd bij de bank"),
    Part.DISPUTE_LOST.value: _l("de bank gaf de betaler gelijk"),
    Part.PAYOUT.value: _l("naar uw bank"),
}
"""What was booked → its text."""

PRACTICE: Mapping[str, Any] = {
    "now": _l("Betaal nu, zoals met iDEAL"),
    "later": _l("Betaal met een incasso: het geld komt later"),
    "expire": _l("Betaal niet en laat de betaling verlopen"),
    "confirm": _l("De incasso lukt"),
    "fail": _l("De incasso mislukt"),
    "dispute": _l("Vraag het geld terug bij de bank"),
    "debited": _l("De incasso lukt: het geld komt binnen"),
    "poor": _l("De bank weigert: er staat te weinig op de rekening"),
    "unknown": _l("Zeg tegen de bank dat er geen machtiging was"),
}
"""What somebody does for practice → its text."""


def practice_acts(found: Mapping[str, Any]) -> list[str]:
    """What can be done for practice with a page of the twin, or with a debit."""
    if found["object"] == "payment_intent":
        return {"processing": ["debited", "poor"], "succeeded": ["dispute", "unknown"]}.get(
            found["status"], []
        )
    if found["status"] == "complete" and found["payment_status"] == "unpaid":
        return ["confirm", "fail"]
    return {"open": ["now", "later", "expire"], "complete": ["dispute"]}.get(found["status"], [])


class RefundForm(Form):
    """How much is given back."""

    amount = MoneyField(_l("Bedrag in euro"), MUST, smallest="0.01")

    def __init__(self, *args: Any, rest: Money, **kwargs: Any) -> None:
        super().__init__(*args, data={"amount": rest}, **kwargs)


class SolveForm(Form):
    """What was done about a point of the work list."""

    note = SentenceField(_l("Wat hebt u gedaan?"), required(500))


class AskForm(Form):
    """Why a payer wants the money back."""

    why = SentenceField(_l("Waarom wilt u het terug?"), required(300))


class PracticeForm(Form):
    """What the payer of the practice checkout does."""

    how = RadioField(_l("Wat doet u?"), [InputRequired(_l("Kies wat u doet."))])

    def __init__(self, *args: Any, acts: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(act, PRACTICE[act]) for act in acts]
