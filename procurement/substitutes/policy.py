"""Who asks for a replacement, who names, who states, who checks and who reads it."""

from cwb.identity.models import Organisation
from cwb.kernel.policy import Action, Actor, Role
from procurement.substitutes.models import Substitute
from procurement.tenders.models import Tender

DEMAND = Action.of("substitutes.demand", Role.PURCHASER)
"""Ask the winner to replace who lends its means, and check who comes."""

ANSWER = Action.of("substitutes.answer", Role.BOARD)
"""Name somebody, or promise and state for the one that was named: the board, since it binds."""

READ = Action.of("substitutes.read", Role.PURCHASER, Role.AUDITOR, Role.BOARD, Role.MEMBER)
"""One replacement: its winner, who was named, its buyer, auditors."""


def may_demand(actor: Actor, tender: Tender) -> bool:
    """Whether an actor is a purchaser of the buyer."""
    return DEMAND.open_to(actor) and actor.organisation_id == tender.buyer_id


def may_name(actor: Actor, found: Substitute) -> bool:
    """Whether an actor is the board of the winner."""
    return ANSWER.open_to(actor) and actor.organisation_id == found.lead_id


def may_state(actor: Actor, own: Organisation | None, found: Substitute) -> bool:
    """Whether an actor is the board of the organisation that was named, by its KvK number."""
    return ANSWER.open_to(actor) and own is not None and own.kvk_number == found.kvk


def is_named(own: Organisation | None, found: Substitute) -> bool:
    """Whether somebody reads it for who was named, whom it does not concern why the other could not stay."""
    return own is not None and own.kvk_number == found.kvk and own.id != found.lead_id


def may_read(actor: Actor, own: Organisation | None, found: Substitute) -> bool:
    """Whether an actor reads it; the tender is loaded."""
    side = own is not None and (own.id == found.lead_id or (bool(found.kvk) and own.kvk_number == found.kvk))
    return READ.open_to(actor) and (side or actor.has(Role.AUDITOR) or may_demand(actor, found.tender))
