"""A line says which file it came from, where in it, and how it counts now."""

import re
from datetime import date

from sqlalchemy import select

from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from ledger.corrections import services
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.rules import Handed
from ledger.spend.services import File, record_rows

SUM = "ab" * 32


def _said(response):
    """What a page says, label and value after each other, without marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def _handed(spend, session, *lines):
    record_rows(
        session, anchor=spend.anchor, rows=Handed(lines), file=File("inkoop-q3.csv", SUM), actor_id=None, at=spend.at
    )  # fmt: skip
    session.commit()


def _line(session, document):
    return session.scalars(
        select(SpendLine).where(SpendLine.document_number == document).order_by(SpendLine.id.desc())
    ).first()


def test_a_line_leads_to_its_file_its_place_in_it_and_what_proves_where_it_lands(sign_in, spend, session):
    known = spend.line("Groen", "30.00", "C3")
    spend.record(spend.line("Anders", "5.00", "Z9"))
    _handed(spend, session, spend.line("Schoon", "10.00", "A1"), spend.line("Verf", "20.00", "B2"), known)
    spend.prove(known, "local", source="KvK-uittreksel 2026")
    session.commit()
    own = sign_in(Role.PURCHASER, spend.anchor)
    page = _said(own.get(f"/spend/lines/{_line(session, 'C3').public_id}"))
    for said in (
        "Bestand inkoop-q3.csv", SUM, "Rij in het bestand 3", "Plaats bewezen lokaal",
        "Niveau Hoofdvestiging (L1a)", "Bewijs E2: gevonden in een register", "Bron KvK-uittreksel 2026",
        "De postcode ligt helemaal binnen of buiten het gebied.",
    ):  # fmt: skip
        assert said in page, said
    page = _said(own.get(f"/spend/lines/{_line(session, 'B2').public_id}"))
    assert "Rij in het bestand 2" in page
    assert "Plaats niet bewezen" in page
    assert "Waarom niet bewezen: voor deze dag is er geen bewijs" in page
    assert "kwam niet uit een bestand" in _said(own.get(f"/spend/lines/{_line(session, 'Z9').public_id}"))
    made = session.scalars(select(SpendImport).order_by(SpendImport.id)).one()
    file = f"/spend/lines/files/{made.public_id}"
    listed = _said(sign_in(Role.AUDITOR).get(file))
    assert re.search("A1 .*B2 .*C3 ", listed)
    assert "Z9" not in listed
    assert sign_in(Role.PURCHASER, spend.other).get(file).status_code == 404
    assert sign_in(Role.MEMBER).get(file).status_code == 403


def test_a_replaced_line_says_that_it_does_not_count_and_its_correction_keeps_its_place(
    sign_in, spend, session
):
    _handed(spend, session, spend.line("Schoon", "10.00", "A1"), spend.line("Verf", "20.00", "B2"))
    old = _line(session, "A1")
    new = services.correct_line(
        session, line=old, net_amount=2_100, reason="typefout", actor_id=None, at=spend.at
    )
    session.commit()
    own = sign_in(Role.PURCHASER, spend.anchor)
    assert "Deze regel telt niet mee" in _said(own.get(f"/spend/lines/{old.public_id}"))
    page = _said(own.get(f"/spend/lines/{new.public_id}"))
    assert "Deze regel telt niet mee" not in page
    assert "Rij in het bestand 1" in page


def test_what_a_supplier_says_itself_is_no_proof_and_a_line_says_so(sign_in, spend, session):
    one = spend.line("Zelf", "10.00", "A1", on=date(2026, 8, 1))
    _handed(spend, session, one)
    spend.prove(one, "local", grade=1, valid_from=date(2026, 1, 1))
    session.commit()
    page = _said(sign_in(Role.AUDITOR).get(f"/spend/lines/{_line(session, 'A1').public_id}"))
    assert "Waarom niet bewezen: de leverancier zegt het zelf" in page
    assert "Plaats niet bewezen" in page


def test_a_line_and_its_invoice_lead_to_each_other_for_who_may_see_both(sign_in, trade, session):
    invoice = trade.approve(trade.send())
    session.commit()
    line = f"/spend/lines/{_line(session, invoice.number).public_id}"
    letter, between = f"/invoices/{invoice.public_id}", f"/spend/lines/invoices/{invoice.public_id}"
    readers = {
        role: sign_in(role, each)
        for role, each in (
            (Role.PURCHASER, trade.buyer), (Role.AUDITOR, None), (Role.PROGRAMME, None), (Role.MEMBER, trade.seller)
        )
    }  # fmt: skip
    seen = {}
    for role, browser in readers.items():
        pages = [browser.get(each) for each in (line, letter)]
        seen[role] = [
            link in page.text if page.status_code == 200 else page.status_code
            for link, page in zip((letter, between), pages, strict=True)
        ]
    assert seen == {
        Role.PURCHASER: [True, True], Role.AUDITOR: [True, True], Role.PROGRAMME: [False, 403], Role.MEMBER: [403, False],
    }  # fmt: skip
    assert readers[Role.PURCHASER].get(between).location.endswith(line)
    assert readers[Role.MEMBER].get(between).status_code == 403
    other = sign_in(Role.PURCHASER)
    assert [other.get(each).status_code for each in (line, letter, between)] == [404, 403, 404]


def test_a_ledger_line_that_is_the_same_purchase_leads_to_the_invoice(sign_in, spend, trade, session):
    invoice = trade.approve(trade.send())
    facts = {"supplier_kvk_number": KvkNumber(trade.seller.kvk_number)}
    spend.record(spend.line(trade.seller.name, "325.00", invoice.number, **facts), anchor=trade.buyer)
    session.commit()
    same = _line(session, invoice.number)
    assert same.same_as_id is not None
    browser = sign_in(Role.PURCHASER, trade.buyer)
    assert f"/invoices/{invoice.public_id}" in browser.get(f"/spend/lines/{same.public_id}").text
    assert "telt niet dubbel" in browser.get(f"/spend/lines/invoices/{invoice.public_id}").text
