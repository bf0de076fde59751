"""Offering, asking, closing."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from coops.initiatives.errors import InitiativeStopped
from coops.initiatives.models import Initiative
from coops.initiatives.queries import locked_initiative
from coops.support import errors, policy, queries, rules
from coops.support.models import SupportOffer, SupportRequest
from coops.support.rules import OfferFacts, RequestFacts
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor

One = TypeVar("One", SupportOffer, SupportRequest)


def offer_support(
    session: Session, *, facts: OfferFacts, replaces: SupportOffer | None = None, actor: Actor, at: datetime
) -> SupportOffer:
    """Offer something for one's own organisation; everybody reads it. It may take the place of a closed offer.

    Raises:
        Forbidden: for no organisation, or in another role.
        TooMany, or one of `rules.check_offer`: input.
    """
    if actor.organisation_id is None or not policy.GIVE.open_to(actor):
        raise Forbidden
    rules.check_room(queries.count_open(session, SupportOffer, actor.user_id, local_date(at)))
    made = SupportOffer(
        facts=facts, organisation_id=actor.organisation_id, made_by_id=actor.user_id, made_at=at,
        replaces_id=None if replaces is None else replaces.id,
    )  # fmt: skip
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
    rules.check_room(queries.count_open(session, SupportRequest, actor.user_id, local_date(at)))
    rest = party_of(session, initiative=initiative, actor=actor)
    made = SupportRequest(facts=facts, made_by_id=actor.user_id, made_at=at, **rest)
    session.add(made)
    session.flush()
    _note(session, "asked", made, actor, at)
    return made


def party_of(session: Session, *, initiative: Initiative | None, actor: Actor) -> dict[str, int | None]:
    """For whom somebody acts, as the two columns of a row: an initiative that runs, or one's own cooperative.

    Raises:
        Forbidden: for somebody else. InitiativeStopped.
    """
    found = None if initiative is None else locked_initiative(session, initiative.id)
    organisation_id = actor.organisation_id if found is None else None
    if not policy.stands_for(actor, organisation_id, found):
        raise Forbidden
    if found is not None and found.stopped_at is not None:
        raise InitiativeStopped
    return {"organisation_id": organisation_id, "initiative_id": None if found is None else found.id}


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
