"""Money asked ahead: owed in work until an invoice settles it, VAT once, and never settled twice."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.ageing.queries import ageing
from ledger.ageing.rules import Side
from ledger.agreements.queries import agreement_by_id
from ledger.approval.errors import DifferenceUnexplained
from ledger.einvoices.gateway import offered
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import invoice_by_id, paid_ahead
from ledger.invoicing.services import credit_invoice, discard_draft, send_invoice
from ledger.prepayments import queries, rules, services
from ledger.prepayments.errors import AheadAboveAgreement, AheadWrong, NothingToSettle, SettledMeanwhile
from ledger.returns.queries import overview
from ledger.ubl.gateway import xml_of
from ledger.vat.rules import VatCode
from tests.einvoices import fatals
from tests.ledger.freehand.test_outside import balance

YEAR, AT = Period.parse("2026"), datetime(2026, 9, 1, 12, tzinfo=UTC)


def ask(trade, percentage=None, amount=None, **facts):
    return services.ask_ahead(
        trade.session, agreement=trade.agreement, seller_id=trade.seller.id, actor=trade.member, at=trade.at,
        percentage=None if percentage is None else Decimal(percentage), amount=amount and Money.of(amount), **facts,
    )  # fmt: skip


def asked(trade, amount="300.00"):
    """A prepayment that the buyer approved."""
    return trade.approve(trade.send(ask(trade, amount=amount)), note="Zo afgesproken")


def final(trade, quantity="20"):
    """A sent invoice from which the prepayment is taken off."""
    return trade.send(services.settle(trade.session, invoice=trade.draft(quantity)))


def credit(trade, invoice, quantity):
    return credit_invoice(
        trade.session, invoice=invoice, quantities={invoice.lines[0].id: Decimal(quantity)}, reason="Fout",
        actor=trade.member, at=trade.at,
    )  # fmt: skip


def books(trade):
    """What is owed in work, revenue and VAT at the seller; paid ahead, costs and VAT at the buyer (cents)."""
    seller = [balance(trade, trade.seller.id, role) for role in ("advance_received", "revenue", "vat_output")]
    return seller + [
        balance(trade, trade.buyer.id, role) for role in ("advance_given", "expense", "vat_input")
    ]


def test_it_is_owed_in_work_until_an_invoice_settles_it_and_vat_is_counted_once(trade):
    ahead = asked(trade)
    assert (ahead.total.plain(), ahead.lines[0].description) == ("363.00", "Voorschot op C-2026-0001")
    assert books(trade) == [-30_000, 0, -6_300, 30_000, 0, 6_300]
    trade.pay(ahead)
    sent = trade.approve(final(trade))
    assert [(line.quantity, line.net.plain()) for line in sent.lines] == [
        (Decimal(20), "650.00"), (Decimal(-1), "-300.00"),
    ]  # fmt: skip
    assert (sent.net.plain(), sent.vat.plain(), sent.total.plain()) == ("350.00", "73.50", "423.50")
    assert books(trade) == [0, -65_000, -13_650, 0, 65_000, 13_650]
    trade.pay(sent)
    for party, side in ((trade.seller, Side.RECEIVABLE), (trade.buyer, Side.PAYABLE)):
        assert overview(trade.session, party.id, YEAR).ties
        assert ageing(trade.session, party.id, side, date(2026, 9, 1)).difference == Money(0)
    assert overview(trade.session, trade.seller.id, YEAR).owed.minor == 13_650
    trade.force()


def test_what_is_more_than_the_work_waits_for_the_next_invoice(trade):
    asked(trade, "300.00")
    first = services.settle(trade.session, invoice=trade.draft("4"))
    assert [line.net.minor for line in first.lines] == [13_000, -13_000]
    discard_draft(trade.session, invoice=first)  # nothing to pay: such an invoice is not sent
    second = final(trade, "10")
    [(_, left)] = queries.open_ones(trade.session, trade.agreement.id, trade.seller.id) or [(None, None)]
    assert left is None
    assert second.net.plain() == "25.00"
    with pytest.raises(NothingToSettle):
        services.settle(trade.session, invoice=trade.draft("1"))


def test_nothing_is_settled_before_the_buyer_approved(trade):
    trade.send(ask(trade, amount="300.00"))
    draft = trade.draft()
    assert not paid_ahead(trade.session, draft)
    with pytest.raises(NothingToSettle):
        services.settle(trade.session, invoice=draft)


def test_the_approver_says_why_it_is_paid_ahead(trade):
    sent = trade.send(ask(trade, percentage="10"))
    assert sent.net.plain() == "1300.00"
    with pytest.raises(DifferenceUnexplained):
        trade.approve(sent)


def test_of_two_drafts_that_settle_the_same_the_second_is_refused(trade):
    asked(trade)
    one, two = (services.settle(trade.session, invoice=trade.draft("20")) for _ in range(2))
    trade.send(one)
    with pytest.raises(SettledMeanwhile):
        trade.send(two)


def test_a_prepayment_that_was_settled_is_not_credited_and_one_that_was_credited_is_not_settled(trade):
    ahead = asked(trade)
    draft = services.settle(trade.session, invoice=trade.draft("20"))
    note = credit(trade, ahead, 1)
    assert note.prepayment
    assert books(trade) == [0, 0, 0, 0, 0, 0]
    with pytest.raises(SettledMeanwhile):
        trade.send(draft)


def test_a_settled_prepayment_is_not_credited(trade):
    ahead = asked(trade)
    final(trade)
    with pytest.raises(SettledMeanwhile):
        credit(trade, ahead, 1)


def test_when_all_work_is_credited_the_prepayment_is_owed_again(trade):
    asked(trade)
    sent = trade.approve(final(trade))
    assert not paid_ahead(trade.session, trade.draft("1"))  # nothing is left to take off
    credit(trade, sent, 20)
    assert paid_ahead(trade.session, trade.draft("1"))
    assert books(trade)[:3] == [-30_000, 0, -6_300]
    [(_, left)] = queries.open_ones(trade.session, trade.agreement.id, trade.seller.id)
    assert sum(left.values()) == 30_000
    trade.force()


def test_credit_of_a_part_leaves_the_settlement(trade):
    asked(trade)
    note = credit(trade, final(trade), 2)
    assert [line.net.minor for line in note.lines] == [6_500]
    assert books(trade)[0] == 0
    trade.force()


def test_the_electronic_documents_are_lawful(trade):
    ahead = asked(trade)
    for sent in (ahead, final(trade)):
        found = offered(trade.session, sent)
        assert [fatals(xml_of(each.document)) for each in found if each.document] == [[], [], []]


@pytest.mark.parametrize(
    ("wanted", "fault"),
    [
        ({}, AheadWrong), ({"percentage": "10", "amount": "5.00"}, AheadWrong), ({"amount": "0.00"}, AheadWrong),
        ({"amount": "13000.01"}, AheadAboveAgreement), ({"percentage": "0"}, AheadWrong),
    ],
)  # fmt: skip
def test_what_may_be_asked(trade, wanted, fault):
    with pytest.raises(fault):
        ask(trade, **wanted)


def test_together_no_more_is_asked_than_the_part(trade):
    asked(trade, "12000.00")
    trade.send(trade.draft("20"))  # 650.00
    with pytest.raises(AheadAboveAgreement) as refused:
        ask(trade, amount="350.01")
    assert refused.value.facts["left"] == Money.of("350.00")


def test_it_is_divided_over_the_vat_codes_to_the_cent():
    worth = {VatCode.STANDARD: Money(200), VatCode.REDUCED: Money(100), VatCode.ZERO: Money(0)}
    lines = rules.lines_ahead(Money(1_001), worth, "C-1")
    assert [(line.vat_code, line.net.minor) for line in lines] == [
        (VatCode.STANDARD, 667),
        (VatCode.REDUCED, 334),
    ]


def test_settling_takes_the_oldest_first_and_keeps_to_its_rate():
    high, low = ("S", Decimal(21)), ("S", Decimal(9))
    found = rules.settled_now([(1, {high: 30, low: 5}), (2, {high: 90})], {high: 100})
    assert found == [(1, high, 30), (2, high, 70)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice_line SET unit_price = 301, net_amount = -30100 WHERE invoice_id = :draft AND settles_id IS NOT NULL",
        "UPDATE invoice_line SET settles_id = :other WHERE invoice_id = :draft AND settles_id IS NOT NULL",
    ],
    ids=["more", "no prepayment"],
)
def test_the_database_settles_no_more_than_was_asked(trade, statement, monkeypatch):
    asked(trade)
    other = trade.approve(trade.send(trade.draft("1")))
    draft = services.settle(trade.session, invoice=trade.draft("20"))
    trade.force(statement, draft=draft.id, other=other.id)
    trade.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    trade.session.expire_all()
    trade.agreement = agreement_by_id(trade.session, draft.agreement_id)
    monkeypatch.setattr(queries, "left_of", lambda _session, _held: {})  # the fence alone
    with pytest.raises(DBAPIError) as refused:
        trade.send(invoice_by_id(trade.session, draft.id))
        trade.force()
    assert refused.value.orig.sqlstate == "CI009"


def test_two_who_settle_at_the_same_moment_settle_once(at_once, build_trade):
    with at_once.atomic() as session:
        trade = build_trade(session, AT)
        asked(trade)
        drafts = [services.settle(session, invoice=trade.draft("20")).id for _ in range(2)]
        agreement_id, member = trade.agreement.id, trade.member

    def send(draft_id):
        return lambda session: send_invoice(
            session, invoice=invoice_by_id(session, draft_id), agreement=agreement_by_id(session, agreement_id),
            actor=member, at=AT,
        ).id  # fmt: skip

    answers = at_once.run(*(send(each) for each in drafts))
    assert max(map(str, answers)) == "SettledMeanwhile"
    with at_once.sessions() as session:
        assert session.query(Invoice).filter(Invoice.id.in_(drafts), Invoice.number.is_not(None)).count() == 1
