"""Money that comes back to who spent it, and suppliers that only pass it on: flags with amounts, for people to judge.

Nothing here changes a figure. A flag is a question to ask, not an answer.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cwb.kernel.canonical import digest
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from ledger.declarations.errors import DeclarationTextTooLong, SubcontractSelf, SubcontractTooLarge
from ledger.landing.errors import OutcomeInvalid, PaperKindRefused, PassedAgain, PassedWithoutPaper

LONGEST = 4
"""The longest round that is looked for, in payments."""

MOST_PASSED = Fraction(80, 100)
LEAST_LANDED = Fraction(5, 100)
"""A supplier that passes on as much, or whose declaration lands as little though it counts as local, is flagged."""

KINDS: Mapping[str, str] = {
    "cycle": N_("Geld komt terug bij wie het uitgaf"),
    "via": N_("De naam zegt dat een ander het werk doet"),
    "shared_number": N_("Meer namen met één KvK-nummer"),
    "passed_on": N_("Bijna alles is doorgegeven"),
    "little_lands": N_("Telt als lokaal, maar er landt weinig"),
}

OUTCOMES: Mapping[str, str] = {
    "explained": N_("Uitgelegd: er is niets mis"),
    "mended": N_("Hersteld"),
    "searching": N_("Wij zoeken verder"),
}
"""What may come of a question."""

PAPER_KINDS = frozenset({"pdf", "jpg", "png"})
MOST_PAPERS = 5
"""Papers with one amount that was passed on (own choice): an invoice, a contract, and a few photos."""

_VIA = re.compile(r"\b(via|p/a|c/o|namens)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Payment:
    """What one party paid another in a period, in cents; parties by a key."""

    payer: str
    payee: str
    amount: int


@dataclass(frozen=True, slots=True)
class Bought:
    """What all anchors paid one supplier as a ledger names it."""

    key: str
    name: str
    kvk_number: str | None
    amount: int
    local: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """A question about money: what kind, about whom (keys), how much, and the part it is of, if any."""

    kind: str
    parties: tuple[str, ...]
    amount: int
    share: Fraction | None = None

    @property
    def key(self) -> str:
        """The same for the same question about the same parties, whatever the amount."""
        return digest([self.kind, *self.parties])[:32]


def cycles(payments: Iterable[Payment]) -> list[Flag]:
    """Rounds of two to four payments that end where they began, with what can have gone all the way round."""
    paid: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for each in payments:
        if each.payer != each.payee:
            paid[each.payer][each.payee] += each.amount
    graph = {
        payer: sorted(payee for payee, amount in theirs.items() if amount > 0 and payee in paid)
        for payer, theirs in paid.items()
    }
    found = [
        Flag(
            "cycle",
            path,
            min(paid[one][other] for one, other in zip(path, (*path[1:], path[0]), strict=True)),
        )
        for start in sorted(graph)
        for path in _rounds(graph, start, (start,))
    ]
    return sorted(found, key=lambda flag: (-flag.amount, flag.parties))


def _rounds(
    graph: Mapping[str, Sequence[str]], start: str, path: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Every round through larger keys only, so that each is found once: from its smallest."""
    for payee in graph.get(path[-1], ()):
        if payee == start and len(path) > 1:
            yield path
        elif payee > start and payee not in path and len(path) < LONGEST:
            yield from _rounds(graph, start, (*path, payee))


def names(bought: Iterable[Bought]) -> list[Flag]:
    """Suppliers whose name says that somebody else does the work, and numbers that carry several names."""
    found, by_number = [], defaultdict(list)
    for each in bought:
        if _VIA.search(each.name):
            found.append(Flag("via", (each.key,), each.amount))
        if each.kvk_number:
            by_number[each.kvk_number].append(each)
    found += [
        Flag("shared_number", tuple(each.key for each in mine), sum(each.amount for each in mine))
        for mine in by_number.values()
        if len({re.sub(r"\W+", "", each.name.casefold()) for each in mine}) > 1
    ]
    return sorted(found, key=lambda flag: (-flag.amount, flag.parties))


def little(bought: Iterable[Bought], landed: Mapping[str, Fraction], passed: Mapping[str, int]) -> list[Flag]:
    """Local suppliers of whose turnover little lands, and suppliers that passed most of their money on."""
    found = []
    for each in bought:
        part = landed.get(each.key)
        if each.local and part is not None and part < LEAST_LANDED:
            found.append(Flag("little_lands", (each.key,), each.amount, part))
        on = Fraction(passed.get(each.key, 0), each.amount) if each.amount > 0 else Fraction(0)
        if on >= MOST_PASSED:
            found.append(Flag("passed_on", (each.key,), passed[each.key], on))
    return sorted(found, key=lambda flag: (-flag.amount, flag.parties))


def check_pass(*, prime: int, sub: int, amount: int, paid: int, passed: int) -> None:
    """Refuse to pass on to oneself, or more than one was paid.

    Raises:
        SubcontractSelf, SubcontractTooLarge.
    """
    if prime == sub:
        raise SubcontractSelf(field="kvk_number")
    if amount <= 0 or amount > paid - passed:
        raise SubcontractTooLarge(field="amount", most=Money(max(0, paid - passed)))


def check_again(before: date | None, *, is_another: bool) -> None:
    """Ask about an amount that stands already with the same subcontractor, buyer and quarter, since the day `before`.

    Raises:
        PassedAgain: it stands, and nobody said that this is another one.
    """
    if before is not None and not is_another:
        raise PassedAgain(field="is_another", on=before)


def check_paper_kind(kind: str) -> None:
    """Only what every reader of the papers can open without a program of its own.

    Raises:
        PaperKindRefused: no PDF and no photo.
    """
    if kind not in PAPER_KINDS:
        raise PaperKindRefused(field="file")


def check_rests(*, accepted: bool, papers: int) -> None:
    """What counts rests on a paper that can be read again; a refusal needs none.

    Raises:
        PassedWithoutPaper.
    """
    if accepted and not papers:
        raise PassedWithoutPaper(field="answer")


def check_answer(outcome: str, reason: str) -> str:
    """The reason of an answer, cleaned.

    Raises:
        OutcomeInvalid, ReasonTooShort, DeclarationTextTooLong.
    """
    if outcome not in OUTCOMES:
        raise OutcomeInvalid(field="outcome")
    told = words(reason, "reason", short=ReasonTooShort)
    if len(told) > 500:
        raise DeclarationTextTooLong(field="reason")
    return told


def quarters_back(today: Period, count: int = 6) -> list[Period]:
    """The quarter of today and those before it, latest first."""
    found = [today]
    while len(found) < count:
        found.append(found[-1].previous_quarter())
    return found
