"""The browser that all browser tests of one process share: two would fight over its event loop."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cwb.assets.commands import dev_folder

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
