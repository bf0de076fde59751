"""Putting money on paper, redeeming a voucher at a till, and bringing back what nobody redeemed."""

import secrets
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.words import words
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.queries import midnight
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.conditions import queries as conditions
from ledger.conditions.rules import check_payment
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.pins.rules import How
from ledger.shops.queries import tills
from ledger.vouchers import queries, rules
from ledger.vouchers.errors import AlreadyEnded, NotOnPaper, OtherMoney, OwnVoucher
from ledger.vouchers.models import PaperVoucher, VoucherSheet
from ledger.wallets import queries as wallets
from ledger.wallets.errors import NotEnough, OldSimulation
from ledger.wallets.models import Wallet, WalletPayment
from ledger.wallets.rules import in_euros
from ledger.wallets.services import check_meter


class Printed(NamedTuple):
    """A sheet with its codes, which are told once and kept nowhere."""

    sheet: VoucherSheet
    codes: list[str]


def print_sheet(
    session: Session, *, wallet: Wallet, amount: Money, count: int, last_on: date, actor: Actor, at: datetime
) -> Printed:  # fmt: skip
    """Take money from a wallet on paper: `count` vouchers of `amount` each, good up to and including a day.

    Raises:
        AmountUnfit, CountUnfit, DayUnfit, NotEnough, NotOnPaper, OldSimulation: refused.
    """
    rules.check_sheet(amount, count, last_on, local_date(at))
    instrument = instruments.instrument(session, Code(wallet.instrument_code), share=True)
    if not instrument.rule.backed:
        raise NotOnPaper(field="wallet")
    if instrument.live != wallet.live:
        raise OldSimulation
    whole, there = Money(amount.minor * count), wallets.free(session, wallet)
    if whole > there:
        raise NotEnough(there=in_euros(there), field="amount")
    sheet_key = uuid7()
    posted = post(
        session, key=f"paper:{sheet_key}", kind="paper_printed", at=at,
        legs=[Leg(wallet.account_id, -whole.minor), Leg(_paper(session, wallet), whole.minor)],
    )  # fmt: skip
    made = VoucherSheet(
        public_id=sheet_key, wallet_id=wallet.id, amount=amount.minor, count=count, printed_at=at,
        printed_by_id=actor.user_id, expires_at=midnight(last_on + timedelta(days=1)), transfer_id=posted.transfer_id,
        reason="",
    )  # fmt: skip
    session.add(made)
    session.flush()
    codes = [rules.new_code(secrets.randbelow) for _ in range(count)]
    session.add_all(
        PaperVoucher(sheet_id=made.id, number=number, code_hash=rules.digest(code))
        for number, code in enumerate(codes, start=1)
    )
    session.flush()
    _note(session, "printed", made, actor.user_id, at, amount=whole.minor, count=count)
    return Printed(made, codes)


def redeem(
    session: Session, *, code: str, party_id: int | None, price: Money | None = None, actor: Actor, at: datetime
) -> PaperVoucher:  # fmt: skip
    """Let a voucher pay to a till's wallet of its money, once: of two tills at one moment, one gets it.

    The payment counts as one of the wallet that the sheet was printed from. `price`: as in `wallets.services.pay`.

    Raises:
        CodeWrong, VoucherUsed, VoucherExpired, SheetEnded, OwnVoucher, OtherMoney, MeterFull: refused.
        NotAccepted, PriceNeeded, PriceTooSmall, ShareTooLarge: the conditions of this instant. CeilingPassed.
    """
    known = queries.by_hash(session, rules.digest(rules.read_code(code)))
    sheet = queries.locked(session, known.sheet_id, share=True)
    found = queries.lock_voucher(session, known.id)
    rules.check_redeem(sheet, queries.where_used(session, found), at)
    giver = sheet.wallet
    instrument = instruments.instrument(session, Code(giver.instrument_code), share=True)
    if giver.party_id == party_id:
        raise OwnVoucher(field="code")
    till = next(
        (each for each in tills(session, party_id) if each.instrument_code == giver.instrument_code), None
    )
    if till is None or till.live != giver.live:
        raise OtherMoney(field="code")
    version_id, terms = conditions.terms_at(session, Code(giver.instrument_code), at)
    check_payment(
        terms, wallets.group_of(session, till), sheet.amount, None if price is None else price.minor
    )
    posted = post(
        session, key=f"paper:{found.public_id}", kind="voucher_paid", at=at,
        legs=[Leg(_paper(session, giver), -sheet.amount), Leg(till.account_id, sheet.amount)],
    )  # fmt: skip
    check_meter(session, instrument, Money(sheet.amount), at)
    paid = WalletPayment(
        instrument_code=giver.instrument_code, live=giver.live, payer_id=giver.id, payee_id=till.id,
        amount=sheet.amount,
        note=f"{sheet.label}-{found.number:02}", transfer_id=posted.transfer_id, paid_at=at, paid_by_id=actor.user_id,
        version_id=version_id, price=None if price is None else price.minor, confirmed=How.UNASKED,
    )  # fmt: skip
    session.add(paid)
    session.flush()
    found.payment_id, found.redeemed_at = paid.id, at
    session.flush()
    return found


def withdraw(
    session: Session, *, public_id: UUID, party_id: int | None, reason: str, actor: Actor, at: datetime
) -> Money:  # fmt: skip
    """End a sheet that was lost or is no longer needed: no voucher of it pays any more, and the rest comes back.

    Raises:
        SheetUnknown, AlreadyEnded, TextMissing: refused. CeilingPassed: the wallet is full; nothing changed.
    """
    found = queries.locked(session, queries.sheet(session, public_id, party_id).id)
    if found.ended_at is not None:
        raise AlreadyEnded
    return _bring_back(session, found, words(reason, "reason", least=3), actor.user_id, at)


def expire(session: Session, *, sheet_id: int, at: datetime) -> Money:
    """Bring back what nobody redeemed of a sheet whose last day is over; nothing when that was done.

    Raises:
        CeilingPassed: the wallet is full; another night may do.
    """
    found = queries.locked(session, sheet_id)
    if found.ended_at is not None or at < found.expires_at:
        return Money(0)
    return _bring_back(session, found, "", None, at)


def _bring_back(session: Session, found: VoucherSheet, reason: str, by_id: int | None, at: datetime) -> Money:
    rest = Money(found.amount * queries.left(session, [found.id]).get(found.id, 0))
    wallet = found.wallet
    back_id = None
    if rest:
        back_id = post(
            session, key=f"paper:{found.public_id}:back", kind="paper_returned", at=at,
            legs=[Leg(_paper(session, wallet), -rest.minor), Leg(wallet.account_id, rest.minor)],
        ).transfer_id  # fmt: skip
    found.ended_at, found.reason, found.ended_by_id, found.back_id = at, reason, by_id, back_id
    session.flush()
    _note(session, "ended", found, by_id, at, amount=rest.minor)
    return rest


def _paper(session: Session, wallet: Wallet) -> int:
    """The account of what is on paper: never below nothing, so no more is redeemed than was printed."""
    own = wallets.account(session, wallet)
    return open_account(
        session, party_id=own.party_id, role=Role.CLEARING, currency=own.currency, subkey=queries.PAPER,
        name="Papieren bonnen", floor=0,
    )  # fmt: skip


def _note(
    session: Session, act: str, found: VoucherSheet, by_id: int | None, at: datetime, **facts: int
) -> None:
    record(
        session, action=f"voucher_sheet.{act}", subject=f"voucher_sheet:{found.public_id}", actor_id=by_id,
        facts=facts, at=at,
    )  # fmt: skip
