"""Who may register a cooperative: its own board, or somebody whose roles go with running one."""

from cwb.identity.rules import incompatible
from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

JOIN = Action("cooperative.join", SIGNED_IN)
FOUND = Action.of("cooperative.found", Role.RESIDENT)


def may(actor: Actor) -> bool:
    """Whether the actor may register: a board its own organisation, others a new one."""
    return actor.has(Role.BOARD) or not any(
        incompatible(Role.BOARD, role) for role in actor.roles | actor.sleeping
    )


def of_own(actor: Actor) -> bool:
    """Whether it is about the organisation one acts for, not about a new one."""
    return actor.organisation_id is not None and actor.has(Role.BOARD)
