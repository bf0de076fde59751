"""Decisions about received invoices on bare values: for whom, what is odd, who approves, what is booked."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.accounts.rules import Role
from ledger.incoming.errors import (
    AccountUnchecked,
    AmountNotPositive,
    CreditAbove,
    DatedAhead,
    NotDelivered,
    NotPayable,
    NotWaiting,
    OwnUpload,
    PaidInFuture,
    PaymentAboveOpen,
    ReasonMissing,
    SecondPersonNeeded,
)
from ledger.sepa.rules import sepa_text

UPFRONT, UPFRONT_UNDONE = "purchase_from_upfront", "purchase_upfront_undone"
"""The kinds of transfer by which an invoice is paid from what its sender was paid before, and is taken back."""
STATUTORY = timedelta(days=30)
"""Within how many days a buyer pays where nothing shorter is agreed (BW 6:119a and 6:119b)."""
ODD_TIMES = 2
"""From how many times the highest amount of before an amount is shown as odd (own choice)."""
ODD_AFTER = 3
"""After how many approved invoices of a sender we know what is usual (own choice)."""


class IncomingState(StrEnum):
    """Waits for the buyer, in dispute, a debt, nothing open any more, or never paid. Taken back, it is a debt again."""

    WAITING = "waiting"
    DISPUTED = "disputed"
    APPROVED = "approved"
    SETTLED = "settled"
    REFUSED = "refused"


class Channel(StrEnum):
    """How it came."""

    UPLOAD = "upload"
    PEPPOL = "peppol"


STATES: Mapping[str, tuple[str, str]] = {
    IncomingState.WAITING: (N_("wacht op akkoord"), "warn"),
    IncomingState.DISPUTED: (N_("bezwaar"), "bad"),
    IncomingState.APPROVED: (N_("te betalen"), "info"),
    IncomingState.SETTLED: (N_("niets meer open"), "good"),
    IncomingState.REFUSED: (N_("geweigerd"), "neutral"),
}
OPEN_TO_DECIDE = frozenset({IncomingState.WAITING, IncomingState.DISPUTED})

COSTS: Mapping[str, str] = {
    "work": N_("Werk door anderen"), "materials": N_("Materiaal en spullen"), "housing": N_("Huur en energie"),
    "services": N_("Advies, kantoor en telefoon"), "travel": N_("Reizen en vervoer"), "other": N_("Anders"),
}  # fmt: skip
"""What was received: the account of costs it is booked on."""


class Flag(StrEnum):
    """What a person should look at before approving."""

    NEW_SENDER = "new_sender"
    NEW_IBAN = "new_iban"
    NO_IBAN = "no_iban"
    TWO_IBANS = "two_ibans"
    OTHER_NAME = "other_name"
    LOOKS_DOUBLE = "looks_double"
    ODD_AMOUNT = "odd_amount"
    DUE_EARLY = "due_early"
    ABOVE_AGREEMENT = "above_agreement"
    NO_AGREEMENT = "no_agreement"


FLAGS: Mapping[str, tuple[str, str]] = {
    Flag.NEW_IBAN: (
        N_("Het IBAN is anders dan wij van deze leverancier kennen."),
        N_("Zo werken oplichters. Bel een nummer dat u al had, niet dat op de factuur. Twee mensen geven akkoord."),
    ),
    Flag.NEW_SENDER: (
        N_("Van deze leverancier keurde u nog niets goed."),
        N_("Kijk of u dit bestelde, en of het IBAN van hem is."),
    ),
    Flag.NO_IBAN: (N_("Er staat geen IBAN op."), N_("Betaal met een overboeking. Zij komt in geen betaalbestand.")),
    Flag.TWO_IBANS: (
        N_("Er staan twee rekeningen op."),
        N_("Wij onthouden de eerste. Is er een G-rekening? Betaal dan zelf in twee delen."),
    ),
    Flag.OTHER_NAME: (
        N_("De naam is anders dan bij dit KvK-nummer hoort."),
        N_("Vraag de leverancier wie de factuur stuurt."),
    ),
    Flag.LOOKS_DOUBLE: (
        N_("Er is een factuur van deze leverancier met hetzelfde bedrag en dezelfde dag."),
        N_("Leg ze naast elkaar. Betaal niet twee keer."),
    ),
    Flag.ODD_AMOUNT: (
        N_("Het bedrag is meer dan twee keer zo hoog als ooit van deze leverancier."),
        N_("Kijk naar aantallen en prijzen."),
    ),
    Flag.DUE_EARLY: (
        N_("De vervaldag ligt voor de factuurdatum."),
        N_("Wij rekenen dertig dagen vanaf de factuurdatum. Vraag de leverancier wat hij bedoelt."),
    ),
    Flag.ABOVE_AGREEMENT: (
        N_("De factuur gaat boven de overeenkomst uit."),
        N_("Schrijf waarom u toch akkoord geeft, of maak bezwaar."),
    ),
    Flag.NO_AGREEMENT: (N_("Er is geen overeenkomst gevonden."), N_("Kijk of u dit bestelde.")),
}  # fmt: skip
"""Flag → what is the matter, and what to do."""

CHECKED = frozenset({Flag.NEW_SENDER, Flag.NEW_IBAN})
"""With these the account is asked after by telephone."""
TWO_PEOPLE = frozenset({Flag.NEW_IBAN})
EXPLAINED = frozenset(
    {Flag.NEW_IBAN, Flag.TWO_IBANS, Flag.OTHER_NAME, Flag.LOOKS_DOUBLE, Flag.ODD_AMOUNT, Flag.ABOVE_AGREEMENT}
)
"""With these a note says why it is right all the same."""


def plain_name(text: str) -> str:
    """A name without capitals and signs, to compare."""
    return re.sub(r"[^a-z0-9]+", "", text.casefold())


def spelled(text: str) -> str:
    """A name without accents too, as banks write it; "" where no letter is left."""
    return plain_name(sepa_text(text))


def is_ours(
    *, kvk: str, vat_id: str, name: str, own_kvk: str | None, own_vat_id: str | None, own_name: str
) -> bool:
    """Whether an invoice is addressed to an organisation: by its numbers, else by its name. No number may differ."""
    told = _told(kvk, vat_id, own_kvk, own_vat_id)
    if told:
        return all(said == own for said, own in told)
    return plain_name(name) == plain_name(own_name)


def is_own(*, kvk: str, vat_id: str, own_kvk: str | None, own_vat_id: str | None) -> bool:
    """Whether a seller is the organisation itself: one of the numbers is its own."""
    return any(said == own for said, own in _told(kvk, vat_id, own_kvk, own_vat_id))


def _told(kvk: str, vat_id: str, own_kvk: str | None, own_vat_id: str | None) -> list[tuple[str, str]]:
    return [(said, own) for said, own in ((kvk, own_kvk), (vat_id, own_vat_id)) if said and own]


class Known(NamedTuple):
    """What is known of a sender: accounts that were checked, how many invoices were approved, the highest (cents)."""

    ibans: frozenset[str]
    approved: int
    highest: int
    doubles: bool


def flags(
    *, known: Known, ibans: Collection[str], iban: str, total: int, is_credit_note: bool, other_name: bool,
    agreed: bool, above: bool, due_early: bool = False,
) -> list[Flag]:  # fmt: skip
    """What is odd about it, the gravest first."""
    pays = not is_credit_note
    found = {
        Flag.NEW_IBAN: pays and bool(iban) and bool(known.ibans) and iban not in known.ibans,
        Flag.NEW_SENDER: pays and not known.ibans,
        Flag.NO_IBAN: pays and not iban,
        Flag.TWO_IBANS: pays and len(ibans) > 1,
        Flag.OTHER_NAME: other_name,
        Flag.LOOKS_DOUBLE: known.doubles,
        Flag.ODD_AMOUNT: pays and known.approved >= ODD_AFTER and total > ODD_TIMES * known.highest,
        Flag.ABOVE_AGREEMENT: pays and above,
        Flag.NO_AGREEMENT: pays and not agreed,
        Flag.DUE_EARLY: pays and due_early,
    }
    return [each for each in FLAGS if found[Flag(each)]]  # type: ignore[misc]


def sender_key(sender_id: int) -> str:
    """What tells the accounts of one sender from those of others, in each role."""
    return f"sender:{sender_id}"


def mark_of(reference: str, incoming_id: int) -> str:
    """The sender's own RF reference (ISO 11649); where there is none, one of ours."""
    compact = reference.replace(" ", "").upper()
    if iso11649.is_valid(compact):
        return compact
    ours = f"IN{incoming_id}"
    return f"RF{mod_97_10.calc_check_digits(ours + 'RF')}{ours}"


