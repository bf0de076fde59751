"""Offering, asking, closing."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from coops.initiatives.errors import InitiativeStopped
from coops.initiatives.models import Initiative
from coops.initiatives.policy import founds
from coops.initiatives.queries import locked_initiative
from coops.support import errors, policy, queries, rules
from coops.support.models import SupportOffer, SupportRequest
from coops.support.rules import OfferFacts, RequestFacts
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role

One = TypeVar("One", SupportOffer, SupportRequest)


def offer_support(session: Session, *, facts: OfferFacts, actor: Actor, at: datetime) -> SupportOffer:
    """Offer something for one's own organisation; everybody reads it.

    Raises:
        Forbidden: for no organisation, or in another role.
        TooMany, or one of `rules.check_offer`: input.
    """
    if actor.organisation_id is None or not policy.GIVE.open_to(actor):
        raise Forbidden
    rules.check_room(queries.count_open(session, SupportOffer, actor.user_id, local_date(at)))
    made = SupportOffer(
        facts=facts, organisation_id=actor.organisation_id, made_by_id=actor.user_id, made_at=at
    )
    session.add(made)
    session.flush()
    _note(session, "offered", made, actor, at)
    return made


def ask_support(
    session: Session, *, facts: RequestFacts, initiative: Initiative | None, actor: Actor, at: datetime
) -> SupportRequest:
    """Ask for one's own cooperative, or for an initiative that one began or stands by.

    Raises:
        Forbidden: for somebody else. InitiativeStopped.
        TooMany, or one of `rules.check_request`: input.
    """
    if not policy.ASK.open_to(actor):
        raise Forbidden
    rules.check_room(queries.count_open(session, SupportRequest, actor.user_id, local_date(at)))
    rest: dict[str, int | None] = {"organisation_id": None, "initiative_id": None}
    if initiative is not None:
        found = locked_initiative(session, initiative.id)
        if not (founds(found, actor.user_id) or found.started_by_id == actor.user_id):
            raise Forbidden
        if found.stopped_at is not None:
            raise InitiativeStopped
        rest["initiative_id"] = found.id
    elif actor.organisation_id is None or not actor.has(Role.BOARD):
        raise Forbidden
    else:
        rest["organisation_id"] = actor.organisation_id
    made = SupportRequest(facts=facts, made_by_id=actor.user_id, made_at=at, **rest)
    session.add(made)
    session.flush()
    _note(session, "asked", made, actor, at)
    return made


def close_offer(session: Session, *, offer: SupportOffer, actor: Actor, at: datetime) -> SupportOffer:
    """Take an offer away: nothing new is agreed on it; what was agreed stays.

    Raises:
        Forbidden: another organisation's. Closed: it was closed before.
    """
    found = queries.held_offer(session, offer.id)
    if not policy.gives(actor, found):
        raise Forbidden
    return _close(session, found, actor, at)


def close_request(session: Session, *, request: SupportRequest, actor: Actor, at: datetime) -> SupportRequest:
    """Take a request back; what was agreed stays.

    Raises:
        Forbidden: another's. Closed: it was closed before.
    """
    found = queries.held_request(session, request.id)
    if not policy.receives(actor, found):
        raise Forbidden
    return _close(session, found, actor, at)


def _close(session: Session, found: One, actor: Actor, at: datetime) -> One:
    if found.closed_at is not None:
        raise errors.Closed
    found.closed_at, found.closed_by_id = at, actor.user_id
    session.flush()
    _note(session, "closed", found, actor, at)
    return found


def _note(
    session: Session, what: str, found: SupportOffer | SupportRequest, actor: Actor, at: datetime
) -> None:
    record(
        session, action=f"support.{what}", subject=f"{found.__tablename__}:{found.public_id}",
        actor_id=actor.user_id, facts={"kind": found.kind, "amount": found.amount}, at=at,
    )  # fmt: skip
