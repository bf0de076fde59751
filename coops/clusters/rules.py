"""Which needs belong together: pure, deterministic, and each member says why it is in.

Needs are put together by kind of work, by a common time to begin, and by a place that can be reached. A cluster has
at least two anchors. Every need is in one cluster at most. Volumes are hours a week.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

LEEWAY = timedelta(days=183)
"""How far apart two needs may begin and still be met by one founding group (a choice of the house)."""

LEAST_ANCHORS = 2
"""One anchor alone is a contract, no cluster."""

WEEKS = 52


class Reach(StrEnum):
    """How far apart the places of a cluster may lie."""

    PLACE = "place"
    NEIGHBOURS = "neighbours"
    AREA = "area"


class Why(StrEnum):
    """Why a need is in: one about its place, one about its hours; kind and time hold for all."""

    SAME_PLACE = "same_place"
    NEIGHBOUR = "neighbour"
    ANYWHERE = "anywhere"
    TOLD = "told"
    RECKONED = "reckoned"
    UNKNOWN = "unknown"


class Release(StrEnum):
    """Whether the anchor's present contract lets it begin."""

    NONE = "none"
    ENDS = "ends"
    NOTICE = "notice"
    RUNS_ON = "runs_on"


@dataclass(frozen=True, slots=True)
class Wish:
    """A need as clustering sees it, its shares added. `anchors` are ids; values in cents, None when not told."""

    number: str
    anchors: tuple[int, ...]
    category: str
    place: str | None
    wanted_from: date
    volume: Decimal | None = None
    unit: str | None = None
    value_low: int | None = None
    value_high: int | None = None
    contract_ends_on: date | None = None
    notice_on: date | None = None
    need_id: int = 0
    title: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A need in a cluster, its hours a week (None: not known), and why it is in."""

    wish: Wish
    hours: Decimal | None
    place_why: Why
    hours_why: Why


@dataclass(frozen=True, slots=True)
class Cluster:
    """Needs that one founding group could meet; the first member names it. `centre`: the wijk it is around."""

    category: str
    reach: Reach
    centre: str | None
    members: tuple[Member, ...]

    @property
    def key(self) -> str:
        """The number of its first need: an address for it, as long as the needs stay as they are."""
        return self.members[0].wish.number

    @property
    def hours(self) -> Decimal:
        """Hours a week of what is known."""
        return sum((each.hours for each in self.members if each.hours is not None), Decimal(0))

    @property
    def unknown(self) -> int:
        """How many needs do not say how many hours they are."""
        return sum(each.hours is None for each in self.members)

    @property
    def anchors(self) -> frozenset[int]:
        """The anchors of all its needs."""
        return frozenset(anchor for each in self.members for anchor in each.wish.anchors)

    @property
    def places(self) -> tuple[str, ...]:
        """The wijken of its needs."""
        return tuple(sorted({each.wish.place for each in self.members if each.wish.place}))

    @property
    def first_start(self) -> date:
        """The day the first need begins: the earliest possible start."""
        return min(each.wish.wanted_from for each in self.members)

    @property
    def all_from(self) -> date:
        """The day the last of its needs begins: from then on all the work is there."""
        return max(each.wish.wanted_from for each in self.members)

    @property
    def value(self) -> tuple[int, int] | None:
        """The sum of the value bands in cents; None when a need tells none, for half a sum reads as the whole."""
        bands = [(each.wish.value_low, each.wish.value_high) for each in self.members]
        if any(low is None or high is None for low, high in bands):
            return None
        return sum(low or 0 for low, _high in bands), sum(high or 0 for _low, high in bands)


def told_prices(cluster: Cluster) -> tuple[Decimal, Decimal] | None:
    """Euro an hour in the value bands, lowest and highest, if the work lasts one year; a longer term leaves less.

        value of the whole term / (hours a week x 52)

    None when a need does not tell its hours or its value: then there is nothing to divide.
    """
    value = cluster.value
    if value is None or cluster.unknown or not cluster.hours:
        return None
    yearly = Fraction(cluster.hours) * WEEKS
    low, high = (Decimal(int(each / yearly + Fraction(1, 2))) / 100 for each in value)
    return low, high


def hours_of(wish: Wish, per_unit: Mapping[str, Decimal]) -> tuple[Decimal | None, Why]:
    """Hours a week of a need: as told, reckoned with the area's norm for its unit, or not known."""
    return hours_in(wish.volume, wish.unit, per_unit)


