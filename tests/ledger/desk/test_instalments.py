"""An agreement in instalments: only the next one is filled in, and several at once are asked about."""

from datetime import timedelta
from decimal import Decimal

from tests.ledger.desk.pages import parts, posting, text


def test_only_the_next_instalment_is_filled_in(recent, browser):
    today = recent.days_today
    agreement = parts(
        recent, starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=179), price="100.00"
    )
    lines = [line.id for line in agreement.lines]
    client, address = browser(recent.member), f"/agreements/{agreement.public_id}/invoice"
    form = client.get(address)
    filled = posting(form)
    assert filled[f"quantity_{lines[0]}"] == "1"
    assert {filled[f"quantity_{line}"] for line in lines[1:]} == {""}
    assert "Een vast bedrag: vul 1 in." in text(form)
    assert "0.00" not in text(form)
    check = client.get(client.post(address, data=filled).location)
    assert "Kijk nog eens goed" not in text(check)
    assert client.post(check.request.path, data=posting(check)).status_code == 303
    following = client.get(address)
    assert "Termijn 1 van 24" not in text(following)
    assert posting(following)[f"quantity_{lines[1]}"] == "1"
    old = posting(following, **{f"quantity_{lines[0]}": "1", f"quantity_{lines[1]}": ""})
    stale = client.post(address, data=old)
    assert "Meer dan is afgesproken" in text(client.get(stale.location))


def test_seller_and_buyer_are_asked_about_several_instalments_and_other_days(recent, browser):
    today = recent.days_today
    agreement = parts(recent, starts_on=today - timedelta(days=60), ends_on=today + timedelta(days=179))
    draft = recent.draft(
        quantities={line.id: Decimal(1) for line in agreement.lines[:3]},
        delivered_from=today - timedelta(days=60),
        delivered_until=today,
    )
    asked = "Deze factuur telt 3 termijnen. Klopt dat?"
    page = text(browser(recent.member).get(f"/invoices/{draft.public_id}/check"))
    assert asked in page
    assert "Hierbij hoort" in page
    sent = recent.send(draft)
    assert asked in text(browser(recent.purchaser).get(f"/invoices/{sent.public_id}/approve"))


def test_unequal_parts_say_nothing_about_days(recent, browser):
    agreement = parts(recent, 2, ["100.00", "900.00"], starts_on=recent.days["delivered_from"])
    draft = recent.draft(quantities={agreement.lines[1].id: Decimal(1)}, **recent.days)
    assert "Kijk nog eens goed" not in text(browser(recent.member).get(f"/invoices/{draft.public_id}/check"))


def test_when_all_is_invoiced_the_form_says_so(recent, browser):
    recent.send(recent.draft("400", **recent.days))
    page = text(browser(recent.member).get(f"/agreements/{recent.agreement.public_id}/invoice"))
    assert "Alles is al gefactureerd" in page
