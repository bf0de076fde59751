"""Who may open, see the record, and read what was opened."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.opening import rules
from procurement.sealing.models import TenderKey
from procurement.tenders.models import Tender

OPEN = Action("opening.open", rules.READERS)
"""Release one's share or open: only holders of a share, officers only while they act for the buyer."""

SEE_RECORD = Action("opening.see_record", rules.READERS)
"""The opening page and its record: the buyer's people and auditors."""

END = Action.of("opening.end", Role.PURCHASER)
"""End a tender for which nobody bid."""

READ_BIDS = Action("opening.read_bids", rules.READERS)
"""What was opened: the buyer's people, and auditors who check. Each reading is written down."""


def may(actor: Actor, action: Action, tender: Tender, key: TenderKey | None = None) -> bool:
    """Whether an actor may do this with a tender; opening needs the tender's key with its shares."""
    if not action.open_to(actor):
        return False
    if action is OPEN:
        shares = key.shares if key else []
        part = next((each.part for each in shares if each.user_id == actor.user_id), None)
        return rules.may_open(actor, tender.buyer_id, part)
    if action is END:
        return rules.buys(actor, tender.buyer_id)
    return rules.may_read(actor, tender.buyer_id)
