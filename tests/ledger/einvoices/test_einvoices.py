"""Invoices made here as electronic documents: lawful, equal to what was booked, and only for who may see them."""

import re
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace

import pytest
import segno
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.documents.gateway import pdf
from cwb.documents.rules import Figure, Words
from cwb.identity.errors import EmailInvalid
from cwb.identity.models import User
from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from cwb.notifications.models import Mail, MailFile
from ledger.einvoices import commands, gateway, queries, services
from ledger.einvoices.errors import EnoughCopies, ProfileUnknown
from ledger.einvoices.gateway import payment_code
from ledger.einvoices.rules import paper
from ledger.invoicing.services import credit_invoice
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile
from tests.einvoices import fatals
from tests.pdfs import Pdf

OFFERED = (Profile.EN16931, Profile.PEPPOL, Profile.NLCIUS)


def test_what_was_sent_is_lawful_in_every_profile_and_adds_up_to_the_books(trade, session):
    invoice = trade.send(quantity="37.5")
    found = gateway.outcomes(session, invoice, OFFERED)
    assert [(each.profile, list(each.faults)) for each in found] == [(each, []) for each in OFFERED]
    for each in found:
        assert fatals(xml_of(each.document)) == []
        assert (each.document.totals.total, each.document.payable) == (invoice.total, invoice.total)
        assert each.document.payment_reference == invoice.payment_reference


def test_without_a_blocked_account_there_is_no_document_that_splits(trade, session):
    (found,) = gateway.outcomes(session, trade.send(), (Profile.GACCOUNT,))
    assert [each.field for each in found.faults] == ["g_account"]


def test_a_credit_note_names_the_invoice_it_takes_back(trade, session):
    invoice = trade.approve(trade.send())
    note = credit_invoice(
        session, invoice=invoice, quantities={invoice.lines[0].id: Decimal(2)}, reason="Te veel", actor=trade.member,
        at=trade.at,
    )  # fmt: skip
    for each in gateway.outcomes(session, note, OFFERED):
        assert each.faults == []
        made = xml_of(each.document)
        assert fatals(made) == []
        assert f"<cbc:ID>{invoice.number}</cbc:ID>".encode() in made


def test_a_document_that_would_not_add_up_to_the_books_is_refused(trade, session):
    invoice = trade.send()
    invoice.lines[0].quantity = Decimal(11)
    with session.no_autoflush:
        found = gateway.outcomes(session, invoice, OFFERED)
    assert {type(fault).__name__ for each in found for fault in each.faults} == {"SumsDiffer"}
    session.expire(invoice)


@pytest.fixture
def command(session, monkeypatch):
    def run(*words):
        class Read:
            def __enter__(self):
                return session

            def __exit__(self, *_):
                return None

        monkeypatch.setattr(commands, "reading", Read)
        return CliRunner().invoke(commands.invoice, ["ubl", *words])

    return run


def test_the_command_finds_an_invoice_by_its_number_and_its_seller(trade, command):
    invoice = trade.send()
    done = command(invoice.number, "--profile", "nlcius")
    assert done.exit_code == 0
    assert fatals(done.stdout_bytes) == []
    assert command(invoice.number, "--profile", "nlcius", "--seller", "81111111").exit_code == 1
    assert "was sent" in command("none", "--profile", "nlcius").stderr
    refused = command(invoice.number, "--profile", "gaccount")
    assert (refused.exit_code, "g_account" in refused.stderr) == (1, True)


def test_the_code_to_pay_by_says_what_a_bank_expects():
    told = [
        "BCD",
        "002",
        "1",
        "SCT",
        "",
        "Schoon B.V.",
        "NL91ABNA0417164300",
        "EUR1084.5",
        "",
        "RF462026000123",
        "",
        "",
    ]
    drawn = payment_code(
        name="Schoon B.V.", iban="NL91ABNA0417164300", amount=Decimal("1084.50"), reference="RF462026000123"
    )
    expected = BytesIO()
    segno.make_qr("\n".join(told).rstrip("\n"), error="m", encoding="utf-8", boost_error=False).save(
        expected, kind="svg", scale=4, border=4, xmldecl=False, dark="black", light="white"
    )  # fmt: skip
    assert drawn == expected.getvalue().decode()


def test_on_paper_stands_what_the_law_wants_and_a_code_to_pay_by(trade, session):
    invoice = trade.send(quantity="37.5")
    made = paper(Words("nl"), gateway.paper(session, invoice))
    found = Pdf(pdf(made))
    found.assert_accessible(title=f"Factuur {invoice.number}", language="nl")
    said = repr(made.blocks).replace("\\xa0", "\xa0")
    seller, buyer = invoice.seller_facts, invoice.buyer_facts
    wanted = (
        seller["name"], seller["kvk_number"], seller["vat_id"], seller["street"], buyer["name"], buyer["postcode"],
        invoice.number, invoice.payment_reference, invoice.lines[0].description, "37,5", "21%",
        Words("nl").money(invoice.total_amount), Words("nl").day(invoice.issued_on), Words("nl").day(invoice.due_on),
    )  # fmt: skip
    assert [each for each in wanted if each not in said] == []
    assert len(found.alts) == 1
    assert pdf(made) == pdf(paper(Words("nl"), gateway.paper(session, invoice)))


