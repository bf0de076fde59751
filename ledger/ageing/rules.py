"""How old open invoices are and how they tie to the books, on bare values."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from cwb.documents.rules import Beside, Block, Code, Document, Heading, Paragraph, Table, Words
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.incoming.rules import UPFRONT, UPFRONT_UNDONE


class Bucket(StrEnum):
    """How many days an invoice is late."""

    NOT_DUE = "not_due"
    TO_30 = "1_30"
    TO_60 = "31_60"
    TO_90 = "61_90"
    OVER_90 = "over_90"


BUCKETS = {
    Bucket.NOT_DUE: N_("Niet te laat"),
    Bucket.TO_30: N_("1–30 dagen"),
    Bucket.TO_60: N_("31–60 dagen"),
    Bucket.TO_90: N_("61–90 dagen"),
    Bucket.OVER_90: N_("Meer dan 90 dagen"),
}
_UP_TO = ((0, Bucket.NOT_DUE), (30, Bucket.TO_30), (60, Bucket.TO_60), (90, Bucket.TO_90))
_NONE = Money(0)


class Side(StrEnum):
    """What is to be received from customers, or to be paid to suppliers."""

    RECEIVABLE = "receivable"
    PAYABLE = "payable"


_PAID = (
    "invoice_payment",
    "invoice_refund",
    "invoice_set_off",
    "invoice_from_ahead",
    "invoice_payment_undone",
)
INVOICES = {
    Side.RECEIVABLE: frozenset({"invoice_sent", "credit_note_sent", *_PAID}),
    Side.PAYABLE: frozenset(
        {
            "invoice_approved",
            "credit_note_approved",
            *_PAID,
            "purchase_approved",
            "purchase_credit",
            "purchase_payment",
            "purchase_payment_undone",
            UPFRONT,
            UPFRONT_UNDONE,
        }
    ),
}
"""The kinds of transfer by which invoices and their payments move the accounts of a side."""


def days_late(due_on: date, on: date) -> int:
    """Days since the last day to pay; zero on it and before."""
    return max((on - due_on).days, 0)


def bucket(due_on: date, on: date, still_open: Money) -> Bucket:
    """How old an open amount is on a day; what is owed back is never late here."""
    if still_open < _NONE:
        return Bucket.NOT_DUE
    late = days_late(due_on, on)
    return next((each for most, each in _UP_TO if late <= most), Bucket.OVER_90)


class Item(NamedTuple):
    """An invoice with what was open of it at an instant; below zero: what is owed back.

    `party_id` below zero is a supplier from outside: the number of a sender of received invoices, negative.
    `reference` is what a payer writes with the payment (ISO 11649).
    """

    public_id: UUID
    number: str
    issued_on: date
    due_on: date
    party_id: int
    open: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One customer or supplier: what is open by age, and what its account says."""

    party_id: int | None
    open: dict[Bucket, Money]
    booked: Money
    others: tuple[tuple[str, Money], ...]

    @property
    def total(self) -> Money:
        """All that is open of its invoices."""
        return sum(self.open.values(), _NONE)

    @property
    def difference(self) -> Money:
        """What neither its invoices nor named postings explain: zero when the books are right."""
        return self.booked - self.total - sum((amount for _, amount in self.others), _NONE)


@dataclass(frozen=True, slots=True)
class Ageing:
    """All customers or suppliers of an organisation at the end of a day, and last what has no invoice."""

    lines: tuple[Line, ...]

    @property
    def sums(self) -> dict[Bucket, Money]:
        """What is open by age, of everybody."""
        return {each: sum((line.open[each] for line in self.lines), _NONE) for each in Bucket}

    @property
    def total(self) -> Money:
        """All that is open."""
        return sum((line.total for line in self.lines), _NONE)

    @property
    def booked(self) -> Money:
        """What the accounts say together: the same as the trial balance."""
        return sum((line.booked for line in self.lines), _NONE)

    @property
    def others(self) -> list[tuple[str, Money]]:
        """What moved the accounts beside invoices, by kind."""
        kinds = sorted({kind for line in self.lines for kind, _ in line.others})
        return [
            (
                kind,
                sum((amount for line in self.lines for each, amount in line.others if each == kind), _NONE),
            )
            for kind in kinds
        ]

    @property
    def difference(self) -> Money:
        """What nothing explains."""
        return sum((line.difference for line in self.lines), _NONE)


