"""Who complains, who reads, who answers."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.complaints.models import Complaint

SUBMIT = Action.of("complaints.submit", Role.BOARD, Role.MEMBER)
HANDLE = Action.of("complaints.handle", Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME)
"""Answering: the buyer's people, or whom the buyer asked by name at the programme."""
RESOLVE = Action.of("complaints.resolve", Role.PURCHASER, Role.ASSESSOR)
"""Doing what was promised, and asking somebody to stand in: the buyer's people only."""
READ = Action.of(
    "complaints.read", Role.BOARD, Role.MEMBER, Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR, Role.PROGRAMME
)


def may(actor: Actor, action: Action, subject: Complaint) -> bool:
    """Whether an actor may do this with a complaint; its tender is loaded."""
    if not action.open_to(actor):
        return False
    own = actor.organisation_id == subject.organisation_id and actor.has(Role.BOARD, Role.MEMBER)
    buys = actor.organisation_id == subject.tender.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR)
    asked = actor.user_id == subject.stand_in_id and actor.has(Role.PROGRAMME)
    allowed = {SUBMIT: own, RESOLVE: buys, HANDLE: buys or asked}
    return allowed.get(action, own or buys or asked or actor.has(Role.AUDITOR))
