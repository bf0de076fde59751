"""Who may compose a panel, assess, and read an evaluation."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

COMPOSE = Action.of("evaluation.compose", Role.PURCHASER)
"""Choose panel members, disqualify a bid, break a tie."""

ASSESS = Action.of("evaluation.assess", Role.PURCHASER, Role.ASSESSOR)
"""Declare, score, agree and freeze: panel members alone (the services look at the panel)."""

SEE = Action.of("evaluation.see", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""The state of an evaluation, and after freezing its ranking."""


def may(actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether an actor may do this with a tender: the buyer's people; auditors read."""
    if not action.open_to(actor):
        return False
    if actor.organisation_id == tender.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR):
        return True
    return action is SEE and actor.has(Role.AUDITOR)
