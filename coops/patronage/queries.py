"""Reading distributions of one cooperative."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from coops.capital.rules import book_year
from coops.meetings.models import Meeting, Motion
from coops.patronage.errors import DistributionNotFound
from coops.patronage.models import Distribution, SurplusShare
from cwb.kernel.money import Money
from ledger.accounts.rules import AccountKind
from ledger.books.queries import trial_balance


def distributions(session: Session, organisation_id: int) -> Sequence[Distribution]:
    """All of them, the latest first."""
    return session.scalars(
        select(Distribution)
        .where(Distribution.organisation_id == organisation_id)
        .order_by(Distribution.id.desc())
    ).all()


def distribution(session: Session, public_id: UUID, organisation_id: int | None) -> Distribution:
    """A distribution of this cooperative, with parts and members.

    Raises:
        DistributionNotFound: none, or another cooperative's.
    """
    found = session.scalars(
        select(Distribution)
        .where(Distribution.public_id == public_id, Distribution.organisation_id == organisation_id)
        .options(selectinload(Distribution.shares).joinedload(SurplusShare.member))
    ).one_or_none()
    if found is None:
        raise DistributionNotFound
    return found


def is_divided(session: Session, organisation_id: int, year: int) -> bool:
    """Whether the surplus of a book year was divided and that was not taken back."""
    return session.scalar(
        select(
            exists().where(
                Distribution.organisation_id == organisation_id, Distribution.year == year,
                Distribution.posted_at.is_not(None), Distribution.undone_at.is_(None),
            )
        )
    ) is True  # fmt: skip


def is_open(session: Session, organisation_id: int, year: int) -> bool:
    """Whether a distribution of a book year waits for the members."""
    return session.scalar(
        select(
            exists().where(
                Distribution.organisation_id == organisation_id, Distribution.year == year,
                Distribution.posted_at.is_(None), Distribution.withdrawn_at.is_(None),
            )
        )
    ) is True  # fmt: skip


def result(session: Session, organisation_id: int, year: int) -> Money:
    """What the books kept here say was left over in a book year: revenue less costs, in euro."""
    lines = trial_balance(session, organisation_id, book_year(year)).lines
    kept = [each for each in lines if each.account.kind in {AccountKind.INCOME, AccountKind.EXPENSE}]
    return Money(sum(each.credit.minor - each.debit.minor for each in kept if each.credit.currency == "EUR"))


def shares_of(session: Session, member_id: int) -> Sequence[tuple[SurplusShare, Distribution]]:
    """The parts of a member in distributions that were posted, the latest first."""
    rows = session.execute(
        select(SurplusShare, Distribution)
        .join(Distribution, Distribution.id == SurplusShare.distribution_id)
        .where(SurplusShare.member_id == member_id, Distribution.posted_at.is_not(None))
        .order_by(Distribution.id.desc())
    )
    return [(share, made) for share, made in rows]


def carried(session: Session, found: Distribution) -> Sequence[Motion]:
    """The motions that members carried since this distribution was proposed, the latest first."""
    return session.scalars(
        select(Motion)
        .join(Motion.meeting)
        .where(
            Meeting.organisation_id == found.organisation_id, Motion.outcome == "carried",
            Motion.closed_at >= found.proposed_at,
        )
        .options(contains_eager(Motion.meeting))
        .order_by(Motion.id.desc())
    ).all()  # fmt: skip
