from datetime import timedelta

import pytest

from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role

SOON = (local_date(now()) + timedelta(days=60)).isoformat()
FORM = {
    "title": "Schoonmaak van drie buurthuizen", "purpose": "Elke dag schoon.", "category": "cleaning", "place": "FB",
    "volume": "40", "unit": "hour_week", "value_low": "20.000,00", "value_high": "30000", "value_visibility": "alliance",
    "wanted_from": SOON, "expires_on": SOON, "visibility": "public", "divisible": "y",
}  # fmt: skip


@pytest.fixture
def buyer(sign_in):
    return sign_in(Role.PURCHASER)


def test_an_empty_calendar_says_what_to_do(client, buyer):
    assert "De kalender is nog leeg" in client.get("/needs").text
    assert "/needs/new" in buyer.get("/needs").text


def test_posting_shows_the_need_to_everyone_but_the_value_to_the_alliance(buyer, client):
    sent = buyer.post("/needs/new", data=FORM)
    assert sent.status_code == 303, sent.text
    address = sent.location
    public, inside = client.get(address), buyer.get(address)
    assert "40 uur per week" in public.text
    assert "90910000 Reinigingsdiensten" in public.text
    assert "niet openbaar" in public.text
    assert "20.000,00" in inside.text
    assert "20000.00" not in client.get("/needs/list.csv").text
    assert "20000.00" in buyer.get("/needs/list.csv").text
    assert "Schoonmaak van drie buurthuizen" in client.get("/needs?category=cleaning&place=FB").text
    assert "Niets gevonden" in client.get("/needs?category=green").text
    assert client.get("/needs?before=onzin&page=x").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""}, {"title": "x" * 201}, {"category": "spoken"}, {"cpv": "9"}, {"volume": "-1"}, {"volume": "veel"},
        {"unit": ""}, {"value_high": "10"}, {"value_low": "1,234"}, {"wanted_from": "2020-01-01"},
        {"wanted_from": "31-02-2027"}, {"expires_on": ""}, {"visibility": "friends"}, {"notice_on": SOON},
    ],
)  # fmt: skip
def test_bad_input_is_shown_and_changes_nothing(buyer, change):
    sent = buyer.post("/needs/new", data={**FORM, **change})
    assert sent.status_code == 422, change
    assert "De kalender is nog leeg" in buyer.get("/needs").text


def test_a_double_click_posts_once(buyer):
    for _ in range(2):
        sent = buyer.post("/needs/new", data={**FORM, "once": "0190a6b0-0000-7000-8000-000000000001"})
        assert sent.location == "/needs/N-2026-0001"
    assert "1 gevonden" in buyer.get("/needs").text


def test_another_script_is_kept_as_typed(buyer, client):
    buyer.post("/needs/new", data={**FORM, "title": "تنظيف <b>البيت</b>", "volume": "٤٠"})
    page = client.get("/needs/N-2026-0001").text
    assert "تنظيف &lt;b&gt;البيت" in page
    assert "40 uur per week" in page


def test_changing_a_need_of_another_buyer_is_refused(buyer, sign_in):
    buyer.post("/needs/new", data=FORM)
    other = sign_in(Role.PURCHASER)
    assert other.get("/needs/N-2026-0001/change").status_code == 403
    assert other.post("/needs/N-2026-0001/withdraw", data={"reason": "x"}).status_code == 403
    assert buyer.get("/needs/N-2026-0001/change").status_code == 200


def test_a_stale_change_is_a_conflict(buyer):
    buyer.post("/needs/new", data=FORM)
    address = "/needs/N-2026-0001/change"
    assert buyer.post(address, data={**FORM, "title": "Een", "version": "1"}).status_code == 303
    assert buyer.post(address, data={**FORM, "title": "Twee", "version": "1"}).status_code == 409
    assert buyer.post(address, data={**FORM, "title": "Drie", "version": "onzin"}).status_code == 409
    assert "Een" in buyer.get("/needs/N-2026-0001").text


def test_withdrawing_says_why(buyer, client):
    buyer.post("/needs/new", data=FORM)
    assert buyer.get("/needs/N-2026-0001/withdraw").status_code == 200
    assert buyer.post("/needs/N-2026-0001/withdraw", data={"reason": ""}).status_code == 422
    assert buyer.post("/needs/N-2026-0001/withdraw", data={"reason": "Budget weg"}).status_code == 303
    assert "Budget weg" in client.get("/needs/N-2026-0001").text


def test_interest_is_seen_by_the_owner_alone(buyer, sign_in, client):
    buyer.post("/needs/new", data=FORM)
    coop = sign_in(Role.BOARD)
    address = "/needs/N-2026-0001"
    assert coop.post(address + "/interest", data={"interested": "yes"}).status_code == 303
    assert "Toch geen belangstelling" in coop.get(address).text
    assert coop.organisation.name in buyer.get(address).text
    assert coop.organisation.name not in client.get(address).text
    assert coop.post(address + "/interest", data={"interested": "no"}).status_code == 303
    assert coop.organisation.name not in buyer.get(address).text
    assert buyer.post(address + "/interest", data={"interested": "yes"}).status_code == 403


def test_unknown_numbers_are_not_found(client):
    assert client.get("/needs/N-2026-9999").status_code == 404
