"""Approving and disputing through the services."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, literal, select

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.agreements.queries import agreement_by_id
from ledger.approval import errors, queries
from ledger.approval.services import approve_invoice, dispute_invoice, set_limit, set_vat_recoverable
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice
from ledger.invoicing.services import credit_invoice


def balance(trade, role):
    total = func.coalesce(func.sum(Account.posted), 0)
    return trade.session.scalar(select(total).where(Account.party_id == trade.buyer.id, Account.role == role))


def limit(trade, amount, actor=None):
    return set_limit(
        trade.session, buyer=trade.buyer, limit=Money.of(amount), actor=actor or trade.purchaser, at=trade.at
    )


def dispute(trade, invoice, reason="Te veel uren"):
    return dispute_invoice(trade.session, invoice=invoice, reason=reason, actor=trade.purchaser, at=trade.at)


def credit(trade, invoice, quantity):
    return credit_invoice(
        trade.session, invoice=invoice, quantities={invoice.lines[0].id: Decimal(quantity)}, reason="Te veel",
        actor=trade.member, at=trade.at,
    )  # fmt: skip


def test_above_the_limit_two_people_approve(trade):
    limit(trade, "100.00")
    sent = trade.send()
    assert trade.approve(sent).state == "sent"
    with pytest.raises(errors.SecondPersonNeeded):
        trade.approve(sent)
    assert trade.approve(sent, actor=trade.colleague).state == "approved"
    assert balance(trade, "payable") == -39325
    with pytest.raises(errors.NotWaiting):
        trade.approve(sent)


def test_the_sender_does_not_approve(trade):
    with pytest.raises(errors.OwnInvoice):
        trade.approve(trade.send(), actor=trade.member)


def test_delivery_is_confirmed(trade):
    sent = trade.send()
    with pytest.raises(errors.DeliveryNotConfirmed):
        trade.approve(sent, delivered=False)
    assert invoicing.locked(trade.session, sent.id).state == "sent"


def test_above_the_agreement_needs_a_reason(trade):
    trade.send(trade.draft("395"))
    sent = trade.send(trade.draft("6"))
    compared = queries.comparison(trade.session, sent, trade.agreement)
    assert [(line.left, line.above) for line in compared.lines] == [(5, True)]
    assert compared.above
    with pytest.raises(errors.DifferenceUnexplained):
        trade.approve(sent)
    assert trade.approve(sent, note="Meerwerk, afgesproken op 3 augustus").state == "approved"


def test_a_member_above_its_own_part_is_seen(trade):
    trade.agree(suppliers=[(trade.seller.id, 1000), (trade.partner.id, 9000)])
    sent = trade.send(trade.draft("41"))
    assert queries.comparison(trade.session, sent, trade.agreement).above
    assert not any(line.above for line in queries.comparison(trade.session, sent, trade.agreement).lines)


def test_a_dispute_stops_the_clock_of_approvals(trade):
    limit(trade, "100.00")
    sent = trade.send()
    trade.approve(sent)
    held = dispute(trade, sent)
    assert (held.state, held.round) == ("disputed", 1)
    assert queries.approved_by(trade.session, held) == []
    with pytest.raises(errors.AlreadyDisputed):
        dispute(trade, sent)
    assert trade.approve(sent).state == "disputed"
    assert trade.approve(sent, actor=trade.colleague).state == "approved"
    with pytest.raises(errors.NotWaiting):
        dispute(trade, sent)


def test_a_dispute_says_why(trade):
    with pytest.raises(errors.ReasonMissing):
        dispute(trade, trade.send(), " \n")


def test_credit_before_approval_comes_into_the_books_with_it(trade):
    sent = trade.send()
    note = credit(trade, sent, "4")
    assert balance(trade, "payable") == 0
    trade.approve(sent)
    assert balance(trade, "payable") == -23595
    assert invoicing.locked(trade.session, note.id).state == "approved"


def test_credit_after_approval_comes_into_the_books_at_once(trade):
    sent = trade.approve(trade.send())
    note = credit(trade, sent, "10")
    assert [balance(trade, role) for role in ("payable", "expense", "vat_input")] == [0, 0, 0]
    assert invoicing.locked(trade.session, note.id).state == "approved"
    assert invoicing.locked(trade.session, sent.id).state == "credited"
    with pytest.raises(errors.NotWaiting):
        trade.approve(note)
    with pytest.raises(errors.NotWaiting):
        dispute(trade, note)


def test_a_fully_credited_invoice_never_reaches_the_buyers_books(trade):
    sent = trade.send()
    credit(trade, sent, "10")
    with pytest.raises(errors.NotWaiting):
        trade.approve(sent)
    assert balance(trade, "payable") == 0


def test_vat_that_does_not_come_back_is_cost_and_stays_so(trade):
    set_vat_recoverable(
        trade.session, buyer=trade.buyer, recoverable=False, actor=trade.purchaser, at=trade.at
    )
    sent = trade.approve(trade.send())
    assert [balance(trade, role) for role in ("expense", "vat_input")] == [39325, 0]
    set_vat_recoverable(
        trade.session, buyer=trade.buyer, recoverable=True, actor=trade.purchaser, at=trade.at
    )
    credit(trade, sent, "10")
    assert [balance(trade, role) for role in ("expense", "vat_input")] == [0, 0]


def test_a_lower_limit_counts_at_once_a_higher_one_when_a_colleague_asks_the_same(trade):
    assert limit(trade, "1000.00")
    assert not limit(trade, "9000.00")
    now = queries.settings(trade.session, trade.buyer)
    assert (now.limit.plain(), now.asked.plain()) == ("1000.00", "9000.00")
    with pytest.raises(errors.ColleagueConfirms):
        limit(trade, "9000.00")
    assert not limit(trade, "8000.00", trade.colleague)
    assert limit(trade, "8000.00")
    now = queries.settings(trade.session, trade.buyer)
    assert (now.limit.plain(), now.asked) == ("8000.00", None)
    with pytest.raises(errors.LimitWrong):
        limit(trade, "-1.00")


def test_what_waits_is_told_to_those_who_can_act(trade):
    def count(actor):
        waits = queries.awaits(literal(trade.buyer.id), literal(actor.user_id))
        return trade.session.execute(select(func.count(), func.min(Invoice.due_on)).where(*waits)).one()

    limit(trade, "100.00")
    sent = trade.send()
    assert tuple(count(trade.purchaser)) == (1, date(2026, 10, 1))
    trade.approve(sent)
    assert (count(trade.purchaser)[0], count(trade.colleague)[0]) == (0, 1)


@pytest.mark.slow
def test_two_approvers_at_once_book_once(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        limit(trade, "100.00")
        sent = trade.send()
        ids, people = (sent.id, trade.agreement.id, trade.buyer.id), (trade.purchaser, trade.colleague)

    def approving(actor):
        def act(session):
            return approve_invoice(
                session, invoice=invoicing.invoice_by_id(session, ids[0]),
                agreement=agreement_by_id(session, ids[1]), delivered=True, actor=actor, at=at,
            ).state.value  # fmt: skip

        return act

    answers = at_once.run(*(approving(actor) for actor in (*people, *people)))
    assert sorted(answers)[-2:] == ["approved", "sent"]
    assert set(answers[:]) <= {"approved", "sent", "SecondPersonNeeded", "NotWaiting"}
    with at_once.atomic() as session:
        posted = select(Account.posted).where(Account.party_id == ids[2], Account.role == "payable")
        assert session.scalars(posted).all() == [-39325]


@pytest.mark.slow
def test_approval_and_dispute_at_once_leave_one(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        sent = trade.send()
        ids, one, other = (sent.id, trade.agreement.id), trade.purchaser, trade.colleague

    def approve(session):
        invoice, agreement = invoicing.invoice_by_id(session, ids[0]), agreement_by_id(session, ids[1])
        return approve_invoice(
            session, invoice=invoice, agreement=agreement, delivered=True, actor=one, at=at
        ).state.value

    def complain(session):
        invoice = invoicing.invoice_by_id(session, ids[0])
        return dispute_invoice(session, invoice=invoice, reason="Nee", actor=other, at=at).state.value

    answers = at_once.run(approve, complain)
    assert answers in (
        ["approved", "NotWaiting"],
        ["approved", "disputed"],
    )  # the second: disputed, then approved
