"""Reading what was published: releases in the order of publishing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session, undefer

from coops.needs.models import Need
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from procurement.call_offs.models import CallOff
from procurement.call_offs.rules import State
from procurement.changes import queries as changes
from procurement.contracts.models import Contract
from procurement.externals.models import ExternalContract
from procurement.publication.errors import NothingPublished
from procurement.publication.models import Release
from procurement.renewals.models import ExternalEnding, Renewal
from procurement.tenders.models import Tender

PAGE = 1000
"""How many releases one package holds."""


def known_keys(session: Session, **subject: int) -> set[str]:
    """What of a tender (`tender_id`) or an order (`call_off_id`) was published."""
    return set(session.scalars(select(Release.key).filter_by(**subject)))


def last_of(session: Session, ocid: str) -> tuple[int, datetime | None]:
    """How many releases a process has, and when the last went out."""
    count, last = session.execute(
        select(func.count(), func.max(Release.released_at)).where(Release.ocid == ocid)
    ).one()
    return count, last


def ocid_of_tender(session: Session, tender_id: int) -> str | None:
    """The open contracting id that a tender has since its first release."""
    return session.scalar(
        select(Release.ocid).where(Release.tender_id == tender_id).order_by(Release.id).limit(1)
    )


def ocid_of_need(session: Session, need_id: int) -> tuple[str | None, bool]:
    """The id of a need that was published, and whether a tender goes on under it."""
    ocid = session.scalar(
        select(Release.ocid).where(Release.need_id == need_id).order_by(Release.id).limit(1)
    )
    taken = session.scalar(select(func.count()).where(Release.ocid == ocid, Release.tender_id.is_not(None)))
    return ocid, bool(taken)


def prior(session: Session, need_id: int) -> tuple[str | None, str | None]:
    """What a need follows: the process of the contract that ends, or the TenderNed number of one made elsewhere."""
    ocid = session.scalar(
        select(Release.ocid)
        .join(Contract, Contract.tender_id == Release.tender_id)
        .join(Renewal, Renewal.contract_id == Contract.id)
        .where(Renewal.need_id == need_id)
        .order_by(Release.id)
        .limit(1)
    )
    elsewhere = session.scalar(
        select(ExternalContract.tenderned_number)
        .join(ExternalEnding, ExternalEnding.external_id == ExternalContract.id)
        .where(ExternalEnding.need_id == need_id)
    )
    return ocid, elsewhere or None


def stopped_before(session: Session, need_id: int, tender_id: int) -> str | None:
    """The process of the last earlier tender of the same need that led to nothing."""
    return session.scalar(
        select(Release.ocid)
        .join(Tender, Tender.id == Release.tender_id)
        .where(
            Tender.need_id == need_id, Tender.id < tender_id,
            or_(Tender.cancelled_at.is_not(None), Tender.unsuccessful_at.is_not(None)),
        )
        .order_by(Tender.id.desc(), Release.id)
        .limit(1)
    )  # fmt: skip


def followed(session: Session, tender_id: int) -> dict[str, tuple[datetime, str]]:
    """Of contracts by number: when the need that follows was put on the calendar, and its open contracting id."""
    rows = session.execute(
        select(Contract.number, Renewal.posted_at, func.min(Release.ocid))
        .join(Renewal, Renewal.contract_id == Contract.id)
        .join(Release, Release.need_id == Renewal.need_id)
        .where(Contract.tender_id == tender_id)
        .group_by(Contract.number, Renewal.posted_at)
    )
    return {number: (at, ocid) for number, at, ocid in rows if at is not None}


def lock(session: Session, name: str) -> None:
    """Let one transaction at a time publish about a tender or an order, and within a process."""
    session.execute(
        text("SELECT pg_advisory_xact_lock(:kind, hashtext(:name))"), {"kind": 7_301_021, "name": name}
    )


def of_agreement(session: Session, agreement_id: int) -> int | None:
    """The tender behind an agreement of a contract or of a change of it, if there is one."""
    found = session.scalar(select(Contract.tender_id).where(Contract.agreement_id == agreement_id))
    return found if found is not None else changes.of_agreement(session, agreement_id)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A part of what was published: of one tender or of all, a page of it or the whole (`page` None)."""

    ids: Sequence[int]
    total: int
    page: int | None
    published_at: datetime | None
    extensions: Sequence[str]
    mark: str

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def shelf(session: Session, *, tender_id: int | None = None, page: int | None = None) -> Shelf:
    """Which releases a package holds, and what its head needs to know of them; of the releases only keys are kept."""
    part = select(Release.id, Release.released_at, Release.extensions).order_by(Release.id)
    if tender_id is not None:
        ocid = ocid_of_tender(session, tender_id)
        part = part.where(Release.ocid == ocid)
    whole = part.order_by(None).subquery()
    if page is not None:
        part = part.limit(PAGE).offset((page - 1) * PAGE)
    held = part.subquery()
    ids = session.scalars(select(held.c.id).order_by(held.c.id)).all()
    total = len(ids) if page is None else session.scalar(select(func.count()).select_from(whole)) or 0
    last = select(Release.sha256).where(Release.id == (ids[-1] if ids else 0)).scalar_subquery()
    published_at, sha256 = session.execute(select(func.max(held.c.released_at), last)).one()
    used = session.scalars(select(func.jsonb_array_elements_text(held.c.extensions)).distinct())
    return Shelf(ids, total, page, published_at, sorted(used), f"{total}-{page or 0}-{(sha256 or '')[:16]}")


