"""Who reports on milestones and who verifies: never the same side."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract

REPORT = Action.of("milestones.report", Role.BOARD, Role.MEMBER)
"""Say what was reached: the supplier."""

VERIFY = Action.of("milestones.verify", Role.PURCHASER)
"""Say whether it was: a purchaser of the buyer, who manages the contract."""


def may(actor: Actor, action: Action, contract: Contract) -> bool:
    """Whether an actor may do this under a contract."""
    side = contract.supplier_id if action is REPORT else contract.buyer_id
    return action.open_to(actor) and actor.organisation_id == side
