"""Reading a plan, and what it would pay now."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.feefund.queries import held
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import FEWEST
from ledger.wallets.models import Wallet
from ledger.wallets.queries import fees_of
from ledger.winddown.errors import PlanUnknown
from ledger.winddown.models import WindDown, WindDownLine


class Due(NamedTuple):
    """What one wallet gets."""

    wallet: Wallet
    amount: int
    fee: int


class Preview(NamedTuple):
    """What everybody would get now, in cents, and what is out.

    `rest` is what fees and fund leave; `paper` is held by whoever has a voucher.
    """

    lines: Sequence[Due]
    fund: int
    earned: int
    supply: int
    waiting: int
    paper: int

    @property
    def residents(self) -> int:
        """What residents hold."""
        return sum(each.amount for each in self.lines if not each.wallet.firm)

    @property
    def few(self) -> bool:
        """Whether so few residents hold something that their sum, or the rest of what is out, tells what one has."""
        return 0 < sum(not each.wallet.firm for each in self.lines) < FEWEST

    @property
    def firms(self) -> int:
        """What firms hold."""
        return sum(each.amount for each in self.lines if each.wallet.firm)

    @property
    def fees(self) -> int:
        """What firms leave behind."""
        return sum(each.fee for each in self.lines)

    @property
    def rest(self) -> int:
        """What goes to the good cause."""
        return self.fund + self.earned + self.fees


def find_plan(session: Session, instrument: Instrument, *, lock: bool = False) -> WindDown | None:
    """The plan of an instrument as it stands now, that was not withdrawn."""
    statement = (
        select(WindDown)
        .where(
            WindDown.instrument_code == instrument.code, WindDown.live == instrument.live,
            WindDown.withdrawn_at.is_(None),
        )
        .options(joinedload(WindDown.planned_by), joinedload(WindDown.agreed_by))
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if lock:
        statement = statement.with_for_update(of=WindDown)
    return session.scalars(statement).one_or_none()


def plan(session: Session, instrument: Instrument) -> WindDown:
    """That plan; nobody else acts on it meanwhile.

    Raises:
        PlanUnknown: none.
    """
    found = find_plan(session, instrument, lock=True)
    if found is None:
        raise PlanUnknown
    return found


def preview(session: Session, instrument: Instrument, at: datetime) -> Preview:
    """What everybody would get now, by account."""
    wallets = session.scalars(
        select(Wallet)
        .join(Account, Account.id == Wallet.account_id)
        .where(Wallet.instrument_code == instrument.code, Wallet.live == instrument.live, Account.posted > 0)
        .options(joinedload(Wallet.account))
        .order_by(Wallet.account_id)
        .execution_options(populate_existing=True)
    ).all()
    fees = fees_of(session, [(each, each.balance) for each in wallets], at)
    lines = [Due(each, each.balance.minor, fees[each.id].minor) for each in wallets]
    row = session.execute(
        select(
            func.coalesce(func.sum(-Account.posted).filter(Account.role == Role.FEE_INCOME), 0),
            func.coalesce(func.sum(Account.pending_out).filter(Account.role == Role.WALLET), 0),
            func.coalesce(func.sum(-Account.posted).filter(Account.role == Role.PAYABLE), 0),
            func.coalesce(func.sum(Account.posted).filter(Account.role == Role.CLEARING), 0),
        ).where(
            Account.party_id == instrument.keeper_id,
            or_(
                Account.currency == instrument.currency,
                (Account.currency == instrument.euro) & (Account.role == Role.FEE_INCOME),
                (Account.currency == instrument.euro)
                & (Account.role == Role.PAYABLE)
                & (Account.subkey == "lapsed"),
            ),
        )
    ).one()
    return Preview(
        lines, held(session, instrument).total.minor, int(row[0]), instruments.supply(session, instrument).minor,
        int(row[1]) + int(row[2]), int(row[3]),
    )  # fmt: skip


def coded(plan_id: int) -> Select[str, bool, int, int]:
    """The lines of a plan that began, by the codes of wallets."""
    return (
        select(Wallet.code, Wallet.firm, WindDownLine.amount, WindDownLine.fee)
        .join(WindDownLine, WindDownLine.wallet_id == Wallet.id)
        .where(WindDownLine.wind_down_id == plan_id)
        .order_by(Wallet.firm, Wallet.code)
    )


def wallet_accounts(session: Session, instrument: Instrument) -> Sequence[int]:
    """The accounts of all wallets."""
    return session.scalars(
        select(Wallet.account_id)
        .where(Wallet.instrument_code == instrument.code, Wallet.live == instrument.live)
        .order_by(Wallet.account_id)
    ).all()


def balances(session: Session, account_ids: Sequence[int]) -> dict[int, Money]:
    """What accounts hold now."""
    found = session.execute(select(Account.id, Account.posted).where(Account.id.in_(account_ids)))
    return {account_id: Money(posted) for account_id, posted in found}
