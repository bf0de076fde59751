"""Who may prepare, hand in, withdraw and see bids."""

from cwb.kernel.policy import SIGNED_IN, Action, Actor
from procurement.bids import rules
from procurement.bids.models import Bid

LOOK = Action("bids.look", SIGNED_IN, helped=rules.HELPERS)
"""What a tender asks, and whether one may bid and why not: for whoever signed in."""

PREPARE = Action("bids.prepare", rules.FILLERS)
"""Start a bid and fill in its pages."""

HAND_IN = Action("bids.hand_in", rules.BINDERS)
"""Hand in, change and withdraw: this binds the organisation."""

SEE_OWN = Action("bids.see_own", rules.FILLERS)
"""The bids and receipts of one's own organisation."""

CONTRACTS = Action("bids.contracts", rules.PREPARERS)
"""What follows a bid that won: a helper fills in bids and reads no contract."""


def may(actor: Actor, action: Action, subject: Bid | None = None) -> bool:
    """Whether an actor may; with a bid, only for the bidder's own organisation, whatever the role."""
    if not action.open_to(actor) or actor.organisation_id is None:
        return False
    return subject is None or subject.organisation_id == actor.organisation_id
