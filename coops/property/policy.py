"""Who announces, decides and is interested."""

from coops.property.models import PropertyInterest, PropertyNotice
from coops.support.policy import ASK, stands_for
from cwb.kernel.policy import Action, Actor, Role

OWN = Action.of("property.own", Role.PURCHASER)
"""Announce, publish and decide for one's own organisation."""

WANT = Action("property.want", ASK.roles)
"""Be interested for one's own cooperative, or for an initiative that one stands by."""


def owns(actor: Actor | None, found: PropertyNotice) -> bool:
    """Whether the actor works for the owner."""
    return OWN.open_to(actor) and actor is not None and actor.organisation_id == found.organisation_id


def wants(actor: Actor | None, interest: PropertyInterest) -> bool:
    """Whether an interest is the actor's own cooperative's or initiative's."""
    return stands_for(actor, interest.organisation_id, interest.initiative)
