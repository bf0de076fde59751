"""Who asks for more time, who answers, who reads along."""

from collections.abc import Collection

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

ASK = Action.of("validity.ask", Role.PURCHASER)
"""Ask, and take out who did not agree: a purchaser of the buyer."""

SEE = Action.of("validity.see", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""Until when each bid binds: the buyer's people and auditors."""

ANSWER = Action.of("validity.answer", Role.BOARD)
"""Bind the bidder for longer: its board, with others the lead's."""

READ = Action.of("validity.read", Role.BOARD, Role.MEMBER)
"""The question and the own answer: the bidder, and who signed along."""


def may_ask(actor: Actor, tender: Tender) -> bool:
    """Whether an actor is a purchaser of the buyer."""
    return ASK.open_to(actor) and actor.organisation_id == tender.buyer_id


def may_see(actor: Actor, tender: Tender) -> bool:
    """Whether an actor reads the answers of all."""
    return SEE.open_to(actor) and (actor.has(Role.AUDITOR) or actor.organisation_id == tender.buyer_id)


def may_answer(actor: Actor, leads: Collection[int]) -> bool:
    """Whether an actor answers for one of these leads of bids."""
    return ANSWER.open_to(actor) and actor.organisation_id in leads


def may_read(actor: Actor, parties: Collection[int]) -> bool:
    """Whether an actor belongs to one of these parties of bids."""
    return READ.open_to(actor) and actor.organisation_id in parties
