"""Who plans what follows a contract."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract
from procurement.externals.models import ExternalContract

PLAN = Action.of("renewals.plan", Role.PURCHASER)
"""Put the need on the calendar, or say that nothing follows; choose how early to hear."""


def may(actor: Actor, action: Action, contract: Contract | ExternalContract) -> bool:
    """Whether an actor may do this for a contract."""
    return action.open_to(actor) and actor.organisation_id == contract.buyer_id
