"""Conditions decided on their effect; charges as one batch that is undone as one; two at once; killed halfway."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.policy import Role as AppRole
from cwb.notifications.models import Mail
from ledger.books.errors import FloorPassed
from ledger.books.queries import lines_of
from ledger.charges import errors, jobs, queries, rules, services
from ledger.charges.models import ChargeLine, ChargeNotice, ChargeRun
from ledger.charges.rules import Kind
from ledger.conditions import errors as refused
from ledger.conditions import queries as conditions
from ledger.conditions.rules import BEGUN, Every, Group
from ledger.instruments import queries as instruments
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.wallets import queries as paying
from ledger.wallets import services as wallets
from ledger.wallets.models import WalletPayment
from tests.ledger.charges.conftest import adopt, decided, propose, vote
from tests.ledger.wallets.test_services import balance, books


def facts(circle, **more):
    return {"code": Code.NWE, "kind": Kind.DEMURRAGE, "at": circle.at} | more


def run(circle, total=2_40, **more):
    return services.carry_out(circle.session, total=total, actor=circle.actor, **facts(circle, **more))


def test_conditions_hold_from_their_day_and_those_before_until_then(circle):
    version = decided(circle)
    at = {
        day: conditions.terms_at(circle.session, Code.NWE, day)
        for day in (datetime(2025, 12, 31, 22, tzinfo=UTC), datetime(2026, 1, 1, 9, tzinfo=UTC))
    }
    assert list(at.values()) == [(None, BEGUN[Code.NWE]), (version.id, version.terms)]
    for day, holds in at.items():  # a payment is held against the same
        ground = paying.ground(circle.session, Code.NWE, circle.shop.code, day)
        assert (ground.version_id, ground.terms) == holds


def test_adopting_waits_for_vote_effect_and_a_second_person(circle):
    version = conditions.version(
        circle.session, propose(circle, days=10, starts_on=date(2026, 10, 15)).public_id
    )
    with pytest.raises(refused.NoVote):
        adopt(circle, version, 9)
    vote(circle, version, 9)
    with pytest.raises(refused.VoteThere):
        vote(circle, version, 9)
    with pytest.raises(refused.NoEffect):
        adopt(circle, version, 9)
    services.work_out(circle.session, version=version, at=circle.at)
    circle.issue(circle.shop, "1.00", at=circle.at - timedelta(days=80))  # books of the second quarter, later
    with pytest.raises(refused.BooksChanged):
        adopt(circle, version, 9)
    services.work_out(circle.session, version=version, at=circle.at)
    circle.issue(circle.shop, "1.00")  # of this quarter
    with pytest.raises(refused.SecondAdopts):
        adopt(circle, version, 9, actor=circle.actor)
    with pytest.raises(refused.TooSoon):
        adopt(circle, version, -20)
    adopt(circle, version, 9)
    with pytest.raises(refused.AlreadyAdopted):
        adopt(circle, version, 9)
    with pytest.raises(refused.AlreadyAdopted):
        services.work_out(circle.session, version=version, at=circle.at)
    with pytest.raises(refused.BeforeAnother):
        propose(circle, days=9, starts_on=date(2026, 10, 15))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE condition_version SET words = 'anders'",
        "UPDATE condition_version SET adopted_at = NULL, adopted_by_id = NULL, effect_id = NULL",
        "DELETE FROM condition_version",
        "UPDATE condition_vote SET votes_for = 99",
        "UPDATE condition_effect SET book_lines = 0",
        "UPDATE condition_effect_part SET charged = 0",
    ],
)
def test_the_database_keeps_what_was_decided(circle, change):
    decided(circle)
    with pytest.raises(DatabaseError), circle.session.begin_nested():
        circle.session.execute(text(change))


def test_the_database_adopts_nothing_without_a_vote_and_an_effect_of_its_own(circle):
    first = decided(circle)
    version = propose(circle, days=10, starts_on=date(2026, 12, 1))
    with pytest.raises(DatabaseError, match="a vote and an effect"), circle.session.begin_nested():
        circle.session.execute(
            text("UPDATE condition_version SET adopted_at = :at, adopted_by_id = :who, effect_id = :effect WHERE id = :id"),
            {"at": circle.at, "who": circle.other.user_id, "effect": first.effect_id, "id": version.id},
        )  # fmt: skip


def test_the_effect_says_who_would_have_paid_how_much(ruled):
    version = propose(
        ruled, days=1, starts_on=date(2026, 12, 1), demurrage_every=Every.QUARTER, demurrage_rate=500
    )
    made = services.work_out(ruled.session, version=version, at=ruled.at)
    assert (made.quarter, made.wallets, made.hit, made.total, made.biggest) == (
        "2026-Q2", 2, 1, Money(6_00), Money(6_00),
    )  # fmt: skip
    parts = {each.party_group: each for each in made.parts}
    assert (parts["resident"].charged, parts["resident"].spared_count, parts["resident"].spared) == (
        0,
        1,
        2_50,
    )


def test_a_run_takes_what_lies_still_into_the_fund_and_gives_it_back_whole(ruled):
    due, preview = services.look(ruled.session, **facts(ruled))
    assert (str(due.period), preview) == ("2026-Q2", (1, 2_40, 2_40))
    made = run(ruled)
    assert (balance(ruled, ruled.shop), balance(ruled, ruled.mine)) == (197_60, 100_00)
    assert services.look(ruled.session, **facts(ruled)) is None
    with pytest.raises(errors.AlreadyRun):
        run(ruled)
    line = ruled.session.query(ChargeLine).one()
    assert (line.base, line.amount, made.version.number) == (120_00, 2_40, 1)
    services.give_back(ruled.session, run=made, reason="Verkeerd gerekend", actor=ruled.actor, at=ruled.at)
    assert balance(ruled, ruled.shop) == 200_00
    with pytest.raises(errors.AlreadyReversed):
        services.give_back(
            ruled.session, run=made, reason="Verkeerd gerekend", actor=ruled.actor, at=ruled.at
        )
    run(ruled)  # the period is open again, and what was given back is as old as it was
    assert balance(ruled, ruled.shop) == 197_60
    assert verdict(ruled.session).sound


def test_what_is_out_and_its_backing_stay_as_they_were(ruled):
    before = books(ruled)
    run(ruled)
    assert books(ruled) == before


def test_nothing_is_taken_that_the_preview_did_not_show(ruled):
    with pytest.raises(errors.PreviewOld):
        run(ruled, total=2_39)
    assert ruled.session.query(ChargeRun).count() == 0


def test_what_is_asked_back_is_not_counted(ruled):
    wallets.ask_refund(ruled.session, wallet=ruled.shop, amount=Money(150_00), actor=ruled.actor, at=ruled.at)
    with pytest.raises(errors.NothingDue):
        run(ruled)


def test_rules_that_begin_within_a_period_ask_nothing_of_it(circle):
    decided(circle, starts_on=date(2026, 4, 2), days=200)
    assert services.find_due(circle.session, Code.NWE, Kind.DEMURRAGE, circle.at) is None
    with pytest.raises(errors.NothingDue):
        run(circle)


def test_the_fund_cannot_give_back_what_it_spent(ruled):
    made = run(ruled)
    ruled.session.execute(text("UPDATE account SET floor = posted WHERE subkey = 'fund'"))
    with pytest.raises(FloorPassed), ruled.session.begin_nested():
        services.give_back(
            ruled.session, run=made, reason="Verkeerd gerekend", actor=ruled.actor, at=ruled.at
        )


def test_what_lapses_is_told_twice_and_owed_in_euros(circle):
    decided(circle)
    circle.issue(circle.mine, "30.00", at=circle.at - timedelta(days=1200))
    lapse = facts(circle, kind=Kind.LAPSE)
    for days in (100, 90, 50):
        services.tell(circle.session, code=Code.NWE, at=circle.at - timedelta(days=days))
    assert circle.session.query(ChargeNotice).count() == 2
    assert circle.session.query(Mail).filter(Mail.recipient == circle.user.email).count() == 2
    made = run(circle, 30_00, **lapse)
    assert balance(circle, circle.mine) == 0
    assert books(circle) == {("backing", "EURX"): 30_00, ("payable", "EURX"): -30_00}
    services.pay_out(circle.session, run=made, actor=circle.actor, at=circle.at)
    assert books(circle) == {}
    for act in (services.pay_out, services.give_back):
        more = {"reason": "Verkeerd gerekend"} if act is services.give_back else {}
        with pytest.raises(errors.PaidBack):
            act(circle.session, run=made, actor=circle.actor, at=circle.at, **more)
    assert verdict(circle.session).sound


def test_the_worker_tells_by_itself_and_the_holder_sees_it_wait(circle):
    decided(circle)
    circle.issue(circle.mine, "30.00", at=circle.at - timedelta(days=1200))
    holder = Actor(circle.user.id, "", None, "", frozenset({AppRole.RESIDENT}))
    assert queries.tasks(circle.session, holder, circle.at) == []
    for _ in range(2):  # a second morning tells nobody twice
        jobs.tell_all(circle.session, circle.at)
    assert circle.session.query(ChargeNotice).count() == 1
    assert len(queries.tasks(circle.session, holder, circle.at)) == 1
    assert queries.tasks(circle.session, holder, circle.at + timedelta(days=31)) == []


def test_what_was_not_told_does_not_lapse(circle):
    decided(circle)
    circle.issue(circle.mine, "30.00", at=circle.at - timedelta(days=1200))
    services.tell(circle.session, code=Code.NWE, at=circle.at - timedelta(days=50))
    with pytest.raises(errors.NothingDue):
        run(circle, 30_00, kind=Kind.LAPSE)


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO charge_line SELECT run_id, :mine, leaf, base, amount FROM charge_line",
        "UPDATE charge_line SET amount = 1",
        "UPDATE charge_run SET total = 1000",
        "DELETE FROM charge_run",
        (
            "INSERT INTO charge_run (public_id, instrument_code, live, kind, period, version_id, wallets, total, ran_at, "
            "ran_by_id) SELECT gen_random_uuid(), instrument_code, live, kind, period, version_id, 1, 1, ran_at, "
            "ran_by_id FROM charge_run"
        ),
    ],
)
def test_the_database_spares_residents_and_keeps_runs(ruled, change):
    run(ruled)
    with pytest.raises(DatabaseError), ruled.session.begin_nested():
        ruled.session.execute(text(change), {"mine": ruled.mine.id})


def test_the_set_and_the_rule_say_the_same_of_random_histories(circle):
    random, since = Random(3), date(2026, 4, 1)
    there = {circle.shop: 0, circle.mine: 0}
    for step in range(60):
        at = circle.at - timedelta(days=400 - 6 * step)
        wallet, other = random.sample(list(there), 2)
        cents = random.randrange(1, 20_00)
        if there[wallet] < cents or not step % 3:
            if there[wallet] + cents <= 150_00:
                circle.issue(wallet, str(Money(cents).plain()), at=at)
                there[wallet] += cents
        elif there[other] + cents <= 150_00:
            circle.pay(wallet, other, Money(cents).plain(), f"{step}", at=at)
            there[wallet] -= cents
            there[other] += cents
    instrument = instruments.instrument(circle.session, Code.NWE)
    for rate, exempt, firms in ((500, 50_00, True), (10_000, 0, False), (137, 10_00, False)):
        what = rules.Asked(since, rate, exempt, firms)
        found = {
            row.wallet_id: (row.base, row.amount)
            for row in circle.session.execute(queries.asked_of(instrument, what))
        }
        expected = {}
        for wallet in there:
            moves = [
                (local_date(each.effective_at), each.amount)
                for each in lines_of(circle.session, [wallet.account_id])
            ]
            base, amount = rules.charge(
                what, firm=wallet.firm, free=balance(circle, wallet), lying_cents=rules.lying(moves, since)
            )
            if amount:
                expected[wallet.id] = (base, amount)
        assert found == expected
    assert expected, "the histories say nothing"


def test_the_database_bounds_a_proposal_too(circle):
    version = propose(circle)
    assert [each.number for each in conditions.versions(circle.session, Code.NWE)] == [version.number] == [1]
    with pytest.raises(DatabaseError), circle.session.begin_nested():
        circle.session.execute(
            text(
                "INSERT INTO condition_version (public_id, instrument_code, number, words, starts_on, accept_where, "
                "accept_share, fee_rate, fee_days, fee_hops, demurrage_every, demurrage_rate, free_days, exempt, "
                "proposed_at, proposed_by_id) SELECT gen_random_uuid(), instrument_code, 2, words, starts_on, "
                "accept_where, accept_share, fee_rate, fee_days, fee_hops, demurrage_every, 501, free_days, exempt, "
                "proposed_at, proposed_by_id FROM condition_version"
            )
        )


def test_a_payment_obeys_the_rules_of_its_instant_and_says_by_which(circle):
    version = decided(circle, accept_share=50, accept_where=(Group.COOPERATIVE, Group.ORGANISATION))
    circle.issue(circle.mine, "50.00", at=circle.at - timedelta(days=290))
    circle.pay(circle.mine, circle.shop, "1.00", "before", at=circle.at - timedelta(days=280))
    for price, fault in ((None, refused.PriceNeeded), ("19.99", refused.ShareTooLarge)):
        with pytest.raises(fault), circle.session.begin_nested():
            pay(circle, circle.shop, price)
    pay(circle, circle.shop, "20.00")
    with pytest.raises(refused.NotAccepted), circle.session.begin_nested():
        wallets.pay(
            circle.session, payer=circle.shop, to=circle.mine.code, amount=Money(1), note="", token=uuid4(),
            actor=circle.actor, at=circle.at,
        )  # fmt: skip
    paid = circle.session.query(WalletPayment).order_by(WalletPayment.id).all()
    assert [(each.amount, each.price, each.version_id) for each in paid] == [
        (1_00, None, None), (10_00, 20_00, version.id),
    ]  # fmt: skip
    assert balance(circle, circle.mine) == 39_00


def pay(circle, payee, price):
    wallets.pay(
        circle.session, payer=circle.mine, to=payee.code, amount=Money(10_00), note="", token=uuid4(),
        actor=circle.actor, at=circle.at, price=price and Money.of(price),
    )  # fmt: skip
