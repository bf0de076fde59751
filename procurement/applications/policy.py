"""Who applies, and who selects."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

APPLY = Action.of("applications.apply", Role.BOARD, Role.MEMBER)
"""See and write the application of one's own organisation."""

HAND_IN = Action.of("applications.hand_in", Role.BOARD)
"""Send and withdraw it: this speaks for the organisation."""

SELECT = Action.of("applications.select", Role.PURCHASER)


def may(actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether an actor may: apply at others, select for the own organisation."""
    if not action.open_to(actor) or actor.organisation_id is None:
        return False
    own = actor.organisation_id == tender.buyer_id
    return own if action == SELECT else not own
