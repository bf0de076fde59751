"""Placing a top-up, holding it to its payment, giving it back, and filling the float. In the caller's transaction."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.errors import CeilingPassed, FloorPassed
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.checkout import queries as checkout
from ledger.checkout import services as payments
from ledger.checkout.errors import TillClosed
from ledger.checkout.events import OrderSeen
from ledger.checkout.models import PaymentOrder
from ledger.instruments import queries as instruments
from ledger.instruments import rules as instrument_rules
from ledger.instruments.errors import IssuingStopped, NotBacked, TotalReached
from ledger.instruments.models import Instrument
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.topups import queries, rules
from ledger.topups.errors import MethodReturnable, NotCome, ReferenceMissing, ResidentsOnly
from ledger.topups.models import TopUp
from ledger.topups.rules import KIND, Step, Why
from ledger.wallets import queries as wallets
from ledger.wallets.errors import OldSimulation
from ledger.wallets.models import Wallet
from ledger.wallets.rules import reference_key

_NAMES = {queries.FLOAT: "Pot voor opwaarderen", queries.OPEN: "Opwaarderen"}

TRIES = 3
"""How often a step is taken anew, when the holder paid with the money in the same instant."""

_REFUSED: dict[type[RuleBroken], Why] = {
    MethodReturnable: Why.METHOD, CeilingPassed: Why.FULL, FloorPassed: Why.FULL, TotalReached: Why.FULL,
    IssuingStopped: Why.STOPPED, OldSimulation: Why.OVER,
}  # fmt: skip


def place_topup(
    session: Session, *, wallet: Wallet, amount: Money, actor: Actor, at: datetime
) -> PaymentOrder:  # fmt: skip
    """Let a resident pay for local money online; while one payment for a wallet runs, that one is given back.

    Raises:
        ResidentsOnly, OldSimulation, IssuingStopped, TopUpClosed, AmountSmall, RoomSmall, FloatSmall, TotalReached,
        TillClosed: refused, nothing to pay.
    """
    code = Code(wallet.instrument_code)
    instrument = instruments.instrument(session, code, share=True)
    if wallet.firm:
        raise ResidentsOnly
    if not instrument.rule.backed:
        raise NotBacked
    _check_open(session, instrument, wallet, amount)
    till = checkout.find_till(session, instrument.keeper_id)
    if till is None:
        raise TillClosed
    rules.check_money(till.account, live=instrument.live)
    subject = f"topup:{wallet.public_id}"
    if found := checkout.running(session, subject):
        return found
    rules.check_amount(amount, queries.room(wallets.account(session, wallet)))
    rules.check_float(amount.minor, queries.pot(session, instrument).free)
    order = payments.place_order(
        session, organisation_id=instrument.keeper_id, account_id=_paid(session, instrument.keeper_id), kind=KIND,
        subject=subject, description=INSTRUMENTS[code].name, amount=amount, actor=actor, at=at,
    )  # fmt: skip
    if queries.of_order(session, order.id) is None:
        session.add(TopUp(order_id=order.id, wallet_id=wallet.id, amount=amount.minor, made_at=at))
        session.flush()
    return order


def hear_seen(session: Session, event: OrderSeen) -> None:
    """A payment was looked at: hold its top-up to it, if it has one."""
    hold(session, order_id=event.order_id, at=event.at)


def hold(session: Session, *, order_id: int, at: datetime) -> TopUp | None:
    """Let a top-up bring what its payment covers now: the one way for message, page of return, sweep and person.

    What may not be issued on it goes back by itself. Paying and bringing are one transaction.
    """
    known = queries.of_order(session, order_id)
    if known is None:
        return None
    instrument = instruments.instrument(session, Code(known.wallet.instrument_code), lock=True)
    found = queries.of_order(session, order_id, lock=True) or known
    order, going = found.order, checkout.on_its_way(session, order_id)
    _note_fee(session, instrument, found, at)
    want = rules.wanted(order.state, order.amount, order.refunded, going)
    for _ in range(TRIES):
        done = rules.step(found.standing, want, wallets.free(session, found.wallet).minor)
        if done.empty:
            break
        try:
            with session.begin_nested():
                if done.issue:
                    _check_open(session, instrument, found.wallet, Money(done.issue))
                    rules.check_method(order.method)
                _move(session, instrument, found, done, at)
        except tuple(_REFUSED) as fault:
            session.refresh(found)
            if done.issue:
                _send_back(session, found, Money(done.issue), _REFUSED[type(fault)], at)
                break
        else:
            break
    return found


def give_back(
    session: Session, *, public_id: UUID, amount: Money, actor: Actor, at: datetime
) -> PaymentOrder:  # fmt: skip
    """Let a payer have (a part of) an own top-up back the way it came. It leaves the wallet at once.

    `public_id`: of the payment.

    Raises:
        TopUpUnknown, NothingBack, BackAboveRest: refused.
    """
    order = queries.own(session, public_id, actor.user_id).order
    checkout.locked(session, order.id)
    known = queries.of_order(session, order.id)
    if known is not None:
        instruments.instrument(session, Code(known.wallet.instrument_code), lock=True)
        rules.check_back(amount, rest(session, known, at))
    payments.refund_order(session, order=order, amount=amount, actor=actor, at=at)
    hold(session, order_id=order.id, at=at)
    return order


def rest(session: Session, found: TopUp, at: datetime) -> Money:
    """What a payer may ask back of a top-up now."""
    there = wallets.free(session, found.wallet)
    return rules.back(found.standing.stands, there.minor, found.order.state, found.order.paid_at, at)


def fill_float(
    session: Session, *, code: Code, amount: Money, given: bool, reference: str, actor: Actor, at: datetime
) -> None:  # fmt: skip
    """Put euros into the float, once per reference on the statement of the separate account.

    `given`: from a giver, who gets the rest at the end; else what the provider paid out of top-ups.

    Raises:
        NotBacked, AmountSmall, ReferenceMissing, NotCome: refused. KeyReused: this reference was something else.
    """
    instrument = instruments.instrument(session, code, lock=True)
    if not instrument.rule.backed:
        raise NotBacked
    if not reference.strip():
        raise ReferenceMissing(field="reference")
    rules.check_amount(amount, amount)
    coming = queries.pot(session, instrument).coming
    source = Role.FUND if given else Role.CLEARING
    subkey = queries.FLOAT if given else queries.come(live=instrument.live)
    once = reference_key(reference)
    legs = [
        _euros(session, instrument, Role.BANK, amount.minor, queries.FLOAT),
        _euros(session, instrument, source, -amount.minor, subkey),
    ]
    posted = post(session, key=f"float:{instrument.currency}:{once}", kind="float_filled", legs=legs, at=at)
    if not posted.replayed:
        if not given and amount.minor > coming:
            raise NotCome(there=rules.shown(Money(coming)), field="amount")
        record(
            session, action="topup.float_filled", subject=f"instrument:{code}", actor_id=actor.user_id,
            facts={"minor": amount.minor, "given": given}, at=at,
        )  # fmt: skip


def settle_claim(session: Session, *, public_id: UUID, paid: bool, actor: Actor, at: datetime) -> Money:
    """Write down that what was owed of a top-up was paid after all, into the float, or is lost. How much it was.

    Raises:
        TopUpUnknown, ClaimClosed: refused.
    """
    found = queries.claim(session, public_id)
    code = Code(found.wallet.instrument_code)
    instrument, amount = instruments.instrument(session, code, share=True), found.owed
    role, subkey = (Role.BANK, queries.FLOAT) if paid else (Role.LOSS, queries.OPEN)
    live = found.wallet.live
    legs = [
        _euros(session, instrument, role, amount, subkey, live=live),
        _euros(session, instrument, Role.RECEIVABLE, -amount, queries.OPEN, live=live),
    ]
    post(session, key=_key(found), kind="topup_repaid" if paid else "topup_written_off", legs=legs, at=at)
    found.acts += 1
    found.owed = 0
    if paid:
        found.repaid += amount
    else:
        found.lost += amount
    session.flush()
    record(
        session, action="topup.claim_settled", subject=f"topup:{found.public_id}", actor_id=actor.user_id,
        facts={"minor": amount, "paid": paid}, at=at,
    )  # fmt: skip
    return Money(amount)


def _check_open(session: Session, instrument: Instrument, wallet: Wallet, amount: Money) -> None:
    """Whether so much may be issued now.

    Raises:
        OldSimulation, IssuingStopped, TotalReached: it may not.
    """
    if instrument.live != wallet.live:
        raise OldSimulation
    if instrument.stopped:
        raise IssuingStopped
    total = instrument.rule.total or 0
    if instruments.supply(session, instrument).minor + amount.minor > total:
        raise TotalReached(most=f"€ {total // 100:,}".replace(",", "."), field="amount")


def _move(session: Session, instrument: Instrument, found: TopUp, done: Step, at: datetime) -> None:
    """Post one step, in one transfer, and remember it. Backing and what is out move together.

    Until the provider pays out, the float pays the backing; what is taken back refills it. What was spent stays backed,
    and stands as owed by the payer.
    """
    live, units = found.wallet.live, done.issue - done.take
    currency = instrument_rules.currency(Code(instrument.code), live=live)
    issued = open_account(session, party_id=instrument.keeper_id, role=Role.ISSUED, currency=currency)
    paid = (Role.ADVANCE_RECEIVED if live else Role.CLEARING, queries.OPEN)
    owed, lost = done.claim - done.settled, -done.found
    euros = (
        (Role.BACKING, "", units), (Role.BANK, queries.FLOAT, -units), (Role.ISSUED, "", -units),
        (Role.RECEIVABLE, queries.OPEN, owed), (Role.LOSS, queries.OPEN, lost), (*paid, units - owed - lost),
    )  # fmt: skip
    legs = [Leg(found.wallet.account_id, units), Leg(issued, -units)] if units else []
    legs += [
        _euros(session, instrument, role, cents, subkey, live=live) for role, subkey, cents in euros if cents
    ]
    kind = "topup_claim" if not units else "voucher_issued" if units > 0 else "voucher_redeemed"
    post(session, key=_key(found), kind=kind, legs=legs, at=at)
    stands = rules.after(found.standing, done)
    found.acts += 1
    found.issued, found.owed, found.lost, found.repaid = stands
    if done.issue:
        found.why = Why.NONE
    session.flush()
    record(
        session, action="topup.held", subject=f"topup:{found.public_id}", actor_id=None,
        facts={"issued": done.issue, "taken": done.take, "claimed": done.claim}, at=at,
    )  # fmt: skip


def _note_fee(session: Session, instrument: Instrument, found: TopUp, at: datetime) -> None:
    """What the provider kept: the float bears it. In a simulation it is booked beside the practice euros."""
    kept = queries.fees(session, found.order_id)
    if kept == found.fee:
        return
    if not found.wallet.live:
        legs = [
            _euros(session, instrument, Role.FEE_EXPENSE, kept - found.fee, queries.OPEN, live=False),
            _euros(session, instrument, Role.CLEARING, found.fee - kept, queries.OPEN, live=False),
        ]
        post(session, key=f"topup:{found.public_id}:fee:{kept}", kind="topup_fee", legs=legs, at=at)
    found.fee = kept
    session.flush()


def _send_back(session: Session, found: TopUp, amount: Money, why: Why, at: datetime) -> None:
    """Have the provider give back what brought nothing, and tell the payer."""
    order = found.order
    found.why = why
    payer = session.get_one(User, order.payer_id)
    payments.refund_order(session, order=order, amount=amount, actor=Actor(payer.id, payer.name), at=at)
    send_mail(
        session, to=payer.email, locale=payer.locale, at=at, key=f"topup-back-{found.public_id}",
        subject=N_("Uw opwaardering gaat terug"),
        text=rules.LETTER_METHOD if why is Why.METHOD else rules.LETTER,
        facts={"amount": amount}, link=f"/online-payments/{order.public_id}",
    )  # fmt: skip
    session.flush()


def _paid(session: Session, keeper_id: int) -> int:
    """The account of what was paid for top-ups, in euros."""
    return open_account(
        session, party_id=keeper_id, role=Role.ADVANCE_RECEIVED, subkey=queries.OPEN,
        name="Betaald voor opwaarderen",
    )  # fmt: skip


def _euros(
    session: Session, instrument: Instrument, role: Role, cents: int, subkey: str = "", *, live: bool | None = None
) -> Leg:  # fmt: skip
    """A line in euros of the keeper, or of the simulation; `live`: None: as the instrument stands now."""
    euro = instrument.euro if live is None else instrument_rules.euro(live=live)
    floor = 0 if role is Role.BACKING or (role, subkey) == (Role.BANK, queries.FLOAT) else None
    account_id = open_account(
        session, party_id=instrument.keeper_id, role=role, currency=euro, subkey=subkey, floor=floor,
        name=_NAMES.get(subkey, ""),
    )  # fmt: skip
    return Leg(account_id, cents)


def _key(found: TopUp) -> str:
    return f"topup:{found.public_id}:{found.acts + 1}"
