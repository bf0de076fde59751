"""Ending mutual credit: each step by people, whole in one transaction and once, so that after a crash it goes on."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from cwb.notifications.services import mail_each
from ledger.accounts.rules import Role
from ledger.accounts.services import change_limits, close_account, open_account
from ledger.books.rules import Leg, Posting
from ledger.books.services import post, post_batch
from ledger.charges.queries import readers
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Cause, Code
from ledger.instruments.services import stop
from ledger.unwinding import errors, queries, rules
from ledger.unwinding.models import Unwinding, UnwindingEvent, UnwindingLine, UnwindingShare
from ledger.unwinding.rules import Kind, Step
from ledger.wallets import queries as wallets
from ledger.wallets.rules import check_amount, read_code, reference_key


def plan(
    session: Session, *, code: Code, why: str, document: str, rest_to: str, months: int, ends_on: date, actor: Actor,
    at: datetime,
) -> Unwinding:  # fmt: skip
    """Write a plan down; it is announced once another person agrees.

    Raises:
        NotMutualHere, UnwindingThere, LastDayTooSoon, MonthsWrong, TextTooShort: refused.
    """
    found = _mutual(session, code)
    if queries.find_plan(session, found) is not None:
        raise errors.UnwindingThere
    rules.check_plan(ends_on, months, local_date(at), live=found.live)
    made = Unwinding(
        public_id=uuid7(), instrument_code=code, live=found.live, why=words(why, "why", short=ReasonTooShort),
        document=words(document, "document", least=3), rest_to=words(rest_to, "rest_to", least=3), months=months,
        ends_on=ends_on, written_at=at, written_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "planned", made, actor, at)
    return made


def agree(session: Session, *, code: Code, actor: Actor, at: datetime) -> None:
    """Agree as a second person: from now on nobody draws credit, and every member gets a letter.

    Raises:
        UnwindingUnknown, NotThisStep, OtherAgrees: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.PLANNED)
    rules.check_other(there.written_by_id, actor.user_id)
    there.agreed_at, there.agreed_by_id = at, actor.user_id
    session.flush()
    stop(session, found=found, cause=Cause.ENDING, at=at)
    mail_each(
        session, readers(session, list(queries.holdings(session, found))), subject=N_("Het krediet stopt"),
        text=N_("U kunt tot en met %(last)s bij elkaar kopen. Rood staan kan niet meer. Daarna rekenen wij af."),
        facts={"last": there.ends_on}, link="/wallet", at=at, key=f"unwinding-{there.public_id}",
    )  # fmt: skip
    _note(session, "agreed", there, actor, at)


