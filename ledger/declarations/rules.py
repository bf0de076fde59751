"""Where a supplier's turnover lands: what may be declared, how long it counts, and what it makes of purchases.

A declaration is the supplier's, over a year or over one contract. It counts once a second person saw the papers
(E3), for periods that lie whole inside its time, and expires like all evidence of that grade. What nobody checked,
what expired and what is not declared is unproven.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cwb.kernel.identifiers import Postcode
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.places.rules import AreaPack, Verdict, resolve
from ledger.declarations.errors import (
    CheckerInvolvedHere,
    CheckGradeInvalid,
    CheckReasonMissing,
    DeclarationTextTooLong,
    MoreThanAll,
    PartNegative,
    PartsTooLarge,
    PayrollMissing,
    PayrollOutside,
    PayrollUnreadable,
    SourceMissing,
    TermInvalid,
    TurnoverMissing,
)
from ledger.disclosure.rules import LEAST_SUPPLIERS, Purchase
from ledger.share.rules import Standing
from ledger.suppliers.rules import expiry

COUNTS = 3
"""The least grade with which a declaration counts (L3 of the definition: payroll seen by a second person)."""

CHECKED_GRADES = {
    3: N_("E3: ik zag de stukken"),
    4: N_("E4: een externe controleur bevestigde het"),
}

YEARS_BACK = 5
"""How many years ago a declaration may still be about."""

LEVELS: Mapping[str, tuple[str, int]] = {
    "L1a": (N_("Hoofdvestiging in het gebied"), 2),
    "L1b": (N_("Filiaal in het gebied dat het contract uitvoert"), 2),
    "L2": (N_("Deel van de uren dat in het gebied is gewerkt"), 3),
    "L3": (N_("Loon voor bewoners, op de dag van betaling"), 3),
    "L4": (N_("Stemmen van bewoners of van wie er werkt"), 3),
    "L5": (N_("Eigen inkoop in het gebied, één ronde diep"), 3),
}
"""The levels of the definition with the least grade that proves them. They are never added together."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a supplier says of its year or contract, in cents and counts.

    `wages`: gross, to who lived in the area on the day of payment. `purchases`: of named suppliers proven local.
    `surplus`: all that was paid out, of which residents get their share of the members.
    """

    turnover: int
    wages: int = 0
    purchases: int = 0
    surplus: int = 0
    members: int = 0
    resident_members: int = 0
    hours: int = 0
    local_hours: int = 0
    votes: int = 0
    resident_votes: int = 0

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if getattr(self, name) < 0:
                raise PartNegative(field=name)
        if self.turnover == 0:
            raise TurnoverMissing(field="turnover")
        for part, whole in (
            ("resident_members", "members"),
            ("local_hours", "hours"),
            ("resident_votes", "votes"),
        ):
            if getattr(self, part) > getattr(self, whole):
                raise MoreThanAll(field=part)
        if self.wages + self.purchases + self.surplus > self.turnover:
            raise PartsTooLarge(field="turnover")

    @property
    def surplus_to_residents(self) -> int:
        """The residents' part of the surplus, by share of members, rounded down."""
        return self.surplus * self.resident_members // self.members if self.members else 0

    @property
    def landed(self) -> int:
        """What of the turnover landed in the area."""
        return self.wages + self.purchases + self.surplus_to_residents


@dataclass(frozen=True, slots=True)
class Landing:
    """What a checked declaration says of one supplier (`who`), for one contract or ("") for all its work.

    Counts for periods inside [from_on, until_on). `order` grows with the time of declaring.
    """

    who: str
    contract: str
    from_on: date
    until_on: date
    landed: int
    turnover: int
    order: int

    def of(self, amount: int) -> int:
        """The part of an amount that landed, rounded down: a floor never gains by rounding."""
        return amount * self.landed // self.turnover


@dataclass(frozen=True, slots=True)
class Passed:
    """What a prime passed on to a subcontractor out of what one anchor paid it in a quarter."""

    anchor: str
    prime: str
    sub: str
    amount: int
    category: str
    standing: Standing
    grade: str
    variants: tuple[Standing, ...]
    verdict: str
    wijk: str = ""
    ring: str = ""


def term(year: int, *, today: date) -> tuple[date, date]:
    """First day and exclusive end of the year a declaration is about.

    Raises:
        TermInvalid: longer ago than `YEARS_BACK`, or still to come.
    """
    if not today.year - YEARS_BACK <= year <= today.year:
        raise TermInvalid(field="year")
    return date(year, 1, 1), date(year + 1, 1, 1)


def counts_until(grade: int, checked_on: date) -> date:
    """The first day on which a checked declaration no longer counts."""
    return expiry(grade, checked_on) or expiry(COUNTS, checked_on) or checked_on


REST = "overig"
"""What stands for the people of whom no postcode was kept."""


def payroll_lines(cells: Iterable[Sequence[Any]]) -> str:
    """What was kept of a payroll, one cell a line, as `payroll` takes it back."""
    return "\n".join(f"{code or REST} {count}" for code, count in cells)


