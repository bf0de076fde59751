"""Who makes, signs and reads contracts."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.contracts.models import Contract
from procurement.tenders.models import Tender

MAKE = Action.of("contracts.make", Role.PURCHASER)
"""Make a contract and change it before the first signature."""

SIGN = Action.of("contracts.sign", Role.PURCHASER, Role.BOARD)
"""Sign: a purchaser of the buyer, a board member of the supplier or of each member of a consortium."""

SEE = Action.of("contracts.see", Role.PURCHASER, Role.ASSESSOR, Role.MEMBER, Role.BOARD, Role.AUDITOR)
"""A contract: its parties, and auditors."""

AUDIT = Action.of("contracts.audit", Role.AUDITOR)
"""The contracts of everybody: auditors."""


def may_make(actor: Actor, tender: Tender) -> bool:
    """Whether an actor may make the contract of a tender."""
    return MAKE.open_to(actor) and actor.organisation_id == tender.buyer_id


def may(actor: Actor, action: Action, contract: Contract) -> bool:
    """Whether an actor may do this with a contract."""
    if not action.open_to(actor):
        return False
    own = actor.organisation_id
    buys = own == contract.buyer_id and actor.has(Role.PURCHASER)
    if action is MAKE:
        return buys
    if action is SIGN:
        return buys or (own != contract.buyer_id and contract.is_of(own) and actor.has(Role.BOARD))
    return contract.is_of(own) or actor.has(Role.AUDITOR)
