"""Reading what the staff desk mended."""

from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Mandate, User
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.recovery.errors import RecoveryUnknown
from ledger.recovery.models import Recovery
from ledger.wallets.models import Wallet

tasks = Tasks(
    Waiting(
        N_("Nieuwe pincodes die op een tweede wachten: %(num)s"), "recovery.index", {Role.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(Recovery).where(
            Recovery.needs_second, Recovery.second_at.is_(None), Recovery.expires_at > func.cwb_now()
        ), {},
    )
)  # fmt: skip
"""What waits for a second person of the programme."""


def person(session: Session, public_id: UUID) -> User:
    """A user that is there.

    Raises:
        RecoveryUnknown: there is none.
    """
    found = session.scalars(
        select(User).where(User.public_id == public_id, User.erased_at.is_(None))
    ).one_or_none()
    if found is None:
        raise RecoveryUnknown
    return found


def held(session: Session, user: User) -> Money:
    """What the wallets hold together that a person uses: their own, and of organisations whose board they are on."""
    boards = select(Mandate.organisation_id).where(
        Mandate.user_id == user.id, Mandate.role == Role.BOARD, Mandate.ended_at.is_(None)
    )
    cents = session.scalar(
        select(func.coalesce(func.sum(func.greatest(Account.posted, 0)), 0))
        .select_from(Wallet)
        .join(Account, Account.id == Wallet.account_id)
        .where(or_(Wallet.party_id == user.person_id, Wallet.party_id.in_(boards)))
    )
    return Money(int(cents or 0))


def latest(session: Session, user_id: int, *, lock: bool = False) -> Recovery | None:
    """The last one of a person: an earlier code works no more. `lock`: nobody tries it meanwhile."""
    statement = (
        select(Recovery)
        .where(Recovery.user_id == user_id)
        .order_by(Recovery.made_at.desc(), Recovery.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update()
    return session.scalars(statement).one_or_none()


def recovery(session: Session, public_id: UUID, *, lock: bool = False) -> Recovery:
    """One of them.

    Raises:
        RecoveryUnknown: there is none.
    """
    statement = select(Recovery).where(Recovery.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise RecoveryUnknown
    return found


def recoveries() -> Select[Recovery]:
    """All, newest first, with who."""
    return (
        select(Recovery)
        .options(joinedload(Recovery.user), joinedload(Recovery.made_by), joinedload(Recovery.second_by))
        .order_by(Recovery.made_at.desc(), Recovery.id.desc())
    )
