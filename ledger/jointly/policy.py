"""Who gives mandates, and who sends with them."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.agreements.models import Agreement

SEE = Action.of("jointly.see", Role.MEMBER, Role.BOARD)
MANDATE = Action.of("jointly.mandate", Role.BOARD)
SEND = Action.of("jointly.send", Role.MEMBER, Role.BOARD)


def may(actor: Actor, action: Action, agreement: Agreement) -> bool:
    """Whether the actor may do this: people of a partner of the contract."""
    own = actor.organisation_id
    return action.open_to(actor) and own is not None and agreement.share_of(own) is not None
