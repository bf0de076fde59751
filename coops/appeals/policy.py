"""Who appeals: the board of the cooperative. Who answers: somebody else at the programme."""

from coops.appeals import rules
from coops.appeals.models import Appeal
from coops.register.models import Cooperative
from cwb.kernel.policy import Action, Actor, Role

APPEAL = Action.of("cooperative.appeal", Role.BOARD)
ANSWER = Action.of("cooperative.answer_appeal", Role.PROGRAMME)


def may_appeal(actor: Actor, cooperative: Cooperative) -> bool:
    """Whether the actor sits on the board of this cooperative."""
    return APPEAL.open_to(actor) and actor.organisation_id == cooperative.organisation_id


def may_answer(actor: Actor, appeal: Appeal) -> bool:
    """Whether the actor is another person than all who had to do with it."""
    about = appeal.cooperative
    return ANSWER.open_to(actor) and rules.may_answer(
        actor.user_id,
        decided_by_id=appeal.refused.decided_by_id,
        made_by_id=appeal.made_by_id,
        others=(about.registered_by_id, about.changed_by_id, about.coach_id),
    )
