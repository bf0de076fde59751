"""Who sees prices before the freeze, asks, judges and confirms; who explains; who reads."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.lowbids.models import LowBidQuestion
from procurement.tenders.models import Tender

WATCH = Action.of("lowbids.watch", Role.PURCHASER)
"""See prices, ask, judge, confirm: a purchaser of the buyer. The services look at seats in the panel."""

EXPLAIN = Action.of("lowbids.explain", Role.BOARD, Role.MEMBER)
READ = Action.of("lowbids.read", Role.BOARD, Role.MEMBER, Role.PURCHASER, Role.AUDITOR)


def may_watch(actor: Actor, tender: Tender) -> bool:
    """Whether an actor is a purchaser of the buyer."""
    return WATCH.open_to(actor) and actor.organisation_id == tender.buyer_id


def may_explain(actor: Actor, subject: LowBidQuestion) -> bool:
    """Whether an actor answers for the bidder; its bid is loaded."""
    return EXPLAIN.open_to(actor) and actor.organisation_id == subject.bid.organisation_id


def may_read(actor: Actor, subject: LowBidQuestion) -> bool:
    """Whether an actor reads along for the bidder: the lead, and who signed along; bid and members are loaded."""
    return EXPLAIN.open_to(actor) and actor.organisation_id in subject.bid.party_ids


def may_audit(actor: Actor) -> bool:
    """Whether an actor reads along as an auditor."""
    return actor.has(Role.AUDITOR)
