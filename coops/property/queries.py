"""Reading the register of first refusal."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from coops.initiatives.models import Initiative
from coops.property.errors import InterestNotFound, NoticeNotFound
from coops.property.models import PropertyInterest, PropertyNotice
from coops.support.models import SupportRequest
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, USER, Tasks, Waiting, rows

_INTERESTS = selectinload(PropertyNotice.interests).options(
    joinedload(PropertyInterest.organisation),
    joinedload(PropertyInterest.initiative).selectinload(Initiative.founders),
)
_WHOLE = (joinedload(PropertyNotice.organisation), selectinload(PropertyNotice.tests), _INTERESTS)


def published() -> Select[PropertyNotice]:
    """All that was ever published, the newest first."""
    return (
        select(PropertyNotice)
        .where(PropertyNotice.published_at.is_not(None))
        .options(joinedload(PropertyNotice.organisation))
        .order_by(PropertyNotice.published_at.desc(), PropertyNotice.id.desc())
    )


def own(session: Session, organisation_id: int | None) -> Sequence[PropertyNotice]:
    """Everything of one owner, also what is not public yet."""
    return session.scalars(
        select(PropertyNotice)
        .where(PropertyNotice.organisation_id == organisation_id)
        .options(joinedload(PropertyNotice.organisation))
        .order_by(PropertyNotice.id.desc())
    ).all()


def notice(session: Session, public_id: UUID) -> PropertyNotice:
    """One notice with its owner and everybody's interest.

    Raises:
        NoticeNotFound: none.
    """
    found = session.scalars(
        select(PropertyNotice).where(PropertyNotice.public_id == public_id).options(*_WHOLE)
    ).one_or_none()
    if found is None:
        raise NoticeNotFound
    return found


def held(session: Session, notice_id: int) -> PropertyNotice:
    """A notice as it is now, held until the transaction ends."""
    return session.scalars(
        select(PropertyNotice)
        .where(PropertyNotice.id == notice_id)
        .options(*_WHOLE)
        .with_for_update(of=PropertyNotice)
        .execution_options(populate_existing=True)
    ).one()


def standing(found: PropertyNotice) -> list[PropertyInterest]:
    """Who is still interested."""
    return [each for each in found.interests if each.withdrawn_at is None]


def interest(found: PropertyNotice, public_id: UUID | str) -> PropertyInterest:
    """One interest in this notice that was not withdrawn.

    Raises:
        InterestNotFound: none, withdrawn, or in another.
    """
    for each in standing(found):
        if str(each.public_id) == str(public_id):
            return each
    raise InterestNotFound


_OWNER = frozenset({Role.PURCHASER})
_KEY = {"public_id": "key"}
_OPEN = (
    rows(title=PropertyNotice.title, key=PropertyNotice.public_id)
    .where(
        PropertyNotice.organisation_id == ORGANISATION, PropertyNotice.closed_at.is_(None),
        PropertyNotice.decided_at.is_(None),
    )
    .order_by(PropertyNotice.id)
)  # fmt: skip
_UNREAD = PropertyNotice.published_at.is_(None)
_SEEKS = exists().where(
    SupportRequest.organisation_id == ORGANISATION, SupportRequest.kind == "premises",
    SupportRequest.closed_at.is_(None), SupportRequest.ends_on >= TODAY,
    or_(SupportRequest.place_code.is_(None), SupportRequest.place_code == PropertyNotice.place_code),
)  # fmt: skip
tasks = Tasks(
    Waiting(
        N_("Toets de criteria van een voornemen: %(title)s"), "property.show", _OWNER,
        _OPEN.where(_UNREAD, PropertyNotice.returned_at.is_(None), PropertyNotice.made_by_id != USER), _KEY,
    ),
    Waiting(
        N_("Pas een voornemen aan: %(title)s"), "property.show", _OWNER,
        _OPEN.where(_UNREAD, PropertyNotice.returned_at.is_not(None)), _KEY,
    ),
    Waiting(
        N_("Stel een besluit voor: %(title)s"), "property.show", _OWNER,
        _OPEN.where(PropertyNotice.closes_on < TODAY, PropertyNotice.proposed_at.is_(None)), _KEY,
    ),
    Waiting(
        N_("U zocht ruimte. Meld belangstelling: %(title)s"), "property.show", frozenset({Role.BOARD}),
        rows(title=PropertyNotice.title, key=PropertyNotice.public_id)
        .where(
            PropertyNotice.closes_on >= TODAY, PropertyNotice.closed_at.is_(None), _SEEKS,
            ~exists().where(
                PropertyInterest.notice_id == PropertyNotice.id, PropertyInterest.organisation_id == ORGANISATION
            ),
        )
        .order_by(PropertyNotice.closes_on),
        _KEY,
    ),
    Waiting(
        N_("Beslis als tweede persoon: %(title)s"), "property.show", _OWNER,
        _OPEN.where(PropertyNotice.proposed_at.is_not(None), PropertyNotice.proposed_by_id != USER), _KEY,
    ),
)  # fmt: skip
"""What an owner has to read, propose and decide; what a cooperative that asked for room there may want."""
