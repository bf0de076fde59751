"""Invoices made here as electronic documents: lawful, equal to what was booked, and only for who may see them."""

from decimal import Decimal

import pytest
from click.testing import CliRunner

from cwb.identity.models import User
from cwb.identity.rules import Side
from cwb.kernel.policy import Role
from ledger.einvoices import commands, queries
from ledger.invoicing.services import credit_invoice
from ledger.ubl.gateway import xml_of
from ledger.ubl.rules import Profile
from tests.einvoices import fatals

OFFERED = (Profile.EN16931, Profile.PEPPOL, Profile.NLCIUS)


def test_what_was_sent_is_lawful_in_every_profile_and_adds_up_to_the_books(trade, session):
    invoice = trade.send(quantity="37.5")
    found = queries.outcomes(session, invoice, OFFERED)
    assert [(each.profile, list(each.faults)) for each in found] == [(each, []) for each in OFFERED]
    for each in found:
        assert fatals(xml_of(each.document)) == []
        assert (each.document.totals.total, each.document.payable) == (invoice.total, invoice.total)
        assert each.document.payment_reference == invoice.payment_reference


def test_without_a_blocked_account_there_is_no_document_that_splits(trade, session):
    (found,) = queries.outcomes(session, trade.send(), (Profile.GACCOUNT,))
    assert [each.field for each in found.faults] == ["g_account"]


def test_a_credit_note_names_the_invoice_it_takes_back(trade, session):
    invoice = trade.approve(trade.send())
    note = credit_invoice(
        session, invoice=invoice, quantities={invoice.lines[0].id: Decimal(2)}, reason="Te veel", actor=trade.member,
        at=trade.at,
    )  # fmt: skip
    for each in queries.outcomes(session, note, OFFERED):
        assert each.faults == []
        text = xml_of(each.document)
        assert fatals(text) == []
        assert f"<cbc:ID>{invoice.number}</cbc:ID>".encode() in text


def test_a_document_that_would_not_add_up_to_the_books_is_refused(trade, session):
    invoice = trade.send()
    invoice.lines[0].quantity = Decimal(11)
    with session.no_autoflush:
        found = queries.outcomes(session, invoice, OFFERED)
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
        assert client.get(f"{page}/gaccount.xml").status_code == 404
        assert client.get(f"{page}/other.xml").status_code == 404
    stranger = sign_in(Role.PURCHASER, make_organisation(Side.ANCHOR))
    assert stranger.get(page).status_code in {403, 404}
    assert stranger.get(f"{page}/peppol.xml").status_code in {403, 404}
