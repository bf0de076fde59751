"""Who orders under a framework, who answers, who reads."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.call_offs.models import CallOff, FrameworkParty
from procurement.contracts.models import Contract
from procurement.tenders.models import Tender

PLACE = Action.of("call_offs.place", Role.PURCHASER)
"""Place an order, hold a competition, let another supplier join."""

ANSWER = Action.of("call_offs.answer", Role.BOARD)
"""Accept or decline an order, join a framework."""

SEE = Action.of("call_offs.see", Role.PURCHASER, Role.ASSESSOR, Role.MEMBER, Role.BOARD, Role.AUDITOR)
"""Read a framework and its orders: its parties, and auditors."""


def may_place(actor: Actor, framework: Contract) -> bool:
    """Whether an actor orders for the buyer of this framework."""
    return PLACE.open_to(actor) and actor.organisation_id == framework.buyer_id


def may_set_rule(actor: Actor, tender: Tender) -> bool:
    """Whether an actor writes the rule of this tender."""
    return PLACE.open_to(actor) and actor.organisation_id == tender.buyer_id


def may_answer(actor: Actor, party: FrameworkParty | None) -> bool:
    """Whether an actor answers for this supplier."""
    return party is not None and ANSWER.open_to(actor) and actor.organisation_id == party.supplier_id


def may_sign(actor: Actor, party: FrameworkParty | None) -> bool:
    """Whether an actor signs for this party, or for the member of it that it acts for."""
    return party is not None and ANSWER.open_to(actor) and actor.organisation_id in party.party_ids


def may_see(actor: Actor, framework: Contract, supplier_ids: "set[int]") -> bool:
    """Whether an actor reads a framework."""
    own = actor.organisation_id
    return SEE.open_to(actor) and (
        actor.has(Role.AUDITOR) or own == framework.buyer_id or own in supplier_ids
    )


def may_see_order(actor: Actor, order: CallOff) -> bool:
    """Whether an actor reads an order: buyer, all who supply it, auditors. Other suppliers do not see prices."""
    own = actor.organisation_id
    return SEE.open_to(actor) and (
        actor.has(Role.AUDITOR) or own == order.framework.buyer_id or own in order.supplier_ids
    )
