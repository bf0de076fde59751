"""Who invites, and who says and signs what, in a joint bid."""

from cwb.kernel.policy import Action, Actor
from procurement.bids import rules
from procurement.bids.models import Bid
from procurement.consortia.models import BidMember

LEAD = Action("joining.lead", rules.PREPARERS)
"""Invite members, write roles and shares, ask for signatures: people of the lead (penvoerder)."""

SEE = Action("joining.see", rules.PREPARERS)
"""The joint bid in which one's organisation takes part."""

SIGN = Action("joining.sign", rules.BINDERS)
"""Join, sign, take a signature back, leave: the board of the member; it binds the organisation."""


def leads(actor: Actor, bid: Bid) -> bool:
    """Whether an actor works on a bid for its lead."""
    return LEAD.open_to(actor) and actor.organisation_id == bid.organisation_id


def may(actor: Actor, action: Action, member: BidMember) -> bool:
    """Whether an actor may do this for a member."""
    return action.open_to(actor) and actor.organisation_id == member.organisation_id