def contents(session: Session, ids: Sequence[int]) -> Iterator[str]:
    """The texts of releases as they were published, in order, a hundred at a time."""
    for start in range(0, len(ids), 100):
        part = ids[start : start + 100]
        yield from session.scalars(select(Release.content).where(Release.id.in_(part)).order_by(Release.id))


RECORDS = 200
"""How many processes one record package holds."""


def processes(session: Session, page: int) -> tuple[Sequence[str], int, str]:
    """The open contracting ids of a page, how many pages there are, and a mark that changes with any release."""
    total, last = session.execute(select(func.count(Release.ocid.distinct()), func.max(Release.id))).one()
    found = session.scalars(
        select(Release.ocid).distinct().order_by(Release.ocid).limit(RECORDS).offset((page - 1) * RECORDS)
    ).all()
    return found, max(1, -(-total // RECORDS)), f"{last or 0}-{page}"


def of_process(session: Session, ocids: Sequence[str]) -> Sequence[Release]:
    """The releases of processes in order, with their texts."""
    return session.scalars(
        select(Release)
        .where(Release.ocid.in_(ocids))
        .options(undefer(Release.content))
        .order_by(Release.ocid, Release.id)
    ).all()


def publisher(session: Session) -> Organisation | None:
    """The organisation that runs this installation: that of the programme, the first one."""
    return session.scalars(
        select(Organisation).where(Organisation.is_programme).order_by(Organisation.id).limit(1)
    ).one_or_none()


def published_tender(session: Session, number: str) -> int:
    """The key of a tender of which something was published.

    Raises:
        NothingPublished: no such tender, or nothing yet.
    """
    found = session.scalar(
        select(Tender.id)
        .where(Tender.number == number, Tender.published_at.is_not(None))
        .where(select(Release.id).where(Release.tender_id == Tender.id).exists())
    )
    if found is None:
        raise NothingPublished
    return found


def unreleased_needs(session: Session) -> Sequence[int]:
    """Public needs of which nothing was published."""
    return session.scalars(
        select(Need.id)
        .where(Need.visibility == "public")
        .where(~select(Release.id).where(Release.need_id == Need.id).exists())
        .order_by(Need.id)
    ).all()


def published_tenders(session: Session, *, unreleased: bool) -> Sequence[int]:
    """Every published tender in the order of publishing, or those of which nothing stands in open data."""
    statement = (
        select(Tender.id).where(Tender.published_at.is_not(None)).order_by(Tender.published_at, Tender.id)
    )
    if unreleased:
        statement = statement.where(~select(Release.id).where(Release.tender_id == Tender.id).exists())
    return session.scalars(statement).all()


def waiting_orders(session: Session, at: datetime, *, whole: bool) -> Sequence[int]:
    """Agreed orders without competition: those that are new in open data or over since, or all of them."""
    statement = select(CallOff.id).where(CallOff.state == State.ACCEPTED).order_by(CallOff.id)
    if not whole:
        own = select(Release.id).where(Release.call_off_id == CallOff.id)
        end = own.where(Release.key == func.concat("contract-", CallOff.number, "-end"))
        statement = statement.where(or_(~own.exists(), and_(CallOff.ends_on < local_date(at), ~end.exists())))
    return session.scalars(statement).all()


def ended_contracts(session: Session, at: datetime) -> Sequence[int]:
    """Tenders with a signed contract that is over at an instant and whose end was not published."""
    key = func.concat("contract-", Contract.number, "-end")
    return session.scalars(
        select(Contract.tender_id)
        .where(Contract.agreement_id.is_not(None), changes.present_end() < local_date(at))
        .where(
            ~select(Release.id).where(Release.tender_id == Contract.tender_id, Release.key == key).exists()
        )
        .distinct()
    ).all()