def withdraw(session: Session, *, code: Code, why: str, actor: Actor, at: datetime) -> None:
    """Take the plan back, until positions are fixed; credit may be drawn again.

    Raises:
        UnwindingUnknown, NotThisStep, ReasonTooShort: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.PLANNED, Step.AGREED)
    there.withdrawn_why = words(why, "why", short=ReasonTooShort)
    there.withdrawn_at, there.withdrawn_by_id = at, actor.user_id
    session.flush()
    last = instruments.find_stop(session, found, Cause.ENDING)
    if last is not None and last.lifted_at is None:
        last.lifted_at, last.lifted_by_id, last.why = at, actor.user_id, there.withdrawn_why
        session.flush()
        found.stopped = bool(instruments.open_stops(session, found))
        session.flush()
    _note(session, "withdrawn", there, actor, at)


def fix(session: Session, *, code: Code, owing: int, actor: Actor, at: datetime) -> Unwinding:
    """Fix where everybody stands: units become what is owed in euros. `owing`: cents, as the page showed.

    Raises:
        UnwindingUnknown, NotThisStep, LastDayFirst, StillReserved, FiguresMoved: refused.
    """
    found = _mutual(session, code)
    there, held = queries.plan(session, found), queries.holdings(session, found)
    total = -sum(cents for _, cents in held.values() if cents < 0)
    rules.check_fix(
        there, local_date(at), reserved=queries.reserved(session, found), owing=total, shown=owing
    )
    facts = [
        {"unwinding_id": there.id, "wallet_id": wallet_id, "amount": cents}
        for wallet_id, (_, cents) in held.items()
        if cents
    ]
    if facts:
        session.execute(insert(UnwindingLine), facts)
    there.fixed_at, there.fixed_by_id, there.owing = at, actor.user_id, total
    session.flush()
    _take_in(session, found, there, held, at)
    if total:
        _book(session, found, there, "owed", at, {Role.RECEIVABLE: total, Role.PAYABLE: -total})
    mail_each(
        session, readers(session, [each["wallet_id"] for each in facts]), subject=N_("Uw krediet staat vast"),
        text=N_("In uw portemonnee leest u wat u betaalt of krijgt, en wanneer."), link="/wallet", at=at,
        key=f"unwinding-fixed-{there.public_id}",
    )  # fmt: skip
    _note(session, "fixed", there, actor, at)
    return there


def _take_in(
    session: Session, found: Instrument, there: Unwinding, held: dict[int, tuple[int, int]], at: datetime
) -> None:
    """All balances to zero, through an account that ends at zero, and every wallet closed for good."""
    moving = [(account_id, cents) for account_id, cents in held.values() if cents]
    for account_id, cents in moving:  # limits never stand in the way of nothing
        change_limits(session, account_id=account_id, floor=min(cents, 0), ceiling=max(cents, 0))
    for leaf, start in enumerate(range(0, len(moving), rules.LEAF)):
        legs = [Leg(account_id, -cents) for account_id, cents in moving[start : start + rules.LEAF]]
        if between := sum(leg.amount for leg in legs):
            through = _account(session, found, Role.CLEARING, found.currency)
            legs.append(Leg(through, -between))
        key = f"unwinding:{there.public_id}:units:{leaf}"
        post_batch(session, [Posting(key, "credit_ended", legs)], at=at)
    for account_id, _ in held.values():
        close_account(session, account_id=account_id, at=at)


def put_aside(
    session: Session, *, code: Code, amount: Money, reference: str, actor: Actor, at: datetime
) -> UnwindingEvent:
    """Write down what members put aside for losses, once per bank reference; from the announcement on.

    Raises:
        UnwindingUnknown, NotThisStep, AmountMissing, KeyReused: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.AGREED, Step.FIXED)
    check_amount(amount)
    legs = {Role.BANK: amount.minor, Role.FUND: -amount.minor}
    return _once(session, found, there, Kind.RESERVE, reference, legs, amount.minor, None, actor, at)


def receive(
    session: Session, *, code: Code, wallet_code: str, amount: Money, reference: str, actor: Actor, at: datetime
) -> UnwindingEvent:  # fmt: skip
    """Write down that a member paid a part, once per bank reference.

    Raises:
        UnwindingUnknown, NotThisStep, CodeUnknown, NotInPlan, PartTooMuch, ReferenceUsed, KeyReused: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.FIXED)
    wallet = wallets.by_code(session, found, read_code(wallet_code))
    where = queries.line(session, there.id, wallet.id)
    if where is None or where.amount > 0:
        raise errors.NotInPlan(field="wallet_code")
    check_amount(amount)
    legs = {Role.BANK: amount.minor, Role.RECEIVABLE: -amount.minor}
    return _once(
        session, found, there, Kind.RECEIVED, reference, legs, amount.minor, wallet.id, actor, at, where.open
    )


def pay_out(session: Session, *, code: Code, total: int, actor: Actor, at: datetime) -> UnwindingEvent:
    """Write down that what came in was paid on, pro rata of what is still owed. `total`: cents, as was shown.

    Raises:
        UnwindingUnknown, NotThisStep, NothingToPay, FiguresMoved: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.FIXED)
    cents = available(session, found)
    if not cents:
        raise errors.NothingToPay
    if cents != total:
        raise errors.FiguresMoved
    shares = rules.divided(cents, claims(session, there.id))
    number = uuid7()
    legs = {Role.PAYABLE: cents, Role.BANK: -cents}
    transfer_id = _book(session, found, there, f"paid:{number}", at, legs)
    made = _event(session, there, Kind.PAID, cents, None, "", actor, at, transfer_id, number)
    _share(session, made, shares)
    mail_each(
        session, readers(session, list(shares)), subject=N_("U krijgt een deel van uw krediet"),
        text=N_("Het staat in uw portemonnee, en komt op uw bankrekening."), link="/wallet", at=at,
        key=f"unwinding-paid-{number}",
    )  # fmt: skip
    _note(session, "paid", there, actor, at, amount=cents)
    return made


