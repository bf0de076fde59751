"""A real browser on the demo: headless Chromium through Playwright, a live server in a thread."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from cwb.app import create_app
from cwb.assets.commands import dev_folder
from cwb.kernel.database import make_engine

CHROMIUM = Path(os.environ.get("CWB_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def missing(what: str) -> None:
    """Skip with one line that says how to get it; a failure where CWB_REQUIRE_BROWSER=1."""
    if os.environ.get("CWB_REQUIRE_BROWSER") == "1":
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        missing("Playwright is missing: install requirements/dev.txt")
    if not CHROMIUM.is_file():
        missing("Chromium is missing: apt-get install chromium, or set CWB_CHROMIUM")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script."""
    file = dev_folder() / "axe.min.js"
    if not file.is_file():
        missing("axe is missing: run `cwb assets --dev`")
    return file.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def live(demo_site) -> Iterator[str]:
    """The demo served as in production, CSRF and all; its address."""
    engine = make_engine(demo_site.url, pool_size=8)
    app = create_app(replace(demo_site.config, testing=False, contact_phone="020 000 0000"), engine=engine)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
    engine.dispose()


Visit = Callable[..., object]


@pytest.fixture
def visit(chromium, live) -> Iterator[Visit]:
    """Opens a page of the site as somebody of the demo bar: `visit("Inkoper", "/", width=320, scheme="dark")`."""
    contexts = []

    def open_page(who: str | None = None, path: str = "/", *, width: int = 1280, scheme: str = "light", script: bool = True):
        context = chromium.new_context(
            base_url=live, viewport={"width": width, "height": 900}, color_scheme=scheme,
            java_script_enabled=script, bypass_csp=True, locale="nl-NL",
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        if who is not None:
            page.goto("/")
            page.get_by_role("button", name=who, exact=True).click()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
