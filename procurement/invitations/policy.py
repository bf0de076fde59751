"""Who sees and chooses invitees: the buyer; auditors see. Invitees and others see who they were after the award."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

SEE = Action.of("invitations.see", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
CHOOSE = Action.of("invitations.choose", Role.PURCHASER)


def may(actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether an actor may, for this tender: its own buyer's people; an auditor reads what was published."""
    if not action.open_to(actor):
        return False
    if actor.organisation_id == tender.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR):
        return True
    return action == SEE and actor.has(Role.AUDITOR) and tender.published_at is not None
