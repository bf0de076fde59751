"""Which invoice an entry on a bank account is for, with the reason, on bare values.

Sure is only what a reference says: the RF reference of an invoice, in its own field, as the payer's mark or in the
text. Everything else is a suggestion for a person. Amounts are cents without sign.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from stdnum.iso7064 import mod_97_10

from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.accounts.rules import Role as AccountRole
from ledger.bank.errors import (
    NoInvoiceFits,
    NothingOpen,
    NotSure,
    OtherCurrency,
    OtherPayee,
    ToleranceWrong,
)
from ledger.bankfiles.rules import Entry, Reference
from ledger.incoming.rules import spelled
from ledger.invoicing.rules import BookLine

MOST_TOLERANCE = Money(1_000)
NEAR_DAYS = 10
"""How far apart two banks may book one payment, or a person and a bank, and it is still taken for one."""


class EntryState(StrEnum):
    """An entry waits, is booked, or was left as it is with a reason."""

    OPEN = "open"
    BOOKED = "booked"
    LEFT = "left"


class BookingKind(StrEnum):
    """What a part of an entry was booked as."""

    PAYMENT = "payment"
    REFUND = "refund"
    CREDIT = "credit"
    OTHER = "other"
    PURCHASE = "purchase"
    PAYOUT = "payout"
    DEBIT = "debit"
    RETURN = "return"
    PAYBACK = "payback"


class Why(StrEnum):
    """Why an entry belongs where it does."""

    REFERENCE = "reference"
    MARK = "mark"
    IN_TEXT = "in_text"
    PART = "part"
    REST = "rest"
    KNOWN = "known"
    NEAR = "near"
    AMOUNT = "amount"
    NAMED = "named"
    NUMBER = "number"
    DOUBLE = "double"
    PERSON = "person"
    FREE = "free"
    BLOCKED = "blocked"
    DEBIT = "debit"


BY_REFERENCE = frozenset({Why.REFERENCE, Why.MARK, Why.IN_TEXT, Why.PART, Why.REST, Why.DOUBLE})
"""What a right reference says, of which a known payment may be the same money."""

WHYS: Mapping[str, str] = {
    Why.REFERENCE: N_("Het betalingskenmerk is dat van deze factuur."),
    Why.MARK: N_("Het kenmerk van de betaler is dat van deze factuur."),
    Why.IN_TEXT: N_("Het betalingskenmerk van deze factuur staat in de omschrijving."),
    Why.PART: N_("Het kenmerk klopt, het bedrag is lager: een deel is betaald."),
    Why.REST: N_("Er is meer betaald dan open stond: dit deel is tegoed."),
    Why.KNOWN: N_("Deze betaling was al bekend en telt één keer."),
    Why.NEAR: N_("Eén teken wijkt af van het betalingskenmerk van deze factuur."),
    Why.AMOUNT: N_("Bedrag en rekening passen bij precies één open factuur."),
    Why.NAMED: N_("Naam en bedrag zijn die van deze open factuur."),
    Why.NUMBER: N_("Het factuurnummer staat in de omschrijving."),
    Why.DOUBLE: N_("Het kenmerk is van een factuur waarop niets meer open staat."),
    Why.PERSON: N_("Een collega koos dit."),
    Why.FREE: N_("Een factuur in twee delen: dit kwam op de gewone rekening."),
    Why.BLOCKED: N_("Een factuur in twee delen: dit kwam op de G-rekening."),
    Why.DEBIT: N_("Het kenmerk is dat van deze incasso."),
}

ROLES: Mapping[str, AccountRole] = {
    each.value: each
    for each in (
        AccountRole.EXPENSE, AccountRole.FEE_EXPENSE, AccountRole.FEE_INCOME, AccountRole.CLEARING, AccountRole.CASH,
        AccountRole.FUND, AccountRole.OPENING, AccountRole.VAT_OUTPUT, AccountRole.PAYABLE,
    )
}  # fmt: skip
"""What an entry without an invoice may be booked on. Revenue is not there: it needs an invoice."""


class Claim(NamedTuple):
    """An invoice on which something is open this way: `open` cents (0: nothing), `iban` of the other side.

    `incoming`: it came from outside, and `invoice_id` is its number there. `others`: where it may be paid too, the
    seller's G-account or the fund that paid it ahead. `name`: of the other side, "" where it is not looked for.
    """

    invoice_id: int
    number: str
    reference: str
    open: int
    iban: str
    refund: bool
    incoming: bool = False
    others: tuple[str, ...] = ()
    name: str = ""

    @property
    def key(self) -> tuple[bool, int]:
        """What tells it from all others."""
        return self.incoming, self.invoice_id

    def knows(self, iban: str) -> bool:
        """Whether an account is one where it may be paid."""
        return iban == self.iban or iban in self.others

    @property
    def takes_credit(self) -> bool:
        """Whether money above what is open may stay with the other side."""
        return not self.refund and not self.incoming


class Share(NamedTuple):
    """A part of an entry for one invoice. `credit`: more than was open, left with the other side."""

    claim: Claim
    amount: int
    why: Why
    credit: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What an entry is for: sure `shares` that make it whole, or suggestions and why it waits."""

    shares: tuple[Share, ...] = ()
    suggestions: tuple[Share, ...] = ()
    waits: RuleBroken | None = None


