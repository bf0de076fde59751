"""Who may do what with tenders: buyers with their own, cooperatives with those of others."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

MAKE = Action.of("tender.make", Role.PURCHASER)
SEE_DRAFT = Action.of("tender.see_draft", Role.PURCHASER, Role.ASSESSOR)
EDIT = Action.of("tender.edit", Role.PURCHASER)
REVIEW = Action.of("tender.review", Role.PURCHASER, Role.ASSESSOR)
PUBLISH = Action.of("tender.publish", Role.PURCHASER)
MOVE = Action.of("tender.move_deadline", Role.PURCHASER)
CANCEL = Action.of("tender.cancel", Role.PURCHASER)
FOLLOW = Action.of("tender.follow", Role.BOARD, Role.MEMBER)
ASK = Action.of("tender.ask", Role.BOARD, Role.MEMBER)
AUDIT = Action.of("tender.audit", Role.AUDITOR)
ANSWER = Action.of("tender.answer", Role.PURCHASER)

_OF_OTHERS = frozenset({FOLLOW, ASK})


def may(actor: Actor | None, action: Action, subject: Tender | None = None) -> bool:
    """Whether the actor may do this: with tenders of the own organisation, or, to follow and ask, of another."""
    if actor is None or actor.organisation_id is None or not action.open_to(actor):
        return False
    if subject is None:
        return True
    own = subject.buyer_id == actor.organisation_id
    return not own if action in _OF_OTHERS else own
