"""Recognising places, handing hours in, confirming them, and spending. Credits move in the books of the keeper."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.queries import find_organisation_by_kvk
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from cwb.kernel.words import ReasonTooShort, words
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.appreciation import queries, rules
from ledger.appreciation.errors import (
    HoursDone,
    HoursUnknown,
    OldPractice,
    PlaceThere,
    PlaceUnknown,
    TaskClosed,
)
from ledger.appreciation.models import (
    CreditBudget,
    CreditHolder,
    CreditHours,
    CreditOffer,
    CreditPlace,
    CreditSpending,
    CreditTask,
)
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.instruments import queries as instruments
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code


def recognise(
    session: Session, *, kvk_number: KvkNumber, host: bool, accepts: bool, actor: Actor, at: datetime
) -> CreditPlace:
    """Let an organisation give credits for hours, take them, or both.

    Raises:
        PlaceUseless, PlaceUnknown, PlaceThere: refused.
    """
    rules.check_place(host=host, accepts=accepts)
    organisation = find_organisation_by_kvk(session, kvk_number)
    if organisation is None:
        raise PlaceUnknown(field="kvk_number")
    if queries.find_place(session, organisation.id):
        raise PlaceThere
    made = CreditPlace(
        public_id=uuid7(), organisation_id=organisation.id, host=host, accepts=accepts, recognised_at=at,
        recognised_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "place_recognised", made.public_id, actor, at)
    return made


def give_budget(
    session: Session, *, place: CreditPlace, begins_on: date, ends_on: date, amount: Decimal, rate: Decimal,
    actor: Actor, at: datetime,
) -> CreditBudget:  # fmt: skip
    """Give a host what it may grant for work in a period, and how many credits an hour is.

    Raises:
        PeriodBackwards: refused. HoursUnknown: the place is no host.
    """
    rules.check_period(begins_on, ends_on)
    if not place.host:
        raise HoursUnknown
    made = CreditBudget(
        place_id=place.id, begins_on=begins_on, ends_on=ends_on, credits=int(amount * 100),
        rate=int(rate * 100), set_at=at, set_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "budget_given", place.public_id, actor, at, credits=made.credits, rate=made.rate)
    return made


def offer_task(
    session: Session, *, place: CreditPlace, budget_id: int, title: str, hours: Decimal, actor: Actor, at: datetime
) -> CreditTask:  # fmt: skip
    """Ask help, out of a budget of the host.

    Raises:
        HoursUnknown: the budget is another's. TextTooShort.
    """
    budget = queries.budget(session, budget_id, place.id)
    made = CreditTask(
        public_id=uuid7(), budget_id=budget.id, title=words(title, "title", least=3), hours=int(hours * 100),
        offered_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "task_offered", made.public_id, actor, at, hours=made.hours)
    return made


def make_offer(
    session: Session, *, place: CreditPlace, title: str, price: Decimal, actor: Actor, at: datetime
) -> CreditOffer:  # fmt: skip
    """Say what can be had for credits at a place.

    Raises:
        HoursUnknown: the place takes none. TextTooShort.
    """
    if not place.accepts:
        raise HoursUnknown
    made = CreditOffer(
        public_id=uuid7(), place_id=place.id, title=words(title, "title", least=3), price=int(price * 100),
        offered_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _note(session, "offer_made", made.public_id, actor, at, price=made.price)
    return made


def close(session: Session, *, found: CreditTask | CreditOffer, actor: Actor, at: datetime) -> None:
    """Take a task or an offer of one's place off the list. Hours that were handed in can still be confirmed.

    Raises:
        HoursUnknown: it is another's. TaskClosed: it is closed already.
    """
    place = found.place if isinstance(found, CreditOffer) else found.budget.place
    if place.organisation_id != actor.organisation_id:
        raise HoursUnknown
    session.refresh(found, ["closed_at"], with_for_update=True)
    if found.closed_at is not None:
        raise TaskClosed
    found.closed_at = at
    session.flush()
    _note(session, "closed", found.public_id, actor, at)


def begin(
    session: Session, *, of_age: bool, warned: bool, actor: Actor, at: datetime
) -> CreditHolder:  # fmt: skip
    """Take part, once the warning was read.

    Raises:
        NotReady: not old enough, or not read. InstrumentUnknown.
    """
    rules.check_ready(of_age=of_age, warned=warned)
    instrument = instruments.instrument(session, Code.WIJK, lock=True)
    if found := queries.find_holder(session, actor.user_id, live=instrument.live):
        return found
    account_id = open_account(
        session, party_id=instrument.keeper_id, role=Role.WALLET, currency=instrument.currency,
        subkey=f"user:{actor.user_id}", floor=0,
    )  # fmt: skip
    made = CreditHolder(
        user_id=actor.user_id,
        live=instrument.live,
        account_id=account_id,
        of_age=True,
        warned=True,
        begun_at=at,
    )
    session.add(made)
    session.flush()
    _note(session, "begun", made.id, actor, at)
    return made


def hand_in(
    session: Session, *, task: CreditTask, worked_on: date, hours: Decimal, unpaid: bool, actor: Actor, at: datetime
) -> CreditHours:  # fmt: skip
    """Hand in hours of unpaid help for a task.

    Raises:
        NotBegun, TaskClosed, NotInQuarters, DayOutside, PaidWork: refused.
    """
    instrument = instruments.instrument(session, Code.WIJK, share=True)
    holder = queries.holder(session, actor.user_id, live=instrument.live)
    if task.closed_at is not None:
        raise TaskClosed
    worked = rules.hundredths(hours)
    rules.check_day(worked_on, local_date(at), task.budget.begins_on, task.budget.ends_on)
    rules.check_unpaid(
        declared=unpaid,
        written_elsewhere=queries.written_elsewhere(
            session, actor.user_id, worked_on, task.budget.place.organisation_id
        ),
    )
    made = CreditHours(
        public_id=uuid7(), task_id=task.id, holder_id=holder.id, worker_id=actor.user_id, worked_on=worked_on,
        hours=worked, unpaid=True, handed_in_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def confirm(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> bool:
    """Confirm hours for the host: credits are given, or, above four hours, a second person is waited for.

    Returns whether credits were given.

    Raises:
        HoursUnknown: another place's. HoursDone, OwnHours, AnotherConfirms, PaidWork, OldPractice: refused.
        TaskFull, BudgetEmpty, MonthFull, YearFull: they do not fit.
    """
    found = queries.hours_to_decide(session, public_id)
    instrument = instruments.instrument(session, Code.WIJK, share=True)
    budget = queries.lock_budget(session, found.task.budget_id)
    _check_open(found, budget, actor)
    enough = rules.check_confirmer(
        found.hours, worker_id=found.worker_id, first_id=found.first_by_id, user_id=actor.user_id
    )
    holder = queries.lock_holder(session, found.holder_id)
    if holder.live != instrument.live:
        raise OldPractice
    elsewhere = queries.written_elsewhere(
        session, found.worker_id, found.worked_on, budget.place.organisation_id
    )
    rules.check_unpaid(declared=found.unpaid, written_elsewhere=elsewhere)
    credited = rules.credits_for(found.hours, budget.rate)
    rules.check_room(found.hours, credited, queries.room(session, found, budget, live=holder.live))
    if not enough:
        found.first_by_id = actor.user_id
        session.flush()
        _note(session, "hours_first", found.public_id, actor, at)
        return False
    posted = post(
        session, key=f"credits:hours:{found.public_id}", kind="credits_given", at=at,
        legs=[Leg(holder.account_id, credited), Leg(_given(session, instrument), -credited)],
    )  # fmt: skip
    found.granted_at, found.granted_by_id = at, actor.user_id
    found.credits, found.transfer_id = credited, posted.transfer_id
    session.flush()
    _note(session, "hours_confirmed", found.public_id, actor, at, credits=credited)
    return True


def refuse(session: Session, *, public_id: UUID, reason: str, actor: Actor, at: datetime) -> None:
    """Refuse hours, with why.

    Raises:
        HoursUnknown, HoursDone, OwnHours, ReasonTooShort: nothing has changed.
    """
    found = queries.hours_to_decide(session, public_id)
    _check_open(found, queries.lock_budget(session, found.task.budget_id), actor)
    rules.check_confirmer(found.hours, worker_id=found.worker_id, first_id=None, user_id=actor.user_id)
    found.reason = words(reason, "reason", short=ReasonTooShort)
    found.refused_at, found.refused_by_id = at, actor.user_id
    session.flush()
    _note(session, "hours_refused", found.public_id, actor, at)


def spend(
    session: Session, *, offer_id: UUID, token: UUID, actor: Actor, at: datetime
) -> CreditSpending | None:
    """Spend credits on an offer, once per token; they are gone then. None: this token spent them before.

    Raises:
        HoursUnknown, NotBegun: refused. FloorPassed: there are too few.
    """
    instrument = instruments.instrument(session, Code.WIJK, share=True)
    holder = queries.holder(session, actor.user_id, live=instrument.live)
    offer = queries.offer(session, offer_id)
    posted = post(
        session, key=f"credits:spend:{holder.id}:{token}", kind="credits_spent", at=at,
        legs=[Leg(holder.account_id, -offer.price), Leg(_given(session, instrument), offer.price)],
    )  # fmt: skip
    if posted.replayed:
        return None
    made = CreditSpending(
        offer_id=offer.id,
        holder_id=holder.id,
        amount=offer.price,
        transfer_id=posted.transfer_id,
        spent_at=at,
    )
    session.add(made)
    session.flush()
    return made


def lapse(session: Session, *, holder_id: int, at: datetime) -> tuple[str, User]:
    """Remind somebody of old credits, or let them lapse after two reminders. What was done: "" when nothing.

    A reminder is written once per grant; what lapses is one transfer per holder and day.
    """
    instrument = instruments.instrument(session, Code.WIJK, share=True)
    holder = queries.lock_holder(session, holder_id)
    user, account = session.get_one(User, holder.user_id), queries.account(session, holder)
    if holder.live != instrument.live:
        return "", user
    given = queries.grants(session, holder_id)
    pairs = [(each.id, each.credits or 0) for each in given]
    left = rules.left_of(pairs, sum(credited for _, credited in pairs) - account.posted)
    done, going = "", 0
    for each in given:
        if not left[each.id] or each.granted_at is None:
            continue
        first = at - each.reminded_at if each.reminded_at else None
        second = at - each.reminded_again_at if each.reminded_again_at else None
        due = rules.reminder_due(at - each.granted_at, first, second)
        if due == "first":
            each.reminded_at, done = at, done or due
        elif due == "second":
            each.reminded_again_at, done = at, done or due
        elif due:
            going, done = going + left[each.id], due
    if going:
        post(
            session, key=f"credits:lapse:{holder.id}:{local_date(at)}", kind="credits_lapsed", at=at,
            legs=[Leg(holder.account_id, -going), Leg(_given(session, instrument), going)],
        )  # fmt: skip
    session.flush()
    return done, user


def _check_open(found: CreditHours, budget: CreditBudget, actor: Actor) -> None:
    if budget.place.organisation_id != actor.organisation_id:
        raise HoursUnknown
    if found.granted_at is not None or found.refused_at is not None:
        raise HoursDone


def _given(session: Session, instrument: Instrument) -> int:
    """The account of what is out: what was given and neither spent nor lapsed."""
    return open_account(
        session, party_id=instrument.keeper_id, role=Role.ISSUED, currency=instrument.currency
    )


def _note(session: Session, act: str, subject: object, actor: Actor, at: datetime, **facts: int) -> None:
    record(
        session, action=f"credits.{act}", subject=f"credits:{subject}", actor_id=actor.user_id, facts=dict(facts), at=at
    )  # fmt: skip
