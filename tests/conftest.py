"""The ground of all tests: one server, one migrated template, a savepoint per test."""

import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from cwb.app import create_app
from cwb.config import Config
from cwb.identity import services as identity
from cwb.identity.models import Organisation, User
from cwb.identity.rules import Side
from cwb.kernel import clock, postgres
from cwb.kernel.database import make_engine
from cwb.kernel.policy import HELPERS, SECOND_FACTOR_ROLES, Role
from cwb.second_factor.gateway import Vault
from cwb.sign_in import services as sessions
from cwb.web.kept_pages import KeptPages
from tests import compiled
from tests.databases import administer, copy, drop, leave, migrate, new_name, sweep
from tests.fencing import raise_fence
from tests.keeping import FEATURES, Keeper, Kept, begins, hear_all
from tests.reading import Reader

# A busy machine draws slowly; that is no fault of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


pytest_plugins = ["tests.browsing", "tests.demo_site", "tests.publishing", "tests.spreading"]


def pytest_collection_finish() -> None:
    """What was imported stays to the end: the garbage collector need not walk through it again and again.

    What tests leave in circles may lie a little longer, too: to look for it every 700 objects costs more than it holds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    """The instant at which tests happen unless they say otherwise."""
    return AT


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PostgreSQL server: the given one, or the embedded one kept in var/test."""
    if given := os.environ.get("CWB_TEST_DATABASE_URL") or os.environ.get("DATABASE_URL"):
        return given
    url = postgres.ensure_running(Path("var/test/postgres").resolve(), durable=False)
    sweep(url)
    return url


@pytest.fixture(scope="session")
def template(server_url: str) -> Iterator[str]:
    """The name of a migrated test database that others are copied from."""
    name = new_name()
    administer(server_url, f"CREATE DATABASE {name}")
    url = make_url(server_url).set(database=name)
    migrate(url.render_as_string(hide_password=False))
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE database_clock SET kind = 'test'"))
    engine.dispose()
    yield name
    drop(server_url, name)


@pytest.fixture(scope="session")
def done_with(server_url: str) -> Iterator[list[str]]:
    """Databases that no test needs any more: dropped at the end."""
    names: list[str] = []
    yield names
    for name in names:
        drop(server_url, name)


@pytest.fixture
def database_url(server_url: str, template: str, done_with: list[str]) -> Iterator[str]:
    """An own database that really commits: for concurrency, crashes and commands."""
    name = copy(server_url, template)
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    leave(server_url, name)
    done_with.append(name)


