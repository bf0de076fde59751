"""Who offers and who asks."""

from coops.initiatives.models import Initiative
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


def stands_for(actor: Actor | None, organisation_id: int | None, initiative: Initiative | None) -> bool:
    """Whether the actor is of the board of a cooperative, or founds or began an initiative."""
    if actor is None or not ASK.open_to(actor):
        return False
    if organisation_id is not None:
        return actor.has(Role.BOARD) and actor.organisation_id == organisation_id
    return initiative is not None and (
        founds(initiative, actor.user_id) or initiative.started_by_id == actor.user_id
    )


def receives(actor: Actor | None, request: SupportRequest) -> bool:
    """Whether the request is the actor's own cooperative's or initiative's."""
    return stands_for(actor, request.organisation_id, request.initiative)


def reads(actor: Actor | None, request: SupportRequest) -> bool:
    """Whether the actor may read a request: partners, auditors, coaches, and who asks; not any resident."""
    if actor is None or not READ.open_to(actor):
        return False
    return LOOK.open_to(actor) or receives(actor, request)
