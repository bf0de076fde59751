"""Every macro in headless Chromium: accessible, in both schemes, both directions, down to 320 pixels."""

import threading
from collections.abc import Iterator

import pytest
from werkzeug.serving import make_server

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def checker(axe: str) -> str:
    return axe


@pytest.fixture(scope="module")
def context(chromium) -> Iterator[object]:
    context = chromium.new_context(bypass_csp=True)
    yield context
    context.close()


@pytest.fixture
def address(macros) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, macros, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/styleguide"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(context) -> Iterator[object]:
    page = context.new_page()
    yield page
    page.close()


def overflow(page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["", "?rtl", "?bare"])
@pytest.mark.parametrize("width", [320, 1280])
def test_no_barrier_no_sideways_scroll(page, address, checker, scheme, query, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(address + query)
    page.evaluate("document.fonts.ready")
    page.evaluate(checker)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
    assert overflow(page) == 0


def test_every_target_is_large_enough(page, address):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(address)
    small = page.evaluate(
        """[...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
        .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([_, r]) => r.width && (r.width < 24 || r.height < 24)).map(([html, _]) => html)"""
    )
    assert small == []


def test_the_summary_takes_the_focus_and_leads_to_the_field(page, address):
    page.goto(address)
    assert page.evaluate("document.activeElement.id") == "fouten"
    page.click("#fouten a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "name"


def test_the_first_tab_skips_to_the_content(page, address):
    page.goto(f"{address}?ok")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#inhoud"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0


@pytest.mark.parametrize("query", ["", "?bare"])
def test_another_theme_colours_the_buttons(page, address, macros, query):
    macros.context_processor(lambda: {"theme_class": "stad-theme", "theme_css": "/stad.css"})
    sheet = ".stad-theme { --utrecht-button-primary-action-background-color: rgb(200, 0, 100); }"
    page.route("**/stad.css", lambda route: route.fulfill(body=sheet, content_type="text/css"))
    page.goto(address + query)
    colour = page.evaluate(
        "getComputedStyle(document.querySelector('.cwb-form .cwb-button--primary')).backgroundColor"
    )
    assert colour == "rgb(200, 0, 100)"
