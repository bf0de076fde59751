"""The demo, lived once for all tests that look at whole pages. They only read; mark them xdist_group("demo")."""

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import make_url
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from cwb.app import create_app
from cwb.config import Config
from cwb.demo import services as demo
from cwb.identity.models import User
from cwb.kernel import clock, feature
from cwb.kernel.database import make_engine
from cwb.sign_in import queries as sessions_queries
from tests.databases import copy, drop
from tests.keeping import FEATURES


@dataclass(frozen=True)
class DemoSite:
    """A database with the demo year, its keys, and who one may become: label → user id."""

    url: str
    config: Config
    people: dict[str, int]


@pytest.fixture(scope="session")
def demo_site(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """The demo year in a database of its own."""
    name = copy(server_url, template)
    url = make_url(server_url).set(database=name).render_as_string(hide_password=False)
    config = Config(
        database_url=url,
        data_dir=tmp_path_factory.mktemp("demo"),
        secret_key="test",
        testing=True,
        features=FEATURES,
    )
    engine = make_engine(url)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CWB_DATA", str(config.data_dir))  # the table of addresses is read from there
        demo.seed(
            engine, feature.load(FEATURES), config=config, ends_at=clock.now(), report=lambda _line: None
        )
    with Session(engine) as session:
        people = {label: key for _, key, label in sessions_queries.demo_users(session)}
    engine.dispose()
    yield DemoSite(url, config, people)
    drop(server_url, name)


Enter = Callable[[str | None], FlaskClient]


@pytest.fixture(scope="session")
def demo_app(demo_site: DemoSite) -> Iterator[Flask]:
    """The application on the demo."""
    engine = make_engine(demo_site.url, fenced=True)
    app = create_app(demo_site.config, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    engine.dispose()


@pytest.fixture(scope="session")
def demo_enter(demo_app: Flask, demo_site: DemoSite) -> Enter:
    """A browser of somebody of the demo bar, by label; None for a visitor."""

    def enter(label: str | None) -> FlaskClient:
        browser = demo_app.test_client()
        if label is not None:
            with Session(demo_app.extensions["cwb.engine"]) as session:
                user = session.get_one(User, demo_site.people[label])
            assert browser.post(f"/demo/{user.public_id}").status_code == 303
        return browser

    return enter


class Page(NamedTuple):
    """A page as somebody of the demo bar sees it."""

    address: str
    html: str


Walk = dict[str | None, dict[str, Page]]
_LINK = re.compile(r'href="(/[^"#]*)"')


@pytest.fixture(scope="session")
def demo_walk(demo_app: Flask, demo_enter: Enter, demo_site: DemoSite) -> Walk:
    """Who (label, None for a visitor) → endpoint → a page, for each reached by links from the start page."""
    return {who: _walk(demo_app, demo_enter(who)) for who in (None, *demo_site.people)}


def _walk(app: Flask, browser: FlaskClient) -> dict[str, Page]:
    routes = app.url_map.bind("localhost")
    found: dict[str, Page] = {}
    faults: dict[str, object] = {}
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        try:
            endpoint, _ = routes.match(address.partition("?")[0], method="GET")
        except HTTPException as fault:
            faults[address] = fault
            continue
        if endpoint in found or endpoint.startswith("static.") or address in faults:
            continue
        try:
            answer = browser.get(address)
        except Exception as fault:  # noqa: BLE001 (all of them are told at the end)
            faults[address] = fault
            continue
        if answer.status_code not in {200, 302, 303}:
            faults[address] = answer.status
        elif answer.status_code == 200 and answer.mimetype == "text/html":
            found[endpoint] = Page(address, answer.text)
            waiting += [html.unescape(link) for link in _LINK.findall(answer.text) if "lang=" not in link]
    assert faults == {}, "links that lead to a fault"
    return found
