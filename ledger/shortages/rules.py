"""Who bears a shortage of the backing, in which order, to the cent.

First what is in the fund of fees and charges, then what the keeper earned in fees, then firms, then residents: holders
who were promised their euros at par come last (the project's rule). Within a group all bear the same part of what they
hold, to the cent by largest remainder, oldest wallet first. Only an instrument that ends divides; else
it is made up.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from cwb.documents.rules import Document, Facts, Paragraph, Words
from cwb.kernel.money import Money
from cwb.kernel.text import N_
from ledger.instruments.rules import FEWEST
from ledger.shortages import errors
from ledger.wallets.rules import shown
from ledger.winddown.rules import COUNTED


class Held(NamedTuple):
    """What there is to bear with, in cents; firms and residents by wallet."""

    units: int
    euros: int
    earned: int
    firms: Mapping[int, int]
    residents: Mapping[int, int]

    @property
    def fund(self) -> int:
        """What bears before any holder."""
        return self.units + self.euros + self.earned


class Borne(NamedTuple):
    """What each bears, in cents; together exactly the shortage."""

    units: int
    euros: int
    earned: int
    firms: Mapping[int, int]
    residents: Mapping[int, int]

    @property
    def fund(self) -> int:
        """What the fund bears."""
        return self.units + self.euros + self.earned

    @property
    def shares(self) -> dict[int, int]:
        """Wallet → cents, of all holders that bear something."""
        return dict(self.firms) | dict(self.residents)


class Imagined(NamedTuple):
    """What a shortage of some amount would mean, in cents, and of each 100 euro that a holder has.

    None: so few residents hold something that it would tell what one of them has.
    """

    short: int
    fund: int
    firms: int | None
    residents: int | None
    firm_of_100: int | None
    resident_of_100: int | None


class Letter(NamedTuple):
    """What the letter to one holder says; cents."""

    money: str
    wallet: str
    short: int
    fund: int
    held: int
    amount: int
    at: datetime


def check_divide(
    *, ends_on: date | None, today: date, counted: tuple[datetime, int, int] | None, supply: int, waiting: int,
    at: datetime,
) -> int:  # fmt: skip
    """What is short, in cents, if it may be divided. `ends_on`: of a plan that was agreed and did not begin.

    `counted`: when, what was there, and what was out. `waiting`: what is reserved, owed or on paper.

    Raises:
        NotEnding, RequestsFirst, NothingShort, CountOld.
    """
    if ends_on is None or today <= ends_on:
        raise errors.NotEnding
    if waiting:
        raise errors.RequestsFirst
    if counted is None or counted[0] < at - COUNTED or counted[2] != supply:
        raise errors.CountOld
    if counted[1] >= supply:
        raise errors.NothingShort
    return supply - counted[1]


def check_other(first_id: int, user_id: int) -> None:
    """Somebody else divides.

    Raises:
        OtherDivides.
    """
    if first_id == user_id:
        raise errors.OtherDivides


def divided(short: int, held: Held) -> Borne:
    """Who bears what of a shortage that is no more than all that is held."""
    left, first = short, []
    for there in (held.units, held.euros, held.earned):
        first.append(min(left, max(0, there)))
        left -= first[-1]
    groups: list[dict[int, int]] = []
    for holders in (held.firms, held.residents):
        part = min(left, sum(holders.values()))
        groups.append(_pro_rata(part, holders))
        left -= part
    units, euros, earned = first
    firms, residents = groups
    return Borne(units, euros, earned, firms, residents)


def imagined(short: int, held: Held) -> Imagined:
    """What a shortage would mean for each kind of holder, if it had to be divided now. It decides nothing.

    With fewer than five residents neither their part nor that of firms is told: the rest of what is out would tell it.

    Raises:
        MoreThanThere: nothing or less, or more than all that bears.
    """
    if not 0 < short <= held.fund + sum(held.firms.values()) + sum(held.residents.values()):
        raise errors.MoreThanThere(field="short")
    found = divided(short, held)
    if found.fund < short and 0 < sum(cents > 0 for cents in held.residents.values()) < FEWEST:
        return Imagined(short, found.fund, None, None, None, None)
    parts = []
    for borne, there in ((found.firms, held.firms), (found.residents, held.residents)):
        whole = sum(there.values())
        parts.append((sum(borne.values()), -(-sum(borne.values()) * 100_00 // whole) if whole else None))
    (firms, firm), (residents, resident) = parts
    return Imagined(short, found.fund, firms, residents, firm, resident)


def _pro_rata(cents: int, holders: Mapping[int, int]) -> dict[int, int]:
    who: Sequence[int] = sorted(holders)
    if not cents:
        return {}
    parts = Money(cents).allocate([holders[wallet] for wallet in who])
    return {wallet: part.minor for wallet, part in zip(who, parts, strict=True) if part}


def letter(words: Words, line: Letter) -> Document:
    """The letter that says what one holder bears, in the reader's language."""
    text, money = words.text, words.money
    return Document(
        text(N_("Uw deel van een tekort")), words.language, line.at,
        [
            Facts([
                (text(N_("Geld")), text(line.money)), (text(N_("Portemonnee")), shown(line.wallet)),
                (text(N_("Tekort van iedereen samen")), money(line.short)),
                (text(N_("Daarvan droeg het fonds")), money(line.fund)),
                (text(N_("U had")), money(line.held)), (text(N_("U draagt")), money(line.amount)),
                (text(N_("U houdt over")), money(line.held - line.amount)),
                (text(N_("Geboekt op")), words.moment(line.at)),
            ]),
            Paragraph(text(N_("Dit geld stopt. Er staan minder euro’s tegenover dan is uitgegeven.")), strong=True),
            Paragraph(text(N_(
                "Eerst droeg het fonds. Dan bedrijven, daarna bewoners. Binnen een groep draagt ieder naar verhouding."
            ))),
            Paragraph(text(N_("Klopt dit niet? Neem contact op met het programma."))),
        ],
        mark=shown(line.wallet), page=text(N_("Bladzijde {n} van {m}")),
    )  # fmt: skip