def payroll(text: str, area: AreaPack, on: date, kept: Iterable[Sequence[Any]] = ()) -> list[tuple[str, int]]:
    """Residents who got wages, by postcode, from lines such as "1063 AB 12"; small cells are folded at once.

    A postcode with fewer than five people becomes its four digits, and what is then still small one rest (""):
    where few people live is not even kept. A line of what was `kept` before may come back as it was told.

    Raises:
        PayrollUnreadable, PayrollOutside: names the line or the postcode.
    """
    found: dict[str, int] = defaultdict(int)
    before = {f"{code or REST} {count}": (code, count) for code, count in kept if len(code) < 7}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if (folded := before.pop(" ".join(line.split()), None)) is not None:
            found[folded[0]] += folded[1]
            continue
        parts = re.fullmatch(r"\s*([1-9][0-9]{3}\s?[A-Za-z]{2})[\s;:,]+([0-9]{1,5})\s*", line)
        postcode = Postcode.normalise(parts[1]) if parts else None
        if parts is None or postcode is None or not int(parts[2]):
            raise PayrollUnreadable(field="payroll", line=number)
        if resolve(area, postcode, None, "NL", on=on).verdict is Verdict.OUTSIDE:
            raise PayrollOutside(field="payroll", postcode=postcode)
        found[postcode] += int(parts[2])
    return sorted(_folded(_folded(found, lambda code: code[:4]), lambda _code: "").items())


def _folded(cells: Mapping[str, int], coarser: Callable[[str], str]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for code, count in cells.items():
        found[code if count >= LEAST_SUPPLIERS else coarser(code)] += count
    return found


def check_complete(amounts: Amounts, people: int, source: str) -> None:
    """Refuse to send what cannot be checked.

    Raises:
        PayrollMissing: wages to residents, but nobody who got them.
        SourceMissing: no paper named.
    """
    if amounts.wages and not people:
        raise PayrollMissing(field="payroll")
    if not source.strip():
        raise SourceMissing(field="source")


def short(text: str, field: str, longest: int = 300) -> str:
    """A text as it is kept.

    Raises:
        DeclarationTextTooLong: longer than it may be.
    """
    if len(text.strip()) > longest:
        raise DeclarationTextTooLong(field=field)
    return text.strip()


def check_check(grade: int, reason: str, *, involved: bool) -> str:
    """The words of a check by somebody of neither the supplier nor an anchor, cleaned.

    Raises:
        CheckGradeInvalid, CheckReasonMissing, CheckerInvolvedHere.
    """
    if involved:
        raise CheckerInvolvedHere
    if grade not in CHECKED_GRADES:
        raise CheckGradeInvalid(field="grade")
    if not 1 <= len(reason.strip()) <= 500:
        raise CheckReasonMissing(field="reason")
    return reason.strip()


def landings_of(declared: Iterable[Landing], period: Period) -> dict[tuple[str, str], Landing]:
    """The declaration that counts for each supplier and contract: the latest one that covers the whole period."""
    found: dict[tuple[str, str], Landing] = {}
    for each in sorted(declared, key=lambda one: (one.from_on, one.order)):
        if each.from_on <= period.start and period.end <= each.until_on:
            found[each.who, each.contract] = each
    return found


def land(purchases: Iterable[Purchase], found: Mapping[tuple[str, str], Landing]) -> list[Purchase]:
    """Purchases with what of them is declared and what landed; a contract's own declaration goes first."""
    landed = []
    for each in purchases:
        said = found.get((each.supplier, each.contract)) or found.get((each.supplier, ""))
        landed.append(
            each if said is None else each._replace(declared=each.amount, landed=said.of(each.amount))
        )
    return landed


def pass_on(purchases: Sequence[Purchase], passed: Iterable[Passed]) -> list[Purchase]:
    """Purchases with what primes passed on moved to their subcontractors; the total stays the same.

    What is more than the prime's own amounts (a credit note came since) is not moved at all: it is unproven.
    """
    found = list(purchases)
    by_prime: dict[tuple[str, str], list[Passed]] = defaultdict(list)
    for each in passed:
        by_prime[each.anchor, each.prime].append(each)
    for (anchor, prime), subs in by_prime.items():
        own = [
            place for place, each in enumerate(found)
            if (each.anchor, each.supplier) == (anchor, prime) and each.exclusion is None and each.amount > 0
        ]  # fmt: skip
        own.sort(key=lambda place: -found[place].amount)
        net = sum(
            each.amount for each in found
            if (each.anchor, each.supplier) == (anchor, prime) and each.exclusion is None
        )  # fmt: skip
        if sum(sub.amount for sub in subs) > net:
            continue
        for sub in subs:
            found += _moved(found, own, sub)
    return found


def _moved(found: list[Purchase], own: Sequence[int], sub: Passed) -> list[Purchase]:
    """Take an amount off the prime's purchases, largest first, and give it to the subcontractor."""
    left, moved = sub.amount, []
    for place in own:
        part = min(left, found[place].amount)
        if part <= 0:
            continue
        prime = found[place]
        found[place] = prime._replace(amount=prime.amount - part)
        moved.append(
            prime._replace(
                supplier=sub.sub, verdict=sub.verdict, category=sub.category or prime.category,
                standing=sub.standing, grade=sub.grade, variants=sub.variants, amount=part, lines=0, contract="",
                branch=False, wijk=sub.wijk, ring=sub.ring,
            )
        )  # fmt: skip
        left -= part
    return moved
