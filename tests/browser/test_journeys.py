"""Whole journeys with JavaScript off, as somebody on an old phone walks them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from cwb.demo.services import facts_of
from cwb.identity.models import User
from cwb.kernel import clock
from tests.browser.walking import leave

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.fixture
def address_of(demo_app, demo_site):
    """The e-mail address of somebody of the demo bar."""

    def find(label: str) -> str:
        with Session(demo_app.extensions["cwb.engine"]) as session:
            return session.get_one(User, demo_site.people[label]).email

    return find


def test_somebody_signs_in_and_out(visit_plainly, address_of, demo_site):
    page = visit_plainly(None, "/")
    leave(page, page.get_by_role("link", name="Inloggen"))
    page.fill("[name=email]", address_of("Coöperatie groen"))
    page.fill("[name=password]", "niet het goede wachtwoord")
    leave(page, page.get_by_role("main").get_by_role("button", name="Inloggen"))
    assert page.title().startswith("Fout:")
    assert page.get_by_role("alert").is_visible()
    page.fill("[name=password]", facts_of(demo_site.config.area)["password"])
    leave(page, page.get_by_role("main").get_by_role("button", name="Inloggen"))
    assert page.get_by_role("heading", name="Wat wacht op u").is_visible()
    leave(page, page.get_by_role("button", name="Uitloggen"))
    assert page.get_by_role("link", name="Ik koop in").is_visible()


def test_a_buyer_posts_a_need_and_a_visitor_reads_it(visit_plainly):
    page = visit_plainly("Inkoper")
    leave(page, page.get_by_role("link", name="Plaats een behoefte"))
    leave(page, page.get_by_role("button", name="Op de kalender zetten"))
    assert page.get_by_role("alert").is_visible()  # nothing was filled in; what must be is listed
    page.fill("[name=title]", "Ramen wassen van het voorbeeldhuis")
    page.fill("[name=purpose]", "Schone ramen.\nMet regenwater.")
    page.locator("[name=category]").first.check()
    today = clock.local_date(clock.now())
    page.fill("[name=wanted_from]", (today + timedelta(days=90)).isoformat())
    page.fill("[name=expires_on]", (today + timedelta(days=60)).isoformat())
    leave(page, page.get_by_role("button", name="Op de kalender zetten"))
    assert page.get_by_role("heading", name="Ramen wassen van het voorbeeldhuis").is_visible()
    shown = page.url
    visitor = visit_plainly(None, shown)
    assert visitor.get_by_text("Met regenwater.").is_visible()


def test_a_language_is_kept(visit_plainly):
    page = visit_plainly(None, "/")
    leave(page, page.get_by_role("link", name="English"))
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/data")
    assert page.locator("html").get_attribute("lang") == "en"


def test_each_door_leads_on_to_an_account(visit_plainly):
    for door in ("Ik koop in", "Wij zijn een coöperatie", "Ik woon hier"):
        page = visit_plainly(None, "/")
        leave(page, page.get_by_role("link", name=door))
        leave(page, page.get_by_role("link", name="Maak een account"))
        assert page.locator("[name=email]").is_visible()


def test_help_stands_on_each_form_page(visit_plainly):
    for path in ("/login", "/register"):
        assert visit_plainly(None, path).get_by_text("Lukt het niet?").is_visible()


def test_one_click_changes_who_looks(visit_plainly):
    page = visit_plainly("Inkoper")
    leave(page, page.get_by_role("button", name="Controleur", exact=True))
    assert page.get_by_role("button", name="Controleur", exact=True).get_attribute("aria-pressed") == "true"


def test_no_field_is_red_before_it_was_refused(visit):
    page = visit("Inkoper", "/needs/new")
    colours = "() => [...document.querySelectorAll('[name=title], [name=purpose]')].map(e => getComputedStyle(e).borderColor)"
    title, purpose = page.evaluate(colours)
    assert title == purpose
    leave(page, page.get_by_role("button", name="Op de kalender zetten"))
    assert page.evaluate(colours)[1] != purpose
