"""Who reads what was noted about TenderNed: the buyer's people and auditors; the buyer's purchasers note it."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

READ = Action.of("announcement.read", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
NOTE = Action.of("announcement.note", Role.PURCHASER)


def may(actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether an actor may do this with the notes of this tender."""
    if not action.open_to(actor):
        return False
    own = actor.organisation_id == tender.buyer_id
    return own or (action is READ and actor.has(Role.AUDITOR))
