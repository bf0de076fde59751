"""An invoice from outside, from the inbox to the books, the bank and the figure; and what a person is asked about."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError, IntegrityError

from cwb.kernel.errors import RuleBroken
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from ledger.ageing.queries import ageing
from ledger.ageing.rules import Side
from ledger.inbound.errors import NotForUs
from ledger.incoming import errors, jobs, queries, rules, services
from ledger.incoming.models import InboundDocument, IncomingInvoice
from ledger.incoming.rules import IncomingState
from ledger.peppol.gateway import Twin
from ledger.returns.queries import lines, overview
from ledger.spend.models import SpendLine
from ledger.takeback.services import take_back
from tests.ledger.bankdesk.conftest import BUYERS, Desk, camt, row
from tests.ledger.inbound.test_inbound import BILL
from tests.ledger.incoming.conftest import OTHER_IBAN

QUARTER = Period.quarter(2026, 3)


def test_an_approved_invoice_is_in_the_books_the_vat_overview_the_ageing_and_the_figure_once(inbox):
    held = inbox.approve(inbox.take())
    assert (held.state, held.cost, held.vat_recoverable) == ("approved", "services", True)
    assert inbox.books() == {"expense": 11_089, "vat_input": 2_198, "payable": -13_287}
    found = overview(inbox.session, inbox.buyer.id, QUARTER)
    assert [(each.key, each.count, each.net, each.vat) for each in found.rows] == [
        ("input", 1, Money(11_089), Money(2_198))]  # fmt: skip
    assert (found.ties, found.input.others) == (True, ())
    assert [each.number for each in lines(inbox.session, inbox.buyer.id, QUARTER, "input")] == ["2026-014"]
    aged = ageing(inbox.session, inbox.buyer.id, Side.PAYABLE, date(2026, 12, 31))
    assert (aged.total, aged.booked, aged.difference, aged.others) == (
        Money(13_287),
        Money(13_287),
        Money(0),
        [],
    )
    (line,) = inbox.session.scalars(select(SpendLine).where(SpendLine.anchor_id == inbox.buyer.id))
    assert (line.net_amount, line.document_number, line.weight) == (11_089, "2026-014", 1)
    inbox.settled()


def test_paid_in_parts_by_hand_and_taken_back_the_books_and_the_ageing_follow(inbox):
    held = inbox.approve(inbox.take())
    inbox.pay(held, 10_000)
    assert inbox.pay(held, 10_000).id == inbox.pay(held, 10_000).id, "the same key pays once"
    last = inbox.pay(held, key="b")
    assert (held.state, held.open, inbox.books()["bank"]) == ("settled", Money(0), -13_287)
    assert ageing(inbox.session, inbox.buyer.id, Side.PAYABLE, date(2026, 12, 31)).lines == ()
    services.undo_payment(inbox.session, payment=last, reason="Verkeerde", actor=inbox.first, at=inbox.at)
    assert (held.state, held.open, held.paid_on) == ("approved", Money(3_287), None)
    aged = ageing(inbox.session, inbox.buyer.id, Side.PAYABLE, date(2026, 12, 31))
    assert (aged.total, aged.booked, aged.difference) == (Money(3_287), Money(3_287), Money(0))
    with pytest.raises(errors.AlreadyUndone):
        services.undo_payment(inbox.session, payment=last, reason="Weer", actor=inbox.first, at=inbox.at)
    inbox.settled()


def test_a_credit_note_takes_debt_vat_and_purchase_off_and_after_payment_the_sender_owes_it_back(inbox):
    held = inbox.approve(inbox.take())
    inbox.pay(held)
    note = inbox.approve(inbox.take(inbox.note()))
    assert (note.state, held.open, held.state) == ("settled", Money(-13_287), "settled")
    found = overview(inbox.session, inbox.buyer.id, QUARTER)
    assert (found.back, found.ties) == (Money(0), True)
    assert sum(inbox.session.scalars(select(SpendLine.net_amount))) == 0
    inbox.pay(held, 13_287, key="back", back=True)
    assert inbox.books() == {}
    inbox.settled()


def test_what_a_credit_note_cannot_be_taken_off_is_refused(inbox):
    with pytest.raises(errors.CreditOfUnknown):
        inbox.take(inbox.note())
    held = inbox.take()
    note = inbox.take(inbox.note())
    with pytest.raises(errors.CreditOfWaiting):
        inbox.approve(note)
    inbox.approve(held)
    inbox.approve(note)
    again = inbox.take(inbox.note(number="C-2"))
    with pytest.raises(errors.CreditAbove):
        inbox.approve(again)


def test_shifted_vat_is_declared_by_the_buyer_and_ties(inbox):
    line = {
        "description": "Werk",
        "quantity": "1",
        "unit": "HUR",
        "unit_price": "100.00",
        "vat": "reverse_charge",
    }
    content = inbox.ubl(lines=[line] * 2, buyer={"vat_id": "NL000099998B57"})
    inbox.approve(inbox.take(content))
    found = overview(inbox.session, inbox.buyer.id, QUARTER)
    assert (found.owed, found.back, found.ties) == (Money(4_200), Money(4_200), True)
    assert inbox.books()["payable"] == -20_000


def test_the_same_number_of_the_same_sender_is_there_once(inbox):
    held = inbox.take()
    with pytest.raises(errors.ReceivedBefore):
        inbox.take()
    with pytest.raises(errors.ReceivedBefore):
        inbox.take(seller={"name": "Drukkerij Voorbeeld BV", "vat_id": "NL000099998B57"})
    other = inbox.take(seller={"kvk": "70000002"})
    assert other.sender_id != held.sender_id
    copy = {
        c.key: getattr(held, c.key)
        for c in IncomingInvoice.__table__.columns
        if c.key not in {"id", "public_id"}
    }
    with pytest.raises(IntegrityError), inbox.session.begin_nested():
        inbox.session.add(IncomingInvoice(**copy))
        inbox.session.flush()
    services.refuse(inbox.session, incoming=held, reason="Niet besteld", actor=inbox.first, at=inbox.at)
    assert inbox.take().id != held.id, "a refused number may come anew"


def test_an_invoice_that_was_made_here_is_not_taken_in_again(inbox):
    trade = inbox.trade
    sent = trade.send()
    with pytest.raises(errors.MadeHere):
        inbox.take(number=sent.number, seller={"kvk": trade.seller.kvk_number, "name": trade.seller.name})


def test_a_twin_of_what_the_sender_made_here_is_shown_and_its_account_is_known(inbox):
    trade = inbox.trade
    who = {"kvk": trade.seller.kvk_number, "name": trade.seller.name, "vat_id": trade.seller.vat_id}
    sent = trade.approve(trade.send())
    assert trade.seller.iban
    line = BILL["lines"][0] | {"quantity": "1", "unit_price": str(Decimal(sent.net_amount) / 100)}
    content = inbox.ubl(
        number="X-1", seller=who | {"iban": trade.seller.iban}, issued_on=sent.issued_on.isoformat(),
        lines=[line], price=line["unit_price"],
    )  # fmt: skip
    alike = inbox.take(content)
    assert alike.total == sent.total_amount
    assert "looks_double" in inbox.odd(alike)
    assert not {"new_sender", "new_iban"} & set(inbox.odd(alike))
    other = inbox.take(number="X-2", price="10.00", seller=who | {"iban": OTHER_IBAN})
    assert "new_iban" in inbox.odd(other)
    assert "looks_double" not in inbox.odd(other)


def test_who_sends_an_invoice_to_itself_made_a_mistake(inbox):
    with pytest.raises(errors.FromOurselves):
        inbox.take(seller={"kvk": inbox.buyer.kvk_number})
    assert inbox.session.query(IncomingInvoice).count() == 0


def test_an_invoice_of_a_day_to_come_is_kept_and_approved_on_its_day(inbox):
    day = inbox.at.date() + timedelta(days=1)
    held = inbox.take(issued_on=day.isoformat())
    with pytest.raises(errors.DatedAhead):
        inbox.approve(held)
    assert (inbox.books(), held.state) == ({}, "waiting")
    inbox.at += timedelta(days=1)
    assert inbox.approve(held).state == "approved"


@pytest.mark.parametrize("buyer", [{"kvk": "80000009"}, {"kvk": "", "oin": "0" * 20, "name": "Een ander"}])
def test_what_is_for_somebody_else_is_not_ours(inbox, buyer):
    with pytest.raises(NotForUs):
        inbox.take(buyer=buyer)
    assert inbox.session.query(IncomingInvoice).count() == 0


def test_all_faults_are_handed_back_and_nothing_is_kept(inbox):
    faults: list[RuleBroken] = []
    content = inbox.ubl().replace(b">EUR</cbc:DocumentCurrencyCode>", b">USD</cbc:DocumentCurrencyCode>")
    with pytest.raises(errors.DocumentFaulty):
        inbox.take(content.replace(b">132.87</cbc:TaxInc", b">132.88</cbc:TaxInc"), faults=faults)
    assert {type(each).__name__ for each in faults} == {"CurrencyRefused", "SumWrong"}
    assert inbox.session.query(IncomingInvoice).count() == 0


def test_another_iban_than_we_know_needs_a_call_a_reason_and_two_people(inbox):
    first = inbox.take()
    assert inbox.odd(first) == ["new_sender", "no_agreement"]
    with pytest.raises(errors.AccountUnchecked):
        inbox.approve(first, checked=False)
    assert inbox.approve(first, note="").state == "approved", "a first invoice needs no second person"
    changed = inbox.take(number="2026-015", seller={"iban": OTHER_IBAN})
    assert changed.flags[0] == "new_iban"
    with pytest.raises(errors.AccountUnchecked):
        inbox.approve(changed, checked=False)
    with pytest.raises(errors.ReasonMissing):
        inbox.approve(changed, note=" ")
    assert inbox.approve(changed).state == "waiting"
    with pytest.raises(errors.SecondPersonNeeded):
        inbox.approve(changed)
    assert inbox.approve(changed, inbox.second).state == "approved"
    assert "new_iban" not in inbox.odd(inbox.take(number="2026-016", seller={"iban": OTHER_IBAN}))


def test_two_that_came_before_either_was_approved_do_not_slip_a_second_account_in(inbox):
    one, other = inbox.take(), inbox.take(number="2026-015", price="30.00", seller={"iban": OTHER_IBAN})
    inbox.approve(one)
    assert "new_iban" not in other.flags
    assert inbox.odd(other)[0] == "new_iban"
    assert inbox.approve(other).state == "waiting"


def test_amounts_doubles_and_names_that_are_odd_are_shown(inbox):
    for place in range(3):
        inbox.approve(inbox.take(number=f"2026-{place}", price=f"3{place}.00"))
    assert "odd_amount" in inbox.odd(inbox.take(number="A", price="100.00"))
    assert "odd_amount" not in inbox.odd(inbox.take(number="B", price="60.00"))
    assert "looks_double" in inbox.odd(inbox.take(number="D", price="60.00"))
    assert "other_name" in inbox.odd(inbox.take(number="E", price="1.00", seller={"name": "Drukker Anders"}))


def test_four_eyes_above_the_limit_and_never_by_who_brought_it(inbox):
    large = inbox.take(price="2000.00")
    with pytest.raises(errors.OwnUpload):
        inbox.approve(large, inbox.clerk)
    assert inbox.approve(large).state == "waiting"
    assert inbox.approve(large, inbox.second).state == "approved"
    with pytest.raises(errors.NotWaiting):
        inbox.approve(large, inbox.second)


def test_a_dispute_takes_approvals_away_and_an_undelivered_one_is_not_approved(inbox):
    held = inbox.take(price="2000.00")
    with pytest.raises(errors.NotDelivered):
        inbox.approve(held, delivered=False)
    inbox.approve(held)
    services.dispute(inbox.session, incoming=held, reason="Te veel", actor=inbox.second, at=inbox.at)
    with pytest.raises(errors.AlreadyDisputed):
        services.dispute(inbox.session, incoming=held, reason="Weer", actor=inbox.second, at=inbox.at)
    assert inbox.approve(held, inbox.second).state == "disputed"
    assert inbox.approve(held).state == "approved"
    with pytest.raises(errors.NotWaiting):
        services.refuse(inbox.session, incoming=held, reason="Toch niet", actor=inbox.first, at=inbox.at)


def test_a_member_of_the_alliance_is_held_against_its_agreement(inbox):
    seller = {"kvk": inbox.trade.seller.kvk_number, "name": inbox.trade.seller.name}
    held = inbox.take(price="5000.00", seller=seller, contract_reference=inbox.trade.agreement.reference)
    compared = queries.comparison(inbox.session, held)
    assert (held.agreement_id, compared.part, compared.above) == (
        inbox.trade.agreement.id,
        Money(1_300_000),
        True,
    )
    with pytest.raises(errors.ReasonMissing):
        inbox.approve(held, note="")


def test_without_a_day_to_pay_the_law_gives_thirty():
    assert rules.due_on(None, date(2026, 8, 20)) == date(2026, 9, 19)
    assert rules.due_on(date(2026, 8, 20), date(2026, 8, 20)) == date(2026, 8, 20)


def test_a_last_day_before_its_own_day_is_said_and_the_law_counts(inbox):
    plain = inbox.take()
    assert (inbox.odd(plain).count("due_early"), plain.said_due) == (0, plain.due_on)
    early = inbox.ubl(number="2026-015")
    said = re.search(rb"<cbc:DueDate>([^<]*)<", early).group(1)
    held = inbox.take(early.replace(said, b"2026-08-01", 1))
    assert "due_early" in held.flags
    assert (held.said_due, held.due_on) == (date(2026, 8, 1), held.issued_on + timedelta(days=30))
    inbox.settled()


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"cents": 13_288}, errors.PaymentAboveOpen), ({"cents": -1}, errors.AmountNotPositive),
        ({"paid_on": date(2026, 9, 2)}, errors.PaidInFuture), ({"back": True, "cents": 1}, errors.NotPayable),
    ],
)  # fmt: skip
def test_a_payment_that_does_not_fit_is_refused(inbox, facts, fault):
    held = inbox.approve(inbox.take())
    with pytest.raises(fault):
        inbox.pay(held, **facts)


def test_what_waits_is_not_paid(inbox):
    with pytest.raises(errors.NotPayable):
        inbox.pay(inbox.take(), 100)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incoming_invoice SET total = total + 1, net = net + 1",
        "UPDATE incoming_invoice SET iban = 'NL02ABNA0123456789'",
        "UPDATE incoming_invoice SET state = 'waiting'",
        "UPDATE incoming_invoice SET cost = 'other'",
        "UPDATE incoming_invoice SET paid = 1",
        "DELETE FROM incoming_invoice",
        "UPDATE incoming_payment SET amount = 1",
        "DELETE FROM incoming_payment",
        "UPDATE incoming_step SET note = 'x'",
        "TRUNCATE incoming_step",
    ],
)
def test_the_database_keeps_what_came_and_what_was_paid(inbox, statement):
    inbox.pay(inbox.approve(inbox.take()))
    with pytest.raises(DatabaseError), inbox.session.begin_nested():
        inbox.trade.force(statement)


def test_the_network_brings_a_document_once_and_keeps_why_another_was_refused(inbox, tmp_path):
    (tmp_path / "a.xml").write_bytes(inbox.ubl())
    (tmp_path / "b.xml").write_bytes(inbox.ubl())
    (tmp_path / "c.xml").write_bytes(inbox.ubl("X").replace(b">21.98<", b">21.97<"))
    (tmp_path / "d.xml").write_bytes(b"<geen/>")
    point = Twin(tmp_path)
    assert jobs.take_all(inbox.session, point, inbox.at) == 4
    assert jobs.take_all(inbox.session, point, inbox.at) == 0
    services.keep_inbound(inbox.session, provider_id="a.xml", content=inbox.ubl(), at=inbox.at)
    found = inbox.session.scalars(select(InboundDocument).order_by(InboundDocument.id)).all()
    assert [each.outcome for each in found] == ["kept", "known", "refused", "refused"]
    assert "BR-CO-14" in found[2].faults[0]
    (held,) = inbox.session.scalars(select(IncomingInvoice))
    assert (held.channel, held.provider_id, held.brought_by_id) == ("peppol", "a.xml", None)
    assert [each.id for each in queries.refused_documents(inbox.session, inbox.buyer.id)] == [found[2].id]


def test_a_bank_file_pays_it_by_its_mark_and_taking_back_opens_it_again(inbox):
    held = inbox.approve(inbox.take())
    desk = Desk(inbox.trade)
    inbox.buyer.iban = BUYERS
    inbox.session.flush()
    taken = desk.take(
        camt("B1", "0.00", "-132.87", row("-132.87", ref="A", mark=held.mark, iban=held.iban), iban=BUYERS),
        party=inbox.buyer,
    )
    assert (taken.matched, held.state, inbox.books()["bank"]) == (1, "settled", -13_287)
    take_back(inbox.session, entry=desk.entry(), actor=inbox.first, at=inbox.at, reason="Andere factuur")
    assert (held.state, "bank" in inbox.books()) == (IncomingState.APPROVED, False)
    inbox.settled()