def available(session: Session, found: Instrument) -> int:
    """What came in and was not paid on, in cents; what is left of the reserve stays."""
    there = queries.euros(session, found)
    return there.get(Role.BANK, 0) + there.get(Role.FUND, 0)


def claims(session: Session, plan_id: int) -> dict[int, int]:
    """Wallet → cents that it is still owed."""
    where = queries.positions(session, plan_id)
    return {wallet: each.open for wallet, each in where.items() if each.amount > 0 and each.open}


def write_off(
    session: Session, *, code: Code, wallet_code: str, why: str, actor: Actor, at: datetime
) -> UnwindingEvent:  # fmt: skip
    """Write down that a member cannot pay what is still open; another person books it.

    Raises:
        UnwindingUnknown, NotThisStep, CodeUnknown, NotInPlan, LossWaitsHere, ReasonTooShort: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.FIXED)
    wallet = wallets.by_code(session, found, read_code(wallet_code))
    where = queries.line(session, there.id, wallet.id)
    if where is None or where.amount > 0 or not where.open:
        raise errors.NotInPlan(field="wallet_code")
    about = words(why, "why", short=ReasonTooShort)
    try:
        with session.begin_nested():
            made = _event(session, there, Kind.LOST, where.open, wallet.id, about, actor, at, None, uuid7())
    except IntegrityError as fault:
        if "uq_unwinding_event_waiting" in str(fault.orig):
            raise errors.LossWaitsHere from fault
        raise
    _note(session, "loss_written", there, actor, at, amount=made.amount)
    return made


def confirm_loss(
    session: Session, *, code: Code, public_id: UUID, actor: Actor, at: datetime
) -> UnwindingEvent:
    """Book a loss that somebody else wrote down: first the reserve, then who is still owed, pro rata.

    Raises:
        UnwindingUnknown, NotThisStep, LossDecided, OtherAgrees, FiguresMoved: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.FIXED)
    one = _undecided(session, there, public_id)
    rules.check_other(one.written_by_id, actor.user_id)
    where = queries.line(session, there.id, one.wallet_id or 0)
    if where is None or where.open != one.amount:
        raise errors.FiguresMoved
    reserve = -queries.euros(session, found).get(Role.FUND, 0)
    first, shares = rules.borne(one.amount, reserve, claims(session, there.id))
    one.transfer_id = _book(
        session, found, there, f"lost:{one.public_id}", at,
        {Role.FUND: first, Role.PAYABLE: one.amount - first, Role.RECEIVABLE: -one.amount},
    )  # fmt: skip
    one.reserve, one.confirmed_at, one.confirmed_by_id = first, at, actor.user_id
    session.flush()
    _share(session, one, shares)
    mail_each(
        session, readers(session, list(shares)), subject=N_("Een verlies nu het krediet stopt"),
        text=N_("Een lid kan niet betalen. Uw deel van het verlies staat in uw portemonnee."), link="/wallet", at=at,
        key=f"unwinding-lost-{one.public_id}",
    )  # fmt: skip
    _note(session, "lost", there, actor, at, amount=one.amount, reserve=first)
    return one


