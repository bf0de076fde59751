"""Asking, taking back, and paying what was asked. Money moves in `ledger.wallets`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.conditions.queries import terms_at
from ledger.conditions.rules import check_payment
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.pins.rules import Hand
from ledger.requests import queries, rules
from ledger.requests.errors import NoWallet, OwnRequest
from ledger.requests.models import PaymentRequest
from ledger.requests.rules import LASTS, Lasting
from ledger.wallets import queries as wallets
from ledger.wallets import rules as wallet_rules
from ledger.wallets.errors import OldSimulation
from ledger.wallets.models import Wallet, WalletPayment
from ledger.wallets.services import pay


def ask(
    session: Session, *, payee: Wallet, amount: Money, note: str, lasting: Lasting, actor: Actor, at: datetime,
    at_till: bool = False, price: Money | None = None,
) -> PaymentRequest:  # fmt: skip
    """Ask an amount, to be paid once by whoever scans first. `price`: what all costs, where a part is paid in euros.

    Raises:
        AmountMissing, NoRoom, OldSimulation: refused. NotAccepted, PriceNeeded, PriceTooSmall, ShareTooLarge: by the
        conditions of this instant; those of the instant of paying decide.
    """
    wallet_rules.check_amount(amount)
    instrument = instruments.instrument(session, Code(payee.instrument_code), share=True)
    if instrument.live != payee.live:
        raise OldSimulation
    account = wallets.account(session, payee)
    held = account.posted + account.pending_in
    room = Money(max(0, (account.ceiling or 0) - held))
    rules.check_room(amount, held, account.ceiling, wallet_rules.in_euros(room))
    cents = None if price is None else price.minor
    check_payment(
        terms_at(session, Code(payee.instrument_code), at)[1],
        wallets.group_of(session, payee),
        amount.minor,
        cents,
    )
    made = PaymentRequest(
        payee_id=payee.id, amount=amount.minor, price=cents, note=note.strip(), at_till=at_till, made_at=at,
        made_by_id=actor.user_id, expires_at=at + LASTS[lasting],
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, *, public_id: UUID, party_id: int | None, actor: Actor, at: datetime) -> None:
    """Take a request back that nobody paid.

    Raises:
        RequestUnknown: not one's own. AlreadyPaid, RequestExpired, RequestWithdrawn: too late.
    """
    found = queries.own_request(session, public_id, party_id, lock=True)
    rules.check_waits(found, at)
    found.withdrawn_at, found.withdrawn_by_id = at, actor.user_id
    session.flush()
    record(
        session, action="payment_request.withdrawn", subject=f"payment_request:{found.public_id}",
        actor_id=actor.user_id, facts={"amount": found.amount}, at=at,
    )  # fmt: skip


def pay_request(
    session: Session, *, public_id: UUID, party_id: int | None, hand: Hand, actor: Actor, at: datetime
) -> WalletPayment:  # fmt: skip
    """Pay what was asked, whole and once: of two who scan, one pays and the other reads that it was paid.

    Who paid it and presses again, in a second tab or by a double tap, gets the payment there was: it is theirs.

    Raises:
        RequestUnknown, AlreadyPaid, RequestExpired, RequestWithdrawn, OwnRequest, NoWallet: refused.
        What `ledger.wallets.services.pay` refuses.
    """
    found = queries.request(session, public_id, lock=True)
    payer = queries.payer_for(session, found.payee, party_id)
    if found.payment_id and payer is not None:
        there = session.get_one(WalletPayment, found.payment_id)
        if there.payer_id == payer.id:
            return there
    rules.check_waits(found, at)
    if payer is None:
        raise NoWallet
    if payer.id == found.payee_id:
        raise OwnRequest
    paid = pay(
        session, payer=payer, to=found.payee.code, amount=found.asked, note=found.note, token=found.public_id,
        actor=actor, at=at, hand=hand, price=None if found.price is None else Money(found.price),
    )  # fmt: skip
    found.payment_id, found.paid_at = paid.id, at
    session.flush()
    return paid


def pay_code(
    session: Session, *, code: str, party_id: int | None, amount: Money, note: str, token: UUID, hand: Hand,
    actor: Actor, at: datetime, price: Money | None = None,
) -> WalletPayment:  # fmt: skip
    """Pay an amount that the payer chose to the wallet with a code, once per token.

    Raises:
        WalletUnknown, NoWallet: refused. What `ledger.wallets.services.pay` refuses.
    """
    payee = queries.by_code(session, code)
    payer = queries.payer_for(session, payee, party_id)
    if payer is None:
        raise NoWallet
    return pay(
        session, payer=payer, to=payee.code, amount=amount, note=note, token=token, actor=actor, at=at, hand=hand,
        price=price,
    )  # fmt: skip
