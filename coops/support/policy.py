"""Who offers and who asks."""

from coops.initiatives.policy import founds
from coops.support.models import SupportOffer, SupportRequest
from cwb.kernel.policy import Action, Actor, Role

GIVE = Action.of("support.give", Role.PURCHASER, Role.BOARD, Role.PROGRAMME)
"""Offer for one's own organisation: anchors, cooperatives and the programme."""

ASK = Action.of("support.ask", Role.BOARD, Role.RESIDENT, Role.MEMBER)
"""Ask for one's own cooperative, or for an initiative that one stands by."""

TAKE_PART = Action("support.take_part", GIVE.roles | ASK.roles)

LOOK = Action("support.look", GIVE.roles | {Role.COACH, Role.AUDITOR})
"""Read all requests: partners, and whoever guides or checks."""

READ = Action("support.read", LOOK.roles | ASK.roles)
"""Read one request."""


def gives(actor: Actor | None, offer: SupportOffer) -> bool:
    """Whether the actor works for who offers it."""
    return GIVE.open_to(actor) and actor is not None and actor.organisation_id == offer.organisation_id


def receives(actor: Actor | None, request: SupportRequest) -> bool:
    """Whether the actor is of the board that asks, or founds or began the initiative that asks."""
    if actor is None or not ASK.open_to(actor):
        return False
    if request.organisation_id is not None:
        return actor.has(Role.BOARD) and actor.organisation_id == request.organisation_id
    found = request.initiative
    return found is not None and (founds(found, actor.user_id) or found.started_by_id == actor.user_id)


def reads(actor: Actor | None, request: SupportRequest) -> bool:
    """Whether the actor may read a request: partners, auditors, coaches, and who asks; not any resident."""
    if actor is None or not READ.open_to(actor):
        return False
    return LOOK.open_to(actor) or receives(actor, request)
