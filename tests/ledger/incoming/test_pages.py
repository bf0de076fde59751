"""The inbox on a screen: a clerk reads a file in, two people look, and others see nothing of it."""

from io import BytesIO

from cwb.identity.models import Organisation
from cwb.kernel.policy import Role
from tests.ledger.desk.pages import posting, text
from tests.ledger.incoming.conftest import OTHER_IBAN


def bring(browser, content):
    sent = posting(browser.get("/incoming/new")) | {"file": (BytesIO(content), "factuur.xml")}
    return browser.post("/incoming/new", data=sent, content_type="multipart/form-data")


def test_an_invoice_goes_from_file_to_approval_and_payment_on_the_pages(inbox, sign_in):
    home = inbox.session.get(Organisation, inbox.buyer.id)
    clerk, first = sign_in(Role.PURCHASER, home), sign_in(Role.PURCHASER, home)
    assert "Nog niets ontvangen" in text(clerk.get("/incoming"))
    wrong = bring(clerk, inbox.ubl().replace(b">21.98<", b">21.97<"))
    assert wrong.status_code == 422
    assert "De btw samen klopt niet" in text(wrong)
    assert "BR-CO-14" in text(wrong)
    place = bring(clerk, inbox.ubl()).headers["Location"]
    assert "Kijk na en geef akkoord" not in text(clerk.get(place))
    assert clerk.get(f"{place}/approve").location == place
    assert "Van deze leverancier keurde u nog niets goed." in text(first.get(place))
    assert first.get(f"{place}.xml").data == inbox.ubl()
    form = posting(first.get(f"{place}/approve"), cost="materials", delivered="y")
    assert first.post(f"{place}/approve", data=form).status_code == 422
    assert first.post(f"{place}/approve", data=form | {"checked": "y"}).status_code == 303
    page = text(first.get(place))
    assert "te betalen" in page
    assert "Materiaal en spullen" in page
    paid = posting(first.get(f"{place}/payment"), paid_on=inbox.at.date().isoformat())
    assert first.post(f"{place}/payment", data=paid).status_code == 303
    assert "niets meer open" in text(clerk.get("/incoming"))
    assert {first.get(f"{place}/{end}").location for end in ("payment", "refund")} == {place}
    stranger = sign_in(Role.BOARD, inbox.session.get(Organisation, inbox.trade.partner.id))
    assert {stranger.get(f"{place}{end}").status_code for end in ("", ".xml", "/approve")} == {404}
    auditor = sign_in(Role.AUDITOR, inbox.session.get(Organisation, inbox.trade.partner.id))
    assert auditor.get(f"{place}.xml").data == inbox.ubl()
    assert auditor.get(f"{place}/approve").status_code == 403
    assert bring(first, inbox.ubl()).status_code == 409


def test_a_changed_account_is_the_first_thing_on_the_page_and_can_be_refused(inbox, sign_in):
    inbox.approve(inbox.take())
    held = inbox.take(number="2026-015", seller={"iban": OTHER_IBAN})
    inbox.session.commit()
    first = sign_in(Role.PURCHASER, inbox.session.get(Organisation, inbox.buyer.id))
    assert "ander IBAN" in text(first.get("/incoming?state=waiting"))
    assert "Twee mensen geven akkoord" in text(first.get(f"/incoming/{held.public_id}/approve"))
    form = posting(first.get(f"/incoming/{held.public_id}/refuse"), reason="Het was een oplichter")
    assert first.post(f"/incoming/{held.public_id}/refuse", data=form).status_code == 303
    assert "Het was een oplichter" in text(first.get(f"/incoming/{held.public_id}"))
    assert "ander IBAN" not in text(first.get("/incoming?state=approved"))
