"""A shortage is written down by one and divided by another, in the books once; the end begins after it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.instruments.rules import Code
from ledger.measures.services import measure
from ledger.proof.queries import verdict
from ledger.shortages import errors, services
from ledger.shortages.models import Shortage, ShortageShare
from ledger.wallets import services as wallets
from ledger.winddown.rules import Step
from tests.conftest import AT
from tests.ledger.wallets.conftest import build
from tests.ledger.winddown.test_services import END, begin, count, left, pay, planned


def holds(circle):
    """The shop holds 150, a resident 100; the fund and the keeper got 2.50 each of a fee."""
    circle.issue(circle.shop, "200.00", at=circle.at + END)
    circle.issue(circle.mine, "100.00")
    asked = wallets.ask_refund(
        circle.session, wallet=circle.shop, amount=Money(50_00), actor=circle.actor, at=circle.at + END
    )
    wallets.pay_refund(circle.session, public_id=asked.public_id, actor=circle.actor, at=circle.at + END)
    planned(circle)
    return circle


@pytest.fixture
def circle(trade):
    return holds(build(trade.session, trade.at, trade))


def write(circle):
    return services.write_down(circle.session, code=Code.NWE, actor=circle.actor, at=circle.at + END)


def divide(circle, made):
    return services.divide(circle.session, public_id=made.public_id, actor=circle.other, at=circle.at + END)


def units(circle):
    circle.session.expire_all()
    return [circle.session.get_one(Account, each.account_id).posted for each in (circle.shop, circle.mine)]


def test_the_fund_bears_first_then_the_shop_and_the_end_begins(circle):
    count(circle, 200_00)
    done = divide(circle, write(circle))
    assert (done.fund, done.fund_had, done.firms, done.residents) == (2_50, 2_50, 47_50, 0)
    assert units(circle) == [102_50, 100_00]
    assert verdict(circle.session).sound
    with pytest.raises(errors.ShortageDecided):
        divide(circle, done)
    count(circle, 202_50)  # with what the fund had
    begin(circle, 202_50)
    for step in (Step.RESIDENTS, Step.FIRMS, Step.DONE):
        pay(circle, step)
    assert left(circle) == []
    assert measure(circle.session, code=Code.NWE, at=circle.at + 2 * END)[-1].found["residual"] == "0.00"


def test_residents_bear_only_what_firms_cannot(circle):
    count(circle, 90_00)
    done = divide(circle, write(circle))
    assert (done.fund, done.firms, done.residents) == (2_50, 150_00, 7_50)
    assert units(circle) == [0, 92_50]
    borne = circle.session.execute(select(ShortageShare.held, ShortageShare.amount)).all()
    assert sorted(borne) == [(100_00, 7_50), (150_00, 150_00)]


def test_another_divides_what_was_written_down_and_what_moved_is_counted_again(circle):
    count(circle, 250_00)
    with pytest.raises(errors.NothingShort):
        write(circle)
    count(circle, 249_99)
    made = write(circle)
    with pytest.raises(errors.ShortageWaits):
        write(circle)
    with pytest.raises(errors.OtherDivides):
        services.divide(circle.session, public_id=made.public_id, actor=circle.actor, at=circle.at + END)
    count(circle, 249_98)
    with pytest.raises(errors.CountOld):
        divide(circle, made)
    services.withdraw(circle.session, public_id=made.public_id, actor=circle.actor, at=circle.at + END)
    with pytest.raises(errors.ShortageDecided):
        divide(circle, made)
    assert divide(circle, write(circle)).fund == 2


@pytest.mark.parametrize(
    ("fence", "statement"),
    [("kept as it is", "UPDATE shortage SET short = 1"), ("append-only", "UPDATE shortage_share SET amount = 1"),
     ("append-only", "DELETE FROM shortage"), ("append-only", "DELETE FROM shortage_share"),
     ("append-only", "TRUNCATE shortage CASCADE"),
     ("is done", ("INSERT INTO shortage_share SELECT s.id, w.id, 5, 5 FROM shortage s, wallet w "
                 "WHERE w.id NOT IN (SELECT wallet_id FROM shortage_share) LIMIT 1"))],
)  # fmt: skip
def test_the_database_keeps_what_was_borne(circle, fence, statement):
    count(circle, 200_00)  # firms bear it, so the resident's wallet has no share
    divide(circle, write(circle))
    with pytest.raises(DBAPIError, match=fence):
        circle.session.execute(text(statement))


def test_the_database_lets_nobody_confirm_their_own_shortage(circle):
    count(circle, 200_00)
    write(circle)
    circle.session.execute(
        text(
            "INSERT INTO shortage_share SELECT s.id, (SELECT min(id) FROM wallet), 4750, 4750 FROM shortage s"
        )
    )
    with pytest.raises(DBAPIError, match="ck_shortage_second"):
        circle.session.execute(
            text("UPDATE shortage SET fund = 250, fund_had = 250, firms = 4750, firms_had = 15000, residents = 0, "
                 "confirmed_at = cwb_now(), confirmed_by_id = written_by_id")
        )  # fmt: skip


@pytest.mark.parametrize(
    ("fund", "firms", "residents", "fault"),
    [(0, 50_00, 0, "ck_shortage_order"), (2_50, 40_00, 7_50, "ck_shortage_order"),
     (2_50, 47_49, 0, "ck_shortage_whole"), (2_50, 47_50, 0, "is not divided")],
)  # fmt: skip
def test_the_database_lets_no_holder_bear_before_the_fund(circle, fund, firms, residents, fault):
    count(circle, 200_00)
    write(circle)
    if fault != "is not divided":
        circle.session.execute(
            text("INSERT INTO shortage_share SELECT s.id, w.id, :whole, :whole FROM shortage s, "
                 "(SELECT min(id) AS id FROM wallet) w"), {"whole": firms + residents},
        )  # fmt: skip
    with pytest.raises(DBAPIError, match=fault):
        circle.session.execute(
            text("UPDATE shortage SET fund = :fund, fund_had = 250, firms = :firms, firms_had = 15000, "
                 "residents = :residents, confirmed_at = cwb_now(), confirmed_by_id = :who"),
            {"fund": fund, "firms": firms, "residents": residents, "who": circle.other.user_id},
        )  # fmt: skip


@pytest.mark.slow
def test_two_that_divide_do_it_once(at_once, build_trade):
    with at_once.atomic() as session:
        circle = holds(build(session, AT, build_trade(session, AT)))
        count(circle, 200_00)
        public_id, other = write(circle).public_id, circle.other

    def divides(session):
        services.divide(session, public_id=public_id, actor=other, at=AT + END)

    assert sorted(map(str, at_once.run(divides, divides))) == ["None", "ShortageDecided"]
    with at_once.sessions() as session:
        assert verdict(session).sound
        assert sum(session.scalars(select(ShortageShare.amount))) == 47_50
        assert session.scalars(select(Shortage.fund)).one() == 2_50
