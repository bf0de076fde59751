from dataclasses import replace
from datetime import datetime

import pytest

from cwb.home import views
from cwb.kernel.feature import ActionCard, DataFile, Download, Feature, Figure, FrontPanel, Task
from cwb.kernel.policy import SIGNED_IN, Action, Role
from cwb.places.errors import AreaPackInvalid
from cwb.web.i18n import LANGUAGES


@pytest.fixture
def offer(app):
    """Mounts one more storey that offers these things."""

    def mount(**offered):
        app.extensions["cwb.features"] = (*app.extensions["cwb.features"], Feature(name="test", **offered))

    return mount


def test_a_visitor_reads_the_front_page(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert "coöperaties" in answer.text
    assert answer.text.count("cwb-door__link") == 3
    assert answer.text.count("cwb-numbered__title") == 5


def test_figures_of_the_storeys_stand_on_the_front_page(client, offer):
    offer(
        figures=(
            lambda _session, _at: Figure(
                1234, "dingen", "places.index", hint="%(num)s zijn rood", facts={"num": 7}
            ),
            lambda _session, _at: Figure((0.2, 0.31), "aandeel", "places.index"),
            lambda _session, _at: Figure(None, "onbekend", "places.index"),
            lambda _session, _at: None,
        )
    )
    text = client.get("/").text
    for written in (
        "1.234",
        "7 zijn rood",
        "20\N{NO-BREAK SPACE}% – 31\N{NO-BREAK SPACE}%",
        "nog geen cijfer",
    ):
        assert written in text


def test_a_front_panel_is_shown_unless_it_has_nothing(client, offer):
    seen = []
    offer(front=(FrontPanel("error.html", lambda _session, at: seen.append(at)),))
    assert client.get("/").status_code == 200
    assert isinstance(seen[0], datetime)


def test_the_dashboard_tells_what_is_late_then_what_can_be_done_then_what_is_far_off(sign_in, offer, at):
    offer(
        tasks=(
            lambda _session, _actor, _at: [
                Task("Ooit", "places.index"),
                Task("Lang geleden", "places.index", due_at=at.replace(year=2020)),
                Task(
                    "Ver weg: %(what)s",
                    "places.index",
                    facts={"what": "<feest>"},
                    due_at=at.replace(year=2099),
                ),
            ],
        )
    )
    text = sign_in(Role.RESIDENT).get("/").text
    places = [
        text.index(each) for each in ("Lang geleden", "Te laat", "Ooit", "Te doen", "Ver weg: &lt;feest&gt;")
    ]
    assert places == sorted(places)


def test_no_more_tasks_than_fit_are_shown(sign_in, offer):
    offer(tasks=(lambda _session, _actor, _at: [Task(f"Taak {n}.", "places.index") for n in range(15)],))
    browser = sign_in(Role.RESIDENT)
    text = browser.get("/").text
    assert "Taak 11." in text
    assert "Taak 12." not in text
    assert "alle 15 taken" in text
    assert "Taak 14." in browser.get("/?tasks=all").text


def test_only_who_may_is_offered_a_card(sign_in, offer):
    offer(
        actions=(
            ActionCard("Kaart van de inkoper", "…", "places.index", Action.of("test.buy", Role.PURCHASER)),
            ActionCard(
                "Kaart van de nieuwe", "…", "places.index", Action("test.new", SIGNED_IN), newcomers_only=True
            ),
        )
    )
    buyer, resident = sign_in(Role.PURCHASER).get("/").text, sign_in(Role.RESIDENT).get("/").text
    assert "Kaart van de inkoper" in buyer
    assert "Kaart van de nieuwe" not in buyer
    assert "Kaart van de inkoper" not in resident
    assert "Kaart van de nieuwe" in resident


@pytest.mark.parametrize("door", ["buyer", "cooperative", "resident"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_door_opens_for_a_visitor_and_for_who_is_in(client, sign_in, door, language):
    to = "/register?next=/cooperatives/join" if door == "cooperative" else "/register"
    text = client.get(f"/start/{door}?lang={language}").text
    assert f'href="{to}"' in text
    assert text.index(f'href="{to}"') < text.index("cwb-card"), (
        "an account stands before all that it is good for"
    )
    assert ("/register/organisation" in text) == (door != "cooperative")
    assert f'href="{to}"' not in sign_in(Role.BOARD).get(f"/start/{door}").text


def test_there_are_three_doors(client):
    assert client.get("/start/mayor").status_code == 404


def test_open_data_names_its_files(client, offer):
    offer(
        downloads=(
            Download("Vaste set", "…", (DataFile("XML", "places.buurten"),)),
            Download(
                "Set van nu", "…", lambda _session, at: [DataFile(f"JSON {at.year}", "places.register")]
            ),
            Download("Lege set", "…", lambda _session, _at: []),
        )
    )
    text = client.get("/data").text
    assert "XML" in text
    assert "JSON 20" in text
    assert "Lege set" not in text


def test_help_stands_where_it_is_configured(app, client):
    assert "tel:" not in client.get("/login").text
    facts = {"contact_phone": "020 123 4567", "contact_email": "hulp@voorbeeld.example"}
    app.extensions["cwb.config"] = replace(app.extensions["cwb.config"], **facts)
    text = client.get("/login").text
    assert text.count("tel:0201234567") == 2  # below the form, and in the footer
    assert "mailto:hulp@voorbeeld.example" in client.get("/toegankelijkheid").text
    assert "Contact: mailto:hulp@voorbeeld.example" in client.get("/.well-known/security.txt").text


def test_security_txt_says_where_and_until_when(client, app):
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").text.splitlines())
    assert lines["Contact"].startswith(app.extensions["cwb.config"].base_url)
    assert datetime.fromisoformat(lines["Expires"]) > datetime.fromisoformat("2026-01-01T00:00:00Z")


def test_robots_stay_out_of_accounts(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /account" in text
    assert "Disallow: /\n" not in text


def test_the_styleguide_is_for_builders(app, client):
    assert client.get("/styleguide").status_code == 404
    app.debug = True
    assert client.get("/styleguide").status_code == 200


def test_the_mark_is_found_by_its_old_name(client):
    assert client.get("/favicon.ico").headers["Location"].startswith("/static/img/mark.svg?v=")


def test_health_says_ok(client):
    answer = client.get("/health")
    assert answer.json["status"] == "ok"
    assert answer.json["database"] == "ok"


def test_health_says_when_no_page_can_be_read_for_want_of_the_area(client, monkeypatch):
    def broken():
        raise AreaPackInvalid(area="nieuw_west", file="addresses.csv", fault="regel 3")

    monkeypatch.setattr(views, "area_pack", broken)
    answer = client.get("/health")
    assert (answer.status_code, answer.json["status"], answer.json["database"]) == (503, "failing", "ok")
    assert "addresses.csv" in answer.json["area"]
