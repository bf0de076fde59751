"""Opening wallets, issuing, paying, asking back and paying out. Units move in the books of the instrument's keeper."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Party
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.errors import LimitsInvalid
from ledger.accounts.rules import Role
from ledger.accounts.services import change_limits, open_account
from ledger.books.errors import KeyReused
from ledger.books.rules import Leg
from ledger.books.services import pend, post, settle, void
from ledger.conditions import rules as condition_rules
from ledger.instruments import queries as instruments
from ledger.instruments import rules as instrument_rules
from ledger.instruments.errors import IssuingStopped, MeterFull, NotBacked, TotalReached
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.pins.rules import Hand, How, check_hand
from ledger.wallets import queries, rules
from ledger.wallets.errors import (
    CodeUnknown,
    CreditInUse,
    CreditStopped,
    FirmsOnly,
    NoCredit,
    NotEnough,
    OldSimulation,
    ReferenceUsed,
    RefundWaits,
    ToYourself,
    WalletUnknown,
)
from ledger.wallets.models import Refund, Wallet, WalletPayment


def open_wallet(
    session: Session, *, code: Code, party: Party, actor: Actor, at: datetime
) -> Wallet:  # fmt: skip
    """A party's wallet of an instrument, opened when it is not there yet. The database holds what it may hold.

    Raises:
        FirmsOnly: this instrument is not for persons. InstrumentUnknown.
    """
    instrument = instruments.instrument(session, code, lock=True)
    if found := queries.find_wallet(session, code, party.id, live=instrument.live):
        return found
    firm = party.kind == "organisation"
    most = instrument.rule.firm if firm else instrument.rule.resident
    if most is None:
        raise FirmsOnly
    account_id = open_account(
        session, party_id=instrument.keeper_id, role=Role.WALLET, currency=instrument.currency,
        subkey=f"party:{party.id}", floor=0, ceiling=most,
    )  # fmt: skip
    sign = rules.new_code(secrets.randbelow)
    while queries.code_taken(session, sign):
        sign = rules.new_code(secrets.randbelow)
    made = Wallet(
        instrument_code=code, party_id=party.id, live=instrument.live, firm=firm, account_id=account_id, code=sign,
        opened_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "opened", made, actor, at)
    return made


def set_credit(
    session: Session, *, code: Code, wallet_code: str, yearly_sales: Money, actor: Actor, at: datetime
) -> Wallet:  # fmt: skip
    """Give a wallet its limits of mutual credit, by the holder's yearly sales to others here.

    Raises:
        NoCredit, CodeUnknown: refused. CreditInUse: what it holds lies outside them.
        IssuingStopped: more credit than before, while nothing is issued.
    """
    instrument = instruments.instrument(session, code, share=True)
    if instrument.rule.backed:
        raise NoCredit
    found = queries.by_code(session, instrument, rules.read_code(wallet_code))
    floor, ceiling = instrument_rules.credit_limits(max(0, yearly_sales.minor))
    if instrument.stopped and floor < (queries.account(session, found).floor or 0):
        raise IssuingStopped
    try:
        with session.begin_nested():
            change_limits(session, account_id=found.account_id, floor=floor, ceiling=ceiling)
    except LimitsInvalid as fault:
        raise CreditInUse(field="yearly_sales") from fault
    found.yearly_sales = max(0, yearly_sales.minor)
    session.flush()
    _note(session, "credit_set", found, actor, at, floor=floor, ceiling=ceiling)
    return found


def issue(
    session: Session, *, code: Code, wallet_code: str, amount: Money, reference: str, actor: Actor, at: datetime
) -> Wallet:  # fmt: skip
    """Issue units against euros that came in on the account of the backing, once per bank reference.

    Raises:
        NotBacked, IssuingStopped, TotalReached, CodeUnknown, AmountMissing: refused.
        CeilingPassed: more than this wallet may hold. ReferenceUsed: it issued already, whatever was issued then.
    """
    instrument = instruments.instrument(session, code, lock=True)
    rules.check_amount(amount)
    if not instrument.rule.backed or instrument.rule.total is None:
        raise NotBacked
    if instrument.stopped:
        raise IssuingStopped
    found = queries.by_code(session, instrument, rules.read_code(wallet_code))
    if instruments.supply(session, instrument) + amount > Money(instrument.rule.total):
        raise TotalReached(most=f"€ {instrument.rule.total // 100:,}".replace(",", "."), field="amount")
    try:
        posted = post(
            session, key=f"voucher:{instrument.currency}:issue:{rules.reference_key(reference)}", kind="voucher_issued",
            legs=[
                Leg(found.account_id, amount.minor), Leg(_issued(session, instrument), -amount.minor),
                *_euros(session, instrument, -amount.minor),
            ], at=at,
        )  # fmt: skip
    except KeyReused as used:
        raise ReferenceUsed(field="reference") from used
    if posted.replayed:
        raise ReferenceUsed(field="reference")
    _note(session, "issued", found, actor, at, amount=amount.minor)
    return found


def pay(
    session: Session, *, payer: Wallet, to: str, amount: Money, note: str, token: UUID, actor: Actor, at: datetime,
    price: Money | None = None, hand: Hand | None = None, gives_back: bool = False,
) -> WalletPayment:  # fmt: skip
    """Pay from a wallet to the one with a code, once per token: pressing twice pays once.

    `price`: what all costs together, needed where the conditions let a part of it be paid in this money.
    `hand`: how a person on a page confirmed it; without, nobody is asked (a run, a batch, the demo).
    `gives_back`: it returns what was paid, so it is no sale that conditions are about.

    Raises:
        CodeUnknown, ToYourself, AmountMissing, MeterFull, OldSimulation: refused.
        CreditStopped: it would draw credit, while nothing is issued.
        NotAccepted, PriceNeeded, PriceTooSmall, ShareTooLarge: the conditions of this instant forbid it.
        PinMissing, PinNotSet, PinWrong, PinLocked: not confirmed as it should be.
        FloorPassed, CeilingPassed: beyond the limits of one of the two. KeyReused.
    """
    rules.check_amount(amount)
    ground = queries.ground(session, Code(payer.instrument_code), rules.read_code(to), at)
    instrument, payee = ground.instrument, ground.payee
    if instrument.live != payer.live:
        raise OldSimulation
    if payee is None:
        raise CodeUnknown(field="code")
    if payee.id == payer.id:
        raise ToYourself(field="code")
    posted = post(
        session, key=f"wallet:{payer.public_id}:{token}", kind="voucher_paid", at=at,
        legs=[Leg(payer.account_id, -amount.minor), Leg(payee.account_id, amount.minor)],
    )  # fmt: skip
    if posted.replayed:
        return queries.payment_of(session, posted.transfer_id)
    if instrument.stopped and not instrument.rule.backed and queries.account(session, payer).posted < 0:
        raise CreditStopped
    if hand:  # the account is locked by now: nobody adds to what was paid without a PIN meanwhile
        check_hand(hand, amount, queries.paid_without(session, payer.id, at))
    if not gives_back:
        condition_rules.check_payment(
            ground.terms, ground.group, amount.minor, None if price is None else price.minor
        )
    if instrument.rule.backed:
        check_meter(session, instrument, amount, at)
    return queries.store_payment(
        session, public_id=uuid7(), instrument_code=payer.instrument_code, live=payer.live, payer_id=payer.id,
        payee_id=payee.id, amount=amount.minor, note=note.strip(), transfer_id=posted.transfer_id, paid_at=at,
        paid_by_id=actor.user_id, version_id=ground.version_id, price=None if price is None else price.minor,
        confirmed=hand.how if hand else How.UNASKED,
    )  # fmt: skip


def ask_refund(session: Session, *, wallet: Wallet, amount: Money, actor: Actor, at: datetime) -> Refund:
    """Ask euros back. The programme pays them; until then the units are reserved, so that they are still there.

    Raises:
        NotBacked, AmountMissing, NotEnough, RefundWaits, OldSimulation: refused.
    """
    rules.check_amount(amount)
    instrument = instruments.instrument(session, Code(wallet.instrument_code), share=True)
    if not instrument.rule.backed:
        raise NotBacked
    if instrument.live != wallet.live:
        raise OldSimulation
    if queries.waiting(session, wallet.id):
        raise RefundWaits(field="amount")
    free = queries.free(session, wallet)
    if amount > free:
        raise NotEnough(there=rules.in_euros(free), field="amount")
    made = Refund(
        public_id=uuid7(), wallet_id=wallet.id, amount=amount.minor, asked_at=at, asked_by_id=actor.user_id
    )
    made.reserved_id = pend(
        session, key=f"voucher:ask:{made.public_id}", kind="voucher_redeemed", at=at,
        legs=[Leg(wallet.account_id, -amount.minor), Leg(_issued(session, instrument), amount.minor)],
    ).transfer_id  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "refund_asked", wallet, actor, at, amount=amount.minor)
    return made


def pay_refund(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> Money:
    """Write down that a refund was paid: the units go, and their backing; a firm's fee goes half to the fund.

    Returns the fee. Residents get every cent. A stop of issuing does not stop this.

    Raises:
        RefundDone, RefundWithdrawn, OldSimulation: refused.
    """
    refund = queries.refund(session, public_id)
    rules.check_waits(refund)
    wallet = refund.wallet
    instrument = instruments.instrument(session, Code(wallet.instrument_code), lock=True)
    if instrument.live != wallet.live:
        raise OldSimulation
    fee = queries.fee_of(session, wallet, Money(refund.amount), at)
    legs = _euros(session, instrument, refund.amount)
    if fee:
        half = fee.minor // 2
        shares = ((Role.BANK, fee.minor), (Role.FEE_INCOME, half - fee.minor), (Role.FUND, -half))
        legs += [
            Leg(
                open_account(session, party_id=instrument.keeper_id, role=role, currency=instrument.euro),
                cents,
            )
            for role, cents in shares
            if cents
        ]
    key = f"voucher:refund:{refund.public_id}"
    refund.transfer_id = settle(session, key=key, pending_id=refund.reserved_id, at=at).transfer_id
    post(session, key=f"{key}:euro", kind="voucher_redeemed", legs=legs, at=at)
    refund.fee = fee.minor
    refund.paid_at, refund.paid_by_id = at, actor.user_id
    session.flush()
    _note(session, "refund_paid", wallet, actor, at, amount=refund.amount, fee=fee.minor)
    return fee


def withdraw_refund(
    session: Session, *, public_id: UUID, party_id: int | None, actor: Actor, at: datetime
) -> None:
    """Take back what one asked: what was reserved is free again. Of this and paying it, one wins.

    Raises:
        WalletUnknown: not one's own. RefundDone, RefundWithdrawn, OldSimulation: refused.
    """
    refund = queries.refund(session, public_id)
    wallet = refund.wallet
    if wallet.party_id != party_id:
        raise WalletUnknown
    rules.check_waits(refund)
    if instruments.instrument(session, Code(wallet.instrument_code), share=True).live != wallet.live:
        raise OldSimulation
    void(session, key=f"voucher:withdraw:{refund.public_id}", pending_id=refund.reserved_id, at=at)
    refund.withdrawn_at, refund.withdrawn_by_id = at, actor.user_id
    session.flush()
    _note(session, "refund_withdrawn", wallet, actor, at, amount=refund.amount)


def _issued(session: Session, instrument: Instrument) -> int:
    """The account of what is out, in units."""
    return open_account(
        session, party_id=instrument.keeper_id, role=Role.ISSUED, currency=instrument.currency
    )


def _euros(session: Session, instrument: Instrument, cents: int) -> list[Leg]:
    """The euros against what is out, with whom they are owed; minus: more comes in."""
    keeper = instrument.keeper_id
    backing = open_account(session, party_id=keeper, role=Role.BACKING, currency=instrument.euro, floor=0)
    owed = open_account(session, party_id=keeper, role=Role.ISSUED, currency=instrument.euro)
    return [Leg(backing, -cents), Leg(owed, cents)]


def check_meter(session: Session, instrument: Instrument, amount: Money, at: datetime) -> None:
    """Whether the year may take this payment. Near the end, payments wait for each other to know.

    Raises:
        MeterFull: it may not.
    """
    before = queries.volume_of_second(session, instrument, at)
    if rules.counts_again(before.minor, amount.minor):
        before = queries.volume(session, instrument, at)
    if before.minor >= instrument_rules.WARNINGS[-1]:
        instruments.wait_for_others(session, instrument)
        before = queries.volume(session, instrument, at)
    if before.minor + amount.minor >= instrument_rules.STOP:
        raise MeterFull(stop="€ 1.000.000", field="amount")


def _note(session: Session, act: str, wallet: Wallet, actor: Actor, at: datetime, **facts: int) -> None:
    record(
        session, action=f"wallet.{act}", subject=f"wallet:{wallet.public_id}", actor_id=actor.user_id,
        facts={"instrument": wallet.instrument_code, **facts}, at=at,
    )  # fmt: skip