@dataclass(slots=True)
class Claims:
    """The invoices of one side, by what may be looked for."""

    by_reference: dict[str, list[Claim]] = field(default_factory=dict)
    by_iban: dict[str, list[Claim]] = field(default_factory=dict)
    by_number: dict[str, list[Claim]] = field(default_factory=dict)
    by_name: dict[str, list[Claim]] = field(default_factory=dict)

    @classmethod
    def of(cls, claims: Iterable[Claim]) -> "Claims":
        """All of these."""
        made = cls()
        for claim in claims:
            made.by_reference.setdefault(claim.reference, []).append(claim)
            made.by_number.setdefault(claim.number.casefold(), []).append(claim)
            if claim.open:
                made.by_iban.setdefault(claim.iban, []).append(claim)
                made.by_name.setdefault(spelled(claim.name), []).append(claim)
        return made

    def change(self, claim: Claim, still_open: int) -> None:
        """An invoice of which something was booked just now."""
        now = claim._replace(open=still_open)
        for index, key in (
            (self.by_reference, claim.reference), (self.by_iban, claim.iban),
            (self.by_number, claim.number.casefold()), (self.by_name, spelled(claim.name)),
        ):  # fmt: skip
            kept = index.get(key, [])
            kept[:] = [now if each.key == claim.key else each for each in kept]


_RF = re.compile(r"\bRF ?[0-9]{2}")
_WORD_RF = re.compile(r"\bRF[0-9]{2}[A-Z0-9]{1,21}\b")
_G_MARK = "/G"


def is_blocked_part(wanted: str, *, iban: str, mark: str) -> bool:
    """Whether money went to the G-account `wanted`: by the account it came on; where that is not known, by its mark."""
    return iban == wanted if iban else mark.upper().endswith(_G_MARK)


def is_rf(text: str) -> bool:
    """Whether a text is an RF reference with the right check digits (ISO 11649)."""
    return bool(_WORD_RF.fullmatch(text)) and bool(mod_97_10.is_valid(text[4:] + text[:4]))


def references_in(text: str) -> list[str]:
    """The right RF references in a free text, also with blanks in them; a reading ends where a word ends."""
    found: list[str] = []
    for start in _RF.finditer(text.upper()) if "rf" in text.casefold() else ():
        words = re.findall(r"[A-Z0-9]+", text.upper()[start.start() : start.start() + 40])
        readings = ("".join(words[:count]) for count in range(1, len(words) + 1))
        whole = next((each for each in readings if is_rf(each)), None)
        if whole and whole not in found:
            found.append(whole)
    return found


