"""Bank statements on bare values: what they hold, whether they close, and how amounts and texts in them are read.

Amounts are signed cents: what came in is above zero.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import MAX_MINOR, Money
from ledger.bankfiles.errors import (
    AccountIbanInvalid,
    AccountMissing,
    BalanceMissing,
    EntryAmountInvalid,
    EntryDayInvalid,
    EntrySideInvalid,
    NamespaceMissing,
    NumberMissing,
    PartsDiffer,
    StatementUnbalanced,
)

Get = Callable[..., str]
"""The first text on one of some paths of names, "" for none."""

KEPT_FAULTS = 100


class Fault(NamedTuple):
    """Something wrong in one place: the line of the file, the field and what."""

    line: int
    field: str
    what: RuleBroken


class Reference(NamedTuple):
    """A structured reference, with the part of the entry that is for it where the file says so (cents, no sign).

    `code`: why a bank refused or returned it (ISO 20022), "" where it did not.
    """

    text: str
    amount: int | None = None
    code: str = ""


class Part(NamedTuple):
    """One payment in an entry. `amount` is below zero for one that goes the other way than the entry."""

    amount: int | None
    name: str
    iban: str
    end_to_end: str
    text: str
    references: tuple[str, ...]
    group: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One booked movement on an account. `bank_reference` is the bank's own, `line` where it stands in the file."""

    line: int
    amount: int
    currency: str
    booked_on: date
    bank_reference: str = ""
    name: str = ""
    iban: str = ""
    end_to_end: str = ""
    text: str = ""
    references: tuple[Reference, ...] = ()


class Balances:
    """The balances that a statement tells, of which one is what it begins with and one what it ends with."""

    CODES = ("OPBD", "PRCD", "CLBD", "ITBD")

    def __init__(self) -> None:
        self._told: dict[str, list[tuple[date, int]]] = {}

    def add(self, code: str, on: date, amount: int) -> bool:
        """Take the next one; False beyond what any statement has (a thousand of a kind)."""
        told = self._told.setdefault(code, [])
        if len(told) < 1_000:
            told.append((on, amount))
        return len(told) < 1_000

    def fill(self, statement: "Statement") -> None:
        """Say what is known by now: of several days the first opening and the last closing.

        A page of a longer statement begins or ends with an interim balance (ITBD).
        """
        opening, before, closing, interim = (self._told.get(each, []) for each in self.CODES)
        if not opening and not before and (closing or len(interim) > 1):
            opening, interim = interim[:1], interim[1:]
        starts = min(opening, default=None, key=_day_of) or max(before, default=None, key=_day_of)
        ends = max(reversed(closing or interim), default=None, key=_day_of)
        if starts:
            statement.opens_on, statement.opening = starts
        if ends:
            statement.closes_on, statement.closing = ends


def _day_of(balance: tuple[date, int]) -> date:
    return balance[0]


