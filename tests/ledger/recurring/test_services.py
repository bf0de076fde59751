"""Plans that make invoices: once per period, as drafts unless somebody said otherwise, and what stops them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Mandate
from cwb.kernel.period import Period
from cwb.notifications.models import Mail
from ledger.agreements.errors import AgreementEnded, LinesMissing
from ledger.agreements.services import end_agreement
from ledger.closing.services import close_period
from ledger.customers.services import remove_customer
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import invoice_by_id
from ledger.invoicing.services import discard_draft
from ledger.kor.services import begin
from ledger.recurring import errors, queries, services
from ledger.recurring.rules import Every, RunState
from tests.conftest import AT
from tests.ledger.freehand.conftest import Outside, typed

FIRST = date(2026, 6, 1)


def on(month, day, year=2026):
    return datetime(year, month, day, 6, tzinfo=UTC)


class World:
    """A seller with a plan for somebody outside."""

    def __init__(self, trade):
        self.trade, self.session = trade, trade.session
        self.buyer = Outside(trade).customer()

    def plan(self, **facts):
        known = {
            "seller_id": self.trade.seller.id, "buyer": self.buyer, "agreement": None, "title": "Ramen",
            "every": Every.MONTH, "day": 1, "begins_on": FIRST, "ends_on": None, "sends_itself": False,
            "lines": [typed(description="Ramen {maand} {jaar}")], "payment_days": 14, "actor": self.trade.member,
            "at": on(6, 2), "note": "Over {van}",
        }  # fmt: skip
        made = services.make_plan(self.session, **(known | facts))
        return queries.locked(self.session, made.id)

    def run(self, plan, at):
        services.make_due(self.session, plan_id=plan.id, at=at)
        return queries.locked(self.session, plan.id)

    def invoices(self):
        return self.session.scalars(select(Invoice).order_by(Invoice.id)).all()

    def change(self, plan, since, price, **facts):
        known = {"lines": [typed(unit_price=Decimal(price))], "payment_days": 14, "actor": self.trade.member}
        return services.change_plan(self.session, plan=plan, since=since, at=self.trade.at, **(known | facts))


@pytest.fixture
def renewal(trade):
    return World(trade)


def states(plan):
    return [(each.period_from.month, each.state.value) for each in reversed(plan.runs)]


def test_a_draft_a_period_with_its_words_and_no_number(renewal):
    plan = renewal.run(renewal.plan(), on(7, 1))
    (draft,) = renewal.invoices()
    assert (draft.number, draft.note, draft.total.plain()) == (None, "Over 01-06-2026", "145.20")
    assert (draft.delivered_from, draft.delivered_until) == (FIRST, date(2026, 6, 30))
    assert [each.description for each in invoice_by_id(renewal.session, draft.id).lines] == [
        "Ramen juni 2026"
    ]
    renewal.run(plan, on(7, 1))
    assert len(renewal.invoices()) == 1


def test_what_was_missed_is_made_afterwards_with_its_own_days_and_a_word(renewal):
    plan = renewal.run(renewal.plan(), on(9, 3))
    assert states(plan) == [(6, "made"), (7, "made"), (8, "made")]
    assert [queries.is_late(each) for each in plan.runs] == [True, True, True]
    assert [each.planned_on.month for each in plan.runs] == [9, 8, 7]
    assert queries.next_day(plan) == date(2026, 10, 1)


def test_it_sends_by_itself_only_where_somebody_said_so(renewal):
    plan = renewal.run(renewal.plan(sends_itself=True), on(8, 1))
    assert [each.number for each in renewal.invoices()] == ["2026-0001", "2026-0002"]
    assert {each.sent_by_id for each in renewal.invoices()} == {renewal.trade.member.user_id}
    services.let_send(renewal.session, plan=plan, itself=False, actor=renewal.trade.member, at=on(8, 2))
    renewal.run(plan, on(9, 1))
    assert renewal.invoices()[-1].number is None


def test_who_let_it_send_and_left_sends_no_more(renewal):
    plan = renewal.plan(sends_itself=True)
    held = renewal.session.scalars(
        select(Mandate).where(Mandate.user_id == renewal.trade.member.user_id)
    ).one()
    held.ended_at = AT
    renewal.session.flush()
    plan = renewal.run(plan, on(7, 1))
    assert (plan.runs[0].reason, plan.runs[0].state) == (errors.SenderGone.message, RunState.MADE)
    assert renewal.invoices()[0].number is None


def test_what_lacks_for_sending_leaves_a_draft_with_the_reason(renewal):
    renewal.trade.seller.iban = None
    plan = renewal.run(renewal.plan(sends_itself=True), on(7, 1))
    assert "IBAN" in plan.runs[0].reason
    assert renewal.invoices()[0].number is None


def test_a_customer_that_went_stops_it_once_and_the_seller_reads_why(renewal):
    plan = renewal.plan()
    remove_customer(renewal.session, customer=renewal.buyer, actor=renewal.trade.member, at=on(6, 20))
    before = renewal.session.scalar(select(func.count()).select_from(Mail))
    plan = renewal.run(plan, on(7, 1))
    plan = renewal.run(plan, on(7, 2))
    assert states(plan) == [(6, "waiting")]
    assert renewal.session.scalar(select(func.count()).select_from(Mail)) == before + 1
    assert queries.tasks(renewal.session, renewal.trade.member, on(7, 2))[0].facts["num"] == 1
    services.skip(renewal.session, plan=plan, first=FIRST, actor=renewal.trade.member, at=on(7, 3))
    assert states(queries.locked(renewal.session, plan.id)) == [(6, "skipped")]
    with pytest.raises(errors.NotWaiting):
        services.skip(renewal.session, plan=plan, first=FIRST, actor=renewal.trade.member, at=on(7, 3))


def test_closed_books_ask_a_person(renewal):
    plan = renewal.plan()
    close_period(renewal.session, **_closing(renewal))
    plan = renewal.run(plan, on(7, 9))
    assert plan.runs[0].reason == errors.BooksClosed.message
    assert renewal.invoices() == []
    services.make_anyway(renewal.session, plan=plan, first=FIRST, actor=renewal.trade.member, at=on(7, 9))
    assert states(queries.locked(renewal.session, plan.id)) == [(6, "made")]
    assert len(renewal.invoices()) == 1


def _closing(renewal):
    return {
        "party_id": renewal.trade.seller.id, "period": Period.quarter(2026, 2), "actor": renewal.trade.member,
        "at": on(7, 5),
    }  # fmt: skip


def monthly(renewal, months=3, **facts):
    line = renewal.trade.work(unit="MON", quantity=Decimal(months), unit_price=Decimal("100.00"))
    agreed = renewal.trade.agree(line, starts_on=FIRST, ends_on=date(2026, 8, 31), **facts)
    return renewal.plan(agreement=agreed, buyer=renewal.trade.buyer, lines=(), note=""), agreed


def test_under_an_agreement_it_stops_at_the_ceiling(renewal):
    plan, agreed = monthly(renewal, months=2)
    assert [each.sums and each.sums.net.plain() for each in queries.coming(renewal.session, plan, agreed, FIRST)] == [
        "100.00", "100.00", None, None, None,
    ]  # fmt: skip
    for month in (7, 8):
        plan = renewal.run(plan, on(month, 1))
        renewal.trade.agreement = agreed
        renewal.trade.send(renewal.invoices()[-1], at=on(month, 2))
    plan = renewal.run(plan, on(9, 1))
    assert (states(plan)[-1], plan.runs[0].reason) == ((8, "waiting"), errors.CeilingReached.message)


def test_under_an_agreement_that_ended_or_is_over_it_waits(renewal):
    plan, agreed = monthly(renewal, months=9)
    plan = renewal.run(plan, on(10, 1))
    assert states(plan) == [(6, "made"), (7, "made"), (8, "made"), (9, "waiting")]
    assert plan.runs[0].reason == errors.AgreementOver.message
    other, agreed = monthly(renewal, reference="C-ended")
    end_agreement(renewal.session, agreement=agreed, on=FIRST, actor_id=None, at=on(6, 3))
    other = renewal.run(other, on(7, 1))
    assert other.runs[0].reason == AgreementEnded.message


def test_a_quarter_has_three_months(renewal):
    _plan, agreed = monthly(renewal, months=9)
    quarterly = renewal.plan(
        agreement=agreed, buyer=renewal.trade.buyer, lines=(), every=Every.QUARTER, note=""
    )
    assert queries.coming(renewal.session, quarterly, agreed, FIRST)[0].sums.net.plain() == "300.00"


def test_a_price_changes_from_a_day_and_never_what_was_made(renewal):
    plan = renewal.run(renewal.plan(), on(7, 1))
    assert queries.first_to_change(plan) == date(2026, 7, 1)
    with pytest.raises(errors.ChangeTooLate):
        renewal.change(plan, FIRST, "50.00")
    renewal.change(plan, date(2026, 8, 1), "50.00")
    plan = renewal.run(plan, on(9, 1))
    assert [each.net.plain() for each in renewal.invoices()] == ["120.00", "120.00", "150.00"]
    with pytest.raises(LinesMissing):
        renewal.change(plan, date(2026, 9, 1), "1.00", lines=[])
    with pytest.raises(errors.MarkUnknown):
        renewal.change(plan, date(2026, 9, 1), "1.00", note="{dag}")


def test_while_it_stands_still_nothing_is_made_and_that_is_not_caught_up(renewal):
    plan = renewal.plan()
    acts = {"actor": renewal.trade.member, "at": on(6, 3)}
    services.pause_plan(renewal.session, plan=plan, **acts)
    with pytest.raises(errors.PlanPaused):
        services.pause_plan(renewal.session, plan=plan, **acts)
    plan = renewal.run(plan, on(8, 1))
    assert (plan.runs, queries.next_day(plan)) == ([], None)
    services.resume_plan(renewal.session, plan=plan, actor=renewal.trade.member, at=on(8, 2))
    plan = renewal.run(plan, on(9, 1))
    assert states(plan) == [(6, "skipped"), (7, "skipped"), (8, "made")]


def test_after_its_end_nothing_comes(renewal):
    plan = renewal.plan()
    services.end_plan(
        renewal.session, plan=plan, on=date(2026, 6, 30), actor=renewal.trade.member, at=on(6, 3)
    )
    plan = renewal.run(plan, on(9, 1))
    assert states(plan) == [(6, "made")]
    with pytest.raises(errors.PlanEnded):
        services.pause_plan(renewal.session, plan=plan, actor=renewal.trade.member, at=on(9, 2))


def test_a_draft_thrown_away_is_not_made_again(renewal):
    plan = renewal.run(renewal.plan(), on(7, 1))
    discard_draft(renewal.session, invoice=renewal.invoices()[0])
    plan = renewal.run(plan, on(7, 2))
    assert (states(plan), renewal.invoices()) == ([(6, "made")], [])
    assert plan.runs[0].invoice is None


def test_what_comes_knows_the_small_businesses_scheme(renewal):
    begin(
        renewal.session,
        party_id=renewal.trade.seller.id,
        day=date(2026, 7, 1),
        actor=renewal.trade.member,
        at=AT,
    )
    found = queries.coming(renewal.session, renewal.plan(), None, FIRST)
    assert [each.sums.vat.plain() for each in found] == ["25.20", "0.00", "0.00", "0.00", "0.00"]


_AGAIN = """
    INSERT INTO recurring_run (plan_id, period_from, period_until, planned_on, state, reason, facts, at)
    SELECT plan_id, period_from, period_until, planned_on, 'skipped', '', '{}', at FROM recurring_run"""
_BEFORE = """
    INSERT INTO recurring_terms (plan_id, since, payment_days, order_reference, buyer_reference, exemption_reason, note,
        by_id, at)
    SELECT plan_id, since, 14, '', '', '', '', by_id, at FROM recurring_terms"""


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE recurring_plan SET day = 2", "DELETE FROM recurring_plan", "UPDATE recurring_terms SET note = 'x'",
        "UPDATE recurring_line SET unit_price = 1",
        "UPDATE recurring_run SET state = 'skipped', invoice_id = NULL", "DELETE FROM recurring_run", _AGAIN, _BEFORE,
    ],
)  # fmt: skip
def test_the_database_holds_it_too(renewal, act):
    renewal.run(renewal.plan(), on(7, 1))
    with pytest.raises(DBAPIError), renewal.session.begin_nested():
        renewal.trade.force(act)


def test_two_workers_at_once_make_one(at_once, build_trade):
    with at_once.atomic() as session:
        plan_id = World(build_trade(session, AT)).plan(sends_itself=True).id
    answers = at_once.run(*[lambda session: services.make_due(session, plan_id=plan_id, at=on(9, 1))] * 3)
    assert sorted(answers) == [0, 0, 3]
    with at_once.atomic() as session:
        numbers = session.scalars(select(Invoice.number).order_by(Invoice.number)).all()
    assert numbers == ["2026-0001", "2026-0002", "2026-0003"]
