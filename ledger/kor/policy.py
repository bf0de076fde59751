"""Who begins and ends the scheme."""

from cwb.kernel.policy import Action, Actor, Role

CHOOSE = Action.of("kor.choose", Role.BOARD)


def may(actor: Actor, action: Action, party_id: int) -> bool:
    """The board of a cooperative, for itself."""
    return action.open_to(actor) and party_id == actor.organisation_id