def hours_in(
    volume: Decimal | None, unit: str | None, per_unit: Mapping[str, Decimal]
) -> tuple[Decimal | None, Why]:
    """Hours a week of so much of a unit."""
    if volume is None or unit is None:
        return None, Why.UNKNOWN
    if unit == "hour_week":
        return volume, Why.TOLD
    if unit == "hour_year":
        return _tenths(Fraction(volume) / WEEKS), Why.TOLD
    norm = per_unit.get(unit)
    if norm is None:
        return None, Why.UNKNOWN
    weekly = Fraction(volume) * Fraction(norm)
    return _tenths(weekly / WEEKS if unit.endswith("_year") else weekly), Why.RECKONED


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A need of a kept cluster that is asked less than when it was kept: hours a week then and now."""

    number: str
    then: Decimal
    now: Decimal

    @property
    def gone(self) -> Decimal:
        """The hours that nobody asks any more."""
        return self.then - self.now


def _tenths(value: Fraction) -> Decimal:
    return Decimal(int(value * 10 + Fraction(1, 2))) / 10


def clusters(
    wishes: Iterable[Wish],
    *,
    tiles: Mapping[str, tuple[int, int]],
    per_unit: Mapping[str, Decimal],
    reach: Reach = Reach.NEIGHBOURS,
) -> list[Cluster]:
    """All clusters, the most hours first. `tiles`: wijk → row and column on the tile map, where neighbours touch."""
    kinds: dict[str, list[Wish]] = defaultdict(list)
    for each in wishes:
        kinds[each.category].append(each)
    found = [
        cluster
        for category in sorted(kinds)
        for together in _by_time(kinds[category])
        for cluster in _by_place(category, together, tiles, per_unit, reach)
        if len(cluster.anchors) >= LEAST_ANCHORS
    ]
    return sorted(found, key=lambda each: (-each.hours, each.category, each.key))


def _by_time(wishes: Sequence[Wish]) -> list[list[Wish]]:
    """Needs that can begin together: the first opens a group, and all that begin within the leeway join it."""
    groups: list[list[Wish]] = []
    for each in sorted(wishes, key=lambda wish: (wish.wanted_from, wish.number)):
        if groups and each.wanted_from <= groups[-1][0].wanted_from + LEEWAY:
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _by_place(
    category: str, wishes: list[Wish], tiles: Mapping[str, tuple[int, int]], per_unit: Mapping[str, Decimal],
    reach: Reach,
) -> list[Cluster]:  # fmt: skip
    """Around the wijk with most hours within reach; then again with what is left. Needs for anywhere join the first."""
    if reach is Reach.AREA:
        return [_cluster(category, reach, None, wishes, per_unit)]
    placed: dict[str, list[Wish]] = defaultdict(list)
    anywhere = []
    for each in wishes:
        if each.place is None or each.place not in tiles:
            anywhere.append(each)
        else:
            placed[each.place].append(each)
    hours = {
        code: sum((hours_of(each, per_unit)[0] or Decimal(0) for each in those), Decimal(0))
        for code, those in placed.items()
    }
    found = []
    while placed:
        centre = min(placed, key=lambda code: (-_weight(_near(code, placed, tiles, reach), hours), code))
        near = _near(centre, placed, tiles, reach)
        taken = [each for code in near for each in placed.pop(code)]
        found.append(_cluster(category, reach, centre, taken + anywhere, per_unit))
        anywhere = []
    return [*found, _cluster(category, reach, None, anywhere, per_unit)] if anywhere else found


def _near(
    code: str, placed: Mapping[str, object], tiles: Mapping[str, tuple[int, int]], reach: Reach
) -> list[str]:
    """The wijken with needs that can be reached from one, itself first."""
    if reach is Reach.PLACE:
        return [code]
    row, column = tiles[code]
    near = [
        other for other in sorted(placed)
        if other != code and abs(tiles[other][0] - row) <= 1 and abs(tiles[other][1] - column) <= 1
    ]  # fmt: skip
    return [code, *near]


def _weight(codes: Iterable[str], hours: Mapping[str, Decimal]) -> Decimal:
    return sum((hours[code] for code in codes), Decimal(0))


def _cluster(
    category: str, reach: Reach, centre: str | None, wishes: Iterable[Wish], per_unit: Mapping[str, Decimal]
) -> Cluster:
    members = []
    for each in sorted(wishes, key=lambda wish: (wish.wanted_from, wish.number)):
        hours, why = hours_of(each, per_unit)
        members.append(Member(each, hours, _place_why(each.place, centre), why))
    return Cluster(category, reach, centre, tuple(members))


def _place_why(place: str | None, centre: str | None) -> Why:
    if place is None or centre is None:
        return Why.ANYWHERE
    return Why.SAME_PLACE if place == centre else Why.NEIGHBOUR


def release(wish: Wish, *, start: date, today: date) -> Release:
    """Whether the present contract lets the anchor begin on a day.

    `notice`: it ends later, but notice can still be given; `runs_on`: it ends later and the day for notice is over or
    not told.
    """
    ends = wish.contract_ends_on
    if ends is None:
        return Release.NONE
    if ends <= start:
        return Release.ENDS
    return Release.NOTICE if wish.notice_on is not None and today <= wish.notice_on else Release.RUNS_ON


@dataclass(frozen=True, slots=True)
class Supply:
    """What the registered cooperatives of a kind of work can put to work: hours a week, and how many they are."""

    hours: int
    verified_hours: int
    cooperatives: int
    unknown: int


def unserved(hours: Decimal, supply: Supply) -> Decimal:
    """Hours a week that nobody in the register could serve, even if every cooperative did nothing else."""
    return max(Decimal(0), hours - supply.hours)
