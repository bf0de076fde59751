"""Invoices in the browser: every page for every role, and the two taps."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from cwb.kernel.policy import Role
from ledger.desk.queries import tasks
from ledger.invoicing import queries
from ledger.invoicing.models import Invoice
from tests.ledger.desk.pages import posting, text


def test_two_taps_from_agreement_to_sent(recent, browser, session):
    client = browser(recent.member)
    address = f"/agreements/{recent.agreement.public_id}"
    assert "Maak factuur" in text(client.get(address))
    form = client.get(f"{address}/invoice")
    assert form.status_code == 200
    line = recent.agreement.lines[0].id
    filled = posting(form)
    assert filled[f"quantity_{line}"] == "400"
    filled[f"quantity_{line}"] = "37,5"
    first = client.post(f"{address}/invoice", data=filled)
    assert first.status_code == 303
    check = client.get(first.location)
    assert "1.218,75" in text(check)
    assert "255,94" in text(check)
    assert "Uren naast het contract" in text(check)
    assert "362,5" in text(check)  # of 400 hours agreed
    second = client.post(first.location, data=posting(check))
    assert second.status_code == 303
    page = text(client.get(second.location))
    assert "-0001" in page
    assert "wacht op akkoord" in page
    assert "Te ontvangen" in page


def test_more_hours_than_agreed_are_told_before_sending_and_may_be_sent(recent, browser):
    client = browser(recent.member)
    worked = recent.agreement.starts_on
    draft = recent.draft(quantity="401.5", delivered_from=worked, delivered_until=worked)
    page = client.get(f"/invoices/{draft.public_id}/check")
    assert "1,5 te veel" in text(page)
    assert "Meer dan is afgesproken" in text(page)
    assert client.post(page.request.path, data=posting(page)).status_code == 303


def test_a_double_click_makes_one_draft_and_sends_once(recent, browser, session):
    client = browser(recent.member)
    address = f"/agreements/{recent.agreement.public_id}/invoice"
    filled = posting(client.get(address))
    one, two = (client.post(address, data=filled) for _ in range(2))
    assert one.location == two.location
    sending = posting(client.get(one.location))
    assert [client.post(one.location, data=sending).status_code for _ in range(2)] == [303, 409]
    assert session.query(Invoice).count() == 1


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("quantity", "-1", "te laag"),
        ("quantity", "tien", "Schrijf een getal"),
        ("quantity", "1,234", "Te veel cijfers"),
        ("quantity", "99999999999", "aantal is hoger dan nul"),
        ("quantity", "0", "Er staat nog niets op"),
        ("delivered_until", "2199-01-01", "in de toekomst"),
        ("delivered_from", "2001-01-01", "buiten de looptijd"),
        ("delivered_from", "", "Vul dit in"),
        ("order_reference", "x" * 61, "te lang"),
        ("note", "ن" * 2001, "te lang"),
    ],
)
def test_wrong_input_is_told_and_kept(recent, browser, session, name, value, message):
    client = browser(recent.member)
    address = f"/agreements/{recent.agreement.public_id}/invoice"
    name = f"quantity_{recent.agreement.lines[0].id}" if name == "quantity" else name
    answer = client.post(address, data=posting(client.get(address), **{name: value}))
    assert answer.status_code == 422
    assert message in text(answer)
    assert session.query(Invoice).count() == 0


def test_the_buyer_compares_and_approves(recent, sent, browser):
    client = browser(recent.purchaser)
    page = client.get(f"/invoices/{sent.public_id}")
    assert "Vergelijk en geef akkoord" in text(page)
    address = f"/invoices/{sent.public_id}/approve"
    compare = client.get(address)
    assert "klopt" in text(compare)
    refused = client.post(address, data=posting(compare))
    assert refused.status_code == 422
    assert "Bevestig dat het werk is geleverd" in text(refused)
    assert client.post(address, data=posting(compare, delivered="y")).status_code == 303
    page = text(client.get(f"/invoices/{sent.public_id}"))
    assert "Maak een betaalbestand" in text(client.get("/invoices?side=buyer&state=approved"))
    assert "goedgekeurd" in page
    assert "Betaling boeken" in page
    assert "Kosten" in page
    assert "Omzet" not in page  # the other's books stay closed


def test_the_buyer_pays_and_a_second_time_is_told(recent, sent, browser, session):
    recent.approve(sent)
    client = browser(recent.purchaser)
    address = f"/invoices/{sent.public_id}/payment"
    filled = posting(client.get(address))
    assert filled["amount"] == "393,25"
    over = client.post(address, data=filled | {"amount": "393,26"})
    assert over.status_code == 422
    assert "Er staat nog" in text(over)
    assert client.post(address, data=filled).status_code == 303
    again = client.post(address, data=posting(client.get(address), amount="1,00"))
    assert again.status_code == 409
    assert "al helemaal betaald" in text(again)
    assert queries.locked(session, sent.id).state == "paid"


def test_the_books_name_what_was_booked_and_with_whom(recent, sent, browser, session):
    recent.approve(sent)
    client = browser(recent.purchaser)
    address = f"/invoices/{sent.public_id}/payment"
    client.post(address, data=posting(client.get(address)))
    trial = client.get(client.get("/books").location)
    seller = sent.seller.name
    assert f"Crediteuren: {seller}" in text(trial)
    bank = re.search(r'href="(/books/accounts/[^"]+)"><bdi>Bank<', trial.text).group(1)
    shown = client.get(bank)
    assert "Betaling" in text(shown)
    assert seller in text(shown)
    assert f'href="/invoices/{sent.public_id}"' in shown.text
    transfer = client.get(re.search(r'href="(/books/transfers/[^"]+)"', shown.text).group(1))
    assert f'href="/invoices/{sent.public_id}"' in transfer.text
    assert f"Crediteuren: {seller}" in text(transfer)
    for page in (trial, shown, transfer):
        assert "invoice_" not in page.text
        assert "invoice:" not in page.text
    assert seller in client.get(f"{bank}.csv").text


def test_a_dispute_is_seen_by_the_seller(recent, sent, browser):
    client = browser(recent.purchaser)
    address = f"/invoices/{sent.public_id}/dispute"
    empty = client.post(address, data=posting(client.get(address)))
    assert empty.status_code == 422
    reason = "Op 3 augustus is niet gewerkt <script>"
    assert client.post(address, data=posting(client.get(address), reason=reason)).status_code == 303
    page = browser(recent.member).get(f"/invoices/{sent.public_id}").get_data(as_text=True)
    assert "niet gewerkt &lt;script&gt;" in page


def test_the_seller_credits(recent, sent, browser):
    client = browser(recent.member)
    address = f"/invoices/{sent.public_id}/credit"
    box = f"quantity_{sent.lines[0].id}"
    too_much = client.post(address, data=posting(client.get(address), reason="Fout", **{box: "11"}))
    assert too_much.status_code == 422
    assert "Crediteer niet meer" in text(too_much)
    done = client.post(address, data=posting(client.get(address), reason="Fout", **{box: "4"}))
    assert done.status_code == 303
    assert "Creditfactuur" in text(client.get(done.location))
    assert "235,95" in text(client.get(f"/invoices/{sent.public_id}"))


def test_a_draft_is_changed_and_thrown_away(recent, browser, session):
    draft = recent.draft(**recent.days)
    client = browser(recent.member)
    page = client.get(f"/invoices/{draft.public_id}/change")
    box = f"quantity_{recent.agreement.lines[0].id}"
    assert posting(page)[box] == "10"
    done = client.post(f"/invoices/{draft.public_id}/change", data=posting(page, **{box: "12"}))
    assert "390,00" in text(client.get(done.location))
    assert client.post(f"/invoices/{draft.public_id}/discard", data={}).status_code == 303
    assert session.query(Invoice).count() == 0
    assert client.get(f"/invoices/{draft.public_id}/check").status_code == 404


def test_a_sent_invoice_has_no_draft_pages_and_says_that_it_was_sent(recent, sent, browser):
    client = browser(recent.member)
    for page in ("check", "change"):
        answer = client.get(f"/invoices/{sent.public_id}/{page}")
        assert answer.status_code == 409
        assert "al verstuurd" in text(answer)
    assert client.post(f"/invoices/{sent.public_id}/check").status_code == 409
    assert client.post(f"/invoices/{sent.public_id}/discard").status_code == 409
    assert browser(recent.purchaser).get(f"/invoices/{sent.public_id}/check").status_code == 403


PAGES = ("", "/approve", "/dispute", "/payment", "/refund", "/credit")


@pytest.mark.parametrize("page", PAGES)
def test_another_organisation_sees_nothing(recent, sent, browser, sign_in, page):
    for client in (browser(recent.partner_member), sign_in(Role.PURCHASER), sign_in(Role.BOARD)):
        assert client.get(f"/invoices/{sent.public_id}{page}").status_code == 403
    assert sign_in(Role.BOARD).get(f"/agreements/{recent.agreement.public_id}").status_code == 403
    assert sign_in(Role.BOARD).get(f"/agreements/{recent.agreement.public_id}/invoice").status_code == 403


def test_each_side_has_its_own_acts(recent, sent, browser):
    seller, buyer = browser(recent.member), browser(recent.purchaser)
    for page in ("/approve", "/dispute", "/payment"):
        assert seller.get(f"/invoices/{sent.public_id}{page}").status_code == 403
    assert buyer.get(f"/invoices/{sent.public_id}/credit").status_code == 403
    assert buyer.get(f"/agreements/{recent.agreement.public_id}/invoice").status_code == 403


def test_a_buyer_never_sees_a_draft(recent, browser):
    draft = recent.draft(**recent.days)
    client = browser(recent.purchaser)
    assert client.get(f"/invoices/{draft.public_id}").status_code == 403
    assert "Nog geen facturen" in text(client.get("/invoices"))
    assert browser(recent.member).get(f"/invoices/{draft.public_id}").status_code == 200


def test_an_agreement_whose_last_day_passed_does_not_run_any_more(recent, browser):
    client = browser(recent.purchaser)
    assert "laatste dag voorbij" not in text(client.get("/agreements"))
    recent.agree(
        starts_on=recent.days_today - timedelta(days=40), ends_on=recent.days_today - timedelta(days=1)
    )
    assert "laatste dag voorbij" in text(client.get("/agreements"))


def test_the_auditor_reads_all_and_changes_nothing(recent, sent, sign_in):
    client = sign_in(Role.AUDITOR)
    page = text(client.get(f"/invoices/{sent.public_id}"))
    assert "Omzet" in page
    assert "Maak bezwaar" not in page
    assert sent.number in text(client.get("/invoices"))
    assert recent.agreement.reference in text(client.get("/agreements"))
    for path in ("approve", "dispute", "payment", "credit"):
        assert client.get(f"/invoices/{sent.public_id}/{path}").status_code == 403


def test_the_programme_sees_totals_only(recent, sent, sign_in):
    client = sign_in(Role.PROGRAMME)
    page = text(client.get("/invoices/totals"))
    assert "393,25" in page
    assert recent.seller.name not in page
    assert client.get("/invoices").status_code == 403
    assert client.get(f"/invoices/{sent.public_id}").status_code == 403
    assert client.get("/invoices/totals?period=rommel").status_code == 200


def test_a_visitor_signs_in_first(client, sent):
    assert client.get(f"/invoices/{sent.public_id}").status_code == 303
    assert client.get("/invoices").status_code == 303
    assert client.get("/payments").status_code == 200
    assert client.get("/payments?period=%00").status_code == 400


def test_how_fast_anchors_pay_is_public_from_five_invoices_on(recent, browser, client):
    for _ in range(4):
        recent.pay(
            recent.approve(recent.send(recent.draft(Decimal(1), **recent.days))), paid_on=recent.days_today
        )
    assert recent.buyer.name not in text(client.get("/payments"))
    assert recent.buyer.name not in client.get("/payments.csv").get_data(as_text=True)
    recent.pay(
        recent.approve(recent.send(recent.draft(Decimal(1), **recent.days))), paid_on=recent.days_today
    )
    assert f"{recent.buyer.name} 5 5 0 100 %" in text(client.get("/payments?lang=nl"))
    assert f"{recent.buyer.name},5,5,0,1.0000,0.0" in client.get("/payments.csv").get_data(as_text=True)


def test_lists_filter_and_download(recent, sent, browser):
    client = browser(recent.member)
    assert sent.number in text(client.get("/invoices"))
    assert "68,25" in text(client.get("/invoices"))
    assert "Niets gevonden" in text(client.get("/invoices?state=paid"))
    assert client.get("/invoices?state=rommel&first=31-31-31&text=x&page=zz").status_code == 200
    assert client.get("/invoices?text=%00").status_code == 400
    answer = client.get("/invoices.csv")
    assert answer.mimetype == "text/csv", text(answer)
    rows = answer.get_data(as_text=True).splitlines()
    assert rows[1].startswith(f"{sent.number},invoice,sent,")
    assert "393.25" in rows[1]
    assert recent.agreement.reference in client.get("/agreements.csv").get_data(as_text=True)
    assert recent.agreement.reference in text(client.get("/agreements?state=active&text=schoonmaak"))
    assert "Niets gevonden" in text(client.get("/agreements?text=nergens"))


def test_the_board_sets_its_numbers(recent, sign_in):
    client = sign_in(Role.BOARD, recent.seller)
    page = client.get("/invoices/numbering")
    assert client.post("/invoices/numbering", data=posting(page, prefix="é")).status_code == 422
    filled = posting(page, prefix="F{jaar}-", next_number="14", least_digits="3")
    assert client.post("/invoices/numbering", data=filled).status_code == 303
    assert "-014" in text(client.get("/invoices/numbering"))


def test_a_purchaser_lowers_the_limit_and_a_colleague_confirms_a_higher_one(recent, browser):
    one, other = browser(recent.purchaser), browser(recent.colleague)

    def save(client, amount):
        filled = posting(client.get("/invoices/approval"), four_eyes_above=amount)
        return client.post("/invoices/approval", data=filled)

    def told(client):
        return "telt pas als een collega" in text(client.get("/invoices/approval"))

    assert save(one, "100,00").status_code == 303
    assert not told(one)
    assert save(one, "9000,00").status_code == 303
    assert told(one)
    assert "Een collega vraagt" in text(other.get("/invoices/approval"))
    assert save(one, "9000,00").status_code == 422
    assert save(other, "9000,00").status_code == 303
    assert not told(other)
    assert "Een collega vraagt" not in text(other.get("/invoices/approval"))
    assert save(one, "-1").status_code == 422


def test_what_waits_stands_on_the_dashboard(recent, sent, browser, session):
    recent.draft(**recent.days)
    at = recent.at
    assert [t.facts["num"] for t in tasks(session, recent.purchaser, at)] == [1]
    assert [t.values["state"] for t in tasks(session, recent.member, at)] == ["draft"]
    recent.approve(sent)
    assert [t.values["state"] for t in tasks(session, recent.purchaser, at)] == ["approved"]
    assert [t.values["state"] for t in tasks(session, recent.member, at + timedelta(days=40))] == [
        "draft",
        "overdue",
    ]


def test_what_is_sent_and_what_is_received_is_added_up_apart(recent, sent, browser):
    days = {
        "starts_on": recent.days_today - timedelta(days=40),
        "ends_on": recent.days_today + timedelta(days=300),
    }
    recent.agree(buyer_id=recent.seller.id, suppliers=[(recent.partner.id, 10_000)], **days)
    recent.send(
        recent.draft("3", seller_id=recent.partner.id, actor=recent.partner_member, **recent.days),
    )
    client = browser(recent.member)
    page = text(client.get("/invoices"))
    there = [page.index(each) for each in ("Wat u stuurde, zonder concepten", "Wat u kreeg", "€ 97,50")]
    assert there == sorted(there)
    assert "€ 325,00" in page[there[0] : there[1]]
    assert "422,50" not in page
    one = text(client.get("/invoices?side=buyer"))
    assert ("Wat u stuurde" in one, "Wat u kreeg" in one) == (False, True)


def test_pages_ask_few_questions_of_the_database(recent, browser, engine, session):
    for _ in range(8):
        recent.send(recent.draft(Decimal(1), **recent.days))
    client = browser(recent.member)
    client.get("/invoices")
    asked = []
    listener = lambda *a: asked.append(a[2])  # noqa: E731 (as the library calls it)
    event.listen(engine, "before_cursor_execute", listener)
    try:
        client.get("/invoices")
        listed = len(asked)
        asked.clear()
        client.get(f"/agreements/{recent.agreement.public_id}")
        agreed = len(asked)
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert listed <= 10
    assert agreed <= 14


def test_interest_is_asked_from_the_page_of_what_was_paid_late(recent, browser, session):
    sent_at = recent.at - timedelta(days=40)
    days = {"delivered_from": sent_at.date() - timedelta(days=5), "delivered_until": sent_at.date()}
    recent.agree(starts_on=days["delivered_from"], ends_on=recent.days_today)
    made = recent.approve(recent.send(recent.draft(at=sent_at, **days), at=sent_at), at=sent_at)
    page, client = f"/invoices/{made.public_id}", browser(recent.member)
    assert "Vraag rente" not in text(client.get(page))
    assert client.get(f"{page}/interest").status_code == 303
    recent.pay(made, paid_on=recent.days_today)
    assert "Vraag rente en incassokosten" in text(client.get(page))
    form = client.get(f"{page}/interest")
    assert "40,00" in text(form)
    first = client.post(f"{page}/interest", data=posting(form))
    assert first.status_code == 303
    check = client.get(first.location)
    assert "buiten de btw" in text(check)
    assert "Bekijk de rente die is gevraagd" in text(client.get(page))
    assert client.get(f"{page}/interest").status_code == 303
    assert browser(recent.partner_member).get(f"{page}/interest").status_code == 403
    assert browser(recent.purchaser).get(f"{page}/interest").status_code == 403
    assert "Vraag rente" not in text(browser(recent.purchaser).get(page))
