"""Who asks for a repair and decides, who answers, who reads."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.repairs.models import RepairRequest
from procurement.tenders.models import Tender

ASK = Action.of("repairs.ask", Role.PURCHASER)
"""Ask and decide: a purchaser of the buyer. The services look at seats in the panel."""

ANSWER = Action.of("repairs.answer", Role.BOARD, Role.MEMBER)
LIST = Action.of("repairs.list", Role.PURCHASER, Role.AUDITOR)
READ = Action.of("repairs.read", Role.BOARD, Role.MEMBER, Role.PURCHASER, Role.AUDITOR)


def may_ask(actor: Actor, tender: Tender) -> bool:
    """Whether an actor is a purchaser of the buyer."""
    return ASK.open_to(actor) and actor.organisation_id == tender.buyer_id


def may_answer(actor: Actor, subject: RepairRequest) -> bool:
    """Whether an actor answers for the bidder; its bid is loaded."""
    return ANSWER.open_to(actor) and actor.organisation_id == subject.bid.organisation_id


def may_list(actor: Actor, tender: Tender) -> bool:
    """Whether an actor sees who was asked: the buyer's purchasers, and auditors."""
    return may_ask(actor, tender) or actor.has(Role.AUDITOR)
