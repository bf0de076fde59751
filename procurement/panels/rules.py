"""Who may take whose place in a panel after the freeze: a pure decision."""

from procurement.hearings.rules import check_text
from procurement.panels import errors


def check_replacement(
    *, is_gone: bool, decides: int, left: int, came: int, may_come: bool, reason: str
) -> str:
    """Only somebody who cannot assess any more is replaced, by a third person, with a reason in words. The reason.

    `is_gone`: without a fitting role at the buyer any more, or told of an interest. `may_come`: has such a role and
    no seat, or has a seat without an interest. `decides`, `left`, `came` are user keys.

    Raises:
        SeatStands, ReplacedByOneself, MayNotAssess (at `user`), TextTooShort (at `reason`).
    """
    if not is_gone:
        raise errors.SeatStands
    if decides in {left, came}:
        raise errors.ReplacedByOneself
    if came == left or not may_come:
        raise errors.MayNotAssess(field="user")
    return check_text(reason, "reason")
