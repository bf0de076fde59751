"""Who may do what in the register."""

from coops.register import rules
from coops.register.models import Cooperative
from cwb.kernel.policy import Action, Actor, Role

REGISTER = Action.of("cooperative.register", Role.BOARD)
VERIFY = Action.of("cooperative.verify", Role.PROGRAMME)
HISTORY = Action.of("cooperative.history", Role.BOARD, Role.PROGRAMME, Role.COACH, Role.AUDITOR)
COACH = Action.of("cooperative.coach", Role.PROGRAMME)


def may(actor: Actor | None, action: Action, subject: Cooperative | None = None) -> bool:
    """Whether the actor may do this: the own profile for a board, verification by a second person only."""
    if actor is None or not action.open_to(actor):
        return False
    if action is REGISTER:
        own = subject is None or subject.organisation_id == actor.organisation_id
        return actor.organisation_id is not None and own
    if action is HISTORY:
        return (
            not actor.has(Role.BOARD) or subject is None or subject.organisation_id == actor.organisation_id
        )
    if action is VERIFY and subject is not None:
        return rules.may_verify(
            actor.user_id,
            registered_by_id=subject.registered_by_id,
            changed_by_id=subject.changed_by_id,
            coach_id=subject.coach_id,
        )
    return True
