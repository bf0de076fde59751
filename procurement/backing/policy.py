"""Who asks another organisation for its means, and who promises them."""

from cwb.kernel.policy import Action, Actor
from procurement.bids import rules
from procurement.consortia.models import Backer

ASK = Action("backing.ask", rules.PREPARERS)
"""Ask another organisation, and take it off: people of the bidder."""

SEE = Action("backing.see", rules.PREPARERS)
"""Read what one's organisation is asked."""

PROMISE = Action("backing.promise", rules.BINDERS)
"""Promise or decline: the board, since it binds the organisation."""


def may(actor: Actor, action: Action, backer: Backer) -> bool:
    """Whether an actor may do this for who was asked."""
    return action.open_to(actor) and actor.organisation_id == backer.organisation_id
