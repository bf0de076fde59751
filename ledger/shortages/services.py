"""Writing a shortage down, and dividing it as a second person: once, to the cent, in the books."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.rules import Leg, Posting
from ledger.books.services import post, post_batch
from ledger.charges.queries import readers
from ledger.instruments import queries as instruments
from ledger.instruments.models import BackingCount, Instrument
from ledger.instruments.rules import Code
from ledger.shortages import errors, queries, rules
from ledger.shortages.models import Shortage, ShortageShare
from ledger.winddown.queries import Preview, find_plan
from ledger.winddown.rules import LEAF, Step, step_of


def write_down(session: Session, *, code: Code, actor: Actor, at: datetime) -> Shortage:
    """Write down that the last count fell short while the instrument ends; another person divides it.

    Raises:
        NotEnding, NothingShort, CountOld, ShortageWaits: refused.
    """
    found = instruments.instrument(session, code, lock=True)
    seen, _held = queries.there(session, found, at)
    last, short = _short(session, found, seen, at)
    made = Shortage(
        public_id=uuid7(), instrument_code=code, live=found.live, count_id=last.id, short=short, written_at=at,
        written_by_id=actor.user_id,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(made)
            session.flush()
    except IntegrityError as fault:
        if "uq_shortage_waiting" in str(fault.orig):
            raise errors.ShortageWaits from fault
        raise
    _note(session, "written", made, actor, at)
    return made


def _short(session: Session, found: Instrument, seen: Preview, at: datetime) -> tuple[BackingCount, int]:
    """The last count, and what was short at it."""
    plan, last = find_plan(session, found), instruments.last_count(session, found)
    short = rules.check_divide(
        ends_on=plan.ends_on if plan and step_of(plan) is Step.AGREED else None, today=local_date(at), at=at,
        counted=(last.counted_at, last.counted, last.supply) if last else None, supply=seen.supply,
        waiting=seen.waiting + seen.paper,
    )  # fmt: skip
    if last is None:
        raise errors.CountOld
    return last, short


def divide(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> Shortage:
    """Divide a shortage that somebody else wrote down: it is booked, and each holder that bears gets a letter.

    What the fund bears in euros has to be moved to the account of the backing; then it is counted anew.

    Raises:
        ShortageUnknown, ShortageDecided, OtherDivides, NotEnding, NothingShort, RequestsFirst, CountOld: refused.
    """
    code = Code(queries.shortage(session, public_id).instrument_code)
    found = instruments.instrument(session, code, lock=True)
    one = _undecided(session, public_id)
    rules.check_other(one.written_by_id, actor.user_id)
    seen, held = queries.there(session, found, at)
    last, short = _short(session, found, seen, at)
    if last.id != one.count_id or short != one.short or one.live != found.live:
        raise errors.CountOld
    borne = rules.divided(short, held)
    _book(session, found, one, borne, {each.wallet.id: each.wallet.account_id for each in seen.lines}, at)
    had = dict(held.firms) | dict(held.residents)
    facts = [
        {"shortage_id": one.id, "wallet_id": wallet, "held": had[wallet], "amount": cents}
        for wallet, cents in borne.shares.items()
    ]
    if facts:
        session.execute(insert(ShortageShare), facts)
    one.fund, one.fund_had = borne.fund, held.fund
    one.firms, one.firms_had = sum(borne.firms.values()), sum(held.firms.values())
    one.residents = sum(borne.residents.values())
    one.confirmed_at, one.confirmed_by_id = at, actor.user_id
    session.flush()
    mail_each(
        session, readers(session, list(borne.shares)), subject=N_("Er is een tekort verdeeld"),
        text=N_("Uw deel staat op het afschrift van uw portemonnee, met een brief."), link="/wallet", at=at,
        key=f"shortage-{one.public_id}",
    )  # fmt: skip
    _note(session, "divided", one, actor, at)
    return one


def _book(
    session: Session, found: Instrument, one: Shortage, borne: rules.Borne, accounts: dict[int, int], at: datetime
) -> None:  # fmt: skip
    """Units that nobody gets euros for are taken in; what the fund had in euros goes to the backing."""
    key = f"shortage:{one.public_id}"
    issued = _account(session, found, Role.ISSUED, found.currency)
    units = [(accounts[wallet], cents) for wallet, cents in borne.shares.items()]
    if borne.units:
        units.append((_account(session, found, Role.WALLET, found.currency, "fund"), borne.units))
    for leaf, start in enumerate(range(0, len(units), LEAF)):
        part = units[start : start + LEAF]
        legs = [Leg(account_id, -cents) for account_id, cents in part]
        legs.append(Leg(issued, sum(cents for _, cents in part)))
        post_batch(session, [Posting(f"{key}:{leaf}", "shortage_units", legs)], at=at)
    gone, moved = sum(cents for _, cents in units), borne.euros + borne.earned
    euros = (
        (Role.ISSUED, gone), (Role.BACKING, -gone), (Role.FUND, borne.euros), (Role.FEE_INCOME, borne.earned),
        (Role.BANK, -moved),
    )  # fmt: skip
    legs = [Leg(_account(session, found, role, found.euro), cents) for role, cents in euros if cents]
    post(session, key=f"{key}:euro", kind="shortage_borne", legs=legs, at=at)


def withdraw(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a shortage back that was not divided.

    Raises:
        ShortageUnknown, ShortageDecided: refused.
    """
    one = _undecided(session, public_id)
    one.withdrawn_at = at
    session.flush()
    _note(session, "withdrawn", one, actor, at)


def _undecided(session: Session, public_id: UUID) -> Shortage:
    one = queries.shortage(session, public_id)
    if one.confirmed_at is not None or one.withdrawn_at is not None:
        raise errors.ShortageDecided
    return one


def _account(session: Session, found: Instrument, role: Role, currency: str, subkey: str = "") -> int:
    return open_account(session, party_id=found.keeper_id, role=role, currency=currency, subkey=subkey)


def _note(session: Session, act: str, one: Shortage, actor: Actor, at: datetime) -> None:
    record(
        session, action=f"shortage.{act}", subject=f"shortage:{one.public_id}", actor_id=actor.user_id,
        facts={"short": one.short, "fund": one.fund, "firms": one.firms, "residents": one.residents}, at=at,
    )  # fmt: skip
