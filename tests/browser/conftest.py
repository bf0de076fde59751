"""A real browser on the demo: headless Chromium through Playwright, a live server beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.demo.services import facts_of
from cwb.identity.models import Mandate, Organisation, User
from cwb.kernel.policy import Role
from tests.browser.walking import follow, leave, press


@contextmanager
def served(demo_site, log: Path, app: str | None = None, **more: str) -> Iterator[str]:
    """The demo served as in production, or this application on it, in processes of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": demo_site.url,
        "CWB_DATA": str(demo_site.config.data_dir),
        "CWB_SECRET_KEY": "a secret of the tests that nobody else knows",
        "CWB_CONTACT_PHONE": "020 000 0000",
        **more,
    }
    command = [sys.executable, "-m", "cwb", "serve", "--port", port, "--workers", "2"]
    if app:
        command = [
            sys.executable, "-m", "gunicorn", "--bind", address, "--workers", "2", "--no-control-socket", app,
        ]  # fmt: skip
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as server:
        try:
            for _ in range(600):
                with suppress(OSError), urlopen(f"http://{address}/health", timeout=30):
                    break
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
            yield f"http://{address}"
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def live(demo_site, tmp_path_factory) -> Iterator[str]:
    """The demo as it is now."""
    with served(demo_site, tmp_path_factory.mktemp("live") / "log") as address:
        yield address


@pytest.fixture
def weeks_later(demo_site, tmp_path) -> Iterator[str]:
    """The same demo 30 days from now, when a standstill is over."""
    with served(demo_site, tmp_path / "log", "tests.browser.later:app", CWB_TEST_AHEAD="30") as address:
        yield address


Visit = Callable[..., object]


@pytest.fixture
def visit(chromium, live) -> Iterator[Visit]:
    """Opens a page of the site as somebody of the demo bar: `visit("Inkoper", "/", width=320, scheme="dark")`."""
    contexts = []

    def open_page(
        who: str | None = None,
        path: str = "/",
        *,
        width: int = 1280,
        scheme: str = "light",
        script: bool = True,
        base: str | None = None,
    ):
        context = chromium.new_context(
            base_url=base or live, viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=True, locale="nl-NL",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if who is not None:
            page.goto("/")
            leave(page, page.get_by_role("button", name=who, exact=True))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit_plainly(visit) -> Visit:
    """A page on a phone without JavaScript."""

    def open_page(who: str | None = None, path: str = "/", **more):
        return visit(who, path, width=360, script=False, **more)

    return open_page


def set_up_second_factor(page) -> None:
    """What a purchaser is asked at the first sign-in: an app, its code, and codes kept on paper."""
    press(page, "Begin")
    secret = page.locator("main code").inner_text().replace("-", "")
    page.fill("[name=code]", TOTP(secret).now())
    press(page, "Zet aan")
    follow(page, "Ik heb ze bewaard")


@pytest.fixture
def sign_in_plainly(visit_plainly, demo_app, demo_site) -> Visit:
    """Signs in with a password as somebody who does not stand in the demo bar: `sign_in_plainly(Role.BOARD, name)`."""

    def enter(role: Role, organisation: str, **more):
        with Session(demo_app.extensions["cwb.engine"]) as session:
            email = session.scalars(
                select(User.email)
                .join(Mandate, Mandate.user_id == User.id)
                .join(Organisation, Organisation.id == Mandate.organisation_id)
                .where(Mandate.role == role, Organisation.name == organisation)
                .order_by(User.id)
                .limit(1)
            ).one()
        page = visit_plainly(None, "/login", **more)
        page.fill("[name=email]", email)
        page.fill("[name=password]", facts_of(demo_site.config.area)["password"])
        press(page, "Inloggen")
        if role is Role.PURCHASER:
            set_up_second_factor(page)
            page.goto("/")
        return page

    return enter