@dataclass(slots=True)
class Statement:
    """One statement of one account: what it says of itself, and what was read under it."""

    line: int
    number: str = ""
    account: str = ""
    currency: str = ""
    opening: int | None = None
    closing: int | None = None
    opens_on: date | None = None
    closes_on: date | None = None
    entries: int = 0
    moved: int = 0

    @property
    def balanced(self) -> bool:
        """Whether opening and entries make the closing balance."""
        return None not in {self.opening, self.closing} and (self.opening or 0) + self.moved == self.closing

    def take(self, entry: Entry) -> None:
        """Count an entry."""
        self.entries += 1
        self.moved += entry.amount

    def head_faults(self) -> Iterator[Fault]:
        """What is wrong with what the statement says of itself."""
        if not self.account:
            yield Fault(self.line, "account", AccountMissing())
        elif not (_DIGITS.fullmatch(self.account) or Iban.normalise(self.account)):
            yield Fault(self.line, "account", AccountIbanInvalid())
        if None in {self.opening, self.closing, self.opens_on, self.closes_on}:
            yield Fault(self.line, "balance", BalanceMissing())

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the statement as a whole, once all of it is read."""
        yield from self.head_faults()
        if not self.number:
            yield Fault(self.line, "number", NumberMissing())
        if self.opening is not None and self.closing is not None and not self.balanced:
            found, closing = Money(self.opening + self.moved), Money(self.closing)
            yield Fault(self.line, "balance", StatementUnbalanced(found=found, closing=closing))


_DIGITS = re.compile(r"[0-9]{3,20}")
"""What an old statement has for an account, where it has no IBAN."""

Item = Statement | Entry | Fault
"""What a file gives in its order: a statement (filled while the next ones come), its entries, faults."""


TOLERATED = (NumberMissing, PartsDiffer, NamespaceMissing)
"""Faults with which a statement can be trusted all the same."""


@dataclass(slots=True)
class Survey:
    """What a whole file says."""

    statements: list[Statement] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    blocking: Fault | None = None

    @property
    def entries(self) -> int:
        """How many entries could be read."""
        return sum(each.entries for each in self.statements)

    @property
    def opening(self) -> int | None:
        """What the first statement begins with."""
        return self.statements[0].opening if self.statements else None

    @property
    def closing(self) -> int | None:
        """What the last statement ends with."""
        return self.statements[-1].closing if self.statements else None

    @property
    def balanced(self) -> bool:
        """Whether every statement closes, and each begins where the one before it on the same account ended."""
        last: dict[str, int | None] = {}
        for each in self.statements:
            if not each.balanced or last.get(each.account, each.opening) != each.opening:
                return False
            last[each.account] = each.closing
        return bool(self.statements)

    def see(self, item: Item) -> None:
        """Take in what comes next; the faults of a statement as a whole are known when the next one comes."""
        if isinstance(item, Statement):
            self.close()
            self.statements.append(item)
        elif isinstance(item, Fault):
            self.add(item)
        else:
            self.statements[-1].take(item)

    def close(self) -> None:
        """No more comes under the last statement."""
        for fault in self.statements[-1].faults() if self.statements else ():
            self.add(fault)

    def add(self, fault: Fault) -> None:
        """Keep a fault, of many the first ones."""
        self.fault_count += 1
        if len(self.faults) < KEPT_FAULTS:
            self.faults.append(fault)
        if self.blocking is None and not isinstance(fault.what, TOLERATED):
            self.blocking = fault


def survey(items: Iterable[Item]) -> Survey:
    """All of it, for what it adds up to."""
    found = Survey()
    for item in items:
        found.see(item)
    found.close()
    return found


_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,5}))?")
_SIDES = {"CRDT": 1, "DBIT": -1}


def cents(text: str) -> int:
    """An amount with a decimal point, in cents.

    Raises:
        EntryAmountInvalid: no such amount, parts of a cent, or beyond the largest amount.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None or (found[2] or "")[2:].strip("0"):
        raise EntryAmountInvalid
    value = int(found[1]) * 100 + int((found[2] or "")[:2].ljust(2, "0"))
    if value > MAX_MINOR:
        raise EntryAmountInvalid
    return value


def signed(amount: str, side: str) -> int:
    """An amount with its side (CRDT, DBIT).

    Raises:
        EntryAmountInvalid, EntrySideInvalid: it cannot be read.
    """
    if side not in _SIDES:
        raise EntrySideInvalid
    return cents(amount) * _SIDES[side]


def day(text: str) -> date:
    """The day in a date or moment of ISO 8601.

    Raises:
        EntryDayInvalid: there is none.
    """
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise EntryDayInvalid from None


def named(get: Get, *, incoming: bool) -> tuple[str, str]:
    """Who stands at the other end of a payment in camt: name and IBAN."""
    who = _who(incoming)
    return get(f"{who}/Nm", f"{who}/Pty/Nm"), get(f"{who}Acct/Id/IBAN")


def _who(incoming: bool) -> str:
    return "RltdPties/Dbtr" if incoming else "RltdPties/Cdtr"


