"""What a helper may do and for how long: pure decisions.

A helper never signs, hands in, votes or changes a bank account: no role of a helper is in such an action.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from cwb.helping import errors
from cwb.identity.rules import ROLE_HINT, check_term
from cwb.kernel.policy import HELPERS, SIGNED_IN, Action, Actor, Role
from cwb.kernel.text import N_

USUAL = timedelta(days=90)
"""How long help lasts unless the board says otherwise (a choice of the house)."""

KEPT_FOR = timedelta(days=731)
"""So long a line of the log is kept (a choice of the house)."""


class Deed(StrEnum):
    """What a line of the log says somebody did with a page."""

    DID = "did"
    LOOKED = "looked"


OFFERED: Mapping[Role, str] = {role: ROLE_HINT[role] for role in Role if role in HELPERS}
"""What a board can let somebody do, in order: role → its text (a msgid)."""


SUBJECTS: Mapping[Role, str] = {
    Role.BID_HELPER: N_("inschrijvingen"),
    Role.INVOICE_HELPER: N_("facturen en boeken"),
    Role.REGISTER_HELPER: N_("register"),
}
"""What a line of the log is about: the role by which it was allowed → its text (a msgid)."""


def check_help(roles: Collection[Role], ends_on: date, *, today: date) -> tuple[Role, ...]:
    """What a board wants to let somebody do, in a fixed order.

    Raises:
        HelpMissing: nothing, or what no helper may do.
        HelpEndInvalid: in the past, or further away than a year.
    """
    chosen = tuple(role for role in OFFERED if role in roles)
    if not chosen or len(chosen) != len(set(roles)):
        raise errors.HelpMissing(field="roles")
    check_term(chosen[0], ends_on, on=today)
    return chosen


def by_help(actor: Actor, action: Action) -> Role | None:
    """The role by which a helper does this for the organisation; None for what they do for themselves."""
    roles = action.helped if action.roles == SIGNED_IN else action.roles
    return min(roles & actor.roles & HELPERS, default=None)
