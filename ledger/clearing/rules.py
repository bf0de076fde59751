"""Decisions about rounds on bare values: what enters, what is left out and why, and how amounts fall on invoices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from cwb.documents.rules import Cell, Code, Document, Facts, Paragraph, Words
from cwb.kernel.clock import local_date
from cwb.kernel.text import N_
from ledger.clearing.errors import CutOffWrong, DaysWrong
from ledger.invoicing.rules import InvoiceState
from ledger.netting.rules import Cleared, Network, network

TEXT_VERSION = "2026-1"
TEXT = (
    N_(
        "U doet mee aan rondes waarin facturen tussen deelnemers tegen elkaar wegvallen. Er gaat geen geld om."
    ),
    N_("Alleen facturen die u goedkeurde en die op het peilmoment betaald moesten zijn, doen mee."),
    N_(
        "Per ronde ziet u eerst wat er voor u wegvalt. U zegt ja of nee. Zegt u niets, dan doet u die ronde niet mee."
    ),
    N_(
        "Ja geldt voor ten hoogste deze bedragen. Zegt een ander nee, dan kan het voor u minder worden, nooit meer."
    ),
    N_(
        "Wat wegvalt, is betaald. U kunt dat niet terugdraaien. Uw saldo met alle anderen samen verandert niet."
    ),
    N_(
        "Het deel voor een G-rekening, belastingen en heffingen, en facturen die zijn overgedragen, doen nooit mee."
    ),
    N_("Kan een deelnemer niet meer betalen, dan valt die er meteen uit. U kunt altijd stoppen."),
)
"""What who takes part agrees to. A change of one word is another version."""

LEAST_DAYS, DAYS, MOST_DAYS = 2, 7, 30
"""Days to answer: at least, by default, at most (project choice)."""

FEWEST = 5
"""A round of fewer parties shows no amount to the public (product: no cell under five)."""


class LeftOut(StrEnum):
    """Why an invoice between participants does not enter."""

    NOT_APPROVED = "not_approved"
    DISPUTED = "disputed"
    IN_BATCH = "in_batch"
    ASSIGNED = "assigned"
    BLOCKED = "blocked"
    LEVY = "levy"
    PLEDGED = "pledged"


REASONS = {
    LeftOut.NOT_APPROVED: N_("op het peilmoment nog niet goedgekeurd"),
    LeftOut.DISPUTED: N_("er is bezwaar gemaakt"),
    LeftOut.IN_BATCH: N_("staat in een betaalbestand"),
    LeftOut.ASSIGNED: N_("overgedragen voor een voorschot"),
    LeftOut.BLOCKED: N_("hoort op een G-rekening"),
    LeftOut.LEVY: N_("belasting of heffing"),
    LeftOut.PLEDGED: N_("verpand of verkocht aan een ander"),
}
BARS = {each: REASONS[each] for each in (LeftOut.LEVY, LeftOut.PLEDGED)}
"""Why all invoices of an agreement stay out: what a party says itself."""


class RoundState(StrEnum):
    """Parties are asked, or it was carried out."""

    ASKED = "asked"
    DONE = "done"


class LeaveReason(StrEnum):
    """Why a party takes part no longer."""

    OWN = "own"
    INSOLVENT = "insolvent"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An overdue invoice between two participants, as it stands. `free`: the open cents that no G-account needs."""

    invoice_id: int
    debtor_id: int
    creditor_id: int
    due_on: date
    free: int
    state: InvoiceState
    approved_at: datetime | None
    in_batch: bool
    assigned: bool
    bar: LeftOut | None


class Claim(NamedTuple):
    """What enters: cents that a debtor owes a creditor on one invoice."""

    invoice_id: int
    debtor_id: int
    creditor_id: int
    due_on: date
    amount: int


def left_out(each: Candidate, cut_off_at: datetime) -> LeftOut | None:
    """Why an invoice does not enter a round; None: it does."""
    if each.state is InvoiceState.DISPUTED:
        return LeftOut.DISPUTED
    if each.approved_at is None or each.approved_at > cut_off_at:
        return LeftOut.NOT_APPROVED
    if each.bar is not None:
        return each.bar
    if each.assigned:
        return LeftOut.ASSIGNED
    if each.in_batch:
        return LeftOut.IN_BATCH
    return None if each.free > 0 else LeftOut.BLOCKED


def claims_of(candidates: Sequence[Candidate], cut_off_at: datetime) -> list[Claim]:
    """What enters of the candidates."""
    return [
        Claim(each.invoice_id, each.debtor_id, each.creditor_id, each.due_on, each.free)
        for each in candidates
        if left_out(each, cut_off_at) is None
    ]


def check_round(cut_off_at: datetime, days: int, at: datetime) -> None:
    """Whether a round may be about this moment and give this time.

    Raises:
        CutOffWrong, DaysWrong.
    """
    if cut_off_at > at:
        raise CutOffWrong(field="cut_off_at")
    if not LEAST_DAYS <= days <= MOST_DAYS:
        raise DaysWrong(least=LEAST_DAYS, most=MOST_DAYS, field="days")


