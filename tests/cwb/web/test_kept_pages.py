"""Pages kept for visitors: exactly what a fresh page would be, and nobody's own."""

import re
from datetime import timedelta

import pytest
from flask import flash, render_template_string
from flask_wtf.csrf import validate_csrf
from sqlalchemy import text
from wtforms.validators import ValidationError

from coops.needs import services as needs
from coops.needs.rules import NeedFacts
from cwb.app import create_app
from cwb.config import Config
from cwb.identity import services as identity
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.database import make_engine
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.sign_in import services as sessions
from cwb.web import kept_pages
from cwb.web.guards import public
from cwb.web.kept_pages import KeptPage, KeptPages, Stamp, kept


@pytest.fixture
def site(database_url, tmp_path):
    """The application on a database that really commits."""
    engine = make_engine(database_url)
    made = create_app(
        Config(
            data_dir=tmp_path, secret_key="test", testing=True, features=("ledger", "coops", "procurement")
        ),
        engine=engine,
    )
    yield made
    engine.dispose()


@pytest.fixture
def pages(site) -> KeptPages:
    return site.extensions["cwb.kept_pages"]


@pytest.fixture
def writer(site):
    with site.extensions["cwb.sessions"]() as session:
        yield session


@pytest.fixture
def buyer(writer):
    at = clock.now()
    with atomic(writer):
        organisation = identity.register_organisation(
            writer, name="Gemeente Voorbeeld", kvk_number="90000011", legal_form="public_body", street="Plein",
            house_number="1", postcode="1069 AB", city="Amsterdam", email="post@voorbeeld.example",
            anchor_type="municipality", is_programme=False, at=at,
        )  # fmt: skip
        user = identity.register_user(
            writer, email="inkoper@voorbeeld.example", name="Ina", password=None, locale="nl", at=at
        )
        identity.grant_mandate(
            writer, user=user, organisation=organisation, role=Role.PURCHASER, granted_by=None, at=at
        )
    return user, organisation


def post(writer, buyer, title, **facts):
    user, organisation = buyer
    at = clock.now()
    with atomic(writer):
        return needs.post_need(
            writer, owner_id=organisation.id, user_id=user.id, purpose="Schoon", category="cleaning", cpv="90910000",
            facts=NeedFacts(
                title=title,
                wanted_from=local_date(at) + timedelta(days=30),
                expires_on=local_date(at) + timedelta(days=60),
            ),
            at=at, **facts,
        )  # fmt: skip


def routed(site, view, path="/proef"):
    site.add_url_rule(path, path, public(kept(view)))
    return site.test_client()


def signed_in(site, writer, user):
    with atomic(writer):
        opened = sessions.open_session(writer, user=user, at=clock.now(), second_factor=True)
    browser = site.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = opened.token
    return browser


def steady(ask, tries=30):
    """Ask until two answers fell in one second with nothing written between them by anybody on the server."""
    return any(ask() for _ in range(tries))


def test_a_page_is_kept_and_shown_again(site):
    made = []
    browser = routed(site, lambda: made.append(1) or f"bladzijde {len(made)}")
    assert steady(lambda: browser.get("/proef").data == browser.get("/proef").data)


def test_what_was_written_is_seen_at_the_very_next_request(site, writer, buyer, pages):
    browser = site.test_client()
    for number in range(20):
        browser.get("/needs")
        post(writer, buyer, f"Behoefte {number}")
        assert f"Behoefte {number}" in browser.get("/needs").text
    assert len(pages) == 1


def test_what_is_not_committed_is_not_seen(site, writer, buyer):
    browser = site.test_client()
    browser.get("/needs")
    writer.execute(text("UPDATE party SET name = 'Anders' WHERE id = :id"), {"id": buyer[1].id})
    assert "Anders" not in browser.get("/needs").text
    writer.rollback()


def test_whoever_wrote_something_in_this_transaction_neither_reads_nor_fills(session):
    session.execute(text("CREATE TEMPORARY TABLE proef (a int) ON COMMIT DROP"))
    assert kept_pages._DATA.first(session) is None


def test_a_page_made_while_something_was_written_is_not_kept(site, writer, pages):
    def view():
        with atomic(writer):
            writer.execute(
                text("INSERT INTO sign_in_attempt VALUES (gen_random_uuid()::text::bytea, now(), 1)")
            )
        return "half oud, half nieuw"

    assert routed(site, view).get("/proef").status_code == 200
    assert len(pages) == 0


def test_who_signed_in_neither_gets_nor_fills_a_kept_page(site, writer, buyer, pages):
    post(writer, buyer, "Voor iedereen")
    post(writer, buyer, "Voor de alliantie", visibility="alliance")
    visitor, insider = site.test_client(), signed_in(site, writer, buyer[0])
    for _ in range(3):
        assert "Voor de alliantie" in insider.get("/needs").text
        assert len(pages) == 0
    for _ in range(3):
        assert "Voor de alliantie" not in visitor.get("/needs").text
        inside = insider.get("/needs").text
        assert "Voor de alliantie" in inside
        assert "Uitloggen" in inside
    assert len(pages) == 1


