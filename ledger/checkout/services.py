"""Online payments: asking, settling what the provider says, giving back. All in the caller's transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from ledger.accounts.errors import AccountUnknown
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.errors import FloorPassed
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.bounces.rules import code_of
from ledger.checkout import queries, rules
from ledger.checkout.errors import (
    AccountInvalid,
    CallRefused,
    NothingToRefund,
    PracticeInProduction,
    ProviderBusy,
    TillClosed,
)
from ledger.checkout.events import DebitEnded, OrderSeen
from ledger.checkout.gateway import Provider
from ledger.checkout.models import PaymentCall, PaymentIssue, PaymentOrder, PaymentPart, PaymentTill
from ledger.checkout.rules import PROVIDER, Act, Ask, Disputed, OrderState, Part, Pull, Reason, Refunded, Seen


def open_till(session: Session, *, organisation_id: int, account: str, at: datetime) -> PaymentTill:
    """Let an organisation take online payments in its account at the provider; a second time changes the account.

    Raises:
        AccountInvalid: no account, or another organisation's.
        PracticeInProduction: practice money in real books.
    """
    rules.check_account(account)
    kind = session.scalar(text("SELECT kind FROM database_clock"))
    if account.startswith(rules.PRACTICE) and kind == "production":
        raise PracticeInProduction
    if (other := queries.till_of(session, account)) is not None and other.organisation_id != organisation_id:
        raise AccountInvalid(field="account")
    if (found := queries.find_till(session, organisation_id)) is None:
        found = PaymentTill(organisation_id=organisation_id, account=account, opened_at=at)
        session.add(found)
    found.account = account
    session.flush()
    return found


def place_order(
    session: Session, *, organisation_id: int, account_id: int, kind: str, subject: str, description: str,
    amount: Money, actor: Actor, at: datetime, pull: Pull | None = None,
) -> PaymentOrder:  # fmt: skip
    """What somebody is going to pay online; while one order about a subject runs, that one is given back.

    `account_id` in the organisation's books is credited with it, by a transfer of this `kind`. `pull`: it is taken
    by this mandate, without the payer.

    Raises:
        TillClosed, AmountTooSmall: refused.
    """
    till = session.get(PaymentTill, organisation_id, with_for_update=True)
    if till is None:
        raise TillClosed
    if found := queries.running(session, subject):
        return found
    rules.check_amount(amount)
    made = PaymentOrder(
        organisation_id=organisation_id, payer_id=actor.user_id, account_id=account_id, till=till.account, kind=kind,
        subject=subject, description=description, amount=amount.minor, debit=bool(pull), created_at=at,
        state=OrderState.CREATED,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _call(session, made, Act.DEBIT if pull else Act.CHECKOUT, made.amount, actor, at, pull)
    return made


def refund_order(
    session: Session, *, order: PaymentOrder, amount: Money, actor: Actor, at: datetime
) -> PaymentCall:
    """Have (a part of) a payment given back: what is left of it, less what is on its way back already.

    Raises:
        RefundNotPositive, NothingToRefund, RefundAboveRest: refused, nothing changed.
    """
    held = queries.locked(session, order.id)
    rest = held.amount - held.refunded - queries.on_its_way(session, held.id)
    rules.check_refund(amount, held.state, Money(rest))
    if held.intent is None:
        raise NothingToRefund
    record(
        session, action="checkout.refund", subject=f"payment_order:{held.public_id}", actor_id=actor.user_id,
        facts={"minor": amount.minor}, at=at,
    )  # fmt: skip
    return _call(session, held, Act.REFUND, amount.minor, actor, at)


def make_call(session: Session, *, call_id: int, provider: Provider, at: datetime) -> PaymentCall:
    """Ask the provider what was written down, under the key of its row: done once, however often it is tried.

    Without an answer it is tried again later, for a day; a refusal parks it. Either then stands on the work list.
    """
    call = queries.call_locked(session, call_id)
    if call.done_at is not None or call.parked_at is not None:
        return call
    if at - call.made_at > rules.GIVE_UP_AFTER:
        _give_up(session, call, provider, at)
        return call
    try:
        _ask(call, provider)
    except ProviderBusy as fault:
        call.attempts += 1
        call.next_at, call.fault = rules.next_try(call.attempts, at), type(fault).__name__
    except CallRefused as fault:
        _park(session, call, fault.text(), at)
    else:
        call.done_at, call.fault = at, ""
        session.flush()
        if call.act is not Act.CHECKOUT:
            settle(session, order_id=call.order_id, provider=provider, at=at)
    session.flush()
    return call


def settle(session: Session, *, order_id: int, provider: Provider, at: datetime) -> PaymentOrder:
    """Look at the provider how an order stands, and book what is not booked yet: the one way for all who are told.

    Message, page of return, sweep and person call this, in any order and at once: the order's row is held meanwhile,
    and each thing at the provider is booked under its own number.

    Raises:
        ProviderBusy, CallRefused: nothing changed.
    """
    held = queries.locked(session, order_id)
    if _number(held) is None or held.state in rules.ENDED:
        return held
    seen = _look(held, provider)
    fault = rules.mismatch(held.amount, str(held.public_id), seen)
    if fault is not None and (seen.paid or held.state is OrderState.QUARANTINED):
        if held.state in queries.UNDONE:
            held.state = OrderState.QUARANTINED
        facts = {"asked": held.amount, "seen": seen.amount, "currency": seen.currency}
        note_issue(session, held.organisation_id, fault, seen.session, at, order=held, facts=facts)
        session.flush()
        return held
    if seen.paid and seen.charge is not None:
        _book_all(session, held, seen, at)
    before, held.state = held.state, rules.state_of(seen, held.amount)
    if held.state is not OrderState.CREATED:
        held.url = None
    if held.state is not before:
        _tell_ended(session, held, seen, at)
    session.flush()
    emit(session, OrderSeen(held.id, at))
    return held


def note_issue(
    session: Session, organisation_id: int, reason: Reason, number: str, at: datetime, *,
    order: PaymentOrder | None = None, facts: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Put something on the work list, once."""
    row = {
        "public_id": uuid7(), "organisation_id": organisation_id, "order_id": order.id if order else None,
        "reason": reason, "number": number, "facts": dict(facts or {}), "found_at": at, "note": "",
    }  # fmt: skip
    unique = ["organisation_id", "reason", "number"]
    session.execute(insert(PaymentIssue).values(row).on_conflict_do_nothing(index_elements=unique))


