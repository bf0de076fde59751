"""Invoices to who is outside: the seller's books alone, paid, credited, reminded and told to the tax office."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from cwb.kernel.period import Period
from cwb.kernel.text import search_key
from cwb.notifications.models import Mail, MailFile
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.accounts.services import open_account
from ledger.advances.queries import find_covering
from ledger.ageing.queries import ageing
from ledger.ageing.rules import Side
from ledger.customers import queries as customers
from ledger.customers.errors import CustomerGone, CustomerUnknown, NotShifted, TakesPart
from ledger.customers.models import Customer
from ledger.customers.services import remove_customer
from ledger.einvoices.gateway import offered
from ledger.freehand import errors, queries
from ledger.freehand.services import change_free
from ledger.invoicing.errors import NotADraft
from ledger.invoicing.queries import locked
from ledger.invoicing.services import credit_invoice, send_invoice
from ledger.kor.rules import REASON
from ledger.kor.services import begin
from ledger.payments import policy as payments_policy
from ledger.payments.services import undo_payment
from ledger.reminders.errors import NoAddress
from ledger.reminders.rules import Stage
from ledger.reminders.services import send_reminder
from ledger.returns.queries import lines as vat_lines
from ledger.returns.queries import overview
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile
from tests.einvoices import fatals
from tests.ledger.freehand.conftest import BERLIN, PERSON, typed

YEAR = Period.parse("2026")


def balance(trade, party_id, role):
    return trade.session.scalar(
        select(func.coalesce(func.sum(Account.posted), 0)).where(
            Account.party_id == party_id, Account.role == role
        )
    )


def files(trade, letter):
    return trade.session.scalars(select(MailFile).where(MailFile.mail_id == letter.id)).all()


def letters(trade):
    return trade.session.execute(select(Mail.recipient, Mail.subject).order_by(Mail.id)).all()


def test_it_becomes_money_in_the_sellers_books_alone_and_is_paid_without_approval(trade, outside):
    buyer = outside.customer()
    sent = outside.send(buyer)
    assert (sent.number, sent.total.plain(), sent.stand) == ("2026-0001", "145.20", "outside")
    assert (sent.buyer_facts["city"], sent.buyer_facts["country"]) == ("Purmerend", "NL")
    assert balance(trade, trade.seller.id, "receivable") == 14_520
    claims = ageing(trade.session, trade.seller.id, Side.RECEIVABLE, date(2026, 9, 1))
    assert (claims.total.minor, claims.difference.minor) == (14_520, 0)
    trade.pay(sent, "45.20", actor=trade.member)
    paid = trade.pay(sent, actor=trade.member)
    assert paid.invoice_id == sent.id
    assert (locked(trade.session, sent.id).state, sent.paid_on) == ("paid", date(2026, 9, 1))
    assert [balance(trade, trade.seller.id, role) for role in ("receivable", "bank", "revenue")] == [
        0, 14_520, -12_000,
    ]  # fmt: skip
    held = Account.party_id == buyer.id
    assert trade.session.scalar(select(func.count()).select_from(Account).where(held)) == 0
    found = overview(trade.session, trade.seller.id, YEAR)
    assert (found.ties, found.owed.minor) == (True, 2_520)
    trade.force()


def test_a_payment_written_down_by_mistake_makes_it_a_claim_again(trade, outside):
    sent = outside.send(outside.customer())
    paid = trade.pay(sent, actor=trade.member)
    known = {"reason": "Verkeerde factuur", "two": False, "actor": trade.member, "at": trade.at}
    assert undo_payment(trade.session, payment=paid, **known)
    held = locked(trade.session, sent.id)
    assert (held.state, held.open.minor, held.paid_on) == ("sent", 14_520, None)
    assert [balance(trade, trade.seller.id, role) for role in ("receivable", "bank")] == [14_520, 0]
    claims = ageing(trade.session, trade.seller.id, Side.RECEIVABLE, date(2026, 9, 2))
    assert (claims.total.minor, claims.difference.minor) == (14_520, 0)
    trade.pay(held, actor=trade.member)
    assert held.state == "paid"
    trade.force()


def test_the_series_is_the_one_of_all_invoices(trade, outside):
    first, second = trade.send(), outside.send(outside.customer())
    assert (first.number, second.number) == ("2026-0001", "2026-0002")
    with pytest.raises(NotADraft):
        change_free(
            trade.session, invoice=second, lines=[typed()], delivered_from=date(2026, 8, 1),
            delivered_until=date(2026, 8, 1), payment_days=14, at=trade.at,
        )  # fmt: skip


def test_it_is_mailed_with_the_paper_and_nobody_is_sent_to_a_page(trade, outside):
    outside.send(outside.customer())
    mail = trade.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (mail.recipient, mail.link) == ("inkoop@bakkerij.example", None)
    before = len(letters(trade))
    outside.send(outside.customer(name="Zonder Post", email=""))
    assert len(letters(trade)) == before


def test_a_credit_note_says_who_it_was_also_when_the_address_book_forgot(trade, outside):
    buyer = outside.customer()
    sent = outside.send(buyer)
    remove_customer(trade.session, customer=buyer, actor=trade.member, at=trade.at)
    gone = trade.session.get_one(Customer, buyer.id)
    assert (gone.name, gone.street, gone.email, gone.iban) == ("Bakkerij Buiten", "", None, None)
    note = credit_invoice(
        trade.session, invoice=sent, quantities={sent.lines[0].id: Decimal(1)}, reason="Te veel", actor=trade.member,
        at=trade.at,
    )  # fmt: skip
    assert note.outside
    assert note.buyer_facts == sent.buyer_facts
    assert balance(trade, trade.seller.id, "receivable") == 9_680
    assert overview(trade.session, trade.seller.id, YEAR).ties
    trade.force()


def test_who_has_no_invoice_is_gone_altogether(trade, outside):
    buyer = outside.customer()
    remove_customer(trade.session, customer=buyer, actor=trade.member, at=trade.at)
    assert trade.session.scalar(select(Customer.id).where(Customer.id == buyer.id)) is None


def test_nothing_is_sent_to_who_was_taken_out_meanwhile(trade, outside):
    buyer = outside.customer()
    draft = outside.draft(buyer)
    remove_customer(trade.session, customer=buyer, actor=trade.member, at=trade.at)
    with pytest.raises(CustomerUnknown):
        customers.customer(trade.session, buyer.public_id, trade.seller.id)
    with pytest.raises(CustomerGone):
        send_invoice(trade.session, invoice=draft, agreement=None, actor=trade.member, at=trade.at)


def test_others_see_and_use_nothing_of_an_address_book(trade, outside):
    buyer = outside.customer()
    with pytest.raises(CustomerUnknown):
        customers.customer(trade.session, buyer.public_id, trade.partner.id)
    with pytest.raises(errors.BuyerUnknown):
        queries.buyer(trade.session, buyer.public_id, trade.partner.id)
    with pytest.raises(errors.BuyerUnknown):
        outside.draft(buyer, seller_id=trade.partner.id)
    assert trade.session.scalars(customers.customers(trade.partner.id)).all() == []


def test_who_takes_part_is_no_stranger(trade, outside):
    for known in (trade.buyer, trade.seller):
        with pytest.raises(TakesPart):
            outside.customer(kvk_number=known.kvk_number)


def test_vat_is_shifted_to_a_business_of_the_union_and_told_in_its_own_box(trade, outside):
    shifted = typed(vat="reverse_charge")
    outside.send(outside.customer(**BERLIN), shifted)
    found = overview(trade.session, trade.seller.id, YEAR)
    assert [(row.key, row.box, row.net.minor, row.vat.minor) for row in found.rows] == [
        ("abroad", "3b", 12_000, 0)
    ]
    assert [line.number for line in vat_lines(trade.session, trade.seller.id, YEAR, "abroad")] == [
        "2026-0001"
    ]
    assert not vat_lines(trade.session, trade.seller.id, YEAR, "reverse_charge")
    home = outside.customer(name="Bouwer", kvk_number="87654321", vat_id="NL000099998B57")
    outside.send(home, shifted)
    assert {row.box for row in overview(trade.session, trade.seller.id, YEAR).rows} == {"3b", "1e"}


@pytest.mark.parametrize(
    "who",
    [PERSON, {}, {"country": "US", "vat_id": "US1234567", "postcode": "10001"}],
    ids=["person", "none", "far"],
)
def test_vat_is_shifted_to_nobody_else(outside, who):
    with pytest.raises(NotShifted):
        outside.draft(outside.customer(**who), typed(vat="reverse_charge"))


def test_a_customer_that_lost_its_number_is_asked_again_at_sending(trade, outside):
    buyer = outside.customer(**BERLIN)
    draft = outside.draft(buyer, typed(vat="reverse_charge"))
    buyer.vat_id = None
    with pytest.raises(NotShifted):
        send_invoice(trade.session, invoice=draft, agreement=None, actor=trade.member, at=trade.at)


def test_under_the_small_businesses_scheme_there_is_no_vat_and_it_says_why(trade, outside):
    begin(trade.session, party_id=trade.seller.id, day=date(2026, 1, 1), actor=trade.member, at=trade.at)
    sent = outside.send(outside.customer(**PERSON))
    assert (sent.vat.minor, sent.exemption_reason) == (0, REASON)


@pytest.mark.parametrize(
    ("who", "line", "lawful"),
    [
        (PERSON, {}, {Profile.EN16931}),
        ({"kvk_number": "87654321"}, {}, {Profile.EN16931}),
        (BERLIN, {"vat": "reverse_charge"}, {Profile.EN16931}),
    ],
    ids=["person", "business", "abroad"],
)
def test_the_electronic_document_is_lawful_by_the_official_rules(trade, outside, who, line, lawful):
    found = offered(trade.session, outside.send(outside.customer(**who), typed(**line)))
    assert {each.profile for each in found if each.document} == lawful
    assert [fatals(xml_of(each.document)) for each in found if each.document] == [[]]


def test_with_a_reference_a_dutch_business_gets_it_in_all_profiles(trade, outside):
    sent = outside.send(outside.customer(kvk_number="87654321"), buyer_reference="K-12")
    found = offered(trade.session, sent)
    assert all(each.document and fatals(xml_of(each.document)) == [] for each in found)


def test_a_reminder_says_where_to_pay_and_needs_an_address(trade, outside, at):
    early = at - timedelta(days=40)
    days = {"delivered_from": date(2026, 7, 1), "delivered_until": date(2026, 7, 2), "at": early}
    late, silent = (outside.send(outside.customer(email=mail), **days) for mail in ("k@klant.example", ""))
    known = {"stage": Stage.FRIENDLY, "actor": trade.member, "at": at}
    send_reminder(trade.session, invoice=late, **known)
    letter = trade.session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (letter.recipient, letter.link) == ("k@klant.example", None)
    assert late.payment_reference in letter.text
    assert trade.seller.iban in letter.text
    assert [(each.name, each.content[:4]) for each in files(trade, letter)] == [
        (f"factuur-{late.number}.pdf", b"%PDF")
    ]
    with pytest.raises(NoAddress):
        send_reminder(trade.session, invoice=silent, **known)


def test_the_seller_writes_payments_of_outsiders_down_and_of_members_it_does_not(trade, outside):
    board = trade.member.__class__(
        trade.member.user_id, "", trade.seller.id, "", frozenset({payments_policy.Role.BOARD})
    )
    away, here = outside.send(outside.customer()), trade.send()
    assert payments_policy.may(board, payments_policy.RECORD, away)
    assert not payments_policy.may(board, payments_policy.RECORD, here)
    assert not payments_policy.may(trade.purchaser, payments_policy.RECORD, away)
    assert find_covering(trade.session, away) is None


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE customer SET owner_id = :partner WHERE id = :buyer", "CI001"),
        ("UPDATE invoice SET buyer_id = :foreign WHERE id = :draft", "CI008"),
        ("UPDATE invoice SET outside = false WHERE id = :draft", "CI008"),
        ("UPDATE customer SET private = true WHERE id = :shifted", "23514"),
    ],
)
def test_the_database_refuses_it_too(trade, outside, statement, code):
    buyer, shifted = outside.customer(), outside.customer(**BERLIN)
    foreign = Customer(
        owner_id=trade.partner.id, created_at=trade.at, name="Van een ander", private=True, street="A", city="B",
        house_number="1", postcode="1069 AB", country="NL",
    )  # fmt: skip
    trade.session.add(foreign)
    trade.session.flush()
    draft = outside.draft(buyer)
    with pytest.raises(DBAPIError) as refused:
        trade.force(
            statement,
            partner=trade.partner.id,
            buyer=buyer.id,
            foreign=foreign.id,
            draft=draft.id,
            shifted=shifted.id,
        )
    assert refused.value.orig.sqlstate == code


def test_who_is_outside_gets_no_books(trade, outside):
    with pytest.raises(DBAPIError) as refused:
        open_account(trade.session, party_id=outside.customer().id, role=Role.PAYABLE)
    assert refused.value.orig.sqlstate == "CI007"


def test_the_database_shifts_vat_to_nobody_and_lets_members_pay_after_approval_alone(trade, outside):
    draft = outside.draft(outside.customer(**BERLIN), typed(vat="reverse_charge"))
    facts = {
        "number": "X", "series_prefix": "X", "series_number": 1, "payment_reference": "X", "issued_on": trade.at,
        "due_on": trade.at, "sent_at": trade.at, "seller_facts": "{}", "buyer_facts": "{}", "state": "sent",
    }  # fmt: skip
    inside = trade.send()
    for wrong, which, code in (
        (facts, draft.id, "CI008"), ({"state": "paid", "paid_amount": inside.total_amount}, inside.id, "CI003"),
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as refused, trade.session.begin_nested():
            trade.force(
                f"UPDATE invoice SET {', '.join(f'{name} = :{name}' for name in wrong)} WHERE id = :which",
                which=which, **wrong,
            )  # fmt: skip
        assert refused.value.orig.sqlstate == code


def test_names_are_found_without_accents(trade, outside):
    outside.customer(**BERLIN)
    found = trade.session.scalars(customers.customers(trade.seller.id, "backerei")).all()
    assert [each.search_name for each in found] == [search_key("Bäckerei Draußen")]
