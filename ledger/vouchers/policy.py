"""Who puts local money on paper: a board for its organisation, and the programme's desk. Tills redeem."""

from cwb.kernel.policy import Action, Actor, Role

PRINT = Action.of("vouchers.print", Role.BOARD, Role.PROGRAMME)


def may(actor: Actor, action: Action) -> bool:
    """By the roles of the action."""
    return action.open_to(actor)
