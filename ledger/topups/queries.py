"""Reading top-ups: of a payment, what is owed, and the float."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from cwb.kernel.money import Money
from cwb.kernel.policy import Role as Who
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting, rows
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.checkout.models import PaymentOrder, PaymentPart
from ledger.checkout.rules import PROVIDER, RUNNING, Part
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.topups.errors import ClaimClosed, TopUpUnknown
from ledger.topups.models import TopUp
from ledger.wallets.models import Wallet

FLOAT, OPEN = "float", "topup"
"""Sub-keys in the keeper's books: the float with who gave it, and what was paid and brought nothing yet."""

tasks = Tasks(
    Waiting(
        N_("Opwaarderingen die teruggingen na het uitgeven: %(num)s"), "instruments.index_all", {Who.PROGRAMME},
        rows(num=func.count()).having(func.count() > 0).select_from(TopUp).where(TopUp.owed > 0), {},
    ),
)  # fmt: skip
"""What the programme must ask back or write off."""


class Pot(NamedTuple):
    """The float of an instrument, in cents. `coming`: what the provider still has or sent; `fees`: what it kept."""

    there: int
    running: int
    coming: int
    fees: int

    @property
    def free(self) -> int:
        """What the next top-up may use."""
        return self.there - self.running


def of_order(session: Session, order_id: int, *, lock: bool = False) -> TopUp | None:
    """The top-up that a payment is for, with payment and wallet."""
    statement = (
        select(TopUp)
        .where(TopUp.order_id == order_id)
        .options(joinedload(TopUp.order), joinedload(TopUp.wallet))
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=TopUp)
    return session.scalars(statement).one_or_none()


def own(session: Session, public_id: UUID, payer_id: int) -> TopUp:
    """The top-up of a payment of this payer, by the payment's number.

    Raises:
        TopUpUnknown: there is none.
    """
    found = session.scalars(
        select(TopUp)
        .join(TopUp.order)
        .where(PaymentOrder.public_id == public_id, PaymentOrder.payer_id == payer_id)
        .options(contains_eager(TopUp.order), joinedload(TopUp.wallet))
    ).one_or_none()
    if found is None:
        raise TopUpUnknown
    return found


def claim(session: Session, public_id: UUID) -> TopUp:
    """A top-up of which something is owed; nobody else settles it meanwhile.

    Raises:
        TopUpUnknown: there is none. ClaimClosed: nothing is owed.
    """
    found = session.scalars(
        select(TopUp)
        .where(TopUp.public_id == public_id)
        .options(joinedload(TopUp.wallet))
        .with_for_update(of=TopUp)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise TopUpUnknown
    if not found.owed:
        raise ClaimClosed
    return found


def claims(code: Code, *, live: bool) -> Select[TopUp, Wallet]:
    """Top-ups of which something is owed, was lost or was paid after all, newest first."""
    return (
        select(TopUp, Wallet)
        .join(Wallet, Wallet.id == TopUp.wallet_id)
        .where(
            Wallet.instrument_code == code, Wallet.live == live,
            TopUp.owed + TopUp.lost + TopUp.repaid > 0,
        )
        .order_by(TopUp.id.desc())
    )  # fmt: skip


def fees(session: Session, order_id: int) -> int:
    """What the provider kept of a payment."""
    kept = select(func.coalesce(func.sum(PaymentPart.amount), 0)).where(
        PaymentPart.order_id == order_id, PaymentPart.part == Part.FEE
    )
    return -int(session.scalar(kept) or 0)


def pot(session: Session, instrument: Instrument) -> Pot:
    """The float, as the instrument stands now."""
    mine = TopUp.wallet_id == Wallet.id
    sums = (
        select(
            func.coalesce(func.sum(TopUp.amount).filter(PaymentOrder.state.in_(RUNNING)), 0),
            func.coalesce(func.sum(TopUp.fee), 0),
        )
        .select_from(TopUp)
        .join(PaymentOrder, PaymentOrder.id == TopUp.order_id)
        .join(Wallet, mine)
        .where(Wallet.instrument_code == instrument.code, Wallet.live == instrument.live)
        .subquery()
    )
    row = session.execute(
        select(
            func.coalesce(func.sum(Account.posted - Account.pending_out).filter(_float()), 0),
            func.coalesce(func.sum(Account.posted).filter(_coming(instrument.live)), 0),
            select(sums.c[0]).scalar_subquery(),
            select(sums.c[1]).scalar_subquery(),
        ).where(Account.party_id == instrument.keeper_id, Account.currency == instrument.euro)
    ).one()
    return Pot(there=int(row[0]), running=int(row[2]), coming=int(row[1]), fees=int(row[3]))


def come(*, live: bool) -> str:
    """The sub-key of the account of what the provider sent on: real, or of the simulation."""
    return f"{PROVIDER}:bank" if live else OPEN


def _coming(live: bool) -> ColumnElement[bool]:
    return (Account.role == Role.CLEARING) & (Account.subkey == come(live=live))


def _float() -> ColumnElement[bool]:
    return (Account.role == Role.BANK) & (Account.subkey == FLOAT)


def of_wallet(session: Session, wallet_id: int) -> Sequence[TopUp]:
    """The top-ups of a wallet, newest first."""
    return session.scalars(
        select(TopUp)
        .where(TopUp.wallet_id == wallet_id)
        .options(joinedload(TopUp.order))
        .order_by(TopUp.id.desc())
    ).all()


def room(account: Account) -> Money:
    """What an account may still get."""
    most = account.ceiling or 0
    return Money(most - account.posted - account.pending_in)