def due_on(said: date | None, issued_on: date) -> date:
    """The last day to pay: what it says, and else the law's. One before its own day says nothing (`Flag.DUE_EARLY`)."""
    return said if said and said >= issued_on else issued_on + STATUTORY


def said(day: date | None) -> str | None:
    """A day as it stands with the facts of an invoice."""
    return day.isoformat() if day else None


def approvals_needed(total: Money, limit: Money, odd: Collection[str], *, is_credit_note: bool) -> int:
    """One; two above the limit and where the account changed. A credit note only takes debt away."""
    if is_credit_note:
        return 1
    return 2 if limit < total or not TWO_PEOPLE.isdisjoint(odd) else 1


def check_approval(
    *, state: IncomingState, user_id: int, brought_by_id: int | None, approved_by: Collection[int],
    odd: Collection[str], delivered: bool, checked: bool, note: str, issued_on: date, today: date,
) -> None:  # fmt: skip
    """Whether this person may give this approval now. VAT is not taken back before the day of its invoice.

    Raises:
        NotWaiting, DatedAhead, OwnUpload, SecondPersonNeeded, NotDelivered, AccountUnchecked, ReasonMissing: see there.
    """
    if state not in OPEN_TO_DECIDE:
        raise NotWaiting
    if issued_on > today:
        raise DatedAhead(day=issued_on)
    if user_id == brought_by_id:
        raise OwnUpload
    if user_id in approved_by:
        raise SecondPersonNeeded
    if not delivered:
        raise NotDelivered(field="delivered")
    if not CHECKED.isdisjoint(odd) and not checked:
        raise AccountUnchecked(field="checked")
    if not EXPLAINED.isdisjoint(odd) and not note.strip():
        raise ReasonMissing(field="note")


