from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.kernel.money import Money
from cwb.notifications.models import Mail, MailFile
from ledger.approval.services import dispute_invoice
from ledger.invoicing import queries as invoicing
from ledger.invoicing.services import discard_draft, send_invoice
from ledger.reminders import queries, services
from ledger.reminders.errors import AlreadyClaimed, NothingToClaim, NothingToRemind, StageSent, TooSoon
from ledger.reminders.models import InvoiceClaim, InvoiceReminder
from ledger.reminders.rules import Stage, where_to_pay


@pytest.fixture
def late(trade, at):
    """An invoice that is ten days late, of which half was paid on the last day to pay."""
    sent = at - timedelta(days=40)
    days = {"delivered_from": date(2026, 7, 1), "delivered_until": date(2026, 7, 20)}
    return trade.approve(trade.send(trade.draft(at=sent, **days), at=sent), at=sent)


def send(trade, invoice, stage=Stage.FRIENDLY, **facts):
    known = {"invoice": invoice, "stage": stage, "actor": trade.member, "at": trade.at}
    return services.send_reminder(trade.session, **(known | facts))


def test_a_reminder_is_a_persons_act_that_the_buyer_reads(session, trade, late):
    trade.pay(late, "300.00", paid_on=late.due_on)
    made = send(trade, late)
    assert (made.stage, made.open_amount, made.collection_amount) == (1, 9_325, 4_000)
    assert made.interest_amount == 26  # 93.25 x 10.15 % x 10 / 365
    record = session.scalar(select(AuditRecord).where(AuditRecord.action == "invoice.reminded"))
    assert (record.actor_id, record.facts["stage"]) == (trade.member.user_id, 1)


def test_the_letter_says_where_to_pay_and_has_the_invoice_in_it(session, trade, late):
    send(trade, late)
    letters = session.scalars(select(Mail).where(Mail.subject.startswith("Herinnering"))).all()
    assert len(letters) == 2  # purchaser and board
    assert f"op rekening {trade.seller.iban}, kenmerk {late.payment_reference}." in letters[0].text
    file = session.scalar(select(MailFile).where(MailFile.mail_id == letters[0].id))
    assert (file.name, file.media_type, file.content[:5]) == (
        f"factuur-{late.number}.pdf", "application/pdf", b"%PDF-",
    )  # fmt: skip


def test_an_invoice_made_over_is_paid_to_the_fund_and_one_in_two_parts_on_both_accounts():
    facts = {"iban": "NL91ABNA0417164300", "email": "wij@voorbeeld.example"}
    assert where_to_pay(facts, "RF1", "NL39RABO0300065264")["iban"] == "NL39RABO0300065264"
    parts = [("NL91ABNA0417164300", False), ("NL62RABO0991005678", True)]
    assert where_to_pay(facts, "RF1", None, parts)["iban"] == "NL91ABNA0417164300 + NL62RABO0991005678 (G)"
    assert where_to_pay(facts, "RF1", None, parts[1:])["iban"] == "NL62RABO0991005678 (G)"
    assert where_to_pay(None, None) == {"iban": "", "reference": "", "email": ""}


def test_the_next_one_waits_and_none_goes_twice(session, trade, late):
    send(trade, late)
    with pytest.raises(StageSent):
        send(trade, late)
    with pytest.raises(TooSoon):
        send(trade, late, Stage.FIRM)
    send(trade, late, Stage.FIRM, at=trade.at + timedelta(days=8))
    assert [each.stage for each in queries.sent(session, [late.id])[late.id]] == [1, 2]


def test_what_is_paid_disputed_or_not_late_is_left_alone(trade, late, at):
    fresh = trade.send()
    disputed = trade.send(trade.draft(at=at - timedelta(days=40), delivered_from=date(2026, 7, 1),
                                      delivered_until=date(2026, 7, 2)), at=at - timedelta(days=40))  # fmt: skip
    dispute_invoice(trade.session, invoice=disputed, reason="Niet geleverd", actor=trade.purchaser, at=at)
    trade.pay(late)
    for invoice in (fresh, disputed, late):
        with pytest.raises(NothingToRemind):
            send(trade, invoice)


