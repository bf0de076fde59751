"""Who has a PIN."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor

OWN = Action("pins.own", SIGNED_IN)


def may(actor: Actor, action: Action) -> bool:
    """Whoever signed in chooses their own."""
    return action.open_to(actor)
