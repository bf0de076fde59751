"""Reading collections."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.orm import Session, joinedload

from coops.capital.models import DuesCharge, DuesRun
from coops.collecting.errors import CollectionNotFound
from coops.collecting.models import DuesCollection
from coops.collecting.rules import CollectionState
from coops.members.models import Member
from ledger.debits.models import BankDebit, DebitFile
from ledger.mandates.models import DebitMandate, DebitTerms
from ledger.mandates.rules import LIVE


def collectors(session: Session) -> Sequence[int]:
    """The cooperatives that collect."""
    return session.scalars(select(DebitTerms.organisation_id).order_by(DebitTerms.organisation_id)).all()


def unannounced(session: Session, organisation_id: int) -> Sequence[tuple[DuesCharge, Member]]:
    """Charges of running members that were never announced for collection, the oldest first."""
    rows = session.execute(
        select(DuesCharge, Member)
        .join(Member, Member.id == DuesCharge.member_id)
        .join(DuesRun, DuesRun.id == DuesCharge.run_id)
        .where(
            Member.organisation_id == organisation_id, Member.left_on.is_(None),
            ~exists().where(
                DuesCollection.run_id == DuesCharge.run_id, DuesCollection.member_id == DuesCharge.member_id
            ),
        )
        .order_by(DuesRun.starts_on, Member.number)
    )  # fmt: skip
    return [(charge, member) for charge, member in rows]


def of_leavers(session: Session, organisation_id: int, standing: Collection[str]) -> Sequence[Member]:
    """Members who left, with a mandate among these that stand."""
    about = "member:" + cast(Member.public_id, Text)
    return session.scalars(
        select(Member).where(
            Member.organisation_id == organisation_id, Member.left_on.is_not(None), about.in_(standing)
        )
    ).all()  # fmt: skip


def due(session: Session, today: date) -> Sequence[tuple[int, int]]:
    """Run and member of what was announced for today or before, the oldest first."""
    rows = session.execute(
        select(DuesCollection.run_id, DuesCollection.member_id)
        .where(DuesCollection.state == CollectionState.ANNOUNCED, DuesCollection.collect_on <= today)
        .order_by(DuesCollection.collect_on, DuesCollection.run_id, DuesCollection.member_id)
    )
    return [(run_id, member_id) for run_id, member_id in rows]


def for_bank(session: Session, organisation_id: int, until: date) -> Sequence[tuple[int, int]]:
    """Run and member of what was announced for this day or before, by a mandate of the own bank, the oldest first."""
    rows = session.execute(
        select(DuesCollection.run_id, DuesCollection.member_id)
        .join(DebitMandate, DebitMandate.id == DuesCollection.mandate_id)
        .where(
            DuesCollection.state == CollectionState.ANNOUNCED, DuesCollection.collect_on <= until,
            DebitMandate.organisation_id == organisation_id, DebitMandate.iban.is_not(None),
        )
        .order_by(DuesCollection.collect_on, DuesCollection.run_id, DuesCollection.member_id)
    )  # fmt: skip
    return [(run_id, member_id) for run_id, member_id in rows]


def locked(session: Session, run_id: int, member_id: int) -> DuesCollection | None:
    """An announced collection, held to the end of the transaction; None when in other hands or announced no more."""
    return session.scalars(
        select(DuesCollection)
        .where(
            DuesCollection.run_id == run_id, DuesCollection.member_id == member_id,
            DuesCollection.state == CollectionState.ANNOUNCED,
        )
        .with_for_update(of=DuesCollection, skip_locked=True)
        .options(joinedload(DuesCollection.member), joinedload(DuesCollection.mandate))
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip


def of_order(session: Session, order_id: int) -> DuesCollection | None:
    """The collection that an order is for, held."""
    return session.scalars(
        select(DuesCollection).where(DuesCollection.order_id == order_id).with_for_update()
    ).one_or_none()


def of_debit(session: Session, debit_id: int) -> DuesCollection | None:
    """The collection that a debit of the own bank is for, with its member, held."""
    return session.scalars(
        select(DuesCollection)
        .where(DuesCollection.debit_id == debit_id)
        .options(
            joinedload(DuesCollection.member),
            joinedload(DuesCollection.debit),
            joinedload(DuesCollection.order),
        )
        .with_for_update(of=DuesCollection)
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_debits(session: Session, debit_ids: Collection[int]) -> dict[int, Member]:
    """Debit → the member it is of."""
    rows = session.execute(
        select(DuesCollection.debit_id, Member)
        .join(Member, Member.id == DuesCollection.member_id)
        .where(DuesCollection.debit_id.in_(debit_ids))
    )
    return {debit_id: member for debit_id, member in rows if debit_id}


def givers(session: Session, organisation_id: int) -> Sequence[tuple[Member, DebitMandate | None]]:
    """The running members by number, each with the mandate that stands or was begun."""
    about = "member:" + cast(Member.public_id, Text)
    rows = session.execute(
        select(Member, DebitMandate)
        .outerjoin(
            DebitMandate,
            (DebitMandate.organisation_id == Member.organisation_id)
            & (DebitMandate.subject == about)
            & DebitMandate.state.in_(LIVE),
        )
        .where(Member.organisation_id == organisation_id, Member.left_on.is_(None))
        .order_by(Member.number)
    )
    return [(member, mandate) for member, mandate in rows]


def collections(session: Session, organisation_id: int, most: int = 500) -> Sequence[DuesCollection]:
    """The newest collections of a cooperative, with member and order."""
    return session.scalars(
        select(DuesCollection)
        .join(DuesCollection.member)
        .where(Member.organisation_id == organisation_id)
        .options(
            joinedload(DuesCollection.member),
            joinedload(DuesCollection.order),
            joinedload(DuesCollection.debit).joinedload(BankDebit.file).load_only(DebitFile.public_id),
        )
        .order_by(DuesCollection.collect_on.desc(), Member.number)
        .limit(most)
    ).all()


def of_member(session: Session, member_id: int) -> Sequence[DuesCollection]:
    """All collections of one member, newest first, with their orders."""
    return session.scalars(
        select(DuesCollection)
        .where(DuesCollection.member_id == member_id)
        .options(joinedload(DuesCollection.order), joinedload(DuesCollection.debit))
        .order_by(DuesCollection.collect_on.desc())
    ).all()


def collection(session: Session, public_id: UUID, organisation_id: int) -> DuesCollection:
    """A collection of this cooperative.

    Raises:
        CollectionNotFound: none, or another cooperative's.
    """
    found = session.scalars(
        select(DuesCollection)
        .join(DuesCollection.member)
        .where(DuesCollection.public_id == public_id, Member.organisation_id == organisation_id)
    ).one_or_none()
    if found is None:
        raise CollectionNotFound
    return found
