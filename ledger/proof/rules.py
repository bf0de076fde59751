"""What is sealed and what is exported, as pure text. Amounts are minor units; debit is positive, credit negative."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

from cwb.kernel.canonical import GENESIS, link


class SealedLine(NamedTuple):
    """One entry of a transfer; a reservation's line has neither version nor balance."""

    account: int
    party: int
    currency: str
    amount: int
    version: int | None = None
    balance: int | None = None

    def content(self) -> dict[str, object]:
        """What of it is hashed."""
        content: dict[str, object] = {
            "account": self.account,
            "amount": str(self.amount),
            "currency": self.currency,
            "party": self.party,
        }
        if self.version is not None:
            content |= {"version": self.version, "balance": str(self.balance)}
        return content


@dataclass(frozen=True, slots=True)
class SealedTransfer:
    """A transfer with its lines, as it goes into the chain: numbers, codes, times and hashes only."""

    id: int
    step: str
    kind: str
    intent: int | None
    pending_of: int | None
    reverses: int | None
    request: bytes
    note: bytes | None
    effective_at: datetime
    created_at: datetime
    entries: Sequence[SealedLine]
    holds: Sequence[SealedLine]

    def content(self) -> dict[str, object]:
        """The hashed content. Its canonical JSON equals what `books_seal` writes in the database."""
        return {
            "id": self.id,
            "step": self.step,
            "kind": self.kind,
            "intent": self.intent,
            "pending_of": self.pending_of,
            "reverses": self.reverses,
            "request": self.request.hex(),
            "note": None if self.note is None else self.note.hex(),
            "effective_at": instant(self.effective_at),
            "created_at": instant(self.created_at),
            "entries": [line.content() for line in self.entries],
            "holds": [line.content() for line in self.holds],
        }


def instant(at: datetime) -> str:
    """An instant as it is hashed: UTC, six decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain recomputed: its last place and head (hex), and the first fault, else None."""

    seq: int
    head: str
    fault: str | None
    passed: Mapping[int, str]


def recompute(
    links: Iterable[tuple[int, bytes, SealedTransfer | None]], published: Iterable[int] = ()
) -> Chain:
    """Recompute the chain from (seq, stored hash, transfer) in order; a sealed transfer that is gone is None.

    `passed` tells the recomputed hash at each place in `published`.
    """
    head, last, wanted = GENESIS, 0, set(published)
    passed: dict[int, str] = {}
    for seq, stored, transfer in links:
        if seq != last + 1:
            return Chain(last, head, f"broken at {last + 1}: the link is missing", passed)
        if transfer is None:
            return Chain(last, head, f"broken at {seq}: the transfer is missing", passed)
        head, last = link(head, transfer.content()), seq
        if head != stored.hex():
            return Chain(last, head, f"broken at {seq}: transfer {transfer.id} was changed", passed)
        if seq in wanted:
            passed[seq] = head
    return Chain(last, head, None, passed)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of verifying the books. Counts of what is wrong are 0 and `chain` is "ok" when all is well.

    `unsealed` counts transfers committed since the last sealing: no fault, the sealer is a second behind.
    """

    transfers: int
    entries: int
    unbalanced: int
    cache_mismatches: int
    limit_breaches: int
    step_faults: int
    chain: str
    head: str
    unsealed: int

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        wrong = self.unbalanced + self.cache_mismatches + self.limit_breaches + self.step_faults
        return wrong == 0 and self.chain == "ok"


ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
"""The roots of account names in Beancount."""


@dataclass(frozen=True, slots=True)
class ExportedAccount:
    """An account in an export: internal numbers, so that names are stable and hold no personal data."""

    id: int
    party: int
    kind: str
    role: str
    currency: str
    subkey: str = ""

    @property
    def name(self) -> str:
        """Its name for Beancount: "Assets:P12:Vat-Input:A345"."""
        role = "-".join(part.capitalize() for part in self.role.split("_"))
        return f"{ROOTS[self.kind]}:P{self.party}:{role}:A{self.id}"


def decimal_text(minor: int, scale: int) -> str:
    """An amount in major units with all its decimals: "-12.50"."""
    return f"{Decimal(minor).scaleb(-scale):.{scale}f}"


def beancount_head(
    opened_on: date, accounts: Iterable[ExportedAccount], scales: Mapping[str, int]
) -> Iterator[str]:
    """The opening lines: options, currencies and accounts."""
    yield 'option "title" "cwb: all books"'
    yield from (f'option "operating_currency" "{code}"' for code in sorted(scales) if code == "EUR")
    for code in sorted(scales):
        yield f"{opened_on} commodity {code}"
    for account in accounts:
        yield f"{opened_on} open {account.name} {account.currency}"
        if account.subkey:
            yield f'  subkey: "{quoted(account.subkey)}"'


def beancount_transaction(
    transfer: SealedTransfer, on: date, names: Mapping[int, str], scales: Mapping[str, int]
) -> Iterator[str]:
    """One posted transfer. `on` is the effective day."""
    yield ""
    yield f'{on} * "{transfer.kind}"'
    yield f"  transfer: {transfer.id}"
    if transfer.reverses is not None:
        yield f"  reverses: {transfer.reverses}"
    for line in transfer.entries:
        yield f"  {names[line.account]}  {decimal_text(line.amount, scales[line.currency])} {line.currency}"


def beancount_balance(on: date, account: ExportedAccount, minor: int, scale: int) -> str:
    """The assertion of a balance at the start of a day."""
    return f"{on} balance {account.name}  {decimal_text(minor, scale)} {account.currency}"


def quoted(text: str) -> str:
    """Text for between double quotes in Beancount."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
