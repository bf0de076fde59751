"""Reading complaints: of a holder, all, and counts for everybody."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import User
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.grievances import rules
from ledger.grievances.errors import GrievanceUnknown
from ledger.grievances.models import Grievance
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.wallets.models import Wallet, WalletPayment

tasks = Tasks(
    Waiting(
        N_("Beantwoord klachten over lokaal geld: %(num)s"), "grievances.index", {Role.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(Grievance).where(
            Grievance.answered_at.is_(None)
        ), {},
    ),
)  # fmt: skip
"""Complaints that people answer."""


class Counts(NamedTuple):
    """Of one money as it stands: how many complaints, answered, within the term, and found right."""

    code: Code
    live: bool
    filed: int
    answered: int
    in_time: int
    right: int


def all_() -> Select[Grievance]:
    """All complaints, those that wait first, oldest first."""
    return (
        select(Grievance)
        .options(joinedload(Grievance.wallet), joinedload(Grievance.answered_by))
        .order_by(Grievance.answered_at.is_not(None), Grievance.id)
    )


def of_wallet(session: Session, wallet_id: int) -> Sequence[Grievance]:
    """Those of one wallet, latest first."""
    return session.scalars(
        select(Grievance).where(Grievance.wallet_id == wallet_id).order_by(Grievance.id.desc()).limit(50)
    ).all()


def waiting(session: Session, wallet_id: int) -> int:
    """How many of one wallet wait for an answer."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(Grievance)
            .where(Grievance.wallet_id == wallet_id, Grievance.answered_at.is_(None))
        )
        or 0
    )


def grievance(session: Session, public_id: UUID, *, lock: bool = False) -> Grievance:
    """One with its wallet. `lock`: nobody else answers it meanwhile.

    Raises:
        GrievanceUnknown: none.
    """
    statement = (
        select(Grievance)
        .where(Grievance.public_id == public_id)
        .options(joinedload(Grievance.wallet))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement.with_for_update(of=Grievance) if lock else statement).one_or_none()
    if found is None:
        raise GrievanceUnknown
    return found


def filers(session: Session, found: Grievance) -> Sequence[User]:
    """Who gets the answer: nobody, once whoever filed it was erased."""
    return session.scalars(select(User).where(User.id == found.filed_by_id, User.erased_at.is_(None))).all()


def counts(session: Session) -> list[Counts]:
    """What everybody may know, by money as it stands now."""
    local = cast(func.timezone("Europe/Amsterdam", Grievance.answered_at), Date)
    there = session.execute(
        select(
            Instrument.code, Instrument.confirmed_at.is_not(None), func.count(Grievance.id),
            func.count(Grievance.answered_at), func.count().filter(local <= Grievance.due_on),
            func.count().filter(Grievance.is_right.is_(True)),
        )
        .join(
            Wallet,
            (Wallet.instrument_code == Instrument.code) & (Wallet.live == Instrument.confirmed_at.is_not(None)),
        )
        .outerjoin(Grievance, Grievance.wallet_id == Wallet.id)
        .group_by(Instrument.code, Instrument.confirmed_at)
        .order_by(Instrument.code)
    )  # fmt: skip
    return [Counts(Code(code), bool(live), *figures) for code, live, *figures in there]


def weighed(session: Session, found: Instrument, at: datetime) -> tuple[int, int]:
    """Complaints and payments of the last quarter, of an instrument as it stands now."""
    first = rules.since(at)
    complaints = session.scalar(
        select(func.count())
        .select_from(Grievance)
        .join(Wallet, Wallet.id == Grievance.wallet_id)
        .where(
            Wallet.instrument_code == found.code, Wallet.live == found.live, Grievance.filed_at > first,
            Grievance.filed_at <= at,
        )
    )  # fmt: skip
    payments = session.scalar(
        select(func.count())
        .select_from(WalletPayment)
        .where(
            WalletPayment.instrument_code == found.code, WalletPayment.live == found.live,
            WalletPayment.paid_at > first, WalletPayment.paid_at <= at,
        )
    )  # fmt: skip
    return int(complaints or 0), int(payments or 0)
