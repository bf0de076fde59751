"""Reading requests, receipts, and whose wallet a code is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Party
from cwb.kernel.money import Money
from ledger.instruments.models import Instrument
from ledger.requests.errors import RequestUnknown
from ledger.requests.models import PaymentRequest
from ledger.wallets.errors import WalletUnknown
from ledger.wallets.models import Wallet, WalletPayment


@dataclass(frozen=True, slots=True)
class Receipt:
    """A payment as both sides read it. A resident has no name here (None)."""

    payment: WalletPayment
    payer: str | None
    payee: str | None
    paid: bool

    @property
    def amount(self) -> Money:
        """How much."""
        return Money(self.payment.amount)


def request(session: Session, public_id: UUID, *, lock: bool = False) -> PaymentRequest:
    """A request with who asks. `lock`: nobody else pays it or takes it back meanwhile.

    Raises:
        RequestUnknown: there is none.
    """
    statement = (
        select(PaymentRequest)
        .where(PaymentRequest.public_id == public_id)
        .options(
            joinedload(PaymentRequest.payee).options(joinedload(Wallet.party), joinedload(Wallet.account)),
            joinedload(PaymentRequest.payment),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if lock:
        statement = statement.with_for_update(of=PaymentRequest)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise RequestUnknown
    return found


def own_request(
    session: Session, public_id: UUID, party_id: int | None, *, lock: bool = False
) -> PaymentRequest:
    """A request of a party.

    Raises:
        RequestUnknown: it has no such request.
    """
    found = request(session, public_id, lock=lock)
    if party_id is None or found.payee.party_id != party_id:
        raise RequestUnknown
    return found


def requests(wallet_id: int) -> Select[PaymentRequest]:
    """What a wallet asked, newest first."""
    return (
        select(PaymentRequest)
        .where(PaymentRequest.payee_id == wallet_id)
        .order_by(PaymentRequest.made_at.desc(), PaymentRequest.id.desc())
    )


def by_code(session: Session, code: str) -> Wallet:
    """The wallet with this code, of the instrument as it stands now, with its holder and account.

    Raises:
        WalletUnknown: none has it, or it is of a simulation that is over.
    """
    found = session.scalars(
        select(Wallet)
        .join(Instrument, Instrument.code == Wallet.instrument_code)
        .where(Wallet.code == code, Wallet.live == Instrument.confirmed_at.is_not(None))
        .options(joinedload(Wallet.party), joinedload(Wallet.account))
    ).one_or_none()
    if found is None:
        raise WalletUnknown
    return found


def payer_for(session: Session, payee: Wallet, party_id: int | None) -> Wallet | None:
    """A party's wallet of the same money, with its account."""
    return session.scalars(
        select(Wallet)
        .where(
            Wallet.instrument_code == payee.instrument_code, Wallet.live == payee.live, Wallet.party_id == party_id
        )
        .options(joinedload(Wallet.account), joinedload(Wallet.party))
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip


def receipt(session: Session, public_id: UUID, party_id: int | None) -> Receipt:
    """A payment that a party made or received.

    Raises:
        RequestUnknown: it has no part in such a payment.
    """
    payer, payee, giver, taker = aliased(Wallet), aliased(Wallet), aliased(Party), aliased(Party)
    row = session.execute(
        select(WalletPayment, giver, taker)
        .join(payer, payer.id == WalletPayment.payer_id)
        .join(payee, payee.id == WalletPayment.payee_id)
        .join(giver, giver.id == payer.party_id)
        .join(taker, taker.id == payee.party_id)
        .where(WalletPayment.public_id == public_id)
    ).one_or_none()
    if row is None or party_id not in {row[1].id, row[2].id}:
        raise RequestUnknown
    return Receipt(row[0], firm_name(row[1]), firm_name(row[2]), row[1].id == party_id)


def firm_name(who: Party) -> str | None:
    """The name of an organisation; a resident's is nobody's business."""
    return who.name if who.kind == "organisation" else None
