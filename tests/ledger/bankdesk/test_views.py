"""Pages of the bank: what was read is told, and the bank stands beside the books."""

import io

from cwb.kernel.policy import Role
from tests.ledger.bankdesk.conftest import camt, row


def test_what_was_read_is_told_and_the_bank_stands_beside_the_books(desk, sign_in):
    sent = desk.trade.approve(desk.trade.send())
    file = camt("S1", "0.00", "403.25", row("393.25", sent.payment_reference, ref="A"), row("10.00", ref="B"))
    browser = sign_in(Role.BOARD, desk.trade.seller)
    assert "Klopt de bank met uw boeken?" not in browser.get("/bank?lang=nl").text

    def upload():
        done = browser.post("/bank/upload", data={"file": (io.BytesIO(file), "a.xml")})
        assert done.location == "/bank/work"
        return browser.get(done.location).text

    assert "Boekingen gelezen: 2. Nieuw: 2. Verwerkt: 1." in upload()
    assert "Dit afschrift stond er al. Er is niets dubbel." in upload()
    page = browser.get("/bank").text.replace("\xa0", " ")
    assert ["€ 403,25" in page, "€ 393,25" in page, "€ 10,00" in page, "Ja, tot op de cent." in page] == [
        True
    ] * 4


def test_what_is_no_statement_is_called_by_its_name(desk, sign_in):
    browser = sign_in(Role.BOARD, desk.trade.seller)
    browser.get("/bank?lang=nl")
    for kind, content in (
        (
            "CAMT.052",
            b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.08'><Rpt><Acct/></Rpt></Document>",
        ),
        ("MT942", b":20:A\n:25:NL69INGB0123456789\n:34F:EUR0,\n:61:260901C5,00NTRFX\n"),
    ):
        said = browser.post("/bank/upload", data={"file": (io.BytesIO(content), "a")})
        assert said.status_code == 422
        assert f"Dit is een {kind}: een tussenbericht van de bank." in said.text
