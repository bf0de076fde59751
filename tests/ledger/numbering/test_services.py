"""Choosing a series and getting numbers."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.agreements.queries import agreement_by_id
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import draft_invoice, send_invoice
from ledger.numbering import errors, queries
from ledger.numbering.rules import DEFAULT, Series
from ledger.numbering.services import next_number, set_series


def choose(trade, prefix, number, digits=3):
    set_series(
        trade.session, party_id=trade.seller.id, prefix=prefix, next_number=number, least_digits=digits,
        actor_id=trade.member.user_id, at=trade.at,
    )  # fmt: skip


def give(trade, year=2026):
    return next_number(trade.session, party_id=trade.seller.id, year=year).number


def test_without_a_choice_the_year_and_0001(trade):
    assert queries.numbering(trade.session, trade.seller.id, 2026) == DEFAULT
    assert [give(trade), give(trade), give(trade, 2027)] == ["2026-0001", "2026-0002", "2027-0001"]


def test_the_cooperatives_own_numbers_go_on(trade):
    choose(trade, "{jaar}-", 14)
    assert [give(trade), give(trade), give(trade, 2027)] == ["2026-014", "2026-015", "2027-001"]
    assert queries.numbering(trade.session, trade.seller.id, 2026) == Series("{jaar}-", 16, 3)


def test_a_series_without_the_year_goes_on_over_the_years(trade):
    choose(trade, "F", 7, 0)
    assert [give(trade), give(trade, 2027)] == ["F7", "F8"]


def test_a_running_series_takes_no_other_number(trade):
    choose(trade, "{jaar}-", 14)
    give(trade)
    for number in (14, 17):
        with pytest.raises(errors.SeriesInUse) as caught:
            choose(trade, "{jaar}-", number)
        assert caught.value.facts == {"next": 15}
    choose(trade, "{jaar}-", 15, 5)
    assert give(trade) == "2026-00015"


def test_going_back_to_an_earlier_prefix_goes_on_where_it_was(trade):
    choose(trade, "A-", 3)
    give(trade)
    choose(trade, "B-", 1)
    give(trade)
    with pytest.raises(errors.SeriesInUse):
        choose(trade, "A-", 1)
    choose(trade, "A-", 4)
    assert give(trade) == "A-004"


def test_a_prefix_like_an_earlier_one_is_refused(trade):
    give(trade)
    with pytest.raises(errors.SeriesLikeOther):
        choose(trade, "2026/", 1)
    with pytest.raises(errors.SeriesLikeOther):
        choose(trade, "", 1)


def test_a_new_year_that_reads_like_an_earlier_prefix_is_refused(trade):
    choose(trade, "2027/", 1)
    give(trade)
    choose(trade, "{jaar}-", 1)
    give(trade)
    with pytest.raises(errors.SeriesLikeOther):
        give(trade, 2027)


@pytest.mark.slow
def test_eight_senders_at_once_leave_no_gap_and_no_double(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        agreement_id, line_id = trade.agreement.id, trade.agreement.lines[0].id
        seller_id, member = trade.seller.id, trade.member

    def send(session, *, fails=False):
        agreement = agreement_by_id(session, agreement_id)
        draft = draft_invoice(
            session, agreement=agreement, seller_id=seller_id, quantities={line_id: Decimal(1)},
            delivered_from=date(2026, 8, 1), delivered_until=date(2026, 8, 31), actor=member, at=at,
        )  # fmt: skip
        sent = send_invoice(session, invoice=draft, agreement=agreement, actor=member, at=at)
        if fails:
            raise LookupError  # rolled back after the number was given
        return sent.number

    def send_and_fail(session):
        return send(session, fails=True)

    answers = [answer for _ in range(4) for answer in at_once.run(*[send] * 6, *[send_and_fail] * 2)]
    with at_once.atomic() as session:
        given = session.scalars(select(Invoice.series_number).order_by(Invoice.series_number)).all()
    assert given == list(range(1, 25))
    assert answers.count("LookupError") == 8
    assert len(set(answers)) == 25


@pytest.mark.slow
def test_a_double_click_sends_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        draft = trade.draft()
        agreement_id, invoice_id, member = trade.agreement.id, draft.id, trade.member

    def send(session):
        draft = invoicing.invoice_by_id(session, invoice_id)
        agreement = agreement_by_id(session, agreement_id)
        return send_invoice(session, invoice=draft, agreement=agreement, actor=member, at=at).number

    assert sorted(at_once.run(send, send)) == ["2026-0001", "NotADraft"]
