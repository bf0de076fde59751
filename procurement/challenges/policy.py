"""Who challenges, who handles, who takes back."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.challenges.models import Challenge

SUBMIT = Action.of("challenges.submit", Role.RESIDENT, Role.BOARD, Role.MEMBER)
"""Challenge, and take back: residents and cooperatives."""

HANDLE = Action.of("challenges.handle", Role.PURCHASER)
"""Take a step: purchasers of the buyer."""


def may(actor: Actor | None, action: Action, subject: Challenge) -> bool:
    """Whether an actor may do this with a challenge."""
    if actor is None or not action.open_to(actor):
        return False
    if action is HANDLE:
        return actor.organisation_id == subject.buyer_id
    if actor.user_id == subject.submitted_by_id:
        return True
    return subject.organisation_id is not None and (
        actor.has(Role.BOARD) and actor.organisation_id == subject.organisation_id
    )


def sees_people(actor: Actor | None, subject: Challenge) -> bool:
    """Whether an actor reads who stands behind a challenge."""
    return subject.name_public or may(actor, HANDLE, subject) or may(actor, SUBMIT, subject)
