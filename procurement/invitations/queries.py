"""Reading invitations: for the buyer, for an auditor, and for everyone once the award was announced."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from coops.register.models import Cooperative
from coops.register.queries import Fact, facts_of, find_cooperative, is_verified, verified
from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from procurement.invitations.errors import InvitationNotFound
from procurement.invitations.models import Invitee
from procurement.invitations.rules import Past
from procurement.procedures.models import Admission
from procurement.procedures.rules import Access
from procurement.tenders.models import Tender


def invited(session: Session, tender_id: int) -> Sequence[Invitee]:
    """Who is invited to a tender, in order of adding, with organisations."""
    return session.scalars(
        select(Invitee)
        .where(Invitee.tender_id == tender_id)
        .options(joinedload(Invitee.organisation))
        .order_by(Invitee.id)
    ).all()


class Known(NamedTuple):
    """An invitation with what its organisation is known to be; `profile` None: it stands in no register."""

    invitee: Invitee
    profile: Cooperative | None
    verified: bool
    proven: list[Fact]


def invited_proven(session: Session, tender_id: int, at: datetime) -> list[Known]:
    """Who is invited, with what a second person saw of each."""
    found = []
    for each in invited(session, tender_id):
        profile = find_cooperative(session, each.organisation_id)
        facts = [] if profile is None else facts_of(session, profile, at)
        proven = [fact for fact in facts if fact.is_proven]
        found.append(Known(each, profile, is_verified(session, each.organisation_id, at), proven))
    return found


def count(session: Session, tender_id: int) -> int:
    """How many are invited."""
    found = session.scalar(select(func.count()).select_from(Invitee).where(Invitee.tender_id == tender_id))
    return found or 0


def invitation(session: Session, tender_id: int, public_id: UUID) -> Invitee:
    """One invitation of a tender.

    Raises:
        InvitationNotFound: none, or of another tender.
    """
    found = session.scalars(
        select(Invitee)
        .where(Invitee.public_id == public_id, Invitee.tender_id == tender_id)
        .options(joinedload(Invitee.organisation))
    ).one_or_none()
    if found is None:
        raise InvitationNotFound
    return found


def find_organisation(
    session: Session, *, public_id: UUID | None = None, kvk: str = ""
) -> Organisation | None:
    """An organisation by its address, or by its KvK number."""
    wanted = Organisation.public_id == public_id if public_id else Organisation.kvk_number == kvk
    return session.scalars(select(Organisation).where(wanted)).first()


def pasts(session: Session, tender: Tender, *, months: int, at: datetime) -> list[Past]:
    """The verified cooperatives for a tender's kind of work, with what this buyer did before in so many months."""
    before = _before(tender, months, at).subquery()
    known = session.execute(
        select(
            Organisation.id, Organisation.name, Cooperative.largest_minor, before.c.times, before.c.last_at
        )
        .join(Cooperative, Cooperative.organisation_id == Organisation.id)
        .outerjoin(before, before.c.organisation_id == Organisation.id)
        .where(
            verified(at), Cooperative.sectors.contains([tender.category]), Organisation.id != tender.buyer_id
        )
        .order_by(Organisation.search_name)
        .limit(200)
    ).all()
    return [
        Past(key, name, None if largest is None else Money(largest), times or 0, last)
        for key, name, largest, times, last in known
    ]


def past_of(
    session: Session, tender: Tender, organisation: Organisation, *, months: int, at: datetime
) -> Past:
    """What this buyer did before with one organisation, of whatever kind."""
    row = session.execute(
        _before(tender, months, at).where(Invitee.organisation_id == organisation.id)
    ).one_or_none()
    largest = session.scalar(
        select(Cooperative.largest_minor).where(Cooperative.organisation_id == organisation.id)
    )
    return Past(
        organisation.id, organisation.name, None if largest is None else Money(largest), row.times if row else 0,
        row.last_at if row else None,
    )  # fmt: skip


def _before(tender: Tender, months: int, at: datetime) -> Select[int, int, datetime | None]:
    since = at - timedelta(days=months * 365 // 12)
    return (
        select(
            Invitee.organisation_id,
            func.count().label("times"),
            func.max(Tender.published_at).label("last_at"),
        )
        .join(Tender, Tender.id == Invitee.tender_id)
        .where(Tender.buyer_id == tender.buyer_id, Tender.published_at >= since)
        .group_by(Invitee.organisation_id)
    )


_LET_IN = (
    rows(number=Tender.number, title=Tender.title, due_at=Tender.closes_at)
    .join(Admission, Admission.tender_id == Tender.id)
    .where(
        Admission.organisation_id == ORGANISATION, Tender.closes_at > AT, Tender.cancelled_at.is_(None),
        Tender.unsuccessful_at.is_(None),
    )
    .order_by(Tender.closes_at)
)  # fmt: skip
_BIDDERS = frozenset({Role.BOARD, Role.MEMBER})

tasks = Tasks(
    Waiting(
        N_("U bent uitgenodigd voor %(number)s: %(title)s"), "tenders.show", _BIDDERS,
        _LET_IN.where(Tender.access == Access.INVITED), {"number": "number"},
    ),
    Waiting(
        N_("U bent geselecteerd voor %(number)s: %(title)s"), "tenders.show", _BIDDERS,
        _LET_IN.where(Tender.access == Access.SELECTED), {"number": "number"},
    ),
)  # fmt: skip
"""Invitations and selections of one's own organisation for tenders that are open."""


def addresses(session: Session, organisation_ids: Sequence[int]) -> dict[int, UUID]:
    """Key → public id of organisations."""
    found = session.execute(
        select(Organisation.id, Organisation.public_id).where(Organisation.id.in_(organisation_ids))
    )
    return {row.id: row.public_id for row in found}


def announced(session: Session, tender: Tender) -> Sequence[str]:
    """The names of who was invited, for everyone once the award was announced; none before."""
    if tender.access != Access.INVITED or tender.decided_at is None:
        return []
    return [each.organisation.name for each in invited(session, tender.id)]