def counterparty(get: Get, *, incoming: bool) -> dict[str, str]:
    """The same with the address, as far as it is there."""
    who = _who(incoming)
    name, iban = named(get, incoming=incoming)
    return {
        "name": name,
        "iban": iban,
        "street": get(*_address(who, "StrtNm"), *_address(who, "AdrLine")),
        "house_number": get(*_address(who, "BldgNb")),
        "postcode": get(*_address(who, "PstCd")),
        "city": get(*_address(who, "TwnNm")),
        "country": get(*_address(who, "Ctry")),
    }


def other_side(get: Get, *, incoming: bool, own: str, read: Callable[[str], str]) -> tuple[str, str]:
    """The name and the IBAN (as `read` reads it) of the other end; the one that is `own`, or not told, is ours.

    With a reversal some banks leave debtor and creditor as they were.
    """
    name, iban = named(get, incoming=incoming)
    account = read(iban)
    if account == own or not (name or account):
        other, iban = named(get, incoming=not incoming)
        if (their := read(iban)) != own:
            return other, their
    return name, account


def _address(who: str, name: str) -> tuple[str, str]:
    """Where camt.053.001.02 and later versions keep a part of an address."""
    return f"{who}/PstlAdr/{name}", f"{who}/Pty/PstlAdr/{name}"


ADDRESS_LINES = _address("RltdPties/Cdtr", "AdrLine")

STRUCTURED = "RmtInf/Strd/CdtrRefInf/Ref"
FREE = "RmtInf/Ustrd"
INVOICES = "RmtInf/Strd/RfrdDocInf/Nb"
END_TO_END = "Refs/EndToEndId"
BOOKED = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
"""Where camt keeps the structured and the free remittance text, invoice numbers, the payer's own mark, and the day."""

NOT_BOOKED = frozenset({"PDNG", "INFO", "FUTR"})
"""Of entries that are told and not booked (ISO 20022, external entry status)."""

NO_MARK = frozenset({"NOTPROVIDED", "NONREF", ""})


def entry_of(
    line: int,
    amount: int,
    currency: str,
    booked_on: date,
    bank_reference: str,
    note: str,
    parts: Sequence[Part],
    group: str = "",
) -> tuple[Entry, Fault | None]:
    """An entry of its parts; what each part is for, where the parts make the sum."""
    known = [part.amount for part in parts if part.amount is not None]
    fault = None
    if len(known) == len(parts) > 1 and sum(known) != abs(amount):
        fault = Fault(line, "parts", PartsDiffer())
    exact = len(known) == len(parts) > 1 and fault is None and min(known) > 0
    references = [
        Reference(text, part.amount if exact and len(part.references) == 1 else None)
        for part in parts
        for text in part.references
    ]
    references += debit_references(parts, group)
    alone = parts[0] if len(parts) == 1 else None
    made = Entry(
        line=line, amount=amount, currency=currency, booked_on=booked_on, bank_reference=bank_reference,
        name=alone.name if alone else "", iban=alone.iban if alone else "",
        end_to_end=alone.end_to_end if alone else "",
        text=" / ".join(dict.fromkeys(part.text for part in parts if part.text)) or note,
        references=tuple(references),
    )  # fmt: skip
    return made, fault


DEBIT_MARK = re.compile(r"D[DG][0-9A-F]{32}")
"""What tells a direct debit of ours (DD), and a group of them (DG), on a statement; banks may write it small."""


def debit_mark(text: str) -> str:
    """The mark of a direct debit, or of a group of them, of ours; "" where a text is none."""
    found = text.strip().upper()
    return found if DEBIT_MARK.fullmatch(found) else ""


def debit_references(parts: Sequence[Part], group: str) -> list[Reference]:
    """The direct debits of ours that an entry tells of, with the bank's reason; then the groups it names."""
    debits = [
        Reference(mark, abs(part.amount or 0) or None, part.code)
        for part in parts
        if (mark := debit_mark(part.end_to_end))
    ]
    named = (group, *(part.group for part in parts))
    groups = dict.fromkeys(mark for each in named if (mark := debit_mark(each)))
    return [*debits, *(Reference(mark) for mark in groups)]