def ageing(
    items: Iterable[Item], moved: Sequence[tuple[int | None, str, Money]], traders: Collection[int], *, side: Side,
    on: date,
) -> Ageing:  # fmt: skip
    """Hold open invoices against what moved on the accounts: (party of the account, kind, amount owed).

    `traders` are who ever had an invoice; what moved for anybody else (dues, capital, what a fund passes on) stands
    together on one line without a name.
    """
    held = list(items)
    lines = []
    known = {item.party_id for item in held} | {
        each for each, _, _ in moved if each is not None and each in traders
    }
    for party in sorted(known):
        own = dict.fromkeys(Bucket, _NONE)
        for item in held:
            if item.party_id == party:
                own[bucket(item.due_on, on, item.open)] += item.open
        moves = [(kind, amount) for each, kind, amount in moved if each == party]
        others = tuple(move for move in moves if move[0] not in INVOICES[side])
        lines.append(Line(party, own, sum((amount for _, amount in moves), _NONE), others))
    rest = [(kind, amount) for each, kind, amount in moved if each not in traders]
    if rest:
        empty = dict.fromkeys(Bucket, _NONE)
        lines.append(Line(None, empty, sum((amount for _, amount in rest), _NONE), tuple(rest)))
    zero = dict.fromkeys(Bucket, _NONE)
    return Ageing(
        tuple(line for line in lines if line.open != zero or line.booked != _NONE or line.difference != _NONE)
    )


class Ahead(NamedTuple):
    """Money that stood ahead with one customer or supplier at an instant: too much paid, or before the invoice.

    `number` is of the invoice of which too much was paid, "" where there was none; `left` in cents.
    """

    party_id: int
    on: date
    number: str
    left: int


AHEAD_AGES = (
    (30, N_("0–30 dagen")), (60, N_("31–60 dagen")), (90, N_("61–90 dagen")), (None, N_("Meer dan 90 dagen")),
)  # fmt: skip
"""How many days money stands ahead, in the columns of the page; the last has no end."""


class AheadLine(NamedTuple):
    """One customer or supplier: what stands ahead by age, and what its account says of it."""

    party_id: int
    ages: tuple[Money, ...]
    booked: Money

    @property
    def total(self) -> Money:
        """All that stands ahead."""
        return sum(self.ages, _NONE)

    @property
    def difference(self) -> Money:
        """What the entries of the bank do not explain: zero when the books are right."""
        return self.booked - self.total


