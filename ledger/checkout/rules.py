"""Online payments on bare values: what was seen at the provider, and what follows from it. Amounts in cents."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.checkout.errors import (
    AccountInvalid,
    AmountTooSmall,
    NothingToRefund,
    RefundAboveRest,
    RefundNotPositive,
)

PROVIDER = "stripe"
LEAST = 50
"""Smallest amount the provider takes, in cents."""

OPEN_FOR = timedelta(hours=2)
"""How long a page of the provider waits for its payer."""

SWEEP_AFTER = timedelta(hours=1)
"""From when an order that is not done is looked after without being told."""

GIVE_UP_AFTER = timedelta(hours=24)
"""Until when a call is repeated under its key: the provider remembers a key no longer."""

MOST_TRIES = 8

PRACTICE = "acct_practice"
"""How accounts at our own twin begin."""

_ACCOUNT = re.compile(r"acct_[A-Za-z0-9]{6,60}")


class OrderState(StrEnum):
    """Where an online payment stands; the last three never change again."""

    CREATED = "created"
    PROCESSING = "processing"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    QUARANTINED = "quarantined"
    FAILED = "failed"
    EXPIRED = "expired"
    LOST = "lost"


ENDED = frozenset({OrderState.FAILED, OrderState.EXPIRED, OrderState.LOST})
RUNNING = frozenset({OrderState.CREATED, OrderState.PROCESSING})
HELD = frozenset({OrderState.PAID, OrderState.PART_REFUNDED})
"""States in which something can be given back."""

STATE_NAMES = {
    OrderState.CREATED: N_("nog niet betaald"),
    OrderState.PROCESSING: N_("in behandeling"),
    OrderState.PAID: N_("betaald"),
    OrderState.PART_REFUNDED: N_("deels terugbetaald"),
    OrderState.REFUNDED: N_("terugbetaald"),
    OrderState.DISPUTED: N_("betwist"),
    OrderState.QUARANTINED: N_("apart gezet"),
    OrderState.FAILED: N_("mislukt"),
    OrderState.EXPIRED: N_("verlopen"),
    OrderState.LOST: N_("teruggehaald door de bank"),
}
"""State → how people read it."""


class Act(StrEnum):
    """What we ask of the provider."""

    CHECKOUT = "checkout"
    REFUND = "refund"
    DEBIT = "debit"


class Part(StrEnum):
    """What of a payment was booked."""

    PAYMENT = "payment"
    FEE = "fee"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_LOST = "dispute_lost"
    PAYOUT = "payout"


FINAL = frozenset({"ideal", "wero"})
"""Ways of paying that are final at once, as the provider names them: no disputes [Stripe docs]."""


class Reason(StrEnum):
    """Why something stands on the work list."""

    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_REFERENCE = "wrong_reference"
    PAID_BEFORE = "paid_before"
    CALL_PARKED = "call_parked"
    EVENT_STUCK = "event_stuck"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_LOST = "dispute_lost"
    REFUND_FAILED = "refund_failed"
    UNKNOWN_MOVEMENT = "unknown_movement"
    MISSING_MOVEMENT = "missing_movement"
    PAYOUT_UNSEEN = "payout_unseen"
    DEBIT_FAILED = "debit_failed"
    DEBIT_RETURNED = "debit_returned"
    ASKED_BACK = "asked_back"


REASONS: dict[Reason, tuple[str, str]] = {
    Reason.WRONG_AMOUNT: (
        N_("Het betaalde bedrag is anders dan gevraagd."),
        N_(
            "Er is niets geboekt. Kijk in Stripe wat er betaald is. Geef het daar terug of overleg met de betaler."
        ),
    ),
    Reason.WRONG_CURRENCY: (
        N_("Er is in een andere munt betaald."),
        N_("Er is niets geboekt. Geef het in Stripe terug en vraag om euro’s."),
    ),
    Reason.WRONG_REFERENCE: (
        N_("De betaling in Stripe hoort bij een andere opdracht."),
        N_("Er is niets geboekt. Zoek in Stripe bij welke opdracht zij hoort. Vraag de beheerder om hulp."),
    ),
    Reason.PAID_BEFORE: (
        N_("Dit was al betaald. Het geld staat apart als schuld aan de betaler."),
        N_("Geef het terug met de knop bij de betaling."),
    ),
    Reason.CALL_PARKED: (
        N_("Stripe weigerde onze opdracht, of antwoordde een dag lang niet."),
        N_("De opdracht is stilgezet. Kijk in Stripe of zij toch is gedaan. Zo niet: begin opnieuw."),
    ),
    Reason.EVENT_STUCK: (
        N_("Een bericht van Stripe kon na acht pogingen niet worden verwerkt."),
        N_("Controleer de betaling opnieuw met de knop. Blijft het misgaan? Vraag de beheerder."),
    ),
    Reason.DISPUTE_OPENED: (
        N_("De betaler vroeg het geld terug bij de bank."),
        N_("Antwoord in Stripe vóór de dag die daar staat. Stuur bewijs mee, zoals de ledenlijst."),
    ),
    Reason.DISPUTE_LOST: (
        N_("De bank gaf de betaler gelijk. Het bedrag staat weer open bij de betaler."),
        N_("Bel de betaler en spreek af hoe het wel betaald wordt."),
    ),
    Reason.REFUND_FAILED: (
        N_("Een terugbetaling kwam terug van de bank. De boeking is teruggedraaid."),
        N_("Vraag de betaler om een rekening en betaal met een overboeking."),
    ),
    Reason.UNKNOWN_MOVEMENT: (
        N_("Op de Stripe-rekening staat een bedrag dat hier niet geboekt is."),
        N_("Zoek het in Stripe op. Boek het met uw boekhouder en meld het hier af."),
    ),
    Reason.MISSING_MOVEMENT: (
        N_("Hier is een bedrag geboekt dat niet op de Stripe-rekening staat."),
        N_("Zoek het in Stripe op. Overleg met uw boekhouder en meld het hier af."),
    ),
    Reason.PAYOUT_UNSEEN: (
        N_("Stripe betaalde dit uit, maar het staat na een week niet op uw afschrift."),
        N_(
            "Lees het laatste afschrift in. Staat het er niet op? Kijk in Stripe naar welke rekening het ging."
        ),
    ),
    Reason.DEBIT_FAILED: (
        N_("Een incasso is niet gelukt. Er is niets geboekt, het bedrag staat nog open."),
        N_("Het lid kreeg bericht. Er wordt niet vanzelf opnieuw geïncasseerd."),
    ),
    Reason.DEBIT_RETURNED: (
        N_("Een incasso is teruggehaald. De boeking is teruggedraaid, het bedrag staat weer open."),
        N_("Het lid kan dit zonder uitleg doen. U hoeft de bank niet te antwoorden."),
    ),
    Reason.ASKED_BACK: (
        N_("De betaler vraagt het geld terug."),
        N_("Geef het terug bij de betaling, of niet. Meld het daarna af: de betaler leest uw antwoord."),
    ),
}
"""Reason → what is the matter, and what to do."""


class Refunded(NamedTuple):
    """A refund as the provider knows it; `mark` is our call that asked for it, "" for one made there."""

    number: str
    amount: int
    failed: bool
    mark: str


class Pull(NamedTuple):
    """By what a debit is taken: the payer, the account and the mandate, as the provider numbers them."""

    customer: str
    method: str
    mandate: str


class Moved(NamedTuple):
    """A line of the balance at the provider: `net` is what the clearing account changes by, `amount` less `fee`."""

    number: str
    kind: str
    source: str
    amount: int
    fee: int
    at: datetime

    @property
    def net(self) -> int:
        """What reached the balance."""
        return self.amount - self.fee


class Disputed(NamedTuple):
    """A dispute as the provider knows it, with what it took out and put back; the last day to answer, and why."""

    number: str
    lost: bool
    won: bool
    moves: tuple[Moved, ...]
    answer_by: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkout, or a debit by mandate, as it stands at the provider now; `why`: its word for a refusal."""

    session: str
    status: str
    paid: bool
    amount: int
    currency: str
    reference: str
    intent: str | None = None
    intent_status: str = ""
    charge: str | None = None
    method: str = ""
    fee: Moved | None = None
    refunds: tuple[Refunded, ...] = ()
    disputes: tuple[Disputed, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What we ask the provider to let somebody pay."""

    reference: str
    account: str
    amount: int
    description: str
    back: str
    expires_at: datetime


class Told(NamedTuple):
    """What the provider told: no state, only what to look at."""

    number: str
    kind: str
    account: str
    session: str
    intent: str
    mandate: str = ""


def check_amount(amount: Money) -> None:
    """What the provider takes.

    Raises:
        AmountTooSmall: less than half a euro.
    """
    if amount.minor < LEAST:
        raise AmountTooSmall(least=Money(LEAST))


def check_account(account: str) -> None:
    """The name of an account at the provider.

    Raises:
        AccountInvalid: it is none.
    """
    if _ACCOUNT.fullmatch(account) is None:
        raise AccountInvalid(field="account")


def check_refund(amount: Money, state: OrderState, rest: Money) -> None:
    """A refund of what is left and not yet on its way back.

    Raises:
        RefundNotPositive, NothingToRefund, RefundAboveRest: it is not.
    """
    if amount.minor <= 0:
        raise RefundNotPositive(field="amount")
    if state not in HELD or rest.minor <= 0:
        raise NothingToRefund
    if amount.minor > rest.minor:
        raise RefundAboveRest(rest=rest, field="amount")


def mismatch(amount: int, reference: str, seen: Seen) -> Reason | None:
    """Why what was seen is not what was asked; None when it is."""
    if seen.reference != reference:
        return Reason.WRONG_REFERENCE
    if seen.currency != "eur":
        return Reason.WRONG_CURRENCY
    return Reason.WRONG_AMOUNT if seen.amount != amount else None


def state_of(seen: Seen, amount: int) -> OrderState:
    """The state that follows from what stands at the provider now, whatever was told in whatever order."""
    if not seen.paid:
        over = seen.intent_status in {"requires_payment_method", "canceled"}
        left = {"expired": OrderState.EXPIRED, "open": OrderState.CREATED}
        return left.get(seen.status, OrderState.FAILED if over else OrderState.PROCESSING)
    if any(not each.won for each in seen.disputes):
        return OrderState.LOST if any(each.lost for each in seen.disputes) else OrderState.DISPUTED
    back = sum(each.amount for each in seen.refunds if not each.failed)
    if back >= amount:
        return OrderState.REFUNDED
    return OrderState.PART_REFUNDED if back else OrderState.PAID


def next_try(attempts: int, at: datetime) -> datetime:
    """When a call or message that found nobody is tried again: 1, 2, 4 … minutes later."""
    return at + timedelta(minutes=2 ** min(attempts, 8) // 2)


class Difference(NamedTuple):
    """A line that stands on one side only; `amount` is what it changes the balance by."""

    reason: Reason
    number: str
    amount: int
    at: datetime


def differences(
    booked: Iterable[tuple[str, int, datetime]], there: Iterable[Moved], names: frozenset[str]
) -> list[Difference]:
    """What of the balance at the provider is not booked here, and what is booked and not there; oldest first.

    `booked`: the number at the provider with what it changed the clearing account by; `names`: all that was ever
    booked, by movement or by what it moved.
    """
    rows = list(there)
    known = {each.number for each in rows} | {each.source for each in rows}
    found = [
        Difference(Reason.UNKNOWN_MOVEMENT, each.number, each.net, each.at)
        for each in rows
        if each.net and names.isdisjoint({each.number, each.source})
    ]
    found += [
        Difference(Reason.MISSING_MOVEMENT, number, amount, at)
        for number, amount, at in booked
        if amount and number not in known
    ]
    return sorted(found, key=lambda each: (each.at, each.number))