def test_a_credit_note_asks_for_no_payment(trade, session):
    invoice = trade.approve(trade.send())
    note = credit_invoice(
        session, invoice=invoice, quantities={invoice.lines[0].id: Decimal(2)}, reason="Te veel", actor=trade.member,
        at=trade.at,
    )  # fmt: skip
    made = paper(Words("nl"), gateway.paper(session, note))
    assert made.title == f"Creditfactuur {note.number}"
    assert invoice.number in repr(made.blocks)
    assert not [each for each in made.blocks if isinstance(each, Figure)]


@pytest.mark.parametrize(
    ("category", "reason", "words"),
    [
        ("AE", "", "Btw verlegd naar NL001234567B01."),
        ("E", "Kleineondernemersregeling", "Vrijgesteld van btw: Kleineondernemersregeling"),
    ],
)
def test_without_vat_the_paper_says_why(trade, session, category, reason, words):
    asked = gateway.paper(session, trade.send())
    asked.facts["buyer"]["vat_id"], asked.facts["vat_reason"] = "NL001234567B01", reason
    free = SimpleNamespace(category=category, percent=Decimal(0), net_amount=1000, vat_amount=0)
    assert words in repr(paper(Words("nl"), asked._replace(vat_lines=[free])).blocks)
    assert words not in repr(
        paper(Words("nl"), asked._replace(facts={**asked.facts, "vat_reason": ""})).blocks
    )


def test_parties_download_it_and_strangers_do_not(trade, sign_in_user, session, make_organisation, sign_in):
    invoice = trade.send()
    session.commit()
    page = f"/invoices/{invoice.public_id}/e-invoice"
    for who in (trade.member, trade.purchaser):
        client = sign_in_user(session.get_one(User, who.user_id))
        assert "E-factuur" in client.get(f"/invoices/{invoice.public_id}").text
        assert "Download Peppol BIS 3" in client.get(page).text
        answer = client.get(f"{page}/peppol.xml")
        assert answer.mimetype == "application/xml"
        assert fatals(answer.data) == []
        printed = client.get(f"/invoices/{invoice.public_id}/invoice.pdf")
        assert printed.data.startswith(b"%PDF-")
        assert client.get(f"{page}/gaccount.xml").status_code == 404
        assert client.get(f"{page}/other.xml").status_code == 404
    stranger = sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))
    assert stranger.get(page).status_code in {403, 404}
    assert stranger.get(f"{page}/peppol.xml").status_code in {403, 404}
    assert stranger.get(f"/invoices/{invoice.public_id}/invoice.pdf").status_code in {403, 404}


def mail(trade, session, invoice, **facts):
    asked = {"address": "administratie@koper.example", "profile": Profile.NLCIUS, "language": "nl"} | facts
    return services.mail_invoice(
        session, invoice=invoice, sender_id=trade.member.user_id, at=trade.at, **asked
    )


def test_it_is_mailed_as_pdf_and_electronic_document_and_one_sees_whether_it_went_out(trade, session):
    invoice = trade.send()
    session.execute(text("UPDATE mail SET sent_at = created_at"))
    made = mail(trade, session, invoice)
    session.flush()
    letter = session.scalars(select(Mail).where(Mail.key == made.mail_key)).one()
    files = session.scalars(select(MailFile).where(MailFile.mail_id == letter.id).order_by(MailFile.id)).all()
    assert letter.recipient == "administratie@koper.example"
    assert [each.media_type for each in files] == ["application/pdf", "application/xml"]
    assert fatals(files[1].content) == []
    assert queries.copies(session, invoice) == [(made, True, None)]
    letter.fault = "no server"
    session.flush()
    assert queries.copies(session, invoice) == [(made, True, "no server")]
    letter.sent_at = trade.at
    session.flush()
    assert queries.copies(session, invoice) == [(made, False, None)]


def test_a_profile_that_is_not_lawful_is_not_mailed_and_nobody_mails_for_ever(trade, session, monkeypatch):
    invoice = trade.send()
    with pytest.raises(ProfileUnknown):
        mail(trade, session, invoice, profile=Profile.GACCOUNT)
    with pytest.raises(EmailInvalid):
        mail(trade, session, invoice, address="nobody")
    assert queries.copies(session, invoice) == []
    monkeypatch.setattr(services, "MOST_COPIES", 1)
    mail(trade, session, invoice, profile=None)
    with pytest.raises(EnoughCopies):
        mail(trade, session, invoice)


def test_where_it_was_mailed_is_never_changed(trade, session):
    mail(trade, session, trade.send())
    session.flush()
    with pytest.raises(DBAPIError, match="invoice_copy"), session.begin_nested():
        session.execute(text("UPDATE invoice_copy SET address = 'a@b.example'"))


def test_the_seller_mails_it_from_its_page_and_the_buyer_cannot(trade, sign_in_user, session):
    invoice = trade.send()
    session.commit()
    page = f"/invoices/{invoice.public_id}/e-invoice"
    seller, buyer = (
        sign_in_user(session.get_one(User, who.user_id)) for who in (trade.member, trade.purchaser)
    )
    assert "Mail de factuur" not in buyer.get(page).text
    assert buyer.post(page, data={"address": "a@b.example", "profile": "none"}).status_code == 403
    shown = seller.get(page).text
    assert f'value="{invoice.buyer_facts["email"]}"' in shown
    tokens = dict(re.findall(r'name="(csrf_token|once)" [^>]*value="([^"]+)"', shown))
    refused = seller.post(page, data={**tokens, "address": "niemand", "profile": "peppol"})
    assert refused.status_code == 422
    assert (
        seller.post(page, data={**tokens, "address": "a@b.example", "profile": "peppol"}).status_code == 303
    )
    assert "a@b.example" in seller.get(page).text