def ahead_lines(held: Iterable[Ahead], booked: Mapping[int, Money], on: date) -> list[AheadLine]:
    """What stands ahead per party and age, beside the books; parties without any are left out."""
    found: dict[int, list[Money]] = {
        key: [_NONE] * len(AHEAD_AGES) for key, sum_ in booked.items() if sum_.minor
    }
    for each in held:
        days = (on - each.on).days
        place = next(place for place, (most, _) in enumerate(AHEAD_AGES) if most is None or days <= most)
        found.setdefault(each.party_id, [_NONE] * len(AHEAD_AGES))[place] += Money(each.left)
    return [AheadLine(key, tuple(ages), booked.get(key, _NONE)) for key, ages in sorted(found.items())]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a statement of account: an invoice, a credit note or a payment; `amount` is added to the debt."""

    day: date
    kind: str
    public_id: UUID
    number: str
    amount: Money


STEPS = {
    "invoice": N_("Factuur"),
    "credit_note": N_("Creditfactuur"),
    "payment": N_("Betaling"),
    "from_ahead": N_("Verrekend met tegoed"),
    "to_ahead": N_("Tegoed gebruikt voor een andere factuur"),
    "refund": N_("Terugbetaling"),
    "undone": N_("Betaling teruggedraaid"),
}


def running(steps: Iterable[Step]) -> list[tuple[Step, Money]]:
    """The steps in order, each with what is open after it."""
    order = {kind: place for place, kind in enumerate(STEPS)}
    found, balance = [], _NONE
    for step in sorted(steps, key=lambda each: (each.day, order[each.kind], each.number)):
        balance += step.amount
        found.append((step, balance))
    return found


class Account(NamedTuple):
    """A statement of account: of whom, to whom, and all until the end of a day. A party is its lines of address."""

    side: Side
    own: Sequence[str]
    other: Sequence[str]
    items: Sequence[Item]
    steps: Sequence[tuple[Step, Money]]
    on: date
    at: datetime
    ahead: Sequence[Ahead] = ()


def statement(words: Words, one: Account) -> Document:
    """The statement of account as a letter, in the reader's language: what is open first, then how it came about.

    Where to pay stands on each invoice, for one may have been made over to a fund, or be paid in two parts.
    """
    text, selling = words.text, one.side is Side.RECEIVABLE
    until = text(N_("Stand aan het eind van %(day)s"), day=words.day(one.on))
    ours, theirs = (N_("Van"), N_("Aan")) if selling else (N_("Voor"), N_("Leverancier"))
    blocks: list[Block] = [
        Beside(_address(words, ours, one.own), _address(words, theirs, one.other)),
        Paragraph(until),
        Heading(text(N_("Nog open"))),
        *_open(words, one),
    ]
    if one.ahead:
        blocks += [Heading(text(N_("Tegoed"))), *_ahead(words, one)]
    if one.steps:
        blocks += [Heading(text(N_("Facturen en betalingen"))), _run(words, one.steps)]
    return Document(
        text(N_("Rekeningoverzicht")), words.language, one.at, blocks, sender=one.own[0],
        mark=f"{one.other[0]}, {one.on.isoformat()}", page=text(N_("Bladzijde {n} van {m}")), dense=True,
    )  # fmt: skip


def _address(words: Words, who: str, lines: Sequence[str]) -> list[Paragraph]:
    return [Paragraph(words.text(who), strong=True), Paragraph("\n".join(each for each in lines if each))]


def _open(words: Words, one: Account) -> list[Block]:
    text, total = words.text, sum((each.open for each in one.items), _NONE)
    if not one.items:
        return [Paragraph(text(N_("Er staat niets open.")))]
    names = (
        N_("Nummer"),
        N_("Factuurdag"),
        N_("Betalen voor"),
        N_("Dagen te laat"),
        N_("Kenmerk"),
        N_("Bedrag"),
    )
    head = [text(each) for each in names]
    rows = [
        (
            each.number, words.day(each.issued_on), words.day(each.due_on),
            words.number(days_late(each.due_on, one.on)), Code(each.reference), words.money(each.open.minor),
        )
        for each in one.items
    ]  # fmt: skip
    rows.append((text(N_("Samen")), "", "", "", Code(""), words.money(total.minor)))
    late = sum((each.open for each in one.items if days_late(each.due_on, one.on)), _NONE)
    told = text(
        N_("Open: %(total)s. Daarvan te laat: %(late)s."),
        total=words.money(total.minor),
        late=words.money(late.minor),
    )
    table = Table(text(N_("Open facturen")), head, rows, figures=frozenset({3, 5}), widths=(3, 3, 3, 2, 4, 3))
    pay = N_("Betaal elke factuur op de rekening die erop staat, met het kenmerk erbij.")
    return [
        Paragraph(told, strong=True),
        table,
        *([Paragraph(text(pay))] if one.side is Side.RECEIVABLE else ()),
    ]


def _ahead(words: Words, one: Account) -> list[Block]:
    text, total = words.text, sum(each.left for each in one.ahead)
    owed = sum((each.open for each in one.items), _NONE).minor
    head = [text(each) for each in (N_("Betaald op"), N_("Factuur"), N_("Bedrag"))]
    rows = [(words.day(each.on), each.number or "–", words.money(each.left)) for each in one.ahead]
    rows.append((text(N_("Samen")), "", words.money(total)))
    told = text(
        N_("Te veel of vooruit betaald: %(total)s. Open min tegoed: %(rest)s."),
        total=words.money(total),
        rest=words.money(owed - total),
    )
    return [Paragraph(told, strong=True), Table(text(N_("Tegoed")), head, rows, figures=frozenset({2}))]


def _run(words: Words, steps: Sequence[tuple[Step, Money]]) -> Table:
    text = words.text
    head = [text(each) for each in (N_("Dag"), N_("Wat"), N_("Nummer"), N_("Bedrag"), N_("Open daarna"))]
    rows = [
        (
            words.day(step.day), text(STEPS[step.kind]), step.number, words.money(step.amount.minor),
            words.money(after.minor),
        )
        for step, after in steps
    ]  # fmt: skip
    return Table(text(N_("Van oud naar nieuw")), head, rows, figures=frozenset({3, 4}))
