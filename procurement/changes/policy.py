"""Who proposes, decides and signs changes."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract

PROPOSE = Action.of("changes.propose", Role.PURCHASER)
"""Propose a change, decide on a colleague's, extend, note a notice: purchasers of the buyer."""

SIGN = Action.of("changes.sign", Role.BOARD)
"""Sign for the supplier, or decline; where several supply together each of them."""


def may(actor: Actor, action: Action, contract: Contract) -> bool:
    """Whether an actor may do this with a contract."""
    sides = {party for party, _share in contract.suppliers} if action is SIGN else {contract.buyer_id}
    return action.open_to(actor) and actor.organisation_id in sides
