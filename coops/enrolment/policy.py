"""Who may register a cooperative: its own board, or somebody whose roles go with running one. A helper fills in."""

from cwb.identity.rules import incompatible
from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

JOIN = Action("cooperative.join", SIGNED_IN, helped=frozenset({Role.REGISTER_HELPER}))
FOUND = Action.of("cooperative.found", Role.RESIDENT)

HELP = Action.of("cooperative.help", Role.REGISTER_HELPER)
"""What a helper begins from its start page: it was asked for this and nothing else."""

FILLERS = (Role.BOARD, Role.REGISTER_HELPER)
"""Who fills in the registration of an organisation that is here."""


def may(actor: Actor) -> bool:
    """Whether the actor may register: a board its own organisation, others a new one."""
    return actor.has(*FILLERS) or not any(
        incompatible(Role.BOARD, role) for role in actor.roles | actor.sleeping
    )


def of_own(actor: Actor) -> bool:
    """Whether it is about the organisation one acts for, not about a new one."""
    return actor.organisation_id is not None and actor.has(*FILLERS)


def may_send(actor: Actor) -> bool:
    """Whether the actor may send what was filled in: a helper leaves that to the board."""
    return actor.has(Role.BOARD) or not of_own(actor)
