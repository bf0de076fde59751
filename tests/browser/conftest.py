"""A real browser on the demo: headless Chromium through Playwright, a live server beside it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest


@pytest.fixture(scope="session")
def live(demo_site, tmp_path_factory) -> Iterator[str]:
    """The demo served as in production, in processes of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        "DATABASE_URL": demo_site.url,
        "CWB_DATA": str(demo_site.config.data_dir),
        "CWB_SECRET_KEY": "a secret of the tests that nobody else knows",
        "CWB_CONTACT_PHONE": "020 000 0000",
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        address,
        "--workers",
        "2",
        "--no-control-socket",
        "cwb.wsgi:app",
    ]
    log = tmp_path_factory.mktemp("live") / "log"
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as server:
        for _ in range(600):
            with suppress(OSError), urlopen(f"http://{address}/health", timeout=30):
                break
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        yield f"http://{address}"
        server.terminate()


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
    ):
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
