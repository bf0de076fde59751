"""Who keeps receipts."""

from cwb.kernel.policy import Action, Actor, Role

BRING = Action.of("receipts.bring", Role.MEMBER, Role.BOARD)
KEEP = Action.of("receipts.keep", Role.BOARD)
"""Second looks, turning back and payments are for the board."""


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor may do this in its own organisation."""
    return action.open_to(actor) and actor.organisation_id is not None
