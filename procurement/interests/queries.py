"""Reading saved interests, and the public things they may find."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from coops.needs.models import Need
from coops.needs.queries import is_open, visible
from cwb.kernel.money import Money
from procurement.interests.errors import InterestNotFound
from procurement.interests.models import InterestTold, SavedInterest
from procurement.interests.rules import About, Found, is_token
from procurement.lots.queries import STOPPED_VALUE
from procurement.tenders.models import Tender
from procurement.tenders.queries import has_status, visible_to


class Item(NamedTuple):
    """A public thing: what matching needs, and how a mail names it; `tender` None: it is a need."""

    key: str
    number: str
    title: str
    published_at: datetime
    found: Found
    tender: Tender | None = None


def interests(session: Session, user_id: int) -> Sequence[SavedInterest]:
    """Somebody's own, by name."""
    return session.scalars(
        select(SavedInterest)
        .where(SavedInterest.user_id == user_id)
        .order_by(func.lower(SavedInterest.name), SavedInterest.id)
    ).all()


def count(session: Session, user_id: int) -> int:
    """How many somebody has."""
    return (
        session.scalar(
            select(func.count()).select_from(SavedInterest).where(SavedInterest.user_id == user_id)
        )
        or 0
    )


def interest(session: Session, public_id: UUID, user_id: int) -> SavedInterest:
    """One of somebody's own.

    Raises:
        InterestNotFound: none, or another's.
    """
    found = session.scalars(
        select(SavedInterest).where(SavedInterest.public_id == public_id, SavedInterest.user_id == user_id)
    ).one_or_none()
    if found is None:
        raise InterestNotFound
    return found


def by_token(session: Session, public_id: UUID, purpose: str, token: str) -> SavedInterest:
    """The interest of an address that we gave.

    Raises:
        InterestNotFound: none, or the token is not ours.
    """
    found = session.scalars(select(SavedInterest).where(SavedInterest.public_id == public_id)).one_or_none()
    if found is None or not is_token(found.secret, purpose, token):
        raise InterestNotFound
    return found


def due(session: Session, at: datetime, most: int) -> Sequence[SavedInterest]:
    """Interests whose moment came, longest waiting first, locked; those another worker holds are left to it."""
    return session.scalars(
        select(SavedInterest)
        .where(SavedInterest.paused_at.is_(None), SavedInterest.next_at <= at)
        .options(joinedload(SavedInterest.user, innerjoin=True))
        .order_by(SavedInterest.next_at, SavedInterest.id)
        .limit(most)
        .with_for_update(of=SavedInterest, skip_locked=True)
    ).all()


def told(session: Session, interest_id: int) -> set[str]:
    """What an interest was told of."""
    return set(session.scalars(select(InterestTold.item).where(InterestTold.interest_id == interest_id)))


def items(session: Session, at: datetime) -> list[Item]:
    """Everything that is open to all now, oldest first: tenders one can bid on and needs on the calendar.

    The value of a tender is that of the lots that go on.
    """
    tenders = session.execute(
        select(Tender, STOPPED_VALUE)
        .where(has_status("open", at), visible_to(None))
        .order_by(Tender.published_at, Tender.id)
    ).all()
    needs = session.scalars(
        select(Need).where(visible(None), is_open(at)).order_by(Need.posted_at, Need.id)
    ).all()
    found = [
        Item(
            f"tender:{each.number}", each.number, each.title, each.published_at or at,
            Found(
                About.TENDERS, each.cpv or "", each.place_code, each.search_text,
                *_value(left := (each.value_minor or 0) - stopped or None, left, known=each.value_public),
            ),
            each,
        )
        for each, stopped in tenders
    ] + [
        Item(
            f"need:{each.number}", each.number, each.title, each.posted_at,
            Found(
                About.NEEDS, each.cpv, each.place_code, each.search_text,
                *_value(each.value_low_minor, each.value_high_minor, known=each.value_visibility == "public"),
            ),
        )
        for each in needs
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.published_at, each.key))


def _value(low: int | None, high: int | None, *, known: bool) -> tuple[Money | None, Money | None]:
    if not known or low is None or high is None:
        return None, None
    return Money(low), Money(high)


def own_data(session: Session, user_id: int) -> object:
    """For the copy of one's own data."""
    return [
        {
            "name": each.name, "about": each.about.value, "cpv_groups": each.cpv_groups, "place": each.place_code,
            "words": each.words, "often": each.often.value, "made_at": each.made_at.isoformat(),
            "paused": each.paused_at is not None,
        }
        for each in interests(session, user_id)
    ]  # fmt: skip
