"""Who takes the whole file: the buyer's purchasers and auditors."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.tenders.models import Tender

TAKE = Action.of("archive.take", Role.PURCHASER, Role.AUDITOR)


def may(actor: Actor, tender: Tender) -> bool:
    """Whether an actor takes the file of this tender."""
    own = actor.organisation_id == tender.buyer_id and actor.has(Role.PURCHASER)
    return own or actor.has(Role.AUDITOR)
