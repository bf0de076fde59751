"""Whose turn it is: who fits and was invited least recently, with the arithmetic. Pure.

The buyer decides and gives the reason; the order only shows whom the buyer passed over before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from cwb.kernel.money import Money
from procurement.invitations import errors
from procurement.procedures.rules import Access, Procedure


@dataclass(frozen=True, slots=True)
class Past:
    """What happened between this buyer and an organisation: how often invited, when last. `largest` in euro."""

    organisation_id: int
    name: str
    largest: Money | None = None
    invited: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One place in the rotation. `fits` None: nothing is known of its capacity."""

    past: Past
    place: int
    needed: Money
    fits: bool | None

    def kept(self) -> dict[str, Any]:
        """The arithmetic as JSON values, to keep with the invitation."""
        last = self.past.last_at
        return {
            "place": self.place, "invited": self.past.invited, "last_at": last.isoformat() if last else None,
            "largest_minor": self.past.largest.minor if self.past.largest is not None else None,
            "needed_minor": self.needed.minor, "fits": self.fits,
        }  # fmt: skip


def needed(value: Money, years: Decimal | None, percent: int) -> Money:
    """What a candidate's largest contract should reach: so many percent of one year's value."""
    length = years if years is not None and years > 1 else Decimal(1)
    return value.times(Decimal(percent) / 100 / length)


def rotation(candidates: Sequence[Past], least: Money) -> list[Turn]:
    """Everyone in turn: who fits first, then who was never or longest ago invited, least often, by name."""

    def fits(past: Past) -> bool | None:
        return None if past.largest is None else not past.largest < least

    def order(past: Past) -> tuple[bool, float, int, str]:
        last = past.last_at.timestamp() if past.last_at else float("-inf")
        return fits(past) is False, last, past.invited, past.name.casefold()

    return [
        Turn(past, place, least, fits(past))
        for place, past in enumerate(sorted(candidates, key=order), start=1)
    ]


def check_row(row: Procedure | None) -> Procedure:
    """The row of a procedure that invites.

    Raises:
        NothingToInvite: another one, or none.
    """
    if row is None or row.access != Access.INVITED:
        raise errors.NothingToInvite
    return row


def check_reason(reason: str) -> str:
    """Why this one, in words.

    Raises:
        InvitationReasonMissing: none.
    """
    if not reason.strip():
        raise errors.InvitationReasonMissing(field="reason")
    return reason.strip()


def check_room(count: int, row: Procedure) -> None:
    """There is room for one more.

    Raises:
        TooManyInvited: with how many are allowed.
    """
    if count >= row.most_invited:
        raise errors.TooManyInvited(most=row.most_invited)


def check_enough(count: int, row: Procedure) -> None:
    """As many are invited as the procedure asks.

    Raises:
        TooFewInvited, TooManyInvited.
    """
    if count < row.least_invited:
        raise errors.TooFewInvited(least=row.least_invited, count=count)
    if count > row.most_invited:
        raise errors.TooManyInvited(most=row.most_invited)
