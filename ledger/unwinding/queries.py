"""Reading a plan to end mutual credit: where everybody stands, what happened, and what the reserve has."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Party
from cwb.kernel.policy import Role as PersonRole
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.instruments.models import Instrument
from ledger.losses.models import CreditLoss
from ledger.unwinding.errors import UnwindingUnknown
from ledger.unwinding.models import Unwinding, UnwindingEvent, UnwindingLine, UnwindingShare
from ledger.unwinding.rules import Kind, Position
from ledger.wallets.models import Wallet

SUBKEY = "unwinding"
"""The accounts of the keeper in euros: owed by members, owed to members, at the bank, and the reserve."""

tasks = Tasks(
    Waiting(
        N_("Bevestig een verlies nu het krediet stopt: %(num)s"), "unwinding.show", {PersonRole.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(UnwindingEvent).where(
            UnwindingEvent.transfer_id.is_(None), UnwindingEvent.withdrawn_at.is_(None)
        ), {"code": "=KRE"},
    ),
    Waiting(
        N_("Stem in met het plan om met krediet te stoppen: %(num)s"), "unwinding.show", {PersonRole.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(Unwinding).where(
            Unwinding.agreed_at.is_(None), Unwinding.withdrawn_at.is_(None)
        ), {"code": "=KRE"},
    ),
)  # fmt: skip
"""What a second person looks at."""


def find_plan(session: Session, found: Instrument, *, lock: bool = False) -> Unwinding | None:
    """The plan of an instrument as it stands now, that was not withdrawn."""
    return _plan(session, Unwinding.instrument_code == found.code, Unwinding.live == found.live, lock=lock)


def plan_of(session: Session, own: Wallet) -> Unwinding | None:
    """The plan that ends what a wallet holds, once it was agreed."""
    found = _plan(
        session, Unwinding.instrument_code == own.instrument_code, Unwinding.live == own.live, lock=False
    )
    return found if found and found.agreed_at else None


def _plan(session: Session, *which: ColumnElement[bool], lock: bool) -> Unwinding | None:
    statement = (
        select(Unwinding)
        .where(*which, Unwinding.withdrawn_at.is_(None))
        .options(joinedload(Unwinding.written_by), joinedload(Unwinding.agreed_by))
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement.with_for_update(of=Unwinding) if lock else statement).one_or_none()


def plan(session: Session, found: Instrument) -> Unwinding:
    """That plan; nobody else acts on it meanwhile.

    Raises:
        UnwindingUnknown: none.
    """
    there = find_plan(session, found, lock=True)
    if there is None:
        raise UnwindingUnknown
    return there


def holdings(session: Session, found: Instrument) -> dict[int, tuple[int, int]]:
    """Wallet → its account, and what it holds now, in cents; below zero it owes."""
    there = session.execute(
        select(Wallet.id, Account.id, Account.posted)
        .join(Account, Account.id == Wallet.account_id)
        .where(Wallet.instrument_code == found.code, Wallet.live == found.live)
        .order_by(Wallet.id)
    )
    return {wallet_id: (account_id, posted) for wallet_id, account_id, posted in there}


def reserved(session: Session, found: Instrument) -> int:
    """How many wallets have a payment reserved or a loss that waits."""
    waits = select(CreditLoss.id).where(
        CreditLoss.wallet_id == Wallet.id,
        CreditLoss.confirmed_at.is_(None),
        CreditLoss.withdrawn_at.is_(None),
    )
    return int(
        session.scalar(
            select(func.count())
            .select_from(Wallet)
            .join(Account, Account.id == Wallet.account_id)
            .where(
                Wallet.instrument_code == found.code, Wallet.live == found.live,
                or_(Account.pending_in > 0, Account.pending_out > 0, waits.exists()),
            )
        )
        or 0
    )  # fmt: skip


def positions(session: Session, plan_id: int) -> dict[int, Position]:
    """Wallet → where it stood, and what was paid or lost of it since."""
    return {
        row.wallet_id: Position(row.amount, int(row.moved))
        for row in session.execute(
            select(UnwindingLine.wallet_id, UnwindingLine.amount, _moved(plan_id).label("moved"))
            .where(UnwindingLine.unwinding_id == plan_id)
            .order_by(UnwindingLine.wallet_id)
        )
    }


def _moved(plan_id: int) -> ColumnElement[int]:
    booked = (UnwindingEvent.unwinding_id == plan_id, UnwindingEvent.transfer_id.is_not(None))
    paid = (
        select(func.coalesce(func.sum(UnwindingEvent.amount), 0))
        .where(*booked, UnwindingEvent.wallet_id == UnwindingLine.wallet_id)
        .scalar_subquery()
    )
    got = (
        select(func.coalesce(func.sum(UnwindingShare.amount), 0))
        .join(UnwindingEvent, UnwindingEvent.id == UnwindingShare.event_id)
        .where(*booked, UnwindingShare.wallet_id == UnwindingLine.wallet_id)
        .scalar_subquery()
    )
    return cast(paid + got, BigInteger)


def lines(plan_id: int) -> Select[str, str, int, int]:
    """Who stood where: code, name, cents then, and what is paid or lost since; who owes most first."""
    moved = _moved(plan_id).label("moved")
    return (
        select(Wallet.code, Party.name, UnwindingLine.amount, moved)
        .join(UnwindingLine, UnwindingLine.wallet_id == Wallet.id)
        .join(Party, Party.id == Wallet.party_id)
        .where(UnwindingLine.unwinding_id == plan_id)
        .order_by(UnwindingLine.amount, Wallet.id)
    )


def events(plan_id: int) -> Select[UnwindingEvent, str]:
    """What happened, latest first, with who paid or cannot."""
    return (
        select(UnwindingEvent, Party.name)
        .outerjoin(Wallet, Wallet.id == UnwindingEvent.wallet_id)
        .outerjoin(Party, Party.id == Wallet.party_id)
        .where(UnwindingEvent.unwinding_id == plan_id)
        .order_by(UnwindingEvent.id.desc())
    )


def event(session: Session, plan_id: int, public_id: UUID) -> UnwindingEvent:
    """One loss of a plan; nobody else decides on it meanwhile.

    Raises:
        UnwindingUnknown: none.
    """
    found = session.scalars(
        select(UnwindingEvent)
        .where(
            UnwindingEvent.public_id == public_id, UnwindingEvent.unwinding_id == plan_id,
            UnwindingEvent.kind == Kind.LOST,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if found is None:
        raise UnwindingUnknown
    return found


def find_by_transfer(session: Session, transfer_id: int) -> UnwindingEvent | None:
    """What a transfer was written down as."""
    return session.scalars(
        select(UnwindingEvent).where(UnwindingEvent.transfer_id == transfer_id)
    ).one_or_none()


def of_wallet(session: Session, plan_id: int, wallet_id: int) -> Sequence[tuple[UnwindingEvent, int]]:
    """What one member paid, got or bore, oldest first: the event and its own cents."""
    own = (
        select(UnwindingEvent, func.coalesce(UnwindingShare.amount, UnwindingEvent.amount))
        .outerjoin(
            UnwindingShare,
            (UnwindingShare.event_id == UnwindingEvent.id) & (UnwindingShare.wallet_id == wallet_id),
        )
        .where(
            UnwindingEvent.unwinding_id == plan_id, UnwindingEvent.transfer_id.is_not(None),
            or_(UnwindingEvent.wallet_id == wallet_id, UnwindingShare.wallet_id == wallet_id),
        )
        .order_by(UnwindingEvent.id)
    )  # fmt: skip
    return [(each, int(cents)) for each, cents in session.execute(own)]


def line(session: Session, plan_id: int, wallet_id: int) -> Position | None:
    """Where one member stands; None: it stood at zero."""
    found = session.execute(
        select(UnwindingLine.amount, _moved(plan_id).label("moved")).where(
            UnwindingLine.unwinding_id == plan_id, UnwindingLine.wallet_id == wallet_id
        )
    ).one_or_none()
    return Position(found[0], int(found[1])) if found else None


def euros(session: Session, found: Instrument) -> dict[Role, int]:
    """Role → the balance of the keeper's accounts for this, in cents, debit positive."""
    there = session.execute(
        select(Account.role, Account.posted).where(
            Account.party_id == found.keeper_id, Account.currency == found.euro, Account.subkey == SUBKEY
        )
    )
    return {Role(role): posted for role, posted in there}
