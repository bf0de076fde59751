"""Who complains, who reads, who answers."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.complaints.models import Complaint

SUBMIT = Action.of("complaints.submit", Role.BOARD, Role.MEMBER)
HANDLE = Action.of("complaints.handle", Role.PURCHASER, Role.ASSESSOR)
READ = Action.of("complaints.read", Role.BOARD, Role.MEMBER, Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)


def may(actor: Actor, action: Action, subject: Complaint) -> bool:
    """Whether an actor may do this with a complaint; its tender is loaded."""
    if not action.open_to(actor):
        return False
    own = actor.organisation_id == subject.organisation_id and actor.has(Role.BOARD, Role.MEMBER)
    buys = actor.organisation_id == subject.tender.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR)
    if action is SUBMIT:
        return own
    if action is HANDLE:
        return buys
    return own or buys or actor.has(Role.AUDITOR)
