"""Who may do what in a market consultation."""

from coops.needs.models import Need
from cwb.kernel.policy import Action, Actor, Role

ASK = Action.of("consultation.ask", Role.PURCHASER)
ANSWER = Action.of("consultation.answer", Role.BOARD, Role.MEMBER)
READ_ANSWERS = Action.of("consultation.read_answers", Role.PURCHASER, Role.AUDITOR)


def may(actor: Actor | None, action: Action, subject: Need | None = None) -> bool:
    """Whether the actor may do this: purchasers about needs of their own organisation."""
    if actor is None or actor.organisation_id is None or not action.open_to(actor):
        return False
    if subject is None or action is ANSWER or (action is READ_ANSWERS and actor.has(Role.AUDITOR)):
        return True
    return subject.owner_id == actor.organisation_id