def test_what_a_visitor_may_not_see_is_not_kept(site, writer, buyer, pages):
    hidden = post(writer, buyer, "Alleen voor ons", visibility="alliance")
    visitor, insider = site.test_client(), signed_in(site, writer, buyer[0])
    assert insider.get(f"/needs/{hidden.number}").status_code == 200
    assert visitor.get(f"/needs/{hidden.number}").status_code == 404
    assert len(pages) == 0


def test_languages_do_not_mix(site):
    dutch, english = site.test_client(), site.test_client()
    english.get("/?lang=en")
    for _ in range(3):
        assert "Samen kopen" in dutch.get("/").text
        assert "Samen kopen" not in english.get("/").text


def test_addresses_do_not_mix(site, writer, buyer):
    post(writer, buyer, "Ramen wassen")
    browser = site.test_client()
    for _ in range(3):
        assert "Ramen wassen" in browser.get("/needs?q=ramen").text
        assert "Ramen wassen" not in browser.get("/needs?q=zzz").text


def test_a_message_is_shown_once_and_to_one(site, pages):
    def say():
        flash("Alleen voor u")
        return "gezegd"

    site.add_url_rule("/zeg", "zeg", public(say))
    told, other = site.test_client(), site.test_client()
    told.get("/zeg")
    assert "Alleen voor u" in told.get("/").text
    assert "Alleen voor u" not in told.get("/").text
    assert "Alleen voor u" not in other.get("/").text


def test_a_view_that_leaves_a_message_is_not_kept(site, pages):
    browser = routed(site, lambda: flash("Voor u") or "gezegd")
    browser.get("/proef")
    assert len(pages) == 0


def test_each_visitor_gets_an_own_token_in_a_kept_page(site):
    made = []
    routed(site, lambda: made.append(1) or render_template_string("{{ csrf_token() }} {{ csrf_token() }}"))
    tokens = []
    for _ in range(3):
        with site.test_client() as browser:
            first, second = browser.get("/proef").text.split()
            assert first == second
            validate_csrf(first)
            for other in tokens:
                with pytest.raises(ValidationError):
                    validate_csrf(other)
            tokens.append(first)
    assert steady(lambda: browser.get("/proef") and browser.get("/proef") and len(made) < 60)


def test_no_visitor_is_shown_the_mark(site):
    def gone():
        return render_template_string("{{ csrf_token() }}"), 404

    def broken():
        raise LookupError

    routed(site, gone)
    browser = routed(site, broken, "/kapot")
    site.config["TESTING"] = site.testing = False
    for address, code in (("/proef", 404), ("/kapot", 500)):
        shown = browser.get(address)
        assert shown.status_code == code
        assert kept_pages._MARK not in shown.text


def test_a_page_with_a_form_of_somebody_is_not_kept(site, pages):
    browser = routed(site, lambda: render_template_string("{{ once_token() }}"))
    assert browser.get("/proef").text != browser.get("/proef").text
    assert len(pages) == 0


@pytest.mark.parametrize("address", ["/?lang=nl", "/?q=" + "a" * 400])
def test_an_address_that_sets_something_or_is_endless_is_not_kept(site, pages, address):
    browser = site.test_client()
    assert steady(lambda: browser.get("/") and len(pages) == 1)
    for _ in range(3):
        browser.get(address)
    assert len(pages) == 1


def test_an_answer_to_a_visitor_carries_all_headers(site):
    browser = site.test_client()
    first, again = browser.get("/"), browser.get("/")
    for shown in (first, again):
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Cache-Control"] == "no-store"
        assert shown.headers["Content-Type"] == "text/html; charset=utf-8"
    assert first.text == again.text or re.search("Nu op de markt", again.text)


def test_a_visitor_of_a_real_site_is_given_no_cookie(site):
    assert "Set-Cookie" not in site.test_client().get("/").headers


def test_a_page_counts_for_its_own_data_and_second_alone():
    pages = KeptPages()
    stamp = Stamp("10:10:", 5)
    pages.keep(("", "/", "nl"), KeptPage(stamp, (b"x",)))
    assert pages.find(("", "/", "nl"), stamp) is not None
    for other in (stamp._replace(snapshot="10:11:"), stamp._replace(second=6)):
        assert pages.find(("", "/", "nl"), other) is None


def test_memory_is_bounded():
    pages = KeptPages(most=1000)
    stamp = Stamp("10:10:", 5)
    for number in range(100):
        pages.keep(("", f"/{number}", "nl"), KeptPage(stamp, (b"x" * 90,)))
        assert pages.weight <= 1000
    assert len(pages) == 11
    assert pages.find(("", "/99", "nl"), stamp) is not None
    assert pages.find(("", "/0", "nl"), stamp) is None
    for _ in range(5):
        pages.keep(("", "/99", "nl"), KeptPage(stamp, (b"x" * 50, b"y" * 50)))
    assert pages.weight == 10 * 90 + 100