def withdraw_loss(session: Session, *, code: Code, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a loss back that was not booked.

    Raises:
        UnwindingUnknown, LossDecided: refused.
    """
    there = queries.plan(session, _mutual(session, code))
    one = _undecided(session, there, public_id)
    one.withdrawn_at = at
    session.flush()
    _note(session, "loss_withdrawn", there, actor, at, amount=one.amount)


def finish(session: Session, *, code: Code, actor: Actor, at: datetime) -> Unwinding:
    """Close: nothing is open, what is left of the reserve goes where the plan says, every account is at zero.

    Raises:
        UnwindingUnknown, NotThisStep, StillOpen: refused.
    """
    found = _mutual(session, code)
    there = queries.plan(session, found)
    rules.check_step(there, Step.FIXED)
    if any(each.open for each in queries.positions(session, there.id).values()) or available(session, found):
        raise errors.StillOpen
    there.rest = -queries.euros(session, found).get(Role.FUND, 0)
    if there.rest:
        _book(session, found, there, "rest", at, {Role.FUND: there.rest, Role.BANK: -there.rest})
    there.done_at = at
    session.flush()
    for role in (Role.RECEIVABLE, Role.PAYABLE, Role.BANK, Role.FUND):
        close_account(session, account_id=_account(session, found, role), at=at)
    _note(session, "done", there, actor, at)
    return there


def _mutual(session: Session, code: Code) -> Instrument:
    found = instruments.instrument(session, code, lock=True)
    if found.rule.kind != "mutual":
        raise errors.NotMutualHere
    return found


def _undecided(session: Session, there: Unwinding, public_id: UUID) -> UnwindingEvent:
    one = queries.event(session, there.id, public_id)
    if one.transfer_id is not None or one.withdrawn_at is not None:
        raise errors.LossDecided
    return one


def _account(session: Session, found: Instrument, role: Role, currency: str = "") -> int:
    return open_account(
        session, party_id=found.keeper_id, role=role, currency=currency or found.euro, subkey=queries.SUBKEY
    )


def _book(
    session: Session, found: Instrument, there: Unwinding, act: str, at: datetime, legs: dict[Role, int]
) -> int:
    kind = f"unwinding_{act.split(':', 1)[0]}"
    return post(
        session, key=f"unwinding:{there.public_id}:{act}", kind=kind, at=at,
        legs=[Leg(_account(session, found, role), cents) for role, cents in legs.items() if cents],
    ).transfer_id  # fmt: skip


def _once(
    session: Session, found: Instrument, there: Unwinding, kind: Kind, reference: str, legs: dict[Role, int],
    amount: int, wallet_id: int | None, actor: Actor, at: datetime, open_: int | None = None,
) -> UnwindingEvent:  # fmt: skip
    """Book what stands on the bank's statement; the same reference again is the same event."""
    once = reference_key(reference)
    transfer_id = _book(session, found, there, f"{kind.value}:{once}", at, legs)
    if seen := queries.find_by_transfer(session, transfer_id):
        rules.check_same(seen.wallet_id, wallet_id)
        return seen
    if open_ is not None:
        rules.check_part(open_, Money(amount))
    made = _event(session, there, kind, amount, wallet_id, reference.strip(), actor, at, transfer_id, uuid7())
    _note(session, kind.value, there, actor, at, amount=amount)
    return made


def _event(
    session: Session, there: Unwinding, kind: Kind, amount: int, wallet_id: int | None, about: str, actor: Actor,
    at: datetime, transfer_id: int | None, public_id: UUID,
) -> UnwindingEvent:  # fmt: skip
    made = UnwindingEvent(
        public_id=public_id, unwinding_id=there.id, kind=kind, wallet_id=wallet_id, amount=amount, reserve=0,
        about=about, written_at=at, written_by_id=actor.user_id, transfer_id=transfer_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _share(session: Session, made: UnwindingEvent, shares: dict[int, int]) -> None:
    rows = [{"event_id": made.id, "wallet_id": wallet, "amount": cents} for wallet, cents in shares.items()]
    if rows:
        session.execute(insert(UnwindingShare), rows)


def _note(session: Session, act: str, there: Unwinding, actor: Actor, at: datetime, **more: int) -> None:
    facts = {"instrument": there.instrument_code, "owing": there.owing, "rest": there.rest, **more}
    record(
        session, action=f"unwinding.{act}", subject=f"unwinding:{there.public_id}", actor_id=actor.user_id,
        facts=facts, at=at,
    )  # fmt: skip
