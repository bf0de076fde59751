"""Reading offers and requests of support."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload, selectinload

from coops.initiatives.models import Initiative, InitiativeFounder
from coops.support.errors import OfferNotFound, RequestNotFound
from coops.support.models import SupportOffer, SupportRequest
from cwb.identity.models import Organisation
from cwb.kernel.text import search_key


class Sought(NamedTuple):
    """Filters of the list; what is empty leaves all."""

    kind: str = ""
    place: str = ""
    text: str = ""


ALL = Sought()
"""No filter."""

OF_REQUEST = (
    joinedload(SupportRequest.organisation),
    joinedload(SupportRequest.initiative).selectinload(Initiative.founders),
)
"""A request with who asks."""


_MARKS = "[\u0300-\u036f\u064b-\u065f\u0670]"
"""Accents of Latin and Arabic letters, once taken apart."""


def _said(
    about: ColumnElement[str] | InstrumentedAttribute[str], words: str
) -> Iterator[ColumnElement[bool]]:
    """That every word stands in a text, whatever the accents and capitals."""
    bare = func.regexp_replace(func.normalize(func.lower(about), literal_column("NFKD")), _MARKS, "", "g")
    for word in search_key(words).split()[:6]:
        yield bare.contains(word, autoescape=True)


def open_offers(today: date, sought: Sought = ALL) -> Select[SupportOffer]:
    """What can be had now, the newest first, with its organisation."""
    found = (
        select(SupportOffer)
        .join(SupportOffer.organisation)
        .options(contains_eager(SupportOffer.organisation))
        .where(SupportOffer.closed_at.is_(None), SupportOffer.ends_on >= today)
        .order_by(SupportOffer.id.desc())
    )
    if sought.kind:
        found = found.where(SupportOffer.kind == sought.kind)
    if sought.place:
        found = found.where(SupportOffer.place_code.is_(None) | (SupportOffer.place_code == sought.place))
    about = SupportOffer.title + " " + SupportOffer.text + " " + Organisation.name
    return found.where(*_said(about, sought.text))


def open_requests(today: date, sought: Sought = ALL) -> Select[SupportRequest]:
    """What is asked now, the newest first, with who asks."""
    found = (
        select(SupportRequest)
        .options(*OF_REQUEST)
        .where(SupportRequest.closed_at.is_(None), SupportRequest.ends_on >= today)
        .order_by(SupportRequest.id.desc())
    )
    if sought.kind:
        found = found.where(SupportRequest.kind == sought.kind)
    if sought.place:
        found = found.where(SupportRequest.place_code.is_(None) | (SupportRequest.place_code == sought.place))
    return found.where(*_said(SupportRequest.title, sought.text))


def offer(session: Session, public_id: UUID) -> SupportOffer:
    """One offer with its organisation, also a closed one.

    Raises:
        OfferNotFound: none.
    """
    found = session.scalars(
        select(SupportOffer)
        .where(SupportOffer.public_id == public_id)
        .options(joinedload(SupportOffer.organisation))
    ).one_or_none()
    if found is None:
        raise OfferNotFound
    return found


def successor(session: Session, found: SupportOffer) -> SupportOffer | None:
    """The offer that took the place of a closed one, if one did."""
    if found.closed_at is None:
        return None
    return session.scalars(select(SupportOffer).where(SupportOffer.replaces_id == found.id)).one_or_none()


def request(session: Session, public_id: UUID) -> SupportRequest:
    """One request with who asks, also a closed one.

    Raises:
        RequestNotFound: none.
    """
    found = session.scalars(
        select(SupportRequest).where(SupportRequest.public_id == public_id).options(*OF_REQUEST)
    ).one_or_none()
    if found is None:
        raise RequestNotFound
    return found


def held_offer(session: Session, offer_id: int) -> SupportOffer:
    """An offer as it is now, held until the transaction ends: what of it is free is counted behind this."""
    return session.scalars(
        select(SupportOffer)
        .where(SupportOffer.id == offer_id)
        .options(joinedload(SupportOffer.organisation))
        .with_for_update(of=SupportOffer)
        .execution_options(populate_existing=True)
    ).one()


def held_request(session: Session, request_id: int) -> SupportRequest:
    """A request as it is now, held until the transaction ends."""
    return session.scalars(
        select(SupportRequest)
        .where(SupportRequest.id == request_id)
        .options(
            selectinload(SupportRequest.organisation),
            selectinload(SupportRequest.initiative).selectinload(Initiative.founders),
        )
        .with_for_update(of=SupportRequest)
        .execution_options(populate_existing=True)
    ).one()


def own_offers(session: Session, organisation_id: int | None) -> Sequence[SupportOffer]:
    """Everything that an organisation offered, the newest first."""
    return session.scalars(
        select(SupportOffer)
        .where(SupportOffer.organisation_id == organisation_id)
        .options(joinedload(SupportOffer.organisation))
        .order_by(SupportOffer.id.desc())
    ).all()


def initiatives_of(user_id: int) -> Select[int]:
    """Numbers of the initiatives that somebody began or stands by."""
    signed = select(InitiativeFounder.initiative_id).where(
        InitiativeFounder.user_id == user_id, InitiativeFounder.left_at.is_(None)
    )
    return select(Initiative.id).where(or_(Initiative.started_by_id == user_id, Initiative.id.in_(signed)))


def own_initiatives(session: Session, user_id: int) -> Sequence[Initiative]:
    """Running initiatives that somebody began or stands by."""
    return session.scalars(
        select(Initiative)
        .where(Initiative.id.in_(initiatives_of(user_id)), Initiative.stopped_at.is_(None))
        .options(selectinload(Initiative.founders))
        .order_by(Initiative.id.desc())
    ).all()


def of_asker(organisation_id: int | None, user_id: int) -> ColumnElement[bool]:
    """That a request is one's own cooperative's or initiatives'."""
    return or_(
        SupportRequest.organisation_id == organisation_id,
        SupportRequest.initiative_id.in_(initiatives_of(user_id)),
    )


def own_requests(session: Session, organisation_id: int | None, user_id: int) -> Sequence[SupportRequest]:
    """What one's own cooperative or initiatives asked, the newest first."""
    return session.scalars(
        select(SupportRequest)
        .where(of_asker(organisation_id, user_id))
        .options(*OF_REQUEST)
        .order_by(SupportRequest.id.desc())
    ).all()


def count_open(
    session: Session, model: type[SupportOffer | SupportRequest], user_id: int, today: date
) -> int:
    """How many offers or requests somebody made that stand open now."""
    return (
        session.scalar(
            select(func.count()).where(
                model.made_by_id == user_id, model.closed_at.is_(None), model.ends_on >= today
            )
        )
        or 0
    )
