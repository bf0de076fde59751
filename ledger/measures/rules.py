"""What the books of an instrument are as transfers, which windows are measured, and what each figure means.

The figures are those of `ledger.circulation`, so that `cwb currency measure` says the same of the exported file.
A definition that changes gets the next version. Amounts are cents.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from cwb.kernel.period import Period
from cwb.kernel.text import N_
from ledger.flows.rules import Kind, Transfer
from ledger.measures.errors import BooksUnreadable, CostEmpty, CostInFuture

VERSION = 1
"""Of the shape of what is kept."""
LEAST = 5
"""Of fewer holders or payers nothing is shown."""
YEAR = timedelta(days=365)
FUND, ISSUER = "fund", "issuer"
_BEGAN = datetime(1970, 1, 1, tzinfo=UTC)

KINDS = {
    "voucher_issued": Kind.ISSUE, "voucher_paid": Kind.PAYMENT, "voucher_redeemed": Kind.REDEEM,
    "voucher_demurrage": Kind.DEMURRAGE, "voucher_lapsed": Kind.LAPSE, "fund_spent": Kind.REDEEM,
    "paper_printed": Kind.INTERNAL, "paper_returned": Kind.INTERNAL, "winddown_units": Kind.REDEEM,
    "credit_loss": Kind.CLEARING, "credit_ended": Kind.CLEARING, "shortage_units": Kind.LAPSE,
}  # fmt: skip
"""What each kind of the books is to the measures. A kind that is not here stops measuring: it is never guessed."""


class Line(NamedTuple):
    """One line of the books: `name` is the account, a name that tells nothing."""

    transfer_id: int
    at: datetime
    kind: str
    reverses: int | None
    name: str
    cents: int


def micros(moment: datetime) -> int:
    """Microseconds since 1970 (UTC)."""
    since = moment - _BEGAN
    return (since.days * 86400 + since.seconds) * 10**6 + since.microseconds


def moment(at: int) -> datetime:
    """The instant of so many microseconds."""
    return _BEGAN + timedelta(microseconds=at)


def transfers_of(lines: Iterable[Line]) -> list[Transfer]:
    """The lines, in order, as transfers from one to another, numbered; of several legs each giver meets each taker.

    A reversal is the exact opposite of each part of what it reverses.

    Raises:
        BooksUnreadable: a kind that nobody said the meaning of, or a reversal of what is not there.
    """
    found: list[Transfer] = []
    places: dict[int, range] = {}
    for transfer_id, group in groupby(lines, key=attrgetter("transfer_id")):
        legs = list(group)
        at, first = micros(legs[0].at), len(found) + 1
        if (undone := legs[0].reverses) is not None:
            if undone not in places:
                raise BooksUnreadable(why=f"transfer {transfer_id} reverses {undone}")
            for place in places[undone]:
                one = found[place - 1]
                found.append(
                    Transfer(at, one.taker, one.giver, one.amount, Kind.REVERSAL, str(len(found) + 1), one.id)
                )
        else:
            kind = KINDS.get(legs[0].kind)
            if kind is None:
                raise BooksUnreadable(why=f"transfer {transfer_id} is {legs[0].kind}")
            for giver, taker, cents in _parts(legs):
                found.append(Transfer(at, giver, taker, cents, kind, str(len(found) + 1)))
        places[transfer_id] = range(first, len(found) + 1)
    return found


def _parts(legs: Sequence[Line]) -> Iterator[tuple[str, str, int]]:
    """Who gave what to whom, in the order of the legs."""
    givers = deque((each.name, -each.cents) for each in legs if each.cents < 0)
    takers = deque((each.name, each.cents) for each in legs if each.cents > 0)
    while givers and takers:
        (giver, gives), (taker, takes) = givers.popleft(), takers.popleft()
        cents = min(gives, takes)
        if giver != taker:
            yield giver, taker, cents
        if gives > cents:
            givers.appendleft((giver, gives - cents))
        if takes > cents:
            takers.appendleft((taker, takes - cents))


class Window(NamedTuple):
    """From a day up to, not including, another; both begin at midnight in Amsterdam."""

    first: date
    until: date


def windows(first: date, today: date, there: Collection[tuple[date, date]]) -> list[Window]:
    """What is still to be measured: the year up to today, and each quarter that is over; from the first payment on."""
    found = []
    quarter = Period.quarter_of(first)
    while quarter.end <= today:
        found.append(Window(max(first, quarter.start), quarter.end))
        quarter = Period.quarter_of(quarter.end)
    if first < today:
        found.append(Window(max(first, today - YEAR), today))
    return [each for each in dict.fromkeys(found) if tuple(each) not in there]


class Cell(NamedTuple):
    """A group of holders in a window: how many, what they hold, paid and received; and how few of them did so."""

    group: str
    accounts: int
    held: int
    paid: int
    received: int
    fewest: int


def shown(cells: Sequence[Cell]) -> list[Cell]:
    """The groups that may be told. One that is too small takes the next smallest with it: the sum is known."""
    there = [each for each in cells if each.accounts]
    hidden = [each for each in there if min(each.accounts, each.fewest) < LEAST]
    rest = [each for each in there if each not in hidden]
    if len(hidden) == 1 and rest:
        rest.remove(min(rest, key=attrgetter("accounts", "group")))
    return rest


def check_cost(on: date, amount: int, minutes: int, today: date) -> None:
    """Whether costs can be written down. `amount`: cents.

    Raises:
        CostEmpty, CostInFuture.
    """
    if amount < 0 or minutes < 0 or not (amount or minutes):
        raise CostEmpty(field="amount")
    if on > today:
        raise CostInFuture(field="on")


class Unit(StrEnum):
    """How a figure is written."""

    EURO = "euro"
    SHARE = "share"
    PLAIN = "plain"
    ROUNDS = "rounds"


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure: where it stands in what is kept, its name, how it is written and what it is, in one sentence.

    `fifo`: where the same figure stands when what came first goes first. `version` rises when the meaning changes.
    """

    path: str
    name: str
    unit: Unit
    about: str
    fifo: str | None = None
    version: int = 1