def marks_of(entry: Entry) -> list[tuple[Reference, Why]]:
    """The right references of an entry, each once, the surest place first."""
    places = [(each, Why.REFERENCE) for each in entry.references]
    if "RF" in (mark := entry.end_to_end.upper().replace(" ", "")):
        places.append((Reference(mark.removesuffix(_G_MARK)), Why.MARK))
    places += [(Reference(each), Why.IN_TEXT) for each in references_in(entry.text)]
    found: dict[str, tuple[Reference, Why]] = {}
    for each, why in places:
        compact = each.text.replace(" ", "").upper()
        if is_rf(compact):
            found.setdefault(compact, (Reference(compact, each.amount), why))
    return list(found.values())


def match(entry: Entry, claims: Claims, tolerance: int) -> Match:
    """What an entry is for. What went to an account that is not on the invoice is never sure."""
    if entry.currency != "EUR":
        return Match(waits=OtherCurrency(currency=entry.currency))
    found = _found(entry, claims, tolerance)
    offered = found.shares or found.suggestions
    strange = next((each.claim for each in offered if _is_strange(entry, each.claim)), None)
    return found if strange is None else Match(suggestions=offered, waits=OtherPayee(number=strange.number))


def _is_strange(entry: Entry, claim: Claim) -> bool:
    """Whether money was paid to another account than the seller's; where a refund goes is not on the invoice."""
    known = entry.amount < 0 and not claim.refund and entry.iban and claim.iban
    return bool(known) and not claim.knows(entry.iban)


def _found(entry: Entry, claims: Claims, tolerance: int) -> Match:
    named: list[tuple[Claim, int | None, Why]] = []
    unknown = False
    for reference, why in marks_of(entry):
        found = claims.by_reference.get(reference.text, [])
        exact = [each for each in found if each.knows(entry.iban)] if len(found) > 1 else found
        if len(exact) == 1:
            named.append((exact[0], reference.amount, why))
        unknown = unknown or len(exact) != 1
    if named:
        return _by_reference(abs(entry.amount), named, unknown=unknown)
    suggestions = tuple(_guesses(entry, claims, tolerance))
    return Match(suggestions=suggestions, waits=NotSure() if suggestions else NoInvoiceFits())


def _by_reference(amount: int, named: Sequence[tuple[Claim, int | None, Why]], *, unknown: bool) -> Match:
    given = [part for _, part, _ in named]
    if None not in given and sum(part or 0 for part in given) == amount:
        wanted = [part or 0 for part in given]
    else:
        wanted, left = [], amount
        for claim, _, _ in named:
            wanted.append(min(claim.open, left))
            left -= wanted[-1]
        if wanted[-1] == named[-1][0].open:
            wanted[-1] += left  # more than all that is open: credit with the last one
    shares: list[Share] = []
    for (claim, _, why), part in zip(named, wanted, strict=True):
        paid = min(part, claim.open)
        if paid:
            shares.append(Share(claim, paid, Why.PART if paid < claim.open else why))
        if part > paid:
            shares.append(Share(claim, part - paid, Why.REST if paid else Why.DOUBLE, credit=True))
    whole = sum(each.amount for each in shares) == amount
    if double := next((each for each in shares if each.why is Why.DOUBLE), None):
        return Match(suggestions=tuple(shares), waits=NothingOpen(number=double.claim.number))
    parts = sum(each.why is Why.PART for each in shares)
    split_is_clear = len(named) == 1 or parts == 0 or None not in given
    odd = any(
        each.credit and not each.claim.takes_credit for each in shares
    )  # as more paid back than was owed
    if unknown or odd or not whole or len(shares) < len(named) or not split_is_clear:
        return Match(suggestions=tuple(shares), waits=NotSure())
    return Match(shares=tuple(shares))


