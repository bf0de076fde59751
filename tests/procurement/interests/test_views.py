from uuid import uuid4

import pytest
from sqlalchemy import select

from cwb.identity.models import User
from procurement.interests.models import SavedInterest
from procurement.interests.rules import token

FORM = {
    "name": "Schoon",
    "about": "both",
    "kinds": ["cleaning"],
    "cpv": "773",
    "place": "",
    "words": "",
    "often": "daily",
}


@pytest.fixture
def browser(world, sign_in_user):
    return sign_in_user(world.session.get(User, world.supplier().user_id))


def saved(session):
    return session.scalars(select(SavedInterest).execution_options(populate_existing=True)).one()


def test_save_change_pause_and_remove(browser, session):
    assert "bewaarde nog niets" in browser.get("/interests").text
    assert browser.post("/interests/new", data=FORM).status_code == 303
    made = saved(session)
    assert made.cpv_groups == ["773", "909"]
    page = browser.get(f"/interests/{made.public_id}").text
    assert "773" in page
    assert "checked" in page
    assert browser.post(f"/interests/{made.public_id}", data={**FORM, "name": "Anders"}).status_code == 303
    assert saved(session).name == "Anders"
    browser.post(f"/interests/{made.public_id}/pause")
    assert saved(session).paused_at is not None
    assert "staat stil" in browser.get("/interests").text
    browser.post(f"/interests/{made.public_id}/remove")
    assert session.scalars(select(SavedInterest)).all() == []


def test_from_ones_kind_of_work_it_is_one_press(browser, session):
    address = "/interests/new?category=cleaning&category=green&category=none"
    assert 'value="Schoonmaak, Groen"' in browser.get(address).text


@pytest.mark.parametrize(
    "change", [{"cpv": "negen"}, {"name": ""}, {"low": "10", "high": "5"}, {"often": "soms"}, {"low": "-1"}]
)
def test_bad_forms_keep_nothing(browser, session, change):
    assert browser.post("/interests/new", data={**FORM, **change}).status_code == 422
    assert session.scalars(select(SavedInterest)).all() == []


def test_somebody_elses_is_nobodys(browser, session, world, sign_in_user):
    browser.post("/interests/new", data=FORM)
    other = sign_in_user(world.session.get(User, world.supplier("Ander").user_id))
    for what in ("", "/pause", "/remove"):
        assert other.post(f"/interests/{saved(session).public_id}{what}", data=FORM).status_code == 404
    assert saved(session).paused_at is None


def test_stopping_without_signing_in(browser, client, session, app):
    browser.post("/interests/new", data=FORM)
    made = saved(session)
    where = f"/interests/{made.public_id}/stop/{token(made.secret, 'stop')}"
    assert client.get(f"{where}/now").headers["Location"] == where
    assert "Stop de mail" in client.get(where).text
    assert saved(session).paused_at is None
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(where).status_code == 400
    assert client.post(f"{where}/now", data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert saved(session).paused_at is not None
    assert "geen mail meer" in client.get(where).text


def test_the_button_of_the_page_behind_the_link_stops_the_mail(browser, client, session):
    browser.post("/interests/new", data=FORM)
    made = saved(session)
    where = f"/interests/{made.public_id}/stop/{token(made.secret, 'stop')}"
    assert client.post(where).headers["Location"] == where
    assert saved(session).paused_at is not None
    page = client.get(where).text
    assert "U krijgt hierover geen mail meer." in page
    assert "Stop de mail" not in page


def test_a_wrong_token_stops_nothing(browser, client, session):
    browser.post("/interests/new", data=FORM)
    made = saved(session)
    for given in ("x", token(made.secret, "calendar"), token("other", "stop"), "é"):
        assert client.post(f"/interests/{made.public_id}/stop/{given}/now").status_code == 404
    assert client.get(f"/interests/{uuid4()}/stop/x").status_code == 404
    assert saved(session).paused_at is None


def test_its_calendar_needs_no_sign_in_but_its_token(browser, client, session, world):
    browser.post("/interests/new", data=FORM)
    made = saved(session)
    good = client.get(f"/interests/{made.public_id}/calendar/{token(made.secret, 'calendar')}.ics")
    assert world.tender.number in good.text.replace("\r\n ", "")
    assert (
        client.get(f"/interests/{made.public_id}/calendar/{token(made.secret, 'stop')}.ics").status_code
        == 404
    )
