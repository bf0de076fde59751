"""Which open lots fit a cooperative, why not, and who could carry one together: pure decisions.

A hint for finding work and each other, never a demand and never a ranking of bidders: who may bid is decided by what is
published, and what the register does not know is shown as not known (domain/cooperatives.md §8).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations

from cwb.kernel.money import Money
from procurement.demands.rules import DemandFacts, Kind, Table
from procurement.lots.rules import HOUR, WEEKS, Candidate, Nearness, Reach, reach
from procurement.proportion.rules import Known, is_judged, known_of, reached

NOTHING = Money(0)
"""No value."""

MOST_TOGETHER = 3
"""Cooperatives in a suggested team, oneself included: larger ones found each other without us."""

MOST_LOOKED_AT = 40
"""Partners of whom teams are tried, those with the most spare hours first: 780 pairs at most."""

MOST_TRIED = 12
"""Cooperatives of whom some team is sought when only its being there matters."""

MOST_SHOWN = 3
"""Teams that a page shows."""


class Standing(StrEnum):
    """How a lot stands to a cooperative that does its kind of work."""

    FITS = "fits"
    UNKNOWN = "unknown"
    TOGETHER = "together"


class Group(StrEnum):
    """Under which heading a lot stands, in this order."""

    FITS = "fits"
    TOGETHER = "together"
    UNKNOWN = "unknown"
    LARGE = "large"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class Work:
    """An open lot: `needed` is its value per year without VAT, None when the buyer does not publish it."""

    tender_id: int
    number: str
    lot: int
    title: str
    buyer: str
    sector: str | None
    cpv: str | None
    place_code: str | None
    needed: Money | None
    demands: Sequence[DemandFacts]
    closes_at: datetime
    apply_until: datetime | None = None


class Answer(StrEnum):
    """Whether a demand is met, as far as the register knows."""

    MET = "met"
    LACKS = "lacks"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """A demand of a lot beside what a cooperative has: `most` in euro cents, None when nobody knows."""

    demand: DemandFacts
    answer: Answer
    most: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A lot beside one cooperative or a team: what it can carry, what it meets, and what that comes to."""

    work: Work
    reach: Reach
    asked: Sequence[Asked]
    near: Nearness
    standing: Standing

    @property
    def is_large_enough(self) -> bool | None:
        """Whether it can carry a year of the lot; None: the profile or the tender does not say."""
        return _is_large_enough(self.work, self.reach)

    @property
    def is_near(self) -> bool:
        """Whether it, or of a team one of them, does not say that it works elsewhere."""
        return self.near is not Nearness.ELSEWHERE

    @property
    def has_hours(self) -> bool | None:
        """Whether its spare hours alone carry a year of the lot; None: the profile or the tender does not say."""
        if self.work.needed is None or self.reach.capacity is None:
            return None
        return self.work.needed <= self.reach.capacity

    @property
    def did_as_large(self) -> bool | None:
        """Whether it, or of a team one of them, handled as large a contract; None: the profile or the tender is silent.

        That it did not is no obstacle, alone nor together: what of earlier work must be there, stands in the demands.
        """
        if self.work.needed is None or self.reach.largest is None:
            return None
        return self.work.needed <= self.reach.largest

    @property
    def asks_jobs(self) -> bool:
        """Whether the buyer demands earlier work."""
        return any(each.demand.kind is Kind.REFERENCE for each in self.asked)


def _is_large_enough(work: Work, size: Reach) -> bool | None:
    """The hours decide, and as large a contract before says it too; too small a one says nothing about the hours."""
    if work.needed is None or (size.capacity is None and not size.fits):
        return None
    return size.fits


def _reach(work: Work, largest: int | None, hours: int | None) -> Reach:
    """`lots.rules.reach`; where the value is not published, nothing can be said to fit."""
    if work.needed is not None:
        return reach(work.needed, largest, hours)
    known = reach(NOTHING, largest, hours)
    return Reach(known.largest, known.capacity, fits=False)


def _match(work: Work, size: Reach, known: Known, near: Nearness) -> Match:
    asked = [_asked(each, known) for each in work.demands if each.asked]
    large = _is_large_enough(work, size)
    answers = {each.answer for each in asked if is_judged(each.demand)}
    if large is False or Answer.LACKS in answers:
        standing = Standing.TOGETHER
    elif large is None or Answer.UNKNOWN in answers:
        standing = Standing.UNKNOWN
    else:
        standing = Standing.FITS
    return Match(work, size, asked, near, standing)


def _asked(demand: DemandFacts, known: Known) -> Asked:
    if not is_judged(demand):
        return Asked(demand, Answer.UNKNOWN, None)
    most = reached(demand, known)
    if most is None:
        return Asked(demand, Answer.UNKNOWN, None)
    return Asked(demand, Answer.MET if (demand.minimum_minor or 0) <= most else Answer.LACKS, most)


