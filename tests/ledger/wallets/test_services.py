"""Issuing, paying and asking back in the books: limits, backing, the switch, and two at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.books.errors import CeilingPassed, FloorPassed, KeyReused
from ledger.instruments import queries as reading
from ledger.instruments import rules as instrument_rules
from ledger.instruments import services as instruments
from ledger.instruments.errors import (
    AlreadyLive,
    AlreadySetUp,
    IssuingStopped,
    KeeperIsProgramme,
    KeeperUnknown,
    MeterFull,
    NoReview,
    NotBacked,
    SecondPersonNeeded,
    TotalReached,
)
from ledger.instruments.rules import INSTRUMENTS, Code
from ledger.proof.queries import verdict
from ledger.wallets import errors, queries, services
from ledger.wallets.models import Wallet, WalletPayment
from tests.ledger.wallets.conftest import build


def balance(circle, wallet):
    return queries.account(circle.session, wallet).posted


def books(circle):
    found = circle.session.query(Account).filter_by(party_id=circle.keeper.id)
    circle.session.expire_all()
    return {
        (each.role, each.currency): each.posted for each in found if each.role != "wallet" and each.posted
    }


def out(circle):
    return reading.supply(circle.session, reading.instrument(circle.session, Code.NWE)).minor


def test_what_is_issued_has_its_euros_in_the_same_books(circle):
    circle.issue(circle.mine, "100.00")
    assert balance(circle, circle.mine) == 100_00
    assert books(circle) == {
        ("issued", "NWEX"): -100_00,
        ("backing", "EURX"): 100_00,
        ("issued", "EURX"): -100_00,
    }
    assert verdict(circle.session).sound


def test_one_bank_reference_issues_once(circle):
    circle.issue(circle.mine, "40.00", "NL-1")
    for wallet, amount, reference in (
        (circle.mine, "40.00", " NL-1 "), (circle.mine, "40.00", "nl - 1"), (circle.mine, "41.00", "NL-1"),
        (circle.shop, "40.00", "\uff2eL-1"),
    ):  # fmt: skip
        with pytest.raises(errors.ReferenceUsed), circle.session.begin_nested():
            circle.issue(wallet, amount, reference)
    assert out(circle) == 40_00


def test_a_resident_holds_no_more_than_150(circle):
    circle.issue(circle.mine, "150.00")
    with pytest.raises(CeilingPassed):
        circle.issue(circle.mine, "0.01")


def test_no_more_is_out_than_the_total(circle, monkeypatch):
    rule = INSTRUMENTS[Code.NWE]
    circle.issue(circle.shop, "4000.00")
    changed = type(rule)(rule.name, rule.about, rule.kind, rule.backed, rule.resident, rule.firm, 4_000_00)
    monkeypatch.setitem(INSTRUMENTS, Code.NWE, changed)
    with pytest.raises(TotalReached):
        circle.issue(circle.shop, "0.01")


def test_a_cent_too_little_stops_issuing_until_somebody_decides(circle):
    circle.issue(circle.mine, "100.00")
    facts = {"code": Code.NWE, "actor": circle.actor, "at": circle.at}
    made = instruments.count_backing(circle.session, counted=Money(99_99), **facts)
    assert (made.short, made.ratio) == (Money(1), Decimal("0.999"))
    with pytest.raises(IssuingStopped):
        circle.issue(circle.mine, "1.00")
    instruments.count_backing(circle.session, counted=Money(100_00), **facts)
    with pytest.raises(IssuingStopped):  # a person decides, not the count
        circle.issue(circle.mine, "1.00")
    with pytest.raises(NotBacked):
        instruments.count_backing(circle.session, counted=Money(0), **(facts | {"code": Code.KRE}))


def test_paying_moves_it_once_per_token(circle):
    circle.issue(circle.mine, "30.00")
    token = uuid4()
    circle.pay(circle.mine, circle.shop, "12.50", token)
    circle.pay(circle.mine, circle.shop, "12.50", token)
    assert (balance(circle, circle.mine), balance(circle, circle.shop)) == (17_50, 12_50)
    assert circle.session.query(WalletPayment).count() == 1
    with pytest.raises(KeyReused):
        circle.pay(circle.mine, circle.shop, "12.51", token)


@pytest.mark.parametrize(
    ("to", "amount", "fault"),
    [
        ("shop", "30.01", FloorPassed),
        ("mine", "1.00", errors.ToYourself),
        ("shop", "0.00", errors.AmountMissing),
        ("22222222", "1.00", errors.CodeUnknown),
        ("2222222A", "1.00", errors.CodeUnknown),
    ],
)
def test_what_cannot_be_paid_is_refused(circle, to, amount, fault):
    circle.issue(circle.mine, "30.00")
    payee = getattr(circle, to, None) or Wallet(code=to)
    with pytest.raises(fault):
        circle.pay(circle.mine, payee, amount, uuid4())


def test_a_code_of_another_instrument_is_no_code(circle, trade):
    other = circle.open(trade.seller, Code.KRE)
    circle.issue(circle.mine, "30.00")
    with pytest.raises(errors.CodeUnknown):
        circle.pay(circle.mine, other, "1.00", uuid4())


def test_a_full_wallet_receives_nothing(circle, trade):
    circle.issue(circle.mine, "150.00")
    circle.issue(circle.shop, "10.00")
    with pytest.raises(CeilingPassed):
        circle.pay(circle.shop, circle.mine, "0.01", uuid4())


def test_a_resident_gets_every_cent_back(circle):
    circle.issue(circle.mine, "30.00")
    asked = services.ask_refund(circle.session, wallet=circle.mine, amount=Money(30_00), **circle.facts())
    with pytest.raises(errors.RefundWaits):
        services.ask_refund(circle.session, wallet=circle.mine, amount=Money(1), **circle.facts())
    assert services.pay_refund(circle.session, public_id=asked.public_id, **circle.facts()) == Money(0)
    assert (books(circle), out(circle)) == ({}, 0)
    with pytest.raises(errors.RefundDone):
        services.pay_refund(circle.session, public_id=asked.public_id, **circle.facts())


def test_a_firm_pays_by_how_long_it_had_it_and_half_is_for_the_fund(circle):
    circle.issue(circle.shop, "100.00", at=circle.at - timedelta(days=45))
    circle.issue(circle.shop, "100.00")
    asked = services.ask_refund(circle.session, wallet=circle.shop, amount=Money(200_00), **circle.facts())
    assert services.pay_refund(circle.session, public_id=asked.public_id, **circle.facts()) == Money(7_50)
    assert books(circle) == {("bank", "EURX"): 7_50, ("fee_income", "EURX"): -3_75, ("fund", "EURX"): -3_75}
    assert verdict(circle.session).sound


def test_what_was_paid_twice_here_costs_nothing_to_get_back(circle, trade):
    other = circle.open(trade.partner)
    circle.issue(circle.mine, "100.00")
    circle.pay(circle.mine, circle.shop, "100.00", uuid4())
    assert queries.fee_of(circle.session, circle.shop, Money(100_00), circle.at) == Money(5_00)
    circle.pay(circle.shop, other, "60.00", uuid4())
    assert queries.fee_of(circle.session, other, Money(60_00), circle.at) == Money(0)
    assert queries.fee_of(circle.session, circle.shop, Money(40_00), circle.at) == Money(2_00)


def test_no_more_is_asked_back_than_there_is(circle):
    circle.issue(circle.mine, "30.00")
    with pytest.raises(errors.NotEnough):
        services.ask_refund(circle.session, wallet=circle.mine, amount=Money(30_01), **circle.facts())
    services.ask_refund(circle.session, wallet=circle.mine, amount=Money(29_00), **circle.facts())
    circle.pay(circle.mine, circle.shop, "1.00", uuid4())
    with pytest.raises(FloorPassed):  # what is asked back is reserved
        circle.pay(circle.mine, circle.shop, "0.01", uuid4())


def test_credit_goes_below_nothing_to_its_floor_and_adds_up_to_nothing(circle, trade):
    one, other = circle.open(trade.seller, Code.KRE), circle.open(trade.partner, Code.KRE)
    for each, sales in ((one, 36_000_00), (other, 90_000_00)):
        services.set_credit(
            circle.session, code=Code.KRE, wallet_code=each.code, yearly_sales=Money(sales), **circle.facts()
        )
    circle.pay(one, other, "3000.00", uuid4())
    assert (balance(circle, one), balance(circle, other)) == (-3_000_00, 3_000_00)
    with pytest.raises(FloorPassed), circle.session.begin_nested():
        circle.pay(one, other, "0.01", uuid4())
    with pytest.raises(errors.CreditInUse):
        services.set_credit(
            circle.session, code=Code.KRE, wallet_code=one.code, yearly_sales=Money(100), **circle.facts()
        )
    with pytest.raises(NotBacked):
        services.ask_refund(circle.session, wallet=other, amount=Money(1), **circle.facts())
    with pytest.raises(NotBacked):
        services.issue(
            circle.session,
            code=Code.KRE,
            wallet_code=one.code,
            amount=Money(1),
            reference="R",
            **circle.facts(),
        )
    with pytest.raises(errors.NoCredit):
        services.set_credit(
            circle.session, code=Code.NWE, wallet_code=one.code, yearly_sales=Money(1), **circle.facts()
        )


def test_credit_is_for_organisations(circle):
    with pytest.raises(errors.FirmsOnly):
        circle.open(circle.resident, Code.KRE)


def test_a_wallet_is_opened_once(circle):
    assert circle.open(circle.resident).id == circle.mine.id


def test_real_money_begins_when_another_person_confirms_the_review_and_nothing_of_the_simulation_comes_along(
    circle,
):
    circle.issue(circle.mine, "100.00")
    with pytest.raises(NoReview):
        instruments.confirm_review(circle.session, code=Code.NWE, actor=circle.other, at=circle.at)
    instruments.propose_review(
        circle.session, code=Code.NWE, document="Advies 12", reviewer="mr. Voorbeeld",
        reviewed_on=date(2026, 1, 5), **circle.facts(),
    )  # fmt: skip
    with pytest.raises(SecondPersonNeeded):
        instruments.confirm_review(circle.session, code=Code.NWE, **circle.facts())
    instruments.confirm_review(circle.session, code=Code.NWE, actor=circle.other, at=circle.at)
    assert out(circle) == 0
    with pytest.raises(errors.OldSimulation):
        circle.pay(circle.mine, circle.shop, "1.00", uuid4())
    with pytest.raises(errors.OldSimulation):
        services.ask_refund(circle.session, wallet=circle.mine, amount=Money(1), **circle.facts())
    real = circle.open(circle.resident)
    assert (real.live, balance(circle, real)) == (True, 0)
    with pytest.raises(AlreadyLive):
        circle.go_live()


def test_what_was_confirmed_stays_in_the_database(circle):
    circle.go_live()
    for change in ("document = 'x'", "confirmed_at = NULL", "keeper_id = 1"):
        with pytest.raises(DatabaseError), circle.session.begin_nested():
            circle.session.execute(text(f"UPDATE instrument SET {change} WHERE code = 'NWE'"))
    with pytest.raises(DatabaseError, match="ck_instrument_second"), circle.session.begin_nested():
        circle.session.execute(
            text(
                "UPDATE instrument SET document = '1', reviewer = '2', reviewed_on = '2026-01-01', proposed_by_id = :who,"
                " confirmed_by_id = :who, confirmed_at = now() WHERE code = 'KRE'"
            ),
            {"who": circle.actor.user_id},
        )


def test_a_paid_refund_and_a_payment_stay_in_the_database(circle):
    circle.issue(circle.mine, "30.00")
    circle.pay(circle.mine, circle.shop, "1.00", uuid4())
    asked = services.ask_refund(circle.session, wallet=circle.mine, amount=Money(10_00), **circle.facts())
    services.pay_refund(circle.session, public_id=asked.public_id, **circle.facts())
    for change in (
        "UPDATE wallet_refund SET fee = 1",
        "DELETE FROM wallet_refund",
        "UPDATE wallet_payment SET note = 'x'",
    ):
        with pytest.raises(DatabaseError), circle.session.begin_nested():
            circle.session.execute(text(change))


def test_it_is_set_up_once_with_a_foundation_that_is_here(circle, trade):
    facts = circle.facts(code=Code.NWE)
    with pytest.raises(AlreadySetUp):
        instruments.set_up(circle.session, keeper_kvk="80000077", **facts)


def test_a_keeper_is_here_and_somebody_else(trade):
    facts = {"code": Code.NWE, "actor": trade.purchaser, "at": trade.at}
    with pytest.raises(KeeperUnknown):
        instruments.set_up(trade.session, keeper_kvk="80000078", **facts)
    with pytest.raises(KeeperIsProgramme):
        instruments.set_up(trade.session, keeper_kvk=trade.buyer.kvk_number, **facts)


def test_the_year_stops_before_its_end(circle, monkeypatch):
    monkeypatch.setattr(instrument_rules, "WARNINGS", (20_00, 30_00))
    monkeypatch.setattr(instrument_rules, "STOP", 50_00)
    circle.issue(circle.mine, "150.00")
    circle.pay(circle.mine, circle.shop, "45.00", uuid4(), at=circle.at - timedelta(days=365))
    circle.pay(circle.mine, circle.shop, "49.99", uuid4())
    with pytest.raises(MeterFull):
        circle.pay(circle.mine, circle.shop, "0.01", uuid4())


def test_the_sum_of_a_second_is_kept_on_an_engine_alone(monkeypatch):
    counted = []
    monkeypatch.setattr(queries, "volume", lambda *asked: counted.append(asked) or Money(len(counted)))
    engines = [create_engine("postgresql+psycopg://") for _ in range(2)]
    nwe, at = SimpleNamespace(code=Code.NWE, live=False), datetime(2026, 9, 1, 10, tzinfo=UTC)

    def asked(bind, instrument=nwe, at=at):
        return queries.volume_of_second(SimpleNamespace(bind=bind), instrument, at).minor

    assert [asked(engines[0]), asked(engines[0], at=at + timedelta(milliseconds=999)), asked(engines[1])] == [
        1,
        1,
        2,
    ]
    assert asked(engines[0], at=at + timedelta(seconds=1)) == 3
    assert asked(engines[0], SimpleNamespace(code=Code.NWE, live=True)) == 4
    assert [asked(None), asked(None)] == [5, 6]


def test_what_is_large_or_near_the_end_is_never_held_against_an_old_sum(circle, monkeypatch):
    monkeypatch.setattr(instrument_rules, "WARNINGS", (30_00, 80_00))
    monkeypatch.setattr(instrument_rules, "STOP", 90_00)
    circle.issue(circle.shop, "1000.00")
    old = []
    monkeypatch.setattr(queries, "volume_of_second", lambda *_asked: Money(old[-1]))
    old.append(0)
    circle.pay(circle.shop, circle.mine, "39.00", uuid4())
    with pytest.raises(MeterFull):  # large
        circle.pay(circle.shop, circle.mine, "51.00", uuid4())
    circle.pay(circle.shop, circle.mine, "50.00", uuid4())
    old.append(30_00)
    with pytest.raises(MeterFull):  # near
        circle.pay(circle.shop, circle.mine, "1.00", uuid4())


@pytest.mark.slow
def test_sixteen_at_once_pass_no_limit_and_one_token_pays_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        circle = build(session, at, build_trade(session, at))
        circle.issue(circle.mine, "100.00")
        mine, shop, actor = circle.mine.id, circle.shop.code, circle.actor
    token = uuid4()

    def paying(amount, once):
        def act(session):
            services.pay(
                session, payer=session.get_one(Wallet, mine), to=shop, amount=Money.of(amount), note="",
                token=once or uuid4(), actor=actor, at=at,
            )  # fmt: skip
            return "paid"

        return act

    answers = at_once.run(
        *[paying("30.00", None) for _ in range(16)], *[paying("5.00", token) for _ in range(4)]
    )
    with at_once.atomic() as session:
        paid = session.query(WalletPayment).all()
        left = queries.account(session, session.get_one(Wallet, mine)).posted
        assert (sorted(each.amount for each in paid), left) == ([5_00, 30_00, 30_00, 30_00], 5_00)
        assert verdict(session).sound
    assert answers[:16].count("FloorPassed") == 13
    assert answers[16:] == ["paid"] * 4
