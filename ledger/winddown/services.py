"""Planning, agreeing, withdrawing; and ending in four acts: begin, residents, firms, rest.

Each act is one transaction with keys of its own: after a crash it was done or not, and the plan says which comes next.
"""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
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
from ledger.winddown import queries, rules
from ledger.winddown.errors import NotBackedHere, PlanThere, ShownOld
from ledger.winddown.models import WindDown, WindDownLine
from ledger.winddown.rules import Step


def plan(
    session: Session, *, code: Code, why: str, good_cause: str, ends_on: date, actor: Actor, at: datetime
) -> WindDown:  # fmt: skip
    """Write a plan down; it is announced once another person agrees.

    Raises:
        NotBackedHere, PlanThere, EndTooSoon, TextTooShort: refused.
    """
    instrument = instruments.instrument(session, code, lock=True)
    if not instrument.rule.backed:
        raise NotBackedHere
    if queries.find_plan(session, instrument) is not None:
        raise PlanThere
    rules.check_end(ends_on, local_date(at), live=instrument.live)
    made = WindDown(
        instrument_code=code, live=instrument.live, why=words(why, "why", short=ReasonTooShort), ends_on=ends_on,
        good_cause=words(good_cause, "good_cause", least=3), planned_at=at, planned_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        if "uq_wind_down_running" in str(fault.orig):
            raise PlanThere from fault
        raise
    _note(session, "planned", made, actor, at)
    return made


def agree(session: Session, *, code: Code, actor: Actor, at: datetime) -> None:
    """Agree as a second person: from now on nothing is issued or topped up, and every holder gets a letter.

    Raises:
        PlanUnknown, StepWrong, SecondAgrees: refused.
    """
    instrument = instruments.instrument(session, code, lock=True)
    found = queries.plan(session, instrument)
    rules.check_step(found, Step.PLANNED)
    rules.check_second(found, actor.user_id)
    found.agreed_at, found.agreed_by_id = at, actor.user_id
    session.flush()
    stop(session, found=instrument, cause=Cause.ENDING, at=at)
    holders = [each.wallet.id for each in queries.preview(session, instrument, at).lines]
    mail_each(
        session, readers(session, holders), subject=N_("Het lokale geld stopt"),
        text=N_("U kunt uw euro’s zelf terugvragen tot en met %(last)s. Wat er dan nog is, betalen wij u terug."),
        facts={"last": found.ends_on}, link="/wallet", at=at, key=f"wind-down-{found.public_id}",
    )  # fmt: skip
    _note(session, "agreed", found, actor, at)


def withdraw(session: Session, *, code: Code, why: str, actor: Actor, at: datetime) -> None:
    """Take the plan back, until it begins; what stopped for it may be issued again.

    Raises:
        PlanUnknown, StepWrong, ReasonTooShort: refused.
    """
    instrument = instruments.instrument(session, code, lock=True)
    found = queries.plan(session, instrument)
    rules.check_step(found, Step.PLANNED, Step.AGREED)
    found.withdrawn_why = words(why, "why", short=ReasonTooShort)
    found.withdrawn_at, found.withdrawn_by_id = at, actor.user_id
    session.flush()
    last = instruments.find_stop(session, instrument, Cause.ENDING)
    if last is not None and last.lifted_at is None:
        last.lifted_at, last.lifted_by_id, last.why = at, actor.user_id, found.withdrawn_why
        session.flush()
        instrument.stopped = bool(instruments.open_stops(session, instrument))
        session.flush()
    _note(session, "withdrawn", found, actor, at)


def begin(session: Session, *, code: Code, total: int, actor: Actor, at: datetime) -> WindDown:
    """Turn every unit into what is owed in euros. `total`: cents out, as the page showed. Nothing is issued any more.

    Raises:
        PlanUnknown, StepWrong, NotYet, RefundsWaiting, PaperOut, BackingOld, ShownOld: refused.
    """
    instrument = instruments.instrument(session, code, lock=True)
    found, there = queries.plan(session, instrument), queries.preview(session, instrument, at)
    last = instruments.last_count(session, instrument)
    rules.check_begin(
        found, local_date(at), waiting=there.waiting, paper=there.paper, supply=there.supply, at=at,
        counted=(last.counted_at, last.counted) if last else None,
    )  # fmt: skip
    if there.supply != total:
        raise ShownOld
    found.begun_at, found.begun_by_id = at, actor.user_id
    found.residents, found.firms, found.fees = there.residents, there.firms, there.fees
    session.flush()
    if there.lines:
        rows = [
            {"wind_down_id": found.id, "wallet_id": each.wallet.id, "amount": each.amount, "fee": each.fee}
            for each in there.lines
        ]
        session.execute(insert(WindDownLine), rows)
    _take_in(session, instrument, found, there)
    _note(session, "begun", found, actor, at)
    return found


def _take_in(session: Session, instrument: Instrument, found: WindDown, there: queries.Preview) -> None:
    """All units out of all wallets and the fund; in euros: owed to holders, fees earned, and what the fund has."""
    at, key = found.begun_at or found.planned_at, f"winddown:{found.public_id}"
    issued = _account(session, instrument, Role.ISSUED, instrument.currency)
    fund = _account(session, instrument, Role.WALLET, instrument.currency, "fund")
    units = [(each.wallet.account_id, each.amount) for each in there.lines]
    if in_fund := queries.balances(session, [fund])[fund].minor:
        units.append((fund, in_fund))
    for leaf, start in enumerate(range(0, len(units), rules.LEAF)):
        part = units[start : start + rules.LEAF]
        legs = [Leg(account_id, -cents) for account_id, cents in part]
        legs.append(Leg(issued, sum(cents for _, cents in part)))
        post_batch(session, [Posting(f"{key}:{leaf}", "winddown_units", legs)], at=at)
    change_limits(session, account_id=issued, floor=0, ceiling=0)  # nothing is issued any more
    net, half = there.firms - there.fees, there.fees // 2
    owed = (
        (Role.ISSUED, "", there.residents + there.firms + in_fund),
        (Role.PAYABLE, "winddown:residents", -there.residents),
        (Role.PAYABLE, "winddown:firms", -net), (Role.FEE_INCOME, "", half - there.fees),
        (Role.FUND, "", -half - in_fund),
    )  # fmt: skip
    legs = [
        Leg(_account(session, instrument, role, instrument.euro, subkey), cents)
        for role, subkey, cents in owed
        if cents
    ]
    if legs:
        post(session, key=f"{key}:owed", kind="winddown_owed", legs=legs, at=at)


def pay(session: Session, *, code: Code, step: Step, actor: Actor, at: datetime) -> WindDown:
    """Write down that a group was paid by bank, in order: residents, then firms, then what is left to the good cause.

    Raises:
        PlanUnknown, StepWrong: not this step's turn.
    """
    instrument = instruments.instrument(session, code, lock=True)
    found = queries.plan(session, instrument)
    before = {Step.RESIDENTS: Step.BEGUN, Step.FIRMS: Step.RESIDENTS, Step.DONE: Step.FIRMS}
    rules.check_step(found, before.get(step, Step.DONE))
    key = f"winddown:{found.public_id}:{step}"
    if step is Step.DONE:
        found.rest, found.done_at = _end(session, instrument, key, at), at
    else:
        owing = _account(session, instrument, Role.PAYABLE, instrument.euro, f"winddown:{step}")
        cents = -queries.balances(session, [owing])[owing].minor
        if cents:
            backing = _account(session, instrument, Role.BACKING, instrument.euro)
            post(
                session, key=key, kind="winddown_paid", legs=[Leg(owing, cents), Leg(backing, -cents)], at=at
            )
        if step is Step.RESIDENTS:
            found.residents_paid_at = at
        else:
            found.firms_paid_at = at
    session.flush()
    _note(session, f"paid_{step}", found, actor, at)
    return found


def _end(session: Session, instrument: Instrument, key: str, at: datetime) -> int:
    """What fees and fund left goes to the good cause; every account of the instrument is at zero and closes."""
    own = {
        role: _account(session, instrument, role, instrument.euro)
        for role in (Role.FUND, Role.FEE_INCOME, Role.BACKING, Role.ISSUED)
    }
    held = queries.balances(session, list(own.values()))
    legs = [Leg(account_id, -held[account_id].minor) for account_id in own.values() if held[account_id]]
    rest = -held[own[Role.FUND]].minor - held[own[Role.FEE_INCOME]].minor
    if open_ := -sum(leg.amount for leg in legs):  # fees of earlier refunds stand at the bank
        legs.append(Leg(_account(session, instrument, Role.BANK, instrument.euro), open_))
    if legs:
        post(session, key=key, kind="winddown_rest", legs=legs, at=at)
    for account_id in (
        *queries.wallet_accounts(session, instrument),
        _account(session, instrument, Role.WALLET, instrument.currency, "fund"),
        _account(session, instrument, Role.ISSUED, instrument.currency), *own.values(),
    ):  # fmt: skip
        close_account(session, account_id=account_id, at=at)
    return rest


def _account(session: Session, instrument: Instrument, role: Role, currency: str, subkey: str = "") -> int:
    return open_account(session, party_id=instrument.keeper_id, role=role, currency=currency, subkey=subkey)


def _note(session: Session, act: str, found: WindDown, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"wind_down.{act}", subject=f"wind_down:{found.public_id}", actor_id=actor.user_id,
        facts={
            "instrument": found.instrument_code, "residents": found.residents, "firms": found.firms,
            "fees": found.fees, "rest": found.rest,
        },
        at=at,
    )  # fmt: skip
