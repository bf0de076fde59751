"""Who may decide, and who reads a letter."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.awards.models import AwardLetter
from procurement.tenders.models import Tender

DECIDE = Action.of("awards.decide", Role.PURCHASER)
"""Prepare, write, send, end: purchasers of the buyer."""

SEE = Action.of("awards.see", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""The decision with every letter: the buyer's people and auditors."""

READ = Action.of("awards.read", Role.MEMBER, Role.BOARD, Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""A letter: its own organisation, the buyer's people, auditors."""


def may(actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether an actor may do this with the decision on a tender."""
    if not action.open_to(actor):
        return False
    if actor.organisation_id == tender.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR):
        return action is not READ
    return action is SEE and actor.has(Role.AUDITOR)


def may_read(actor: Actor, letter: AwardLetter) -> bool:
    """Whether an actor may read a letter; before it is sent only the buyer's people and auditors."""
    if letter.decision.sent_at is not None and READ.open_to(actor):
        own = actor.organisation_id in letter.bid.party_ids and actor.has(Role.MEMBER, Role.BOARD)
        if own:
            return True
    return may(actor, SEE, letter.decision.tender)
