from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.kor import queries, rules, services
from ledger.kor.errors import (
    KorAboveLimit,
    KorBeginsWithin,
    KorDaysWrong,
    KorDoesNotRun,
    KorLimitPassed,
    KorRuns,
)
from ledger.returns.queries import overview
from ledger.vat.rules import VatCode

BEGIN = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("cents", "room"),
    [(0, "enough"), (1_599_999, "enough"), (1_600_000, "near"), (2_000_000, "near"), (2_000_001, "passed")],
)
def test_the_limit_is_twenty_thousand_and_near_from_four_fifths(cents, room):
    assert rules.room(Money(cents), BEGIN) == room


def test_the_limit_is_dated_and_an_invoice_may_reach_but_not_pass_it():
    assert rules.limit_on(date(2019, 1, 1)) == rules.limit_on(BEGIN) == Money(2_000_000)
    rules.check_room(Money(1_900_000), Money(100_000), BEGIN)
    with pytest.raises(KorLimitPassed):
        rules.check_room(Money(1_900_000), Money(100_001), BEGIN)


def test_it_does_not_begin_in_a_year_that_is_above_the_limit_already():
    rules.check_limit(Money(2_000_000), date(2026, 9, 1))
    with pytest.raises(KorAboveLimit):
        rules.check_limit(Money(2_000_001), date(2026, 9, 1))


def test_what_would_bear_vat_is_exempt_and_what_is_outside_stays_so():
    codes = {code: rules.code_for(code, small=True) for code in VatCode}
    assert codes.pop(VatCode.OUTSIDE) is VatCode.OUTSIDE
    assert set(codes.values()) == {VatCode.EXEMPT}
    assert rules.code_for(VatCode.STANDARD, small=False) is VatCode.STANDARD


@pytest.fixture
def small(session, trade, at):
    return services.begin(session, party_id=trade.seller.id, day=BEGIN, actor=trade.member, at=at)


def test_an_invoice_under_the_scheme_bears_no_vat_and_says_why(session, trade, small):
    sent = trade.send()
    assert (sent.vat, sent.exemption_reason) == (Money(0), rules.REASON)
    assert [(line.category, line.percent) for line in sent.lines] == [("E", 0)]
    found = overview(session, trade.seller.id, Period.quarter(2026, 3))
    assert [(row.key, row.box, row.net) for row in found.rows] == [("kor", None, Money(32_500))]
    assert found.ties


def test_work_before_it_bears_vat(trade, small):
    draft = trade.draft(delivered_from=date(2026, 7, 1), delivered_until=date(2026, 7, 31))
    assert trade.send(draft).vat == Money(6_825)


def test_work_after_its_end_bears_vat_again(session, trade, small, at):
    services.end(session, party_id=trade.seller.id, day=date(2026, 8, 31), actor=trade.member, at=at)
    assert trade.send().vat == Money(6_825)
    assert not queries.is_running(session, trade.seller.id)


def test_stopped_on_its_first_day_it_never_counted_and_can_begin_again(session, trade, small, at):
    acts = {"party_id": trade.seller.id, "actor": trade.member, "at": at}
    services.end(session, day=BEGIN, **acts)
    assert trade.send().vat == Money(6_825)
    services.begin(session, day=BEGIN, **acts)
    assert trade.send().vat == Money(0)
    with pytest.raises(KorRuns):
        services.begin(session, day=BEGIN, **acts)


def test_an_invoice_over_its_first_day_is_made_in_two(session, trade, small):
    with pytest.raises(KorBeginsWithin) as found:
        trade.draft(delivered_from=date(2026, 7, 31), delivered_until=BEGIN)
    assert found.value.facts == {"on": BEGIN}
    before = trade.draft(delivered_from=date(2026, 7, 1), delivered_until=date(2026, 7, 31))
    after = trade.draft(delivered_from=BEGIN, delivered_until=BEGIN)
    assert [each.vat.minor > 0 for each in (before, after)] == [True, False]


def test_above_the_limit_it_is_not_sent_without_vat(session, trade, small, at):
    trade.agree(trade.work(quantity=Decimal(1000)))
    trade.send(trade.draft("600"))
    assert queries.turnover(session, trade.seller.id, 2026) == Money(1_950_000)
    with pytest.raises(KorLimitPassed):
        trade.send(trade.draft("20"))
    services.end(session, party_id=trade.seller.id, day=date(2026, 8, 30), actor=trade.member, at=at)
    assert trade.send(trade.draft("20")).vat == Money(13_650)


def test_a_buyer_under_the_scheme_gets_no_vat_back(session, trade, at):
    services.begin(session, party_id=trade.buyer.id, day=BEGIN, actor=trade.purchaser, at=at)
    assert trade.approve(trade.send()).vat_recoverable is False


def test_it_runs_once_and_ends_after_it_began(session, trade, small, at):
    acts = {"party_id": trade.seller.id, "actor": trade.member, "at": at}
    with pytest.raises(KorRuns):
        services.begin(session, day=date(2026, 9, 1), **acts)
    with pytest.raises(KorDaysWrong):
        services.end(session, day=date(2026, 7, 31), **acts)
    services.end(session, day=date(2026, 8, 20), **acts)
    with pytest.raises(KorDoesNotRun):
        services.end(session, day=date(2026, 8, 25), **acts)
    with pytest.raises(KorDaysWrong):
        services.begin(session, day=date(2026, 8, 19), **acts)
    services.begin(session, day=date(2026, 8, 20), **acts)


def test_it_does_not_begin_earlier_than_a_year_that_was_above_the_limit(session, trade, at):
    trade.agree(trade.work(quantity=Decimal(1000)))
    trade.send(trade.draft("620"))
    acts = {"party_id": trade.seller.id, "actor": trade.member, "at": at}
    for day in (date(2026, 1, 1), date(2024, 5, 1), date(1950, 1, 1)):
        with pytest.raises(KorAboveLimit):
            services.begin(session, day=day, **acts)
    services.begin(session, day=date(2027, 1, 1), **acts)
    assert services.end(session, day=date(2027, 1, 1), **acts).until == date(2027, 1, 1)


COLUMNS = "INSERT INTO small_business (party_id, since, until, by_id, at, ended_by_id, ended_at) "


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE small_business SET since = since - 1",
        "DELETE FROM small_business",
        f"{COLUMNS} SELECT party_id, since + 5, since + 9, by_id, at, by_id, at FROM small_business",
        f"{COLUMNS} SELECT party_id, since + 5, NULL, by_id, at, NULL, NULL FROM small_business",
    ],
)
def test_the_database_keeps_stretches_as_they_were_and_apart(session, small, attack):
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(attack))