def check_credit(credit: Money, total: Money, already: Money) -> None:
    """A credit note never takes more than is left of its invoice.

    Raises:
        CreditAbove: it does.
    """
    if total - already < credit:
        raise CreditAbove(left=total - already)


def check_payment(
    amount: Money, *, back: bool, state: IncomingState, still_open: Money, paid_on: date, today: date
) -> None:
    """Whether a payment, or what the sender pays `back`, fits now.

    Raises:
        AmountNotPositive, NotPayable, PaymentAboveOpen, PaidInFuture: it does not.
    """
    if amount.minor <= 0:
        raise AmountNotPositive(field="amount")
    left = -still_open if back else still_open
    if state not in {IncomingState.APPROVED, IncomingState.SETTLED} or left.minor <= 0:
        raise NotPayable
    if left < amount:
        raise PaymentAboveOpen(open=left, field="amount")
    if paid_on > today:
        raise PaidInFuture(field="paid_on")


def purchase_lines(
    *, net: int, vat: int, shifted: int, recoverable: bool, credit: bool
) -> list[tuple[Role, int]]:
    """What the buyer's books say at approval, debit positive: costs and VAT against the debt to the sender.

    VAT that does not come back is part of the costs. `shifted` is VAT that the buyer declares itself.
    """
    sign, charged = -1 if credit else 1, vat + shifted
    lines = [
        (Role.EXPENSE, net if recoverable else net + charged),
        (Role.VAT_INPUT, charged if recoverable else 0),
        (Role.PAYABLE, -(net + vat)),
        (Role.VAT_OUTPUT, -shifted),
    ]
    return [(role, sign * amount) for role, amount in lines if amount]
