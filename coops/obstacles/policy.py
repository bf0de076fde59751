"""Who reports, who looks first, who answers."""

from coops.obstacles.models import Obstacle
from cwb.kernel.policy import SIGNED_IN, Action, Actor, Role

REPORT = Action("obstacles.report", SIGNED_IN)
"""Report what stood in the way: whoever signed in."""

CHECK = Action.of("obstacles.check", Role.PROGRAMME)
"""Read it before it is public: no names, no private matters."""

ANSWER = Action.of("obstacles.answer", Role.PURCHASER, Role.PROGRAMME)
"""Answer for who owns the rule; the programme where that is nobody here."""


def may(actor: Actor | None, action: Action, subject: Obstacle) -> bool:
    """Whether an actor may do this with an obstacle."""
    if actor is None or not action.open_to(actor):
        return False
    if action is CHECK:
        return subject.reported_by_id != actor.user_id
    if action is ANSWER:
        if subject.owner_id is None:
            return actor.has(Role.PROGRAMME)
        return actor.has(Role.PURCHASER) and subject.owner_id == actor.organisation_id
    return subject.reported_by_id == actor.user_id