@pytest.fixture(scope="session")
def engine(server_url: str, template: str) -> Iterator[Engine]:
    """An engine on this worker's own database."""
    name = copy(server_url, template)
    engine = make_engine(make_url(server_url).set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    drop(server_url, name)


class RollingBack(Session):
    """A session whose commits are savepoints: deferred constraints speak at each of them, nothing stays."""

    def commit(self) -> None:
        self.flush()
        self.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        self.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        super().commit()


@pytest.fixture(scope="session")
def keeper(server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keeper]:
    """The worlds that tests of this process begin in."""
    keeper = Keeper(server_url, template, tmp_path_factory.mktemp)
    yield keeper
    keeper.close()


@pytest.fixture
def kept(request: pytest.FixtureRequest, keeper: Keeper) -> Kept | None:
    """The kept world that this test begins in, if it asks for one."""
    build = begins(request.node)
    return keeper.get(build) if build else None


@pytest.fixture
def root(kept: Kept, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the building of the kept world gave; it is still that instant, on every clock."""
    behind, now = clock.now() - kept.built_at, clock.now
    monkeypatch.setattr(clock, "now", lambda: now() - behind)
    return kept.unpack(session, tmp_path)


@pytest.fixture
def session(kept: Kept | None, engine: Engine) -> Iterator[Session]:
    """A session in a transaction that is rolled back at the end; `atomic()` works as in production."""
    with (kept.engine if kept else engine).connect() as connection:
        outer = connection.begin()
        session = RollingBack(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        hear_all(session)
        yield session
        Session.close(session)
        outer.rollback()


def build_house(engine: Engine, data_dir: Path) -> Flask:
    """The whole application on this database, without CSRF."""
    config = Config(data_dir=data_dir, secret_key="test", testing=True, features=FEATURES)
    app = create_app(config, engine=engine)
    app.config["WTF_CSRF_ENABLED"] = False
    app.jinja_env.bytecode_cache = compiled.TEMPLATES
    app.test_client_class = Reader
    return app


@pytest.fixture(scope="session")
def house(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application built once: its addresses and templates cost as much as many a test."""
    return build_house(engine, tmp_path_factory.mktemp("house"))


@pytest.fixture
def app(house: Flask, session: Session, tmp_path: Path) -> Iterator[Flask]:
    """The whole application on the test's session and in a folder of its own; what a test sets is taken back."""
    known: tuple[dict[str, Any], ...] = (house.config, house.extensions, house.jinja_env.globals)
    before = [each.copy() for each in known]

    def same_session() -> Session:
        session.close = lambda: raise_fence(session, all_rows=True)  # type: ignore[method-assign]  # the fixture closes it
        raise_fence(session, all_rows=False)
        return session

    config: Config = house.extensions["cwb.config"]
    house.extensions["cwb.config"] = replace(config, data_dir=tmp_path)
    house.extensions["cwb.sessions"] = same_session
    house.extensions["cwb.kept_pages"] = KeptPages()
    yield house
    for each, was in zip(known, before, strict=True):
        each.clear()
        each.update(was)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


SIDES = {
    Role.PURCHASER: Side.ANCHOR,
    Role.ASSESSOR: Side.ANCHOR,
    Role.PROGRAMME: Side.PROGRAMME,
    Role.COACH: Side.PROGRAMME,
    Role.ALLIANCE: Side.PROGRAMME,
    Role.AUDITOR: Side.PROGRAMME,
    Role.ADMINISTRATOR: Side.PROGRAMME,
}

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

MakeOrganisation = Callable[..., Organisation]
SignIn = Callable[..., FlaskClient]


@dataclass
class Counter:
    """Numbers that no other thing in this test has."""

    value: int = 0

    def next(self) -> int:
        self.value += 1
        return self.value


@pytest.fixture
def counter() -> Counter:
    """One counter per test."""
    return Counter()


@pytest.fixture
def make_organisation(session: Session, counter: Counter, at: datetime) -> MakeOrganisation:
    """Makes an organisation of a side; facts may be overridden."""

    def make(side: Side = Side.SUPPLIER, **facts: object) -> Organisation:
        number = counter.next()
        forms = {Side.ANCHOR: "public_body", Side.PROGRAMME: "foundation", Side.SUPPLIER: "cooperative"}
        given = {
            "name": f"Voorbeeld {side.value} {number}", "kvk_number": f"9{number:07}", "legal_form": forms[side],
            "street": "Voorbeeldstraat", "house_number": str(number), "postcode": "1069 AB", "city": "Amsterdam",
            "email": f"post{number}@voorbeeld.example",
            "anchor_type": "municipality" if side is Side.ANCHOR else None,
            "is_programme": side is Side.PROGRAMME,
            "at": at,
        }  # fmt: skip
        made = identity.register_organisation(session, **{**given, **facts})  # type: ignore[arg-type]
        session.commit()  # a savepoint: a refused request rolls back no further than here
        return made

    return make


@pytest.fixture
def make_user(session: Session, counter: Counter, at: datetime, tmp_path: Path) -> Callable[..., User]:
    """Makes a user without a password, with mandates: `make_user((Role.BOARD, organisation), name=...)`.

    Who needs a second factor has one set, with the secret `TOTP_SECRET`.
    """

    def make(*held: tuple[Role, Organisation], name: str = "", second_factor: bool = True) -> User:
        number = counter.next()
        user = identity.register_user(
            session,
            email=f"mens{number}@voorbeeld.example",
            name=name or f"Voorbeeld Mens {number}",
            password=None,
            locale="nl",
            at=at,
        )
        for role, organisation in held:
            since, until = (clock.now(), clock.local_date(clock.now())) if role in HELPERS else (at, None)
            identity.grant_mandate(
                session,
                user=user,
                organisation=organisation,
                role=role,
                granted_by=None,
                ends_on=until,
                at=since,
            )
        if second_factor and any(role in SECOND_FACTOR_ROLES for role, _ in held):
            user.totp_secret, user.totp_confirmed_at = Vault(tmp_path).lock(TOTP_SECRET), at
        session.commit()
        return user

    return make


@pytest.fixture
def sign_in_user(app: Flask, session: Session) -> SignIn:
    """A browser in which this user is signed in (`second_factor=False`: not yet given)."""

    def enter(
        user: User, *, second_factor: bool = True, organisation: Organisation | None = None
    ) -> FlaskClient:
        opened = sessions.open_session(
            session,
            user=user,
            at=clock.now(),
            second_factor=second_factor,
            organisation_id=organisation.id if organisation else None,
        )
        session.commit()
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"] = opened.token
            cookie["_fresh"] = True
        return browser

    return enter


@pytest.fixture
def sign_in(
    make_organisation: MakeOrganisation, make_user: Callable[..., User], sign_in_user: SignIn
) -> SignIn:
    """A browser of a new user with this role, second factor given.

    The mandate is in `organisation`, or in a new one of the side where the role belongs; a resident needs none.
    Roles are `Role` members or their values. `browser.user` and `browser.organisation` tell who it became.
    """

    def enter(role: Role | str, organisation: Organisation | None = None) -> FlaskClient:
        role = Role(role)
        home = organisation
        if home is None and role is not Role.RESIDENT:
            home = make_organisation(SIDES.get(role, Side.SUPPLIER))
        user = make_user((role, home)) if home else make_user()
        browser = sign_in_user(user)
        browser.user, browser.organisation = user, home  # type: ignore[attr-defined]
        return browser

    return enter
