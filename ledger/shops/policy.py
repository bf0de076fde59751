"""Who stands at the till: the board, and everybody who works for the cooperative."""

from cwb.kernel.policy import Action, Actor, Role

TILL = Action.of("shops.till", Role.BOARD, Role.MEMBER)


def may(actor: Actor, action: Action) -> bool:
    """By the roles of the action."""
    return action.open_to(actor)
