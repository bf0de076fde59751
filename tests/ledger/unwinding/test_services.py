"""Mutual credit ends: no new credit, fixed once, paid in parts, divided, lost in order, and books at zero."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Party
from cwb.kernel.errors import Conflict, RuleBroken
from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.books.models import Transfer
from ledger.instruments import queries as instruments
from ledger.instruments.errors import IssuingStopped
from ledger.instruments.rules import Code
from ledger.issuing.errors import CreditEnds
from ledger.issuing.services import lift
from ledger.losses import services as losses
from ledger.measures.services import measure
from ledger.proof.queries import verdict
from ledger.unwinding import errors, queries, services
from ledger.unwinding.models import UnwindingEvent, UnwindingLine
from ledger.wallets import services as wallets
from tests.conftest import AT
from tests.ledger.wallets.conftest import build

END = timedelta(days=31)
WHY = "Het lid is failliet verklaard."


def lent(circle, trade):
    """Three wallets with credit: the first owes 100.01, the second is owed 60.01, the third 40.00."""
    circle.own = []
    for party in (trade.seller, trade.partner, trade.buyer):
        circle.own.append(circle.open(circle.session.get_one(Party, party.id), Code.KRE))
        wallets.set_credit(
            circle.session, code=Code.KRE, wallet_code=circle.own[-1].code, yearly_sales=Money.of("12000.00"),
            **circle.facts(),
        )  # fmt: skip
    circle.pay(circle.own[0], circle.own[1], "60.01", uuid4())
    circle.pay(circle.own[0], circle.own[2], "40.00", uuid4())
    return circle


@pytest.fixture
def circle(trade):
    return lent(build(trade.session, trade.at, trade), trade)


def planned(circle, *, agreed=True):
    made = services.plan(
        circle.session, code=Code.KRE, why="De kring stopt ermee.", document="Reglement artikel 9", months=4,
        rest_to="Buurtfonds (voorbeeld)", ends_on=(circle.at + timedelta(days=30)).date(), **circle.facts(),
    )  # fmt: skip
    if agreed:
        services.agree(circle.session, code=Code.KRE, actor=circle.other, at=circle.at)
    return made


def act(circle, do, **facts):
    return do(circle.session, code=Code.KRE, **circle.facts(at=circle.at + END) | facts)


def fixed(circle):
    planned(circle)
    return act(circle, services.fix, owing=100_01)


def received(circle, amount, reference="R1", wallet=0):
    return act(
        circle, services.receive, wallet_code=circle.own[wallet].code, amount=Money.of(amount), reference=reference
    )  # fmt: skip


def open_(circle):
    plan = queries.find_plan(circle.session, instruments.instrument(circle.session, Code.KRE))
    where = queries.positions(circle.session, plan.id)
    return [where[each.id].open for each in circle.own]


def left(circle):
    return dict(
        circle.session.execute(
            select(Account.role, Account.posted).where(
                Account.party_id == circle.keeper.id, Account.subkey == "unwinding", Account.posted != 0
            )
        ).all()
    )


def test_from_announcement_to_books_at_zero(circle):
    planned(circle)
    with pytest.raises(IssuingStopped), circle.session.begin_nested():  # no new credit, and none further down
        circle.pay(circle.own[0], circle.own[1], "0.01", uuid4())
    circle.pay(circle.own[1], circle.own[0], "0.01", uuid4())  # who has something spends it
    act(circle, services.put_aside, amount=Money.of("10.00"), reference="S1")
    act(circle, services.fix, owing=100_00)
    assert left(circle) == {"receivable": 100_00, "payable": -100_00, "bank": 10_00, "fund": -10_00}
    assert circle.session.scalar(select(func.sum(UnwindingLine.amount))) == 0
    received(circle, "30.00")
    act(circle, services.pay_out, total=30_00)
    assert open_(circle) == [70_00, 42_00, 28_00]
    loss = act(circle, services.write_off, wallet_code=circle.own[0].code, why=WHY)
    act(circle, services.confirm_loss, public_id=loss.public_id, actor=circle.other)
    act(circle, services.pay_out, total=10_00)  # the reserve pays what it bears
    assert open_(circle) == [0, 0, 0]
    circle.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    done = act(circle, services.finish)
    assert (done.rest, left(circle)) == (0, {})
    assert verdict(circle.session).sound
    assert measure(circle.session, code=Code.KRE, at=circle.at + 2 * END)[-1].found["residual"] == "0.00"
    with pytest.raises(RuleBroken):
        circle.pay(circle.own[1], circle.own[0], "0.01", uuid4())


def test_a_plan_is_agreed_by_another_and_each_step_has_its_turn(circle):
    with pytest.raises(errors.UnwindingUnknown):
        act(circle, services.agree)
    planned(circle, agreed=False)
    with pytest.raises(errors.OtherAgrees):
        act(circle, services.agree)
    with pytest.raises(errors.UnwindingThere):
        planned(circle)
    with pytest.raises(errors.NotThisStep):
        act(circle, services.fix, owing=100_01)
    services.agree(circle.session, code=Code.KRE, actor=circle.other, at=circle.at)
    with pytest.raises(errors.LastDayFirst):
        act(circle, services.fix, owing=100_01, at=circle.at)
    with pytest.raises(errors.FiguresMoved):
        act(circle, services.fix, owing=100_00)
    with pytest.raises(errors.NotThisStep):
        act(circle, services.pay_out, total=0)
    act(circle, services.fix, owing=100_01)
    for step in (
        lambda: act(circle, services.fix, owing=100_01), lambda: act(circle, services.withdraw, why=WHY)
    ):  # fmt: skip
        with pytest.raises(errors.NotThisStep):
            step()
    with pytest.raises(errors.StillOpen):
        act(circle, services.finish)
    with pytest.raises(errors.NotMutualHere):
        services.agree(circle.session, code=Code.NWE, **circle.facts())


def test_only_who_withdraws_the_plan_lets_credit_go_on(circle):
    planned(circle)
    found = instruments.instrument(circle.session, Code.KRE)
    stop = instruments.open_stops(circle.session, found)[0]
    with pytest.raises(CreditEnds):
        lift(circle.session, public_id=stop.public_id, why="Het mag weer doorgaan.", **circle.facts())
    with pytest.raises(DBAPIError, match="ends"), circle.session.begin_nested():
        circle.session.execute(
            text("UPDATE issuing_stop SET lifted_at = stopped_at, lifted_by_id = :who, why = 'nee'"),
            {"who": circle.other.user_id},
        )
    act(circle, services.withdraw, why="De kring gaat toch door.")
    circle.pay(circle.own[0], circle.own[1], "0.01", uuid4())


def test_a_loss_that_waits_is_decided_first(circle):
    losses.agree(
        circle.session, code=Code.KRE, most=Money.of("60.00"), document="Vergadering 12", agreed_on=AT.date(),
        **circle.facts(),
    )  # fmt: skip
    cover = losses.queries.covers(circle.session, instruments.instrument(circle.session, Code.KRE))[0]
    losses.confirm_cover(circle.session, public_id=cover.public_id, actor=circle.other, at=circle.at)
    losses.write_down(
        circle.session, code=Code.KRE, wallet_code=circle.own[0].code, why=WHY, **circle.facts()
    )
    planned(circle)
    with pytest.raises(errors.StillReserved):
        act(circle, services.fix, owing=100_01)


def test_a_part_counts_once_and_never_beyond_what_is_owed(circle):
    fixed(circle)
    first = received(circle, "60.00")
    assert received(circle, "60.00").id == first.id
    with pytest.raises(Conflict), circle.session.begin_nested():
        received(circle, "40.00")
    with pytest.raises(errors.PartTooMuch, match="40,01"), circle.session.begin_nested():
        received(circle, "40.02", "R2")
    with pytest.raises(errors.NotInPlan):
        received(circle, "1.00", "R3", wallet=1)
    assert open_(circle)[0] == 40_01
    with pytest.raises(errors.FiguresMoved):
        act(circle, services.pay_out, total=60_01)
    act(circle, services.pay_out, total=60_00)
    assert open_(circle)[1:] == [24_01, 16_00]
    with pytest.raises(errors.NothingToPay):
        act(circle, services.pay_out, total=0)
    with pytest.raises(DBAPIError, match="more than it owes"), circle.session.begin_nested():
        circle.session.execute(
            text("INSERT INTO unwinding_event (public_id, unwinding_id, kind, wallet_id, amount, reserve, about, "
                 "written_at, written_by_id, transfer_id) SELECT gen_random_uuid(), unwinding_id, kind, wallet_id, "
                 "4002, 0, '', written_at, written_by_id, (SELECT min(id) FROM transfer) FROM unwinding_event "
                 "WHERE kind = 'received'")
        )  # fmt: skip


def test_a_loss_is_booked_by_another_and_members_bear_what_the_reserve_does_not(circle):
    fixed(circle)
    received(circle, "50.00")
    loss = act(circle, services.write_off, wallet_code=circle.own[0].code, why=WHY)
    with pytest.raises(errors.LossWaitsHere):
        act(circle, services.write_off, wallet_code=circle.own[0].code, why=WHY)
    with pytest.raises(errors.OtherAgrees):
        act(circle, services.confirm_loss, public_id=loss.public_id)
    received(circle, "0.01", "R2")
    with pytest.raises(errors.FiguresMoved):
        act(circle, services.confirm_loss, public_id=loss.public_id, actor=circle.other)
    act(circle, services.withdraw_loss, public_id=loss.public_id)
    act(circle, services.put_aside, amount=Money.of("20.00"), reference="S1")
    loss = act(circle, services.write_off, wallet_code=circle.own[0].code, why=WHY)
    assert act(circle, services.confirm_loss, public_id=loss.public_id, actor=circle.other).reserve == 20_00
    with pytest.raises(errors.LossDecided):
        act(circle, services.confirm_loss, public_id=loss.public_id, actor=circle.other)
    assert open_(circle) == [0, 60_01 - 18_00, 40_00 - 12_00]
    act(circle, services.pay_out, total=70_01)
    assert open_(circle) == [0, 0, 0]
    assert act(circle, services.finish).rest == 0
    assert left(circle) == {}


SHARE = "INSERT INTO unwinding_share SELECT e.id, l.wallet_id, {} FROM unwinding_event e, unwinding_line l "
RECEIVED = "WHERE e.kind = 'received' AND l.amount > 0"


@pytest.mark.parametrize(
    ("fence", "statement"),
    [("kept as it is", "UPDATE unwinding SET ends_on = ends_on + 1"), ("done once", "UPDATE unwinding SET owing = 1"),
     ("something is open", "UPDATE unwinding SET done_at = fixed_at, rest = 0"),
     ("ck_unwinding_second", "UPDATE unwinding SET written_by_id = agreed_by_id"),
     ("append-only", "DELETE FROM unwinding"), ("append-only", "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE unwinding CASCADE"),
     ("append-only", "UPDATE unwinding_line SET amount = amount + 1"), ("append-only", "DELETE FROM unwinding_line"),
     ("are fixed", ("INSERT INTO unwinding_line SELECT l.unwinding_id, w.id, 5 FROM unwinding_line l, wallet w "
                   "WHERE w.instrument_code <> 'KRE' LIMIT 1")),
     ("is kept as it is", "UPDATE unwinding_event SET amount = 1"), ("append-only", "DELETE FROM unwinding_event"),
     ("append-only", "UPDATE unwinding_share SET amount = 1"), ("append-only", "DELETE FROM unwinding_share"),
     ("gets more", SHARE.format(6002) + RECEIVED),
     ("not the whole", ("INSERT INTO unwinding_event (public_id, unwinding_id, kind, amount, reserve, about, written_at, "
                       "written_by_id, transfer_id) SELECT gen_random_uuid(), unwinding_id, 'paid', 1, 0, '', "
                       "written_at, written_by_id, (SELECT min(id) FROM transfer) FROM unwinding_event LIMIT 1; "
                       "SET CONSTRAINTS ALL IMMEDIATE"))],
)  # fmt: skip
def test_the_database_keeps_who_owed_and_got_what(circle, fence, statement):
    fixed(circle)
    received(circle, "1.00")
    act(circle, services.pay_out, total=1_00)
    received(circle, "1.00", "R2")
    if fence == "ck_unwinding_second":  # the trigger would be first
        circle.session.execute(text("ALTER TABLE unwinding DISABLE TRIGGER unwinding_keep"))
    with pytest.raises(DBAPIError, match=fence):
        for each in statement.split("; "):
            circle.session.execute(text(each))


@pytest.mark.slow
def test_two_that_pay_out_divide_once_and_a_crash_halfway_leaves_nothing(at_once, build_trade):
    with at_once.atomic() as session:
        trade = build_trade(session, AT)
        circle = lent(build(session, AT, trade), trade)
        planned(circle)
        actor = circle.actor

    def crashes(session):
        services.fix(session, code=Code.KRE, owing=100_01, actor=actor, at=AT + END)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError), at_once.atomic() as session:
        crashes(session)
    with at_once.atomic() as session:
        assert session.scalar(select(func.count()).select_from(UnwindingLine)) == 0
        assert verdict(session).sound
        services.fix(session, code=Code.KRE, owing=100_01, actor=actor, at=AT + END)
        code = session.scalar(text("SELECT w.code FROM wallet w JOIN unwinding_line l ON l.wallet_id = w.id "
                                   "WHERE l.amount < 0"))  # fmt: skip
        services.receive(
            session, code=Code.KRE, wallet_code=code, amount=Money.of("50.00"), reference="R1", actor=actor, at=AT + END
        )  # fmt: skip

    def pays(session):
        services.pay_out(session, code=Code.KRE, total=50_00, actor=actor, at=AT + END)

    assert sorted(map(str, at_once.run(pays, pays))) == ["None", "NothingToPay"]
    with at_once.sessions() as session:
        assert verdict(session).sound
        paid = select(func.count()).select_from(UnwindingEvent).where(UnwindingEvent.kind == "paid")
        assert session.scalar(paid) == 1
        booked = select(func.count()).select_from(Transfer).where(Transfer.kind == "unwinding_paid")
        assert session.scalar(booked) == 1
