"""Who may open, see the record, and read what was opened."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.sealing.models import TenderKey
from procurement.tenders.models import Tender

OPEN = Action.of("opening.open", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""Release one's share or open: only holders of a share, officers only while they act for the buyer."""

SEE_RECORD = Action.of("opening.see_record", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""The opening page and its record: the buyer's people and auditors."""

READ_BIDS = Action.of("opening.read_bids", Role.PURCHASER, Role.ASSESSOR, Role.AUDITOR)
"""What was opened: the buyer's people, and auditors who check."""


def may(actor: Actor, action: Action, tender: Tender, key: TenderKey | None = None) -> bool:
    """Whether an actor may do this with a tender; opening needs the tender's key with its shares."""
    if not action.open_to(actor):
        return False
    if action is OPEN:
        share = next((each for each in key.shares if each.user_id == actor.user_id), None) if key else None
        if share is None:
            return False
        return (share.part == "escrow" and actor.has(Role.AUDITOR)) or _buys(actor, tender)
    return _buys(actor, tender) or actor.has(Role.AUDITOR)


def _buys(actor: Actor, tender: Tender) -> bool:
    return actor.organisation_id == tender.buyer_id and actor.has(Role.PURCHASER, Role.ASSESSOR)
