"""Who proposes, answers, delivers, confirms and reads."""

from coops.arrangements.models import SupportAgreement
from coops.arrangements.rules import Side
from coops.support import policy as support
from coops.support.models import SupportOffer, SupportRequest
from cwb.kernel.policy import Action, Actor, Role

AGREE = support.TAKE_PART
"""Propose and answer, for one of the two sides."""

GIVE = support.GIVE
"""Write down what was delivered."""

CONFIRM = support.ASK
"""Say that it was, or was not."""

READ = Action("arrangements.read", AGREE.roles | {Role.PROGRAMME, Role.AUDITOR})


def side(actor: Actor | None, offer: SupportOffer, request: SupportRequest) -> Side | None:
    """On which side the actor stands; nobody's where it is both or neither."""
    gives, receives = support.gives(actor, offer), support.receives(actor, request)
    if gives == receives:
        return None
    return Side.GIVER if gives else Side.RECEIVER


def side_of(actor: Actor | None, found: SupportAgreement) -> Side | None:
    """On which side of an agreement the actor stands."""
    return side(actor, found.offer, found.request)


def reads(actor: Actor | None, found: SupportAgreement) -> bool:
    """The two sides, the programme and auditors."""
    if actor is None or not READ.open_to(actor):
        return False
    return actor.has(Role.PROGRAMME, Role.AUDITOR) or side_of(actor, found) is not None
