from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.books import services as books
from ledger.books.errors import PeriodClosed
from ledger.books.models import Transfer
from ledger.books.rules import Leg, Posting
from ledger.closing import queries, services
from ledger.closing.errors import AlreadyClosed, NotClosed, ReasonTooShort
from ledger.closing.models import PeriodClose
from ledger.closing.rules import BooksKind, months
from tests.conftest import AT

LAST = months(local_date(AT).replace(day=1) - timedelta(days=1), 1)[0]
"""The month before the instant of the tests."""
IN_IT = datetime(LAST.start.year, LAST.start.month, 15, 10, tzinfo=UTC)


@pytest.fixture
def legs(session, trade):
    bank, payable = (
        open_account(session, party_id=trade.seller.id, role=role) for role in (Role.BANK, Role.PAYABLE)
    )
    return [Leg(bank, 100), Leg(payable, -100)]


@pytest.fixture
def closed(session, trade, legs):
    return services.close_period(session, party_id=trade.seller.id, period=LAST, actor=trade.member, at=AT)


def test_nothing_is_posted_in_a_closed_period(session, legs, closed):
    with pytest.raises(PeriodClosed), session.begin_nested():
        books.post(session, key="in", kind="payment", legs=legs, at=IN_IT)
    with pytest.raises(PeriodClosed), session.begin_nested():
        books.post_batch(session, [Posting("in", "payment", legs, IN_IT)], at=AT)
    waiting = books.pend(session, key="p", kind="payment", legs=legs, at=AT)
    with pytest.raises(PeriodClosed), session.begin_nested():
        books.settle(session, key="s", pending_id=waiting.transfer_id, at=AT, effective_at=IN_IT)
    posted = books.post(session, key="now", kind="payment", legs=legs, at=AT)
    with pytest.raises(PeriodClosed), session.begin_nested():
        books.reverse(session, key="r", transfer_id=posted.transfer_id, at=AT, effective_at=IN_IT)


def test_the_edges_are_those_of_days_in_amsterdam(session, legs, closed):
    first, after = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (LAST.start, LAST.end))
    for key, at in (("before", first - timedelta(hours=3)), ("after", after)):
        books.post(session, key=key, kind="payment", legs=legs, at=at)
    for key, at in (("first", first), ("last", after - timedelta(hours=3))):
        with pytest.raises(PeriodClosed), session.begin_nested():
            books.post(session, key=key, kind="payment", legs=legs, at=at)


def test_other_books_stay_open(session, trade, legs, closed):
    theirs = [open_account(session, party_id=trade.buyer.id, role=role) for role in (Role.BANK, Role.PAYABLE)]
    books.post(session, key="b", kind="payment", legs=[Leg(theirs[0], 5), Leg(theirs[1], -5)], at=IN_IT)
    assert queries.closed(session, [trade.buyer.id]) == []


def test_opening_again_is_an_act_of_its_own_with_a_reason(session, trade, legs, closed):
    with pytest.raises(ReasonTooShort):
        services.reopen_period(session, close=closed, reason="nee", actor=trade.member, at=AT)
    services.reopen_period(session, close=closed, reason="Een factuur ontbrak.", actor=trade.member, at=AT)
    with pytest.raises(NotClosed):
        services.reopen_period(
            session, close=closed, reason="Een factuur ontbrak.", actor=trade.member, at=AT
        )
    books.post(session, key="in", kind="payment", legs=legs, at=IN_IT)
    services.close_period(session, party_id=trade.seller.id, period=LAST, actor=trade.member, at=AT)
    assert len(queries.history(session, trade.seller.id)) == 3
    acts = session.scalars(
        select(AuditRecord.action).where(AuditRecord.action.like("books.%")).order_by(AuditRecord.id)
    ).all()
    assert acts == ["books.closed", "books.reopened", "books.closed"]


