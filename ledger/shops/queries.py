"""Reading a till's wallets, its day, and what was given back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.kernel.money import Money
from ledger.books.queries import midnight
from ledger.instruments.models import Instrument
from ledger.requests.models import PaymentRequest
from ledger.shops.errors import SaleUnknown
from ledger.shops.models import PaymentReturn
from ledger.wallets.models import Wallet, WalletPayment


@dataclass(frozen=True, slots=True)
class Day:
    """What came in on a day, and what of it or of earlier days went back on that day."""

    received: Money
    count: int
    returned: Money

    @property
    def total(self) -> Money:
        """What stays."""
        return self.received - self.returned


def tills(session: Session, party_id: int | None) -> Sequence[Wallet]:
    """The wallets an organisation receives in now."""
    return session.scalars(
        select(Wallet)
        .join(Instrument, Instrument.code == Wallet.instrument_code)
        .where(Wallet.party_id == party_id, Wallet.live == Instrument.confirmed_at.is_not(None))
        .order_by(Wallet.instrument_code)
    ).all()


def span(on: date) -> tuple[datetime, datetime]:
    """From midnight to midnight in Amsterdam."""
    return midnight(on), midnight(on + timedelta(days=1))


def sales(wallet_ids: Iterable[int], on: date) -> Select[WalletPayment, PaymentRequest | None]:
    """What came in on a day, with the request it answered; the last first. What was given back to us is not in it."""
    since, until = span(on)
    return (
        select(WalletPayment, PaymentRequest)
        .outerjoin(PaymentRequest, PaymentRequest.payment_id == WalletPayment.id)
        .outerjoin(PaymentReturn, PaymentReturn.back_id == WalletPayment.id)
        .where(
            WalletPayment.payee_id.in_(list(wallet_ids)), WalletPayment.paid_at >= since, WalletPayment.paid_at < until,
            PaymentReturn.id.is_(None),
        )
        .options(joinedload(PaymentRequest.made_by))
        .order_by(WalletPayment.paid_at.desc(), WalletPayment.id.desc())
    )  # fmt: skip


def days(session: Session, wallet_ids: Sequence[int], on: date) -> dict[int, Day]:
    """Wallet → its day added up. Practice money and real money, or two sorts of money, are never one sum."""
    since, until = span(on)
    rows = (
        sales(wallet_ids, on)
        .order_by(None)
        .with_only_columns(WalletPayment.payee_id, WalletPayment.amount)
        .subquery()
    )
    came = {
        each: (int(cents), count)
        for each, cents, count in session.execute(
            select(rows.c.payee_id, func.sum(rows.c.amount), func.count()).group_by(rows.c.payee_id)
        )
    }
    back = {
        each: int(cents)
        for each, cents in session.execute(
            select(WalletPayment.payer_id, func.sum(WalletPayment.amount))
            .join(PaymentReturn, PaymentReturn.back_id == WalletPayment.id)
            .where(
                WalletPayment.payer_id.in_(wallet_ids), WalletPayment.paid_at >= since, WalletPayment.paid_at < until
            )
            .group_by(WalletPayment.payer_id)
        )
    }  # fmt: skip
    return {
        each: Day(Money(came.get(each, (0, 0))[0]), came.get(each, (0, 0))[1], Money(back.get(each, 0)))
        for each in wallet_ids
    }


def returned(session: Session, payment_ids: Iterable[int]) -> dict[int, Money]:
    """Payment → what of it was given back."""
    rows = session.execute(
        select(PaymentReturn.payment_id, func.sum(WalletPayment.amount))
        .join(WalletPayment, WalletPayment.id == PaymentReturn.back_id)
        .where(PaymentReturn.payment_id.in_(list(payment_ids)))
        .group_by(PaymentReturn.payment_id)
    )
    return {each: Money(int(cents)) for each, cents in rows}


def is_return(session: Session, payment_id: int) -> bool:
    """Whether a payment gave another one back."""
    return bool(session.scalar(select(exists().where(PaymentReturn.back_id == payment_id))))


def sale(
    session: Session, public_id: UUID, party_id: int | None, *, lock: bool = False
) -> tuple[WalletPayment, Wallet, Wallet]:  # fmt: skip
    """A payment to an organisation with who paid and who received. `lock`: nobody else gives it back meanwhile.

    Raises:
        SaleUnknown: it received no such payment, or this gave something back itself.
    """
    payer, payee = aliased(Wallet), aliased(Wallet)
    statement = (
        select(WalletPayment, payer, payee)
        .join(payer, payer.id == WalletPayment.payer_id)
        .join(payee, payee.id == WalletPayment.payee_id)
        .where(
            WalletPayment.public_id == public_id, payee.party_id == party_id,
            ~select(PaymentReturn.id).where(PaymentReturn.back_id == WalletPayment.id).exists(),
        )
    )  # fmt: skip
    if lock:
        statement = statement.with_for_update(of=WalletPayment)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise SaleUnknown
    return row[0], row[1], row[2]