def network_of(claims: Sequence[Claim], cut_off_at: datetime) -> Network:
    """Who owes whom, older debts first: parties by their numbers, ages in days before the cut-off."""
    places: dict[str, int] = {}
    pairs = [
        [places.setdefault(f"{party:020}", len(places)) for party in (each.debtor_id, each.creditor_id)]
        for each in claims
    ]
    on = local_date(cut_off_at)
    return network(
        list(places), [debtor for debtor, _ in pairs], [creditor for _, creditor in pairs],
        [each.amount for each in claims], age=[max((on - each.due_on).days, 0) for each in claims],
    )  # fmt: skip


def spread(claims: Sequence[Claim], found: Cleared) -> dict[int, int]:
    """What is set off per invoice: per pair of parties the oldest first, then the first made."""
    left: dict[tuple[int, int], int] = defaultdict(int)
    net = found.network
    for debtor, creditor, amount in zip(net.debtor, net.creditor, found.amount.tolist(), strict=True):
        left[int(net.parties[debtor]), int(net.parties[creditor])] += amount
    shares = {}
    for each in sorted(claims, key=lambda claim: (claim.due_on, claim.invoice_id)):
        pair = each.debtor_id, each.creditor_id
        shares[each.invoice_id] = min(each.amount, left[pair])
        left[pair] -= shares[each.invoice_id]
    return shares


class Missing(NamedTuple):
    """A debt that is not there and would make a loop: who would owe whom, and what would then fall away in all."""

    debtor_id: int
    creditor_id: int
    through_id: int | None
    amount: int


def missing(claims: Sequence[Claim], most: int = 5) -> list[Missing]:
    """The debts that would make the largest short loops, of those that are not there."""
    owes: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for each in claims:
        owes[each.debtor_id][each.creditor_id] += each.amount
    best: dict[tuple[int, int], Missing] = {}

    def offer(debtor: int, creditor: int, through: int | None, amount: int) -> None:
        if debtor == creditor or owes.get(debtor, {}).get(creditor):
            return
        known = best.get((debtor, creditor))
        if known is None or known.amount < amount:
            best[debtor, creditor] = Missing(debtor, creditor, through, amount)

    for first, seconds in list(owes.items()):
        for second, amount in seconds.items():
            offer(second, first, None, 2 * amount)
            for third, further in owes.get(second, {}).items():
                offer(third, first, second, 3 * min(amount, further))
    return sorted(best.values(), key=lambda each: (-each.amount, each.debtor_id, each.creditor_id))[:most]


class Outlook(NamedTuple):
    """What a running round would set off now, in cents.

    `shares`: per invoice of the proposal, if all that are silent say yes. `least`: in all, if they stay silent.
    """

    shares: Mapping[int, int]
    proposed: int
    least: int

    @property
    def most(self) -> int:
        """In all, if all that are silent say yes."""
        return sum(self.shares.values())

    @property
    def less(self) -> bool:
        """Whether it came to less than was proposed: somebody said no or left, or an invoice was paid."""
        return self.most < self.proposed


def waits_for(said: Mapping[int, bool | None], gone: AbstractSet[int]) -> set[int]:
    """Whose answer a round waits for: of those that said nothing and did not leave or stop paying since."""
    return {party for party, accepted in said.items() if accepted is None} - gone


class Notice(NamedTuple):
    """What the letter about one invoice of a round says; amounts in cents, `left` after the round."""

    round_number: str
    number: str
    debtor: str
    creditor: str
    total: int
    cleared: int
    left: int
    at: datetime
    payment: UUID


def both_ways(shares: Mapping[int, int], claims: Sequence[Claim], party_id: int) -> tuple[int, int]:
    """What a party stops owing, and what others stop owing it: the same, for a round without credit."""
    off = sum(shares[each.invoice_id] for each in claims if each.debtor_id == party_id)
    got = sum(shares[each.invoice_id] for each in claims if each.creditor_id == party_id)
    return off, got


def notice(words: Words, line: Notice) -> Document:
    """The letter that says what of an invoice was set off, in the reader's language."""
    text, money = words.text, words.money
    whole = line.left == 0
    said = N_("%(debtor)s hoeft van factuur %(number)s niets meer te betalen.")
    if not whole:
        said = N_("%(debtor)s moet van factuur %(number)s nog %(left)s betalen.")
    facts: list[tuple[str, Cell]] = [
        (text(N_("Ronde")), line.round_number),
        (text(N_("Factuur")), line.number),
        (text(N_("Wie moest betalen")), line.debtor),
        (text(N_("Aan wie")), line.creditor),
        (text(N_("Bedrag van de factuur")), money(line.total)),
        (text(N_("Verrekend")), money(line.cleared)),
        (text(N_("Nog open na deze ronde")), money(line.left)),
        (text(N_("Telt als betaald op")), words.moment(line.at)),
        (text(N_("Betaling")), Code(str(line.payment))),
    ]
    return Document(
        text(N_("Bericht van verrekening")), words.language, line.at,
        [
            Facts(facts),
            Paragraph(text(said, debtor=line.debtor, number=line.number, left=money(line.left)), strong=True),
            Paragraph(text(N_("Dit is betaald door verrekening, zonder geld. Beide partijen zeiden ja."))),
        ],
        mark=f"{line.round_number}, {line.number}", page=text(N_("Bladzijde {n} van {m}")),
    )  # fmt: skip