def test_seller_sees_only_its_own_late_invoices(session, trade, late, at):
    trade.send()
    found = [
        session.scalars(queries.overdue(party.id, at.date())).all() for party in (trade.seller, trade.partner)
    ]
    assert found == [[late], []]
    assert queries.late(session, [late], at.date())[late.id].open == Money(39_325)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE invoice_reminder SET stage = 2",
        "DELETE FROM invoice_reminder",
        (
            "INSERT INTO invoice_reminder (invoice_id, stage, sent_by_id, sent_at, open_amount, interest_amount, "
            "collection_amount) SELECT invoice_id, 4, sent_by_id, sent_at, 1, 1, 1 FROM invoice_reminder"
        ),
    ],
    ids=["change", "delete", "fourth"],
)
def test_the_database_keeps_what_was_sent(session, trade, late, attack):
    send(trade, late)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(attack))
    assert session.scalar(select(InvoiceReminder.stage)) == 1


@pytest.fixture
def paid_late(trade, late, at):
    """Paid whole, ten days late."""
    trade.pay(late, paid_on=at.date())
    return late


def ask(trade, invoice):
    return services.claim_interest(trade.session, invoice=invoice, actor=trade.member, at=trade.at)


def test_interest_is_asked_by_an_invoice_outside_vat(session, trade, paid_late):
    draft = ask(trade, paid_late)
    assert (draft.net, draft.vat, draft.total) == (
        Money(4_098),
        Money(0),
        Money(4_098),
    )  # 393.25 x 10.15 % x 9 / 365
    assert {line.category for line in draft.lines} == {"O"}
    claim = send_invoice(session, invoice=draft, agreement=None, actor=trade.member, at=trade.at)
    assert (claim.open, claim.buyer_id) == (Money(4_098), paid_late.buyer_id)
    assert queries.find_claim(session, paid_late.id).claim.number == claim.number
    assert queries.find_asked(session, claim) == paid_late
    assert queries.find_asked(session, paid_late) is None
    with pytest.raises(AlreadyClaimed):
        ask(trade, paid_late)
    late = claim.due_on + timedelta(days=30)
    assert queries.late(session, [claim], late)[claim.id].total == claim.total  # nothing on top of a claim


def test_a_thrown_away_claim_makes_room_for_another(session, trade, paid_late):
    discard_draft(session, invoice=ask(trade, paid_late))
    session.expire_all()
    assert queries.find_claim(session, paid_late.id) is None
    assert ask(trade, paid_late).total == Money(4_098)


def test_nothing_is_asked_while_it_is_open_or_of_a_claim_itself(session, trade, late, at):
    trade.pay(late, "300.00", paid_on=at.date())
    with pytest.raises(NothingToClaim):
        ask(trade, late)
    trade.pay(late, paid_on=at.date())
    claim = ask(trade, late)
    with pytest.raises(NothingToClaim):
        ask(trade, claim)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE invoice_claim SET interest_amount = 999",
        "DELETE FROM invoice_claim",
        "UPDATE invoice_claim SET claim_id = invoice_id",
    ],
    ids=["change", "delete", "itself"],
)
def test_the_database_keeps_what_was_asked(session, trade, paid_late, attack):
    ask(trade, paid_late)
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(attack))
    assert session.scalar(select(InvoiceClaim.interest_amount)) == 98


def test_the_database_refuses_a_claim_over_what_is_open(session, trade, late):
    other = trade.draft()
    row = InvoiceClaim(
        invoice_id=late.id, claim_id=other.id, until=trade.at.date(), interest_amount=1, collection_amount=0,
        made_by_id=trade.member.user_id, made_at=trade.at,
    )  # fmt: skip
    with pytest.raises(DBAPIError, match="not paid late"), session.begin_nested():
        session.add(row)
        session.flush()


def test_two_colleagues_ask_at_once_and_one_claim_is_made(at_once, build_trade, at):
    sent = at - timedelta(days=40)
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        days = {"delivered_from": date(2026, 7, 1), "delivered_until": date(2026, 7, 20)}
        made = trade.approve(trade.send(trade.draft(at=sent, **days), at=sent), at=sent)
        trade.pay(made, paid_on=at.date())
        key = made.public_id

    def act(session):
        found = invoicing.invoice(session, key)
        services.claim_interest(session, invoice=found, actor=trade.member, at=at)
        return "made"

    assert sorted(at_once.run(act, act)) == ["AlreadyClaimed", "made"]
