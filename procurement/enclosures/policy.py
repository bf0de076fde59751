"""Who adds files and statements to a bid, and who reads them after the opening."""

from cwb.kernel.policy import Action, Actor, Role
from procurement.bids import rules as bids
from procurement.tenders.models import Tender

ADD = Action("enclosures.add", bids.FILLERS)
"""Files and the statement of one's own bid."""

ASSESS = Action.of("enclosures.assess", Role.ASSESSOR, Role.PURCHASER)
"""Files that belong to a question, without a name, as a member of the panel."""

READ = Action.of("enclosures.read", Role.PURCHASER, Role.AUDITOR)
"""Who stated what, by name, after the opening."""

DECIDE = Action.of("enclosures.decide", Role.PURCHASER)
"""Decide about a ground that applies."""


def may(actor: Actor, action: Action, tender: Tender) -> bool:
    """Whether an actor may with an opened tender: its buyer; an auditor reads."""
    if not action.open_to(actor) or actor.organisation_id is None or tender.opened_at is None:
        return False
    if action == READ and actor.has(Role.AUDITOR):
        return True
    return tender.buyer_id == actor.organisation_id
