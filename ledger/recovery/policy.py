"""Who sits at the staff desk, and who uses its code."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

MEND = Action.of("recovery.mend", Role.PROGRAMME)
TAKE = Action("recovery.take", SIGNED_IN)


def may(actor: Actor, action: Action) -> bool:
    """By the roles of the action."""
    return action.open_to(actor)