def _guesses(entry: Entry, claims: Claims, tolerance: int) -> Iterable[Share]:
    """Suggestions, the likeliest first, each invoice once."""
    amount, seen = abs(entry.amount), set()
    near = [
        (claim, Why.NEAR)
        for word in _words(entry)
        for reference, group in claims.by_reference.items()
        if _one_off(word, reference)
        for claim in group
        if claim.open
    ]
    number = [
        (claim, Why.NUMBER)
        for word in re.findall(r"[\w./-]+", entry.text.casefold())
        for claim in claims.by_number.get(word.strip("./-"), ())
        if claim.open
    ]
    there = claims.by_iban.get(entry.iban, ()) if entry.iban else ()
    fitting = [each for each in there if each.open and abs(each.open - amount) <= tolerance]
    alone = [(fitting[0], Why.AMOUNT)] if len(fitting) == 1 else []
    told = list({claim.key: (claim, why) for claim, why in reversed((*near, *number))}.values())[::-1]
    if len(told) > 1 and sum(claim.open for claim, _ in told) == amount:  # all that is named, to the cent
        yield from (Share(claim, claim.open, why) for claim, why in told)
        return
    for claim, why in (*near, *number, *alone):
        if claim.key not in seen:
            seen.add(claim.key)
            yield Share(claim, min(amount, claim.open), why)
            if amount > claim.open:
                yield Share(claim, amount - claim.open, Why.REST, credit=True)
    alike = (
        claims.by_name.get(spelled(entry.name), ()) if not seen and entry.amount > 0 and entry.name else ()
    )
    fit = [each for each in alike if each.open == amount and each.name]
    yield from (Share(each, amount, Why.NAMED) for each in fit if not marks_of(entry))


def key_of(entry: Entry, seen: Counter[str]) -> str:
    """What tells an entry of an account from all others: the bank's own reference, or all that it says.

    `seen` counts the same ones in a file: two equal purchases on a day are two.
    """
    said = (
        entry.booked_on.isoformat(), str(entry.amount), entry.currency, entry.iban, entry.name, entry.end_to_end,
        entry.text,
    )  # fmt: skip
    named = entry.bank_reference
    base = f"ref:{named}" if named else f"sum:{sha256(chr(0).join(said).encode()).hexdigest()[:40]}"
    seen[base] += 1
    return base if seen[base] == 1 else f"{base}#{seen[base]}"


def accepted(found: Match, amount: int) -> tuple[Share, ...]:
    """What is booked when a person agrees: all that is offered, or the first where they exclude each other.

    Empty where that is not the whole entry.
    """
    offered = found.shares or found.suggestions
    if not offered or (not offered[0].claim.takes_credit and any(each.credit for each in offered)):
        return ()
    if offered[0].why is Why.NAMED and len(offered) > 1:  # two invoices alike: only a person knows which
        return ()
    if sum(each.amount for each in offered) == amount:
        return offered
    first = tuple(each for each in offered if each.claim.key == offered[0].claim.key)
    return first if sum(each.amount for each in first) == amount else ()


def _words(entry: Entry) -> set[str]:
    """What looks like an RF reference and is none."""
    texts = (*(each.text for each in entry.references), entry.end_to_end, entry.text)
    words = {word for text in texts for word in _WORD_RF.findall(text.upper().replace("RF ", "RF"))}
    return {word for word in words if not is_rf(word)}


def _one_off(one: str, other: str) -> bool:
    """Whether two texts of one length differ in one sign, or in two neighbours that changed places."""
    if len(one) != len(other):
        return False
    wrong = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(wrong) == 2 and wrong[1] - wrong[0] == 1:
        return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
    return len(wrong) == 1


def credit_lines(seller_id: int, buyer_id: int, amount: int) -> list[BookLine]:
    """What was paid above what is open, in both sets of books: money ahead between the two."""
    return [
        BookLine(seller_id, AccountRole.BANK, None, amount),
        BookLine(seller_id, AccountRole.ADVANCE_RECEIVED, buyer_id, -amount),
        BookLine(buyer_id, AccountRole.ADVANCE_GIVEN, seller_id, amount),
        BookLine(buyer_id, AccountRole.BANK, None, -amount),
    ]


def check_tolerance(amount: Money) -> None:
    """How much an amount may be off and still be suggested.

    Raises:
        ToleranceWrong: below zero or above ten euro.
    """
    if not Money(0) <= amount <= MOST_TOLERANCE:
        raise ToleranceWrong(field="amount")
