"""Who proposes and decides. An anchor's own target is its own business; that of all together is the alliance's."""

from cwb.kernel.policy import Action, Actor, Role
from ledger.targets.models import Target

PROPOSE = Action.of("targets.propose", Role.PROGRAMME, Role.ALLIANCE, Role.PURCHASER)
DECIDE = Action.of("targets.decide", Role.ALLIANCE, Role.PURCHASER)


def may(actor: Actor, action: Action, target: Target | None = None) -> bool:
    """Nobody overrules another's number: of an anchor only its own people, of all together only the alliance."""
    if not action.open_to(actor) or target is None:
        return action.open_to(actor)
    if target.anchor_id is not None:
        return actor.has(Role.PURCHASER) and actor.organisation_id == target.anchor_id
    return actor.has(Role.ALLIANCE) and target.proposed_by_id != actor.user_id


def own_anchor(actor: Actor) -> int | None:
    """For whom a target is proposed: a purchaser for its own organisation, others for all together."""
    return None if actor.has(Role.PROGRAMME, Role.ALLIANCE) else actor.organisation_id