def clearing(session: Session, organisation_id: int) -> int:
    """The account of what lies at the provider, in the books of the organisation."""
    return open_account(
        session, party_id=organisation_id, role=Role.CLEARING, subkey=PROVIDER, name="Geld bij Stripe"
    )


def book_part(
    session: Session, *, organisation_id: int, part: Part, number: str, key: str, kind: str, legs: Sequence[Leg],
    at: datetime, order: PaymentOrder | None = None,
) -> None:  # fmt: skip
    """Post something of the provider and remember its number; what was booked before stays as it is."""
    if queries.is_booked(session, number):
        return
    real = [leg for leg in legs if leg.amount]
    posted = post(session, key=key, kind=kind, legs=real, at=at)
    here = clearing(session, organisation_id)
    session.add(
        PaymentPart(
            organisation_id=organisation_id, order_id=order.id if order else None, provider=PROVIDER,
            provider_id=number, part=part, amount=sum(leg.amount for leg in real if leg.account_id == here),
            booked_at=at, transfer_id=posted.transfer_id,
        )
    )  # fmt: skip
    session.flush()


def _call(
    session: Session, order: PaymentOrder, act: Act, amount: int, actor: Actor, at: datetime, pull: Pull | None = None
) -> PaymentCall:  # fmt: skip
    made = PaymentCall(
        order_id=order.id, act=act, amount=amount, pull=list(pull) if pull else None, asked_by_id=actor.user_id,
        made_at=at, next_at=at, order=order,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _ask(call: PaymentCall, provider: Provider) -> None:
    order, key = call.order, str(call.public_id)
    if call.act is Act.REFUND:
        call.answer = provider.refund(order.intent or "", call.amount, order.till, key)
        return
    if call.act is Act.DEBIT and call.pull is not None:
        order.intent = call.answer = provider.create_debit(
            Pull(*call.pull), call.amount, reference=str(order.public_id), description=order.description,
            account=order.till, key=key,
        )  # fmt: skip
        return
    asked = Ask(
        str(order.public_id), order.till, call.amount, order.description,
        f"/online-payments/{order.public_id}/back", order.created_at + rules.OPEN_FOR,
    )  # fmt: skip
    order.session, order.url = provider.create_checkout(asked, key)
    call.answer = order.session


def _number(order: PaymentOrder) -> str | None:
    return order.intent if order.debit else order.session


def _look(order: PaymentOrder, provider: Provider) -> Seen:
    look = provider.retrieve_debit if order.debit else provider.retrieve
    return look(_number(order) or "", order.till)


def _give_up(session: Session, call: PaymentCall, provider: Provider, at: datetime) -> None:
    """A day without an answer: what the provider has is looked up; it is never asked again under another key."""
    order, found = call.order, None
    if call.pull is not None:
        found = order.intent = provider.find_debit(Pull(*call.pull), str(order.public_id), order.till)
        session.flush()
    if _number(order) is not None:
        settle(session, order_id=order.id, provider=provider, at=at)
    if call.act is Act.REFUND and _number(order) is not None:
        seen = _look(order, provider).refunds
        found = next((each.number for each in seen if each.mark == str(call.public_id)), None)
    if found is None:
        _park(session, call, "a day without an answer", at)
    else:
        call.answer, call.done_at, call.fault = found, at, ""


def _park(session: Session, call: PaymentCall, why: str, at: datetime) -> None:
    call.parked_at, call.fault = at, why[:200]
    held = queries.locked(session, call.order_id)
    if call.act is not Act.REFUND:
        held.state = OrderState.FAILED
        _tell_failed(session, held, at)
        if held.debit:
            emit(session, DebitEnded(held.id, returned=False, code="", at=at))
    note_issue(
        session, held.organisation_id, Reason.CALL_PARKED, str(call.public_id), at, order=held,
        facts={"asked": call.amount},
    )  # fmt: skip


def _book_all(session: Session, order: PaymentOrder, seen: Seen, at: datetime) -> None:
    """Payment, fee, refunds and disputes, each once."""
    home = order.organisation_id
    here = clearing(session, home)
    order.intent, order.method, order.paid_at = seen.intent, seen.method, order.paid_at or at
    if seen.charge is not None and not queries.is_booked(session, seen.charge):
        key = f"{PROVIDER}:{seen.session}:paid"
        _credit(session, order, Part.PAYMENT, seen.charge, key, order.kind, order.amount, at)
    if seen.fee is not None and seen.fee.fee:
        cost = open_account(session, party_id=home, role=Role.FEE_EXPENSE)
        book_part(
            session, organisation_id=home, part=Part.FEE, number=seen.fee.number, at=at, order=order,
            key=f"{PROVIDER}:{seen.fee.number}:fee", kind="online_fee",
            legs=[Leg(cost, seen.fee.fee), Leg(here, -seen.fee.fee)],
        )  # fmt: skip
    for back in seen.refunds:
        _book_refund(session, order, back, here, at)
    for each in seen.disputes:
        _book_dispute(session, order, each, here, at)


def _credit(
    session: Session, order: PaymentOrder, part: Part, number: str, key: str, kind: str, amount: int, at: datetime
) -> None:  # fmt: skip
    """Credit what was paid; what was paid before by another way stands as a debt to the payer, on the work list."""
    home = order.organisation_id
    facts = {"organisation_id": home, "part": part, "number": number, "key": key, "kind": kind, "at": at}
    money = Leg(clearing(session, home), amount)
    wanted = order.credited_id or order.account_id
    try:
        with session.begin_nested():
            book_part(session, legs=[money, Leg(wanted, -amount)], order=order, **facts)  # type: ignore[arg-type]
    except (FloorPassed, AccountUnknown):
        owed = open_account(
            session, party_id=home, role=Role.ADVANCE_RECEIVED, subkey=f"order:{order.public_id}",
            name="Dubbel betaald, terug te geven",
        )  # fmt: skip
        book_part(session, legs=[money, Leg(owed, -amount)], order=order, **facts)  # type: ignore[arg-type]
        order.credited_id = owed
        note_issue(session, home, Reason.PAID_BEFORE, number, at, order=order, facts={"seen": amount})
    else:
        order.credited_id = wanted


def _book_refund(session: Session, order: PaymentOrder, back: Refunded, here: int, at: datetime) -> None:
    home, credited = order.organisation_id, order.credited_id or order.account_id
    booked = queries.is_booked(session, back.number)
    if not back.failed and not booked:
        book_part(
            session, organisation_id=home, part=Part.REFUND, number=back.number, at=at, order=order,
            key=f"{PROVIDER}:{back.number}", kind="online_refund",
            legs=[Leg(credited, back.amount), Leg(here, -back.amount)],
        )  # fmt: skip
        order.refunded += back.amount
    gone = f"{back.number}:failed"
    if back.failed and booked and not queries.is_booked(session, gone):
        key, facts = f"{PROVIDER}:{gone}", {"seen": back.amount}
        _credit(session, order, Part.REFUND_FAILED, gone, key, "online_refund_failed", back.amount, at)
        order.refunded -= back.amount
        note_issue(session, home, Reason.REFUND_FAILED, back.number, at, order=order, facts=facts)


def _book_dispute(session: Session, order: PaymentOrder, found: Disputed, here: int, at: datetime) -> None:
    """What a dispute took is a claim until the bank decided; lost, it is owed by the payer again."""
    home = order.organisation_id
    claim = open_account(
        session, party_id=home, role=Role.RECEIVABLE, subkey=f"dispute:{order.public_id}", name="Betwiste betaling"
    )  # fmt: skip
    cost = open_account(session, party_id=home, role=Role.FEE_EXPENSE)
    for move in found.moves:
        book_part(
            session, organisation_id=home, part=Part.DISPUTE, number=move.number, at=at, order=order,
            key=f"{PROVIDER}:{move.number}", kind="online_dispute",
            legs=[Leg(here, move.net), Leg(cost, move.fee), Leg(claim, -move.amount)],
        )  # fmt: skip
    code, until = code_of(found.why), found.answer_by
    facts = {"seen": order.amount, "why": code, "answer_by": local_date(until).isoformat() if until else ""}
    if not found.lost and not found.won and not order.debit:
        note_issue(session, home, Reason.DISPUTE_OPENED, found.number, at, order=order, facts=facts)
    taken = -sum(move.amount for move in found.moves)
    if found.lost and taken:
        owed = order.credited_id or order.account_id
        book_part(
            session, organisation_id=home, part=Part.DISPUTE_LOST, number=found.number, at=at, order=order,
            key=f"{PROVIDER}:{found.number}:lost", kind="online_dispute_lost",
            legs=[Leg(owed, taken), Leg(claim, -taken)],
        )  # fmt: skip
        reason = Reason.DEBIT_RETURNED if order.debit else Reason.DISPUTE_LOST
        note_issue(session, home, reason, found.number, at, order=order, facts=facts)


def _tell_ended(session: Session, order: PaymentOrder, seen: Seen, at: datetime) -> None:
    """The payer hears of a failure; who asked for a debit hears of its refusal or return, with the reason."""
    if order.state is OrderState.FAILED:
        _tell_failed(session, order, at)
    if not order.debit or order.state not in {OrderState.FAILED, OrderState.LOST}:
        return
    returned = order.state is OrderState.LOST
    code = code_of(next(each.why for each in seen.disputes if each.lost) if returned else seen.why)
    if not returned:
        facts = {"asked": order.amount, "why": code}
        note_issue(
            session, order.organisation_id, Reason.DEBIT_FAILED, seen.session, at, order=order, facts=facts
        )
    emit(session, DebitEnded(order.id, returned=returned, code=code, at=at))


def _tell_failed(session: Session, order: PaymentOrder, at: datetime) -> None:
    payer = session.get_one(User, order.payer_id)
    send_mail(
        session, to=payer.email, locale=payer.locale, at=at, key=f"online-failed-{order.public_id}",
        subject=N_("Uw online betaling is niet gelukt"),
        text=N_(
            "De betaling van %(amount)s (%(what)s) is niet gelukt. Er is niets geboekt. "
            "Probeer het opnieuw of betaal met een overboeking."
        ),
        facts={"amount": order.money, "what": order.description}, link=f"/online-payments/{order.public_id}",
    )  # fmt: skip
