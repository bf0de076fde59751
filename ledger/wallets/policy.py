"""Whose wallet somebody uses: of the organisation whose board one is on, else one's own."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

HOLD = Action("wallets.hold", SIGNED_IN)


def may(actor: Actor, action: Action) -> bool:
    """Whoever signed in may hold a wallet."""
    return action.open_to(actor)


def holds_for(actor: Actor) -> int | None:
    """The organisation whose wallet the actor uses; None: one's own."""
    return actor.organisation_id if actor.has(Role.BOARD) else None