def _known(firm: Candidate, work: Work, table: Table, on: date) -> Known:
    if not any(is_judged(each) for each in work.demands):
        return Known(firm.largest_minor)  # nothing is asked of its jobs: they need not be looked through
    return known_of(firm.jobs, firm.largest_minor, work.cpv, table, on, firm.means)


def match(firm: Candidate, work: Work, table: Table, on: date) -> Match | None:
    """A lot beside one cooperative; None: it does another kind of work.

    Demands that the register cannot judge (a certificate, a turnover that nobody stated) stay UNKNOWN and keep no lot
    from fitting: the page names them.
    """
    return None if not _does(firm, work) else _beside(firm, work, _known(firm, work, table, on))


def _does(firm: Candidate, work: Work) -> bool:
    return work.sector is not None and work.sector in firm.sectors


def _beside(firm: Candidate, work: Work, known: Known) -> Match:
    size = _reach(work, firm.largest_minor, firm.weekly_hours)
    return _match(work, size, known, firm.nearness(work.place_code))


def matches(firm: Candidate, works: Iterable[Work], table: Table, on: date) -> list[Match]:
    """Every lot of its kind of work: what fits first, then the near ones, then what closes first."""
    jobs: dict[tuple[str | None, bool], Known] = {}
    """What it did, looked through once per kind of work: many lots are of the same kind."""
    found = []
    for work in works:
        if _does(firm, work):
            kind = (work.cpv, any(is_judged(each) for each in work.demands))
            known = jobs.get(kind) or jobs.setdefault(kind, _known(firm, work, table, on))
            found.append(_beside(firm, work, known))
    order = list(Standing)
    return sorted(
        found,
        key=lambda each: (
            order.index(each.standing), not each.is_near, each.work.closes_at, each.work.number, each.work.lot,
        ),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Team:
    """Cooperatives that can carry a lot together and none of them alone; the first is who asked."""

    members: Sequence[Candidate]
    match: Match

    @property
    def here(self) -> int:
        """How many of them say that they work where the work is."""
        return self._count(Nearness.HERE)

    @property
    def anywhere(self) -> int:
        """How many of them name no wijk, which is read as the whole area."""
        return self._count(Nearness.ANYWHERE)

    def _count(self, near: Nearness) -> int:
        return sum(each.nearness(self.match.work.place_code) is near for each in self.members)


def pool(known: Sequence[Known]) -> Known:
    """What a team has done: the jobs of all, and of who lists none its largest one; turnover adds up.

    Each member must be insured, so the least insured sum counts, and an unstated one leaves it unknown.

    Members of a joint bid may rely on what each of them did (Directive 2014/24/EU, art. 63; Aw 2012, art. 2.94).
    """
    lists = any(each.lists for each in known)
    largest = max((each.largest for each in known if each.largest is not None), default=None)
    values = tuple(value for each in known for value in each.values)
    if lists:
        values += tuple(each.largest for each in known if not each.lists and each.largest is not None)
    turnovers = [each.turnover for each in known if each.turnover is not None]
    insured = [each.insured for each in known if each.insured is not None]
    return Known(
        largest, values, lists=lists, turnover=sum(turnovers) if turnovers else None,
        insured=min(insured) if len(insured) == len(known) else None,
    )  # fmt: skip


def combined(members: Sequence[Candidate], work: Work, table: Table, on: date) -> Match:
    """A lot beside a team: hours are added up, the largest contract is that of one of them, jobs are pooled."""
    hours = [each.weekly_hours for each in members if each.weekly_hours is not None]
    largest = [each.largest_minor for each in members if each.largest_minor is not None]
    size = _reach(work, max(largest, default=None), sum(hours) if hours else None)
    known = pool([_known(each, work, table, on) for each in members])
    there = {each.nearness(work.place_code) for each in members}
    return _match(work, size, known, next(each for each in Nearness if each in there))


def teams(us: Candidate, work: Work, others: Iterable[Candidate], table: Table, on: date) -> list[Team]:
    """The smallest teams around a cooperative that carry a lot and meet what the register can judge; best first.

    Only of cooperatives that cannot do it alone: two that each can are competitors, and a joint bid of competitors
    may be an agreement that restricts competition (Mededingingswet, art. 6). Nobody is in it who is not needed. Order:
    fewest members, somebody of the place, most checked profiles, most spare hours, name.
    """
    looked_at = partners(us, work, others, table, on)
    found: list[Team] = []
    for count in range(1, MOST_TOGETHER):
        for chosen in combinations(looked_at, count):
            members = (us, *chosen)
            together = combined(members, work, table, on)
            if together.standing is Standing.FITS and _all_needed(members, work, table, on):
                found.append(Team(members, together))
        if found:
            break
    return sorted(found, key=_rank)[:MOST_SHOWN]


def has_team(us: Candidate, work: Work, others: Iterable[Candidate], table: Table, on: date) -> bool:
    """Whether some team around a cooperative carries a lot: what `teams` looks for, up to the first one found."""
    looked_at = partners(us, work, others, table, on)
    return any(
        combined((us, *chosen), work, table, on).standing is Standing.FITS
        for count in range(1, MOST_TOGETHER)
        for chosen in combinations(looked_at, count)
    )


def group(match: Match, *, is_barred: bool, has_team: Callable[[Match], bool]) -> Group:
    """Under which heading a lot stands: what one may not bid on apart, and what no team carries apart."""
    if is_barred:
        return Group.BARRED
    if match.standing is Standing.TOGETHER and not has_team(match):
        return Group.LARGE
    return Group(match.standing.value)


def partners(
    us: Candidate, work: Work, others: Iterable[Candidate], table: Table, on: date
) -> list[Candidate]:
    """Of whom teams are tried: nobody when one can do it alone, or can never do it; most spare hours first."""
    own = match(us, work, table, on)
    if own is None or own.standing is not Standing.TOGETHER:
        return []
    found = [
        each
        for each in others
        if each.organisation_id != us.organisation_id
        and (alone := match(each, work, table, on)) is not None
        and alone.standing is not Standing.FITS
    ]
    return sorted(found, key=_spare)[:MOST_LOOKED_AT]


def _all_needed(members: Sequence[Candidate], work: Work, table: Table, on: date) -> bool:
    """Whether no smaller part of a team, one member left out, carries the lot as well."""
    return all(
        combined([each for each in members if each is not left_out], work, table, on).standing
        is not Standing.FITS
        for left_out in members
    )


def _spare(firm: Candidate) -> tuple[int, int, str, int]:
    return (-(firm.weekly_hours or 0), -(firm.largest_minor or 0), firm.name, firm.organisation_id)


def _rank(team: Team) -> tuple[object, ...]:
    return (
        len(team.members), not team.match.is_near, -sum(each.is_verified for each in team.members),
        -sum(each.weekly_hours or 0 for each in team.members), [each.name for each in team.members],
    )  # fmt: skip


def hours_of(needed: Money) -> int:
    """Hours a week that a year of this value asks, rounded up: value / (46 weeks x 45 euro), as `lots.rules.reach`."""
    return -(-needed.minor // (WEEKS * HOUR.minor))


@dataclass(frozen=True, slots=True)
class Supply:
    """An open lot beside the whole register: of who does this kind of work, how many fit, may fit, and cannot alone.

    `is_served`: somebody fits alone, or a team of at most three does.
    """

    work: Work
    fits: int
    unknown: int
    together: int
    is_served: bool


def supply(works: Iterable[Work], firms: Sequence[Candidate], table: Table, on: date) -> list[Supply]:
    """Every open lot with who could do it; what nobody serves stands first, then what closes first."""
    by_sector: dict[str, list[Candidate]] = {}
    for firm in sorted(firms, key=_spare):
        for sector in firm.sectors:
            by_sector.setdefault(sector, []).append(firm)
    found = [_supply(work, by_sector.get(work.sector or "", ()), table, on) for work in works]
    return sorted(
        found,
        key=lambda each: (
            each.is_served, each.fits + each.unknown, each.work.closes_at, each.work.number, each.work.lot,
        ),
    )  # fmt: skip


def _supply(work: Work, firms: Sequence[Candidate], table: Table, on: date) -> Supply:
    counts = dict.fromkeys(Standing, 0)
    short: list[Candidate] = []
    for firm in firms:
        alone = match(firm, work, table, on)
        if alone is not None:
            counts[alone.standing] += 1
            if alone.standing is Standing.TOGETHER:
                short.append(firm)
    served = counts[Standing.FITS] > 0 or _some_team(work, short, table, on)
    return Supply(
        work, counts[Standing.FITS], counts[Standing.UNKNOWN], counts[Standing.TOGETHER], is_served=served
    )


def _some_team(work: Work, short: Sequence[Candidate], table: Table, on: date) -> bool:
    """Whether a small team carries a lot, sought among who has the most hours and who did the largest jobs."""
    skilled = sorted(
        short, key=lambda each: (-max((job.value_minor for job in each.jobs), default=0), each.name)
    )
    tried = list(dict.fromkeys([*short[:MOST_TRIED], *skilled[:MOST_TOGETHER]]))
    return any(
        combined(members, work, table, on).standing is Standing.FITS
        for count in range(2, MOST_TOGETHER + 1)
        for members in combinations(tried, count)
    )