def test_the_database_holds_what_the_rules_say(session, trade, closed):
    def raw(starts: date, ends: date, reopens: int | None = None, reason: str | None = None) -> None:
        session.execute(
            text(
                "INSERT INTO period_close (public_id, party_id, starts_on, ends_on, reopens_id, reason, by_id, at)"
                " VALUES (gen_random_uuid(), :party, :starts, :ends, :reopens, :reason, :who, :at)"
            ),
            {
                "party": trade.seller.id, "starts": starts, "ends": ends, "reopens": reopens, "reason": reason,
                "who": trade.member.user_id, "at": AT,
            },
        )  # fmt: skip

    for attack in (
        lambda: raw(LAST.start, LAST.end),
        lambda: raw(LAST.end, LAST.end + timedelta(days=60)),
        lambda: raw(LAST.start, LAST.end + timedelta(days=1), closed.id, "Een factuur ontbrak."),
        lambda: raw(LAST.start, LAST.end, closed.id),
        lambda: session.execute(text("UPDATE period_close SET ends_on = starts_on + 1")),
        lambda: session.execute(text("DELETE FROM period_close")),
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            attack()
    with pytest.raises(AlreadyClosed), session.begin_nested():
        services.close_period(
            session, party_id=trade.seller.id, period=Period.quarter_of(LAST.start), actor=trade.member,
            at=AT + timedelta(days=100),
        )  # fmt: skip


def test_a_late_payment_counts_on_the_first_open_day_of_both_books(session, trade, at):
    early = at - timedelta(days=60)
    draft = trade.draft(at=early, delivered_from=date(2026, 6, 1), delivered_until=date(2026, 6, 30))
    invoice = trade.approve(trade.send(draft, at=early), at=early)
    services.close_period(session, party_id=trade.seller.id, period=LAST, actor=trade.member, at=AT)
    paid = trade.pay(invoice, paid_on=LAST.start + timedelta(days=20))
    assert paid.paid_on == LAST.start + timedelta(days=20)
    counted = session.scalar(select(Transfer.effective_at).where(Transfer.id == paid.transfer_id))
    assert local_date(counted) == LAST.end


def test_what_books_are_holds_from_a_day_on(session, trade, at):
    today = local_date(at)
    assert queries.books_kind(session, trade.seller.id, today) is None
    for kind, since in (("subledger", date(2026, 1, 1)), ("statutory", date(2026, 6, 1))):
        services.say_what_books_are(
            session, party_id=trade.seller.id, kind=kind, since=since, actor=trade.member, at=at
        )
    found = [queries.books_kind(session, trade.seller.id, date(2026, month, 1)) for month in (5, 6)]
    assert found == [BooksKind.SUBLEDGER, BooksKind.STATUTORY]


@pytest.fixture
def shop(at_once, build_trade):
    """Committed books, with ways to close the month and to post in it."""

    class Shop:
        def __init__(self):
            with at_once.atomic() as session:
                trade = build_trade(session, AT)
                self.party, self.member = trade.seller.id, trade.member
                roles = (Role.BANK, Role.PAYABLE)
                self.accounts = [open_account(session, party_id=self.party, role=role) for role in roles]

        def close(self, session):
            services.close_period(session, party_id=self.party, period=LAST, actor=self.member, at=AT)
            return "closed", self.posted(session)

        def post(self, number, *, fresh):
            def act(session):
                pair = self.accounts
                if fresh:
                    keys = (f"{number}a", f"{number}b")
                    pair = [
                        open_account(session, party_id=self.party, role=Role.BANK, subkey=key) for key in keys
                    ]
                lines = [Leg(pair[0], 1), Leg(pair[1], -1)]
                books.post(session, key=f"n:{number}", kind="payment", legs=lines, at=IN_IT)
                return "posted"

            return act

        def posted(self, session):
            return session.scalar(select(func.count()).where(Transfer.effective_at == IN_IT))

    return Shop()


@pytest.mark.slow
def test_closing_and_posting_at_once_leaves_nothing_in_a_closed_period(at_once, shop):
    """Whoever comes first: what was posted was there when the period closed, and everybody after is refused."""
    acts = [shop.post(number, fresh=number % 2 == 0) for number in range(5)]
    answers = at_once.run(*acts[:2], shop.close, *acts[2:])
    with at_once.atomic() as session:
        posted = shop.posted(session)
        assert session.scalar(select(func.count()).select_from(PeriodClose)) == 1
    assert set(answers) <= {"posted", "PeriodClosed", ("closed", posted)}
    assert answers.count("posted") == posted
    assert ("closed", posted) in answers


@pytest.mark.slow
@pytest.mark.parametrize("fresh", [False, True], ids=["account", "new account"])
def test_closing_waits_for_who_is_posting_and_who_posts_later_waits_for_it(at_once, shop, fresh):
    answers = []
    with at_once.atomic() as session:
        shop.post(1, fresh=fresh)(session)
        closing = Thread(target=lambda: answers.extend(at_once.run(shop.close)))
        closing.start()
        closing.join(0.3)
        assert closing.is_alive()
    closing.join()
    assert answers == [("closed", 1)]
    assert at_once.run(shop.post(2, fresh=fresh)) == ["PeriodClosed"]
