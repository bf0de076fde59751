"""Giving money ahead on an assignment, and writing down what comes in on it. Callers decide; this posts."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Conflict
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.services import open_account
from ledger.advances import queries, rules
from ledger.advances.errors import (
    AboveOpen,
    AlreadyAdvanced,
    AlreadyPaidOut,
    AlreadyPassedOn,
    AmountInvalid,
    NothingToLose,
    NotRunning,
)
from ledger.advances.events import AdvanceReleased
from ledger.advances.models import Advance, AdvanceReceipt
from ledger.advances.rules import Route, Split
from ledger.books.rules import Leg
from ledger.books.services import post, state_intent
from ledger.invoicing.rules import BookLine, at_noon, subkey


def assign(
    session: Session, *, fund: Organisation, borrower_id: int, debtor_id: int, invoice_id: int | None,
    agreement_id: int | None, amount: Money, fee: Money, rate: Decimal, due_on: date, actor: Actor, at: datetime,
) -> Advance:  # fmt: skip
    """Assign what an invoice or agreement still pays to the fund; from now on the debtor pays the fund's account.

    Raises:
        AmountInvalid: nothing, or below nothing.
        AlreadyAdvanced: money ahead rests on it already.
    """
    rules.check_amount(amount, fee)
    asked = {"invoice_id": invoice_id, "agreement_id": agreement_id, "borrower_id": borrower_id}
    if queries.is_taken(session, **asked):  # type: ignore[arg-type]
        raise AlreadyAdvanced
    made = Advance(
        fund_id=fund.id, debtor_id=debtor_id, amount=amount.minor, fee=fee.minor, rate=rate, due_on=due_on,
        fund_iban=fund.iban or "", assigned_at=at, assigned_by_id=actor.user_id, **asked,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        raise AlreadyAdvanced from fault
    _note(session, "assigned", made, actor, at, amount.minor)
    return queries.locked(session, made.id)


def withdraw(session: Session, *, advance_id: int, actor: Actor, at: datetime) -> Advance:
    """Take an assignment back before anything was paid out.

    Raises:
        AlreadyPaidOut: too late, or taken back before.
    """
    held = queries.locked(session, advance_id)
    if held.paid_out_on is not None or held.withdrawn_at is not None:
        raise AlreadyPaidOut
    held.withdrawn_at = at
    session.flush()
    _note(session, "withdrawn", held, actor, at, held.amount)
    return held


def mark_seen(session: Session, *, advance_id: int, actor: Actor, at: datetime) -> Advance:
    """The debtor says that it saw the notice; again changes nothing."""
    held = queries.locked(session, advance_id)
    if held.seen_at is None:
        held.seen_at, held.seen_by_id = at, actor.user_id
        session.flush()
        _note(session, "notice_seen", held, actor, at, held.amount)
    return held


def pay_out(
    session: Session, *, advance_id: int, still_open: Money, paid_on: date, actor: Actor, at: datetime
) -> Advance:
    """Write down that the fund paid the borrower. `still_open`: what the invoice or agreement will still pay.

    Raises:
        AlreadyPaidOut: before, or taken back.
        AboveOpen: the advance with its cost no longer fits.
        DayInFuture, DayTooEarly: the day.
        FloorPassed: the fund does not have it.
    """
    held = queries.locked(session, advance_id)
    if held.paid_out_on is not None or held.withdrawn_at is not None:
        raise AlreadyPaidOut
    if still_open.minor < held.amount + held.fee:
        raise AboveOpen(open=still_open)
    rules.check_day(paid_on, first=local_date(held.assigned_at), today=local_date(at))
    lines = rules.pay_out_lines(fund_id=held.fund_id, borrower_id=held.borrower_id, amount=held.amount)
    held.payout_transfer_id = _post(session, held, "paid_out", "paid_out", lines, paid_on, at)
    held.paid_out_on = paid_on
    session.flush()
    _note(session, "paid_out", held, actor, at, held.amount)
    return held


def parts_of_payment(advance: Advance, amount: Money) -> tuple[Split, list[BookLine]]:
    """What a payment to the fund repays, and its lines in three sets of books."""
    parts = rules.split(advance.claim, amount.minor)
    lines = rules.assigned_payment_lines(
        parts, fund_id=advance.fund_id, borrower_id=advance.borrower_id, debtor_id=advance.debtor_id
    )
    return parts, lines


def hear_payment(
    session: Session, *, advance: Advance, parts: Split | None, amount: Money, on: date, transfer_id: int,
    at: datetime,
) -> None:  # fmt: skip
    """Write down what a payment of the debtor was for the advance; `parts` None: it went past the fund."""
    kept = parts or Split(0, 0, 0, 0)
    _receive(
        session, advance, Route.FUND if parts else Route.BORROWER, amount.minor, kept, on, transfer_id, at
    )


def repay(
    session: Session, *, advance_id: int, amount: Money, paid_on: date, key: str, actor: Actor, at: datetime
) -> Advance:
    """Write down that the borrower itself paid the fund. `key`: the caller's; the same key never books twice.

    Raises:
        NotRunning, AmountInvalid, AboveOwed, DayInFuture, DayTooEarly: nothing has changed.
    """
    held = queries.locked(session, advance_id)
    if held.paid_out_on is None:
        raise NotRunning
    rules.check_repayment(held.claim, amount)
    rules.check_day(paid_on, first=held.paid_out_on, today=local_date(at))
    parts = rules.split(held.claim, amount.minor)
    lines = rules.repayment_lines(parts, fund_id=held.fund_id, borrower_id=held.borrower_id)
    transfer_id = _post(session, held, f"repaid:{key}", "repaid", lines, paid_on, at)
    _receive(session, held, Route.DIRECT, amount.minor, parts, paid_on, transfer_id, at)
    _note(session, "repaid", held, actor, at, amount.minor)
    return held


def record_surplus(
    session: Session, *, advance_id: int, amount: Money, paid_on: date, key: str, actor: Actor, at: datetime
) -> Advance:
    """Write down that the debtor paid the fund more than its invoice: the fund owes that back.

    Raises:
        AmountInvalid, DayInFuture, DayTooEarly: nothing has changed.
    """
    held = queries.locked(session, advance_id)
    if amount.minor <= 0 or amount.currency != "EUR":
        raise AmountInvalid(field="amount")
    rules.check_day(paid_on, first=local_date(held.assigned_at), today=local_date(at))
    lines = rules.surplus_lines(fund_id=held.fund_id, debtor_id=held.debtor_id, amount=amount.minor)
    transfer_id = _post(session, held, f"surplus:{key}", "surplus", lines, paid_on, at)
    parts = Split(0, 0, 0, amount.minor)
    _receive(session, held, Route.SURPLUS, amount.minor, parts, paid_on, transfer_id, at)
    _note(session, "surplus", held, actor, at, amount.minor)
    return held


def pass_on(
    session: Session, *, receipt: AdvanceReceipt, paid_on: date, actor: Actor, at: datetime
) -> AdvanceReceipt:
    """Write down that the fund paid a rest on. `receipt` is locked by the caller's reading.

    Raises:
        AlreadyPassedOn: before.
        DayInFuture, DayTooEarly: the day.
    """
    if receipt.passed_on_on is not None or receipt.rest_to_id is None:
        raise AlreadyPassedOn
    rules.check_day(paid_on, first=receipt.on, today=local_date(at))
    held = receipt.advance
    lines = rules.passed_on_lines(fund_id=held.fund_id, to_id=receipt.rest_to_id, amount=receipt.rest)
    _post(session, held, f"passed_on:{receipt.public_id}", "passed_on", lines, paid_on, at)
    receipt.passed_on_on, receipt.passed_on_by_id = paid_on, actor.user_id
    session.flush()
    _note(session, "passed_on", held, actor, at, receipt.rest)
    return receipt


def write_off(session: Session, *, advance_id: int, actor: Actor, at: datetime) -> Advance:
    """Take what is outstanding as a loss; the borrower still owes it.

    Raises:
        NothingToLose: nothing is outstanding.
    """
    held = queries.locked(session, advance_id)
    if held.paid_out_on is None or not held.claim.outstanding:
        raise NothingToLose
    amount = held.claim.outstanding
    lines = rules.loss_lines(fund_id=held.fund_id, borrower_id=held.borrower_id, amount=amount)
    _post(session, held, "written_off", "written_off", lines, local_date(at), at)
    held.written_off_amount += amount
    session.flush()
    _note(session, "written_off", held, actor, at, amount)
    return held


def _receive(
    session: Session, advance: Advance, route: Route, amount: int, parts: Split, on: date, transfer_id: int,
    at: datetime,
) -> None:  # fmt: skip
    to = advance.debtor_id if route is Route.SURPLUS else advance.borrower_id
    session.add(
        AdvanceReceipt(
            advance_id=advance.id, route=route, amount=amount, principal=parts.principal, recovered=parts.recovered,
            fee=parts.fee, rest=parts.rest, rest_to_id=to if parts.rest else None, on=on, transfer_id=transfer_id,
        )
    )  # fmt: skip
    if route is not Route.SURPLUS:
        advance.take(parts, on)
    session.flush()
    if advance.released_on is not None and parts.kept:
        emit(session, AdvanceReleased(advance.id, at))


def _post(
    session: Session, advance: Advance, key: str, kind: str, lines: Sequence[BookLine], on: date, at: datetime
) -> int:
    intent_id = state_intent(
        session, kind="advance", reference=f"advance:{advance.public_id}", payer_id=advance.fund_id,
        payee_id=advance.borrower_id,
    )  # fmt: skip
    legs = [
        Leg(open_account(session, party_id=line.party_id, role=line.role, subkey=subkey(line.other_id)), line.amount)
        for line in lines
    ]  # fmt: skip
    done = post(
        session, key=f"advance:{advance.public_id}:{key}", kind=f"advance_{kind}", legs=legs, at=at,
        effective_at=at_noon(on), intent_id=intent_id,
    )  # fmt: skip
    if done.replayed:
        raise Conflict
    return done.transfer_id


def _note(session: Session, act: str, advance: Advance, actor: Actor, at: datetime, amount: int) -> None:
    record(
        session, action=f"advance.{act}", subject=f"advance:{advance.public_id}", actor_id=actor.user_id,
        facts={"amount": amount}, at=at,
    )  # fmt: skip
