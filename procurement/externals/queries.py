"""Reading contracts made elsewhere: buyer, supplier and auditors."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_, search_key
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from procurement.contracts.models import Contract
from procurement.externals.errors import ExternalNotFound
from procurement.externals.models import ExternalContract, ExternalUpload
from procurement.tenders.models import Tender


def externals(actor: Actor, *, text: str = "") -> Select[ExternalContract]:
    """Contracts made elsewhere that this actor may see, those that end first on top."""
    statement = (
        select(ExternalContract)
        .where(ExternalContract.withdrawn_at.is_(None))
        .options(joinedload(ExternalContract.buyer))
        .order_by(ExternalContract.ends_on, ExternalContract.id)
    )
    if not actor.has(Role.AUDITOR):
        own = actor.organisation_id
        statement = statement.where(
            or_(ExternalContract.buyer_id == own, ExternalContract.supplier_id == own)
        )
    if text.strip():
        clean = text.strip()
        statement = statement.where(
            or_(
                ExternalContract.title.icontains(clean, autoescape=True),
                ExternalContract.supplier_name.icontains(clean, autoescape=True),
                ExternalContract.reference.icontains(clean, autoescape=True),
                ExternalContract.number == clean.upper(),
                ExternalContract.tenderned_number == clean,
            )
        )
    return statement


def external(session: Session, number: str) -> ExternalContract:
    """One of them, also when it was taken off the list.

    Raises:
        ExternalNotFound: none.
    """
    found = session.scalars(
        select(ExternalContract)
        .where(ExternalContract.number == number)
        .options(joinedload(ExternalContract.buyer), joinedload(ExternalContract.supplier))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise ExternalNotFound
    return found


def standing(session: Session, buyer_id: int, fingerprints: Sequence[str]) -> dict[str, str]:
    """Which of these stand in the list of a buyer already: fingerprint → number."""
    found = session.execute(
        select(ExternalContract.fingerprint, ExternalContract.number).where(
            ExternalContract.buyer_id == buyer_id, ExternalContract.withdrawn_at.is_(None),
            ExternalContract.fingerprint.in_(fingerprints),
        )
    )  # fmt: skip
    return {row.fingerprint: row.number for row in found}


def by_kvk(session: Session, numbers: Sequence[str]) -> dict[str, int]:
    """Organisations by KvK number."""
    found = session.execute(
        select(Organisation.kvk_number, Organisation.id).where(Organisation.kvk_number.in_(numbers))
    )
    return {kvk: key for kvk, key in found if kvk is not None}


def proposed(session: Session, name: str) -> Sequence[Organisation]:
    """Organisations with exactly this name: a proposal for somebody to look at, never a link."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.search_name == search_key(name))
        .order_by(Organisation.id)
        .limit(3)
    ).all()


def upload(session: Session, public_id: UUID, anchor_id: int | None) -> ExternalUpload:
    """A waiting file of an anchor.

    Raises:
        ExternalNotFound: none, or another's.
    """
    found = session.scalars(
        select(ExternalUpload).where(
            ExternalUpload.public_id == public_id, ExternalUpload.anchor_id == anchor_id
        )
    ).one_or_none()
    if found is None:
        raise ExternalNotFound
    return found


def same_work(
    session: Session, buyer_id: int, cpv_group: str, since: date, until: date
) -> list[tuple[str, str, int, date]]:
    """Contracts of a buyer for one kind of work in a period: (number, title, cents, day), in one question.

    Made elsewhere: by the day they were published, else began. Made here: those that began in the period and were
    tendered before it; a framework counts with its maximum.
    """
    dated = func.coalesce(ExternalContract.published_on, ExternalContract.starts_on)
    elsewhere = select(
        ExternalContract.number, ExternalContract.title, ExternalContract.value_minor, dated.label("on")
    ).where(
        ExternalContract.buyer_id == buyer_id, func.left(ExternalContract.cpv, len(cpv_group)) == cpv_group,
        ExternalContract.withdrawn_at.is_(None), dated > since, dated < until,
    )  # fmt: skip
    published = func.date(func.timezone("Europe/Amsterdam", Tender.published_at))
    here = (
        select(
            Contract.number, Contract.title,
            func.coalesce(Tender.framework_max_minor, Contract.price_minor), Contract.starts_on,
        )
        .join(Tender, Tender.id == Contract.tender_id)
        .where(
            Contract.buyer_id == buyer_id, func.left(Tender.cpv, len(cpv_group)) == cpv_group,
            Contract.agreement_id.is_not(None), Contract.starts_on > since, Contract.starts_on < until,
            published <= since,
        )
    )  # fmt: skip
    return [(row[0], row[1], int(row[2]), row[3]) for row in session.execute(union_all(elsewhere, here))]


def ending(first: date, last: date) -> Select[str, str, int, date]:
    """For alerts of ending contracts, to be united with those made here: number, title, buyer, last day."""
    return select(
        ExternalContract.number, ExternalContract.title, ExternalContract.buyer_id, ExternalContract.ends_on
    ).where(ExternalContract.withdrawn_at.is_(None), ExternalContract.ends_on.between(first, last))


tasks = Tasks(
    Waiting(
        N_("Lokale leverancier onderzocht? %(number)s: %(title)s"), "externals.local_option",
        frozenset({Role.PURCHASER}),
        rows(number=ExternalContract.number, title=ExternalContract.title)
        .where(
            ExternalContract.buyer_id == ORGANISATION, ExternalContract.local_outcome.is_(None),
            ExternalContract.withdrawn_at.is_(None),
        )
        .order_by(ExternalContract.id),
        {"number": "number"},
    ),
)  # fmt: skip
"""What contracts made elsewhere wait for: whether a local supplier was examined."""
