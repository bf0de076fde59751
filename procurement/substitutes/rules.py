"""Where a replacement stands, and who may be named: pure decisions.

A buyer has who lends its means replaced when a ground applies to it or it does not meet the demand (Aanbestedingswet
2012, art. 2.94, not read in a source): the winner keeps its bid, another stands behind it.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.substitutes import errors

ARTICLE = "Aanbestedingswet 2012, art. 2.94"
"""Where it is sought that who lends means is replaced; not read in a source, so shown as not certain."""

LEAST_REASON = 20
"""Characters of the shortest reason."""


class Standing(StrEnum):
    """How far a replacement is."""

    ASKED = "asked"
    NAMED = "named"
    STATED = "stated"
    ACCEPTED = "accepted"
    REFUSED = "refused"


STANDINGS = {
    Standing.ASKED: (N_("wacht op de winnaar"), "warn"),
    Standing.NAMED: (N_("wacht op wie is genoemd"), "warn"),
    Standing.STATED: (N_("wacht op de koper"), "info"),
    Standing.ACCEPTED: (N_("vervangen"), "good"),
    Standing.REFUSED: (N_("niet aanvaard"), "bad"),
}
"""Standing → its text and tone."""


def standing(*, is_named: bool, is_stated: bool, is_good: bool | None) -> Standing:
    """The standing from what people did."""
    if is_good is not None:
        return Standing.ACCEPTED if is_good else Standing.REFUSED
    if is_stated:
        return Standing.STATED
    return Standing.NAMED if is_named else Standing.ASKED


def check_turn(now: Standing, *allowed: Standing) -> None:
    """An act comes in its turn.

    Raises:
        OutOfTurn: it does not.
    """
    if now not in allowed:
        raise errors.OutOfTurn


def check_time(until: datetime, at: datetime) -> None:
    """Naming and stating happen within the term.

    Raises:
        TermOver: it ended.
    """
    if at >= until:
        raise errors.TermOver(until=until)


def check_named(kvk: str, taken: Collection[str | None]) -> str:
    """Whom a winner names: nobody that takes part already, and not the buyer.

    Raises:
        NamedNotAllowed: at the field `kvk`.
    """
    if kvk in taken:
        raise errors.NamedNotAllowed(field="kvk")
    return kvk


def check_reason(reason: str, field: str) -> str:
    """Why a buyer asks or decides so.

    Raises:
        ReasonTooShort: at the field.
    """
    return words(reason, field, least=LEAST_REASON, short=errors.ReasonTooShort)
