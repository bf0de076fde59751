"""A storm of messages: thousands, each twice and shuffled, must end in the same books as each once and in order.

Two databases on the same server live the same courses (paid at once, by a debit, failed, disputed, expired). The
yardstick is the calm one: each message once, in order. What must be equal is balances, states, lines and work list.
"""

import time
from dataclasses import replace
from random import Random
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.imports import database
from cwb.identity.services import register_organisation, register_user
from cwb.kernel import clock
from cwb.kernel.database import make_engine, make_sessions
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.transaction import atomic
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.checkout import queries, services
from ledger.checkout.gateway import Provider
from ledger.checkout.models import PaymentIssue, PaymentOrder, PaymentPart
from ledger.sandbox.gateway import Twin
from ledger.webhooks.queries import due
from ledger.webhooks.services import keep_event, work_on

SIZES = {"small": 200, "normal": 5_000, "large": 20_000}
"""Messages; in the storm each comes twice."""

ACCOUNT = "acct_practicestorm"


def run(size: str, url: str) -> list[dict[str, Any]]:
    """Live the same courses calmly and in a storm; `reached` when both end in the same books."""
    count = SIZES[size]
    with database(url) as calm, database(url) as wild:
        quiet, once, _ = _live(calm, count, storm=False)
        loud, ends, arrived = _live(wild, count, storm=True)
    return [
        {
            "name": f"storm of {arrived} messages, doubled and shuffled",
            "unit": "messages/s",
            "figure": round(arrived / loud),
            "yardstick": round(count / quiet),
            "yardstick_name": f"the {count} messages once and in order, in the same run",
            "ratio": round((arrived / loud) / (count / quiet), 2),
            "target": 1.0,
            "reached": once == ends,
            "note": "the same books" if once == ends else f"OTHER BOOKS: {once} and {ends}",
        }
    ]


def _live(url: str, count: int, *, storm: bool) -> tuple[float, object, int]:
    engine = make_engine(url)
    sessions = make_sessions(engine)
    twin = Twin()
    provider, random = Provider("sk_test_storm", "", twin), Random(7)
    with sessions() as session:
        with atomic(session):
            session.execute(text("UPDATE database_clock SET kind = 'demo'"))  # practice money is for a demo
        events = _courses(session, twin, provider, count)
        if storm:
            events *= 2
            random.shuffle(events)
        started = time.perf_counter()
        for event in events:
            at = clock.now()
            with atomic(session):
                keep_event(session, provider.parse_event(*twin.sign(event), at), at)
            if not storm:
                _work(session, provider, due(session, at))
        while storm and (numbers := list(due(session, clock.now()))):
            numbers *= 2
            random.shuffle(numbers)
            _work(session, provider, numbers)
        seconds = time.perf_counter() - started
        ends = _ends(session)
    engine.dispose()
    return seconds, ends, len(events)


def _work(session: Session, provider: Provider, numbers: Any) -> None:
    for number in numbers:
        with atomic(session):
            work_on(session, webhook_id=number, provider=provider, at=clock.now())


def _courses(session: Session, twin: Twin, provider: Provider, count: int) -> list[dict[str, Any]]:
    """Orders and what happens to each; exactly `count` messages, in the order in which they happened."""
    with atomic(session):
        actor, home, debt, income = _found(session)
    events: list[dict[str, Any]] = []
    place = 0
    while len(events) < count:
        with atomic(session):
            at, minor = clock.now(), 1000 + place
            post(
                session,
                key=f"owe:{place}",
                kind="dues_charged",
                at=at,
                legs=[Leg(debt, minor), Leg(income, -minor)],
            )
            order = services.place_order(
                session, organisation_id=home, account_id=debt, kind="dues_paid_online", subject=f"dues:{place}",
                description="Contributie", amount=Money(minor), actor=actor, at=at,
            )  # fmt: skip
            [call] = queries.calls_of(session, order.id)
            services.make_call(session, call_id=call.id, provider=provider, at=at)
        room = count - len(events)
        events += _course(twin, order.session or "", place % 8 if room >= 3 else 0)
        place += 1
    return events


def _course(twin: Twin, number: str, kind: int) -> list[dict[str, Any]]:
    if kind == 7:
        return [twin.expire(number)]
    later = kind in {1, 2}
    events = [twin.pay(number, later=later)]
    if later:
        events.append(twin.confirm(number, succeeds=kind == 1))
    if kind in {3, 4, 5}:
        events.append(twin.dispute(number))
    if kind in {4, 5}:
        events.append(twin.close_dispute(number, won=kind == 4))
    return events


def _found(session: Session) -> tuple[Actor, int, int, int]:
    at = clock.now()
    organisation = register_organisation(
        session, name="Storm", kvk_number="90000001", legal_form="cooperative", street="Voorbeeldstraat",
        house_number="1", postcode="1069 AB", city="Amsterdam", email="storm@voorbeeld.example", anchor_type=None,
        is_programme=False, at=at,
    )  # fmt: skip
    user = register_user(
        session, email="lid@voorbeeld.example", name="Lid", password=None, locale="nl", at=at
    )
    services.open_till(session, organisation_id=organisation.id, account=ACCOUNT, at=at)
    debt = open_account(session, party_id=organisation.id, role=Role.RECEIVABLE, subkey="dues:1", floor=0)
    income = open_account(session, party_id=organisation.id, role=Role.REVENUE, subkey="dues")
    actor = replace(Actor(user.id, user.name), organisation_id=organisation.id)
    return actor, organisation.id, debt, income


def _ends(session: Session) -> object:
    """Balances per role, states, what was booked, and the work list."""
    asked = (
        select(Account.role, func.sum(Account.posted)).group_by(Account.role).order_by(Account.role),
        select(PaymentOrder.state, func.count(), func.sum(PaymentOrder.amount)).group_by(PaymentOrder.state).order_by(
            PaymentOrder.state
        ),
        select(PaymentPart.part, func.count(), func.sum(PaymentPart.amount)).group_by(PaymentPart.part).order_by(
            PaymentPart.part
        ),
        select(PaymentIssue.reason, func.count()).group_by(PaymentIssue.reason).order_by(PaymentIssue.reason),
    )  # fmt: skip
    return [[tuple(row) for row in session.execute(each)] for each in asked]
