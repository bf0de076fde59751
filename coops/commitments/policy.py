"""Who commits: purchasers for their own organisation."""

from coops.commitments.models import AnchorCommitment
from cwb.kernel.policy import Action, Actor, Role

COMMIT = Action.of("commitments.commit", Role.PURCHASER)


def may(actor: Actor | None, subject: AnchorCommitment | None = None) -> bool:
    """Whether the actor may commit, or end this commitment."""
    if actor is None or actor.organisation_id is None or not COMMIT.open_to(actor):
        return False
    return subject is None or subject.organisation_id == actor.organisation_id
