"""An instrument ends: announced, agreed by two, in order, once, and its books are zero."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.instruments import services as instruments
from ledger.instruments.errors import IssuingStopped
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.vouchers import services as vouchers
from ledger.wallets import services as wallets
from ledger.wallets.models import Wallet
from ledger.winddown import errors, rules, services
from ledger.winddown.rules import Step
from tests.conftest import AT
from tests.ledger.wallets.conftest import build

END = timedelta(days=31)


def planned(circle, *, agreed=True, **facts):
    facts = {"why": "De proef is voorbij.", "good_cause": "Speeltuin (voorbeeld)"} | facts
    facts.setdefault("ends_on", (circle.at + timedelta(days=30)).date())
    made = services.plan(circle.session, code=Code.NWE, **facts, **circle.facts())
    if agreed:
        services.agree(circle.session, code=Code.NWE, actor=circle.other, at=circle.at)
    return made


def count(circle, cents):
    instruments.count_backing(
        circle.session, code=Code.NWE, counted=Money(cents), actor=circle.actor, at=circle.at + END
    )


def begin(circle, total, at=None):
    return services.begin(
        circle.session, code=Code.NWE, total=total, actor=circle.actor, at=at or circle.at + END
    )


def pay(circle, step):
    return services.pay(circle.session, code=Code.NWE, step=step, actor=circle.actor, at=circle.at + END)


@pytest.fixture
def holding(circle):
    """The shop holds 200, a resident 100."""
    circle.issue(circle.shop, "200.00", at=circle.at + END)
    circle.issue(circle.mine, "100.00")
    return circle


@pytest.fixture
def circle(trade):
    return build(trade.session, trade.at, trade)


def left(circle):
    return circle.session.scalars(
        select(Account.posted).where(Account.party_id == circle.keeper.id, Account.posted != 0)
    ).all()


def test_residents_first_then_firms_then_the_good_cause_and_all_is_zero(holding):
    planned(holding)
    count(holding, 300_00)
    found = begin(holding, 300_00)
    assert (found.residents, found.firms, found.fees) == (100_00, 200_00, 10_00)
    for early in (Step.FIRMS, Step.DONE, Step.BEGUN):
        with pytest.raises(errors.StepWrong):
            pay(holding, early)
    pay(holding, Step.RESIDENTS)
    with pytest.raises(errors.StepWrong):
        pay(holding, Step.RESIDENTS)
    pay(holding, Step.FIRMS)
    assert pay(holding, Step.DONE).rest == 10_00
    assert left(holding) == []
    assert verdict(holding.session).sound
    with pytest.raises(errors.StepWrong):
        begin(holding, 0)
    with pytest.raises(RuleBroken):
        holding.issue(holding.mine, "1.00")


def test_money_on_paper_comes_back_before_it_begins(holding):
    planned(holding)
    count(holding, 300_00)
    day = holding.at + END
    printed = vouchers.print_sheet(
        holding.session, wallet=holding.shop, amount=Money(2_50), count=2, last_on=day.date(), actor=holding.actor,
        at=day - timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(errors.PaperOut):
        begin(holding, 300_00)
    vouchers.expire(holding.session, sheet_id=printed.sheet.id, at=day + timedelta(days=2))
    begin(holding, 300_00)
    for step in (Step.RESIDENTS, Step.FIRMS, Step.DONE):
        pay(holding, step)
    assert left(holding) == []


def test_fees_of_earlier_refunds_and_units_of_the_fund_go_to_the_good_cause_too(holding):
    asked = wallets.ask_refund(
        holding.session, wallet=holding.shop, amount=Money(100_00), actor=holding.actor, at=holding.at + END
    )
    planned(holding)
    count(holding, 300_00)
    with pytest.raises(errors.RefundsWaiting):
        begin(holding, 300_00)
    wallets.pay_refund(holding.session, public_id=asked.public_id, actor=holding.actor, at=holding.at + END)
    begin(holding, 200_00)
    for step in (Step.RESIDENTS, Step.FIRMS):
        pay(holding, step)
    assert pay(holding, Step.DONE).rest == 10_00  # 5.00 of the refund, 5.00 now
    assert left(holding) == []


def test_nothing_is_issued_from_the_announcement_on_until_the_plan_is_withdrawn(holding):
    planned(holding)
    with pytest.raises(IssuingStopped):
        holding.issue(holding.mine, "1.00")
    services.withdraw(holding.session, code=Code.NWE, why="Wij gaan toch door", **holding.facts())
    holding.issue(holding.mine, "1.00")
    planned(holding)
    count(holding, 301_00)
    begin(holding, 301_00)
    with pytest.raises(IssuingStopped):
        holding.issue(holding.mine, "1.00")


def test_it_begins_after_the_last_day_on_a_whole_count_and_as_it_was_shown(holding):
    made = planned(holding)
    with pytest.raises(errors.NotYet):
        begin(holding, 300_00, at=holding.at + timedelta(days=30))
    with pytest.raises(errors.BackingOld):
        begin(holding, 300_00)
    count(holding, 299_99)
    with pytest.raises(errors.BackingOld):
        begin(holding, 300_00)
    count(holding, 300_00)
    with pytest.raises(errors.ShownOld):
        begin(holding, 299_00)
    assert rules.step_of(made) is Step.AGREED


def test_two_agree_and_it_is_taken_back_until_it_began(holding):
    made = planned(holding, agreed=False)
    with pytest.raises(errors.SecondAgrees):
        services.agree(holding.session, code=Code.NWE, **holding.facts())
    with pytest.raises(errors.PlanThere):
        planned(holding)
    services.withdraw(holding.session, code=Code.NWE, why="Wij gaan toch door", **holding.facts())
    with pytest.raises(errors.PlanUnknown):
        services.agree(holding.session, code=Code.NWE, actor=holding.other, at=holding.at)
    assert made.withdrawn_why
    planned(holding)
    count(holding, 300_00)
    begin(holding, 300_00)
    with pytest.raises(errors.StepWrong):
        services.withdraw(holding.session, code=Code.NWE, why="Wij gaan toch door", **holding.facts())


def test_real_money_has_a_year_and_mutual_credit_does_not_end_so(circle):
    with pytest.raises(errors.EndTooSoon):
        rules.check_end(date(2027, 5, 31), date(2026, 6, 1), live=True)
    rules.check_end(date(2027, 6, 1), date(2026, 6, 1), live=True)
    with pytest.raises(errors.NotBackedHere):
        services.plan(
            circle.session, code=Code.KRE, why="De proef is voorbij.", good_cause="Speeltuin",
            ends_on=date(2030, 1, 1), **circle.facts(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    ["UPDATE wind_down SET begun_at = begun_at + interval '1 day'", "UPDATE wind_down SET firms = 1",
     "UPDATE wind_down SET done_at = now(), rest = 0", "UPDATE wind_down SET good_cause = 'Ik'",
     "UPDATE wind_down_line SET amount = 1"],
)  # fmt: skip
def test_the_database_keeps_what_was_done(holding, statement):
    planned(holding)
    count(holding, 300_00)
    begin(holding, 300_00)
    with pytest.raises(DBAPIError):
        holding.session.execute(text(statement))


@pytest.mark.slow
def test_two_that_begin_are_one_and_a_killed_one_is_none(at_once, build_trade, monkeypatch):
    with at_once.atomic() as session:
        circle = build(session, AT, build_trade(session, AT))
        circle.issue(circle.mine, "100.00")
        planned(circle)
        count(circle, 100_00)
        actor = circle.actor

    def starts(session):
        services.begin(session, code=Code.NWE, total=100_00, actor=actor, at=AT + END)

    def ends(session):
        for step in (Step.RESIDENTS, Step.FIRMS, Step.DONE):
            services.pay(session, code=Code.NWE, step=step, actor=actor, at=AT + END)

    with monkeypatch.context() as broken:
        killed = text("SELECT pg_terminate_backend(pg_backend_pid())")
        broken.setattr(services, "_note", lambda session, *_: session.execute(killed))
        assert at_once.run(starts) == ["OperationalError"]
    assert max(map(str, at_once.run(starts, starts))) == "StepWrong"
    with monkeypatch.context() as broken:
        broken.setattr(services, "close_account", lambda session, **_: session.execute(killed))
        assert at_once.run(ends) == ["OperationalError"]
    assert "StepWrong" in map(str, at_once.run(ends, ends))
    with at_once.sessions() as session:
        assert not any(session.scalars(select(Account.posted).join(Wallet, Wallet.account_id == Account.id)))
        assert verdict(session).sound