DEFINITIONS = (
    Definition(
        "volume", N_("Volume"), Unit.EURO,
        N_("Wat houders elkaar betaalden; teruggeboekt en intern tellen niet."),
    ),
    Definition("payments", N_("Betalingen"), Unit.PLAIN, N_("Hoe vaak houders elkaar betaalden.")),
    Definition(
        "average_stock", N_("Voorraad"), Unit.EURO,
        N_("Wat houders gemiddeld hadden, over elk moment van deze dagen."),
    ),
    Definition(
        "velocity_by_stock", N_("Omloopsnelheid naar voorraad"), Unit.PLAIN,
        N_("Volume gedeeld door voorraad, per jaar van 365 dagen."),
    ),
    Definition(
        "velocity_by_holding_time", N_("Omloopsnelheid naar tijd"), Unit.PLAIN,
        N_("Eén gedeeld door hoe lang betaald geld ergens bleef, per jaar."), "velocity_by_holding_time_fifo",
    ),
    Definition(
        "effective_stock", N_("Werkende voorraad"), Unit.EURO,
        N_("De voorraad die in dat tempo al het betalen deed."), "effective_stock_fifo",
    ),
    Definition(
        "effective_share", N_("Deel van de voorraad dat werkt"), Unit.SHARE,
        N_("Werkende voorraad als deel van de voorraad."), "effective_share_fifo",
    ),
    Definition(
        "hops.proportional.at_redemption", N_("Stappen tot het terugging"), Unit.PLAIN,
        N_("Hoe vaak geld was doorbetaald toen het euro’s werd, gemiddeld."), "hops.fifo.at_redemption",
    ),
    Definition(
        "hops.proportional.in_circulation", N_("Stappen van wat er nog is"), Unit.PLAIN,
        N_("Hoe vaak geld dat er nog is werd doorbetaald, gemiddeld."), "hops.fifo.in_circulation",
    ),
    Definition(
        "rounds.proportional", N_("Rondes"), Unit.ROUNDS,
        N_("Per € 100 in ronde één: wat in ronde één, twee en drie is besteed."), "rounds.fifo",
    ),
    Definition(
        "leakage", N_("Weglek"), Unit.SHARE, N_("Wat weer euro’s werd, als deel van wat erbij kwam; bij krediet geen."),
    ),
    Definition(
        "stock_flow_residual", N_("Onverklaard verschil"), Unit.EURO,
        N_("Groei van de voorraad die de stromen niet verklaren; hoort nul te zijn."),
    ),
    Definition(
        "loop_share", N_("Deel in kringen"), Unit.SHARE,
        N_("Volume tussen houders die elkaar over en weer bereiken, als deel."),
    ),
    Definition(
        "stuck.older_than_90_days", N_("Ligt stil"), Unit.EURO,
        N_("Wat langer dan negentig dagen bij dezelfde houder ligt."),
    ),
    Definition(
        "stuck.older_than_90_days_share", N_("Deel dat stilligt"), Unit.SHARE,
        N_("Wat stilligt, als deel van wat er is."),
    ),
    Definition(
        "never_circulated", N_("Nooit doorbetaald"), Unit.SHARE,
        N_("Deel van wat er is dat nog nooit is doorbetaald."), "never_circulated_fifo",
    ),
    Definition(
        "held_by_who_never_paid", N_("Bij wie nooit betaalde"), Unit.SHARE,
        N_("Deel van wat er is bij houders die nog nooit betaalden."),
    ),
    Definition(
        "stuck.top_tenth_share", N_("Bij de rijkste tien procent"), Unit.SHARE,
        N_("Deel van wat er is bij het tiende met het meeste."),
    ),
    Definition(
        "stuck.gini", N_("Ongelijkheid (Gini)"), Unit.PLAIN,
        N_("Nul als iedereen evenveel heeft, bijna één als één alles heeft."),
    ),
)  # fmt: skip
"""What the page says of the measured window, in this order."""


class Figure(NamedTuple):
    """A definition with its value, as text with a point; None where undefined."""

    definition: Definition
    value: Any
    fifo: Any


def figures(measured: Mapping[str, Any]) -> list[Figure]:
    """All figures of what was measured."""
    return [
        Figure(each, _at(measured, each.path), _at(measured, each.fifo) if each.fifo else None)
        for each in DEFINITIONS
    ]


def _at(measured: Mapping[str, Any], path: str) -> Any:
    found: Any = measured
    for name in path.split("."):
        found = found[name]
    return found


def per_hundred(cents: int, volume: int) -> int | None:
    """What € 100 of volume costs, in cents, rounded half up; None without volume."""
    return (2 * cents * 10_000 + volume) // (2 * volume) if volume > 0 else None
