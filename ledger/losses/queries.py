"""Reading agreements about losses, losses, and who can bear how much."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Party
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.instruments.models import Instrument
from ledger.losses.errors import LossUnknown, NoCover
from ledger.losses.models import CreditLoss, CreditLossShare, LossCover
from ledger.wallets.models import Wallet

tasks = Tasks(
    Waiting(
        N_("Bevestig een verlies van wederzijds krediet: %(num)s"), "losses.index", {Role.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(CreditLoss).where(
            CreditLoss.confirmed_at.is_(None), CreditLoss.withdrawn_at.is_(None)
        ), {"code": "=KRE"},
    ),
)  # fmt: skip
"""Losses that a second person looks at."""


def find_cover(session: Session, found: Instrument) -> LossCover | None:
    """What was agreed and confirmed last."""
    return session.scalars(
        select(LossCover)
        .where(
            LossCover.instrument_code == found.code, LossCover.live == found.live, LossCover.confirmed_at.is_not(None)
        )
        .order_by(LossCover.confirmed_at.desc(), LossCover.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip


def covers(session: Session, found: Instrument) -> Sequence[LossCover]:
    """All agreements, latest first."""
    return session.scalars(
        select(LossCover)
        .where(LossCover.instrument_code == found.code, LossCover.live == found.live)
        .options(joinedload(LossCover.written_by), joinedload(LossCover.confirmed_by))
        .order_by(LossCover.id.desc())
        .limit(20)
    ).all()


def held_cover(session: Session, found: Instrument) -> LossCover:
    """What holds now.

    Raises:
        NoCover: nothing was agreed.
    """
    one = find_cover(session, found)
    if one is None:
        raise NoCover
    return one


def cover(session: Session, public_id: UUID) -> LossCover:
    """One agreement; nobody else confirms it meanwhile.

    Raises:
        LossUnknown: none.
    """
    one = session.scalars(
        select(LossCover).where(LossCover.public_id == public_id).with_for_update()
    ).one_or_none()
    if one is None:
        raise LossUnknown
    return one


def losses(found: Instrument) -> Select[CreditLoss, str]:
    """Losses with whose wallet, latest first."""
    return (
        select(CreditLoss, Party.name)
        .join(Wallet, Wallet.id == CreditLoss.wallet_id)
        .join(Party, Party.id == Wallet.party_id)
        .where(Wallet.instrument_code == found.code, Wallet.live == found.live)
        .order_by(CreditLoss.id.desc())
    )


def loss(session: Session, public_id: UUID, *, lock: bool = False) -> CreditLoss:
    """One loss with its wallet and agreement. `lock`: nobody else decides on it meanwhile.

    Raises:
        LossUnknown: none.
    """
    statement = (
        select(CreditLoss)
        .where(CreditLoss.public_id == public_id)
        .options(joinedload(CreditLoss.wallet), joinedload(CreditLoss.cover))
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=CreditLoss)
    one = session.scalars(statement).one_or_none()
    if one is None:
        raise LossUnknown
    return one


def bearers(session: Session, found: Instrument, but: int) -> dict[int, tuple[int, int]]:
    """Wallet → its account, and by how many cents it may still go down; of all others that have credit or a balance."""
    rows_ = session.execute(
        select(Wallet.id, Account.id, Account.posted - Account.pending_out - func.coalesce(Account.floor, 0))
        .join(Account, Account.id == Wallet.account_id)
        .where(Wallet.instrument_code == found.code, Wallet.live == found.live, Wallet.id != but)
        .order_by(Wallet.id)
        .execution_options(populate_existing=True)
    )
    return {wallet_id: (account_id, int(room)) for wallet_id, account_id, room in rows_}


def shares(loss_id: int) -> Select[str, str, int]:
    """Who bore what of a loss, by the codes of wallets."""
    return (
        select(Wallet.code, Party.name, CreditLossShare.amount)
        .join(CreditLossShare, CreditLossShare.wallet_id == Wallet.id)
        .join(Party, Party.id == Wallet.party_id)
        .where(CreditLossShare.loss_id == loss_id)
        .order_by(Party.search_name, Wallet.id)
    )


def lost(session: Session, found: Instrument) -> int:
    """What was lost so far and is borne, in cents."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(CreditLoss.amount), 0))
            .join(Wallet, Wallet.id == CreditLoss.wallet_id)
            .where(
                Wallet.instrument_code == found.code, Wallet.live == found.live, CreditLoss.confirmed_at.is_not(None)
            )
        )
        or 0
    )  # fmt: skip
