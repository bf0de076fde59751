"""No page that links lead to has a barrier: axe (WCAG 2.2 AA and best practice), reflow at 320 pixels, large targets.

Each page is laid out from what the walk read already, in a browser of who read it, one after another in one window:
to ask the server again and to hand the checker over again took more time than checking.
"""

import pytest

from tests.demo_site import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = {
    "home.index",
    "home.start",
    "needs.index",
    "needs.show",
    "needs.new",
    "tenders.show",
    "sign_in.sign_in",
    "invoices.show",
}
"""Pages also looked at on a desk, in the light and in the dark: one of each kind."""

CHECK = """rules => axe.run(document, {
    runOnly: rules, resultTypes: ['violations'], preload: false, selectors: false
})"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
TOO_SMALL = """[...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary')]
    .map(e => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
    .filter(([_, r]) => r.width && (r.width < 24 || r.height < 24)).map(([html, _]) => html)"""


def barriers(page, axe: str) -> list[str]:
    """What stands in somebody's way on this page."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = [
        f"{each['id']}: {node['html'][:160]} {'; '.join(check['message'] for check in node['any'][:1])}"
        for each in page.evaluate(CHECK, RULES)["violations"]
        for node in each["nodes"]
    ]
    found += [f"target too small: {html}" for html in page.evaluate(TOO_SMALL)]
    if (wide := page.evaluate(TOO_WIDE)) > 0:
        found.append(f"{wide} pixels too wide")
    return found


def told(found: dict[str, list[str]]) -> str:
    """All that was found, a line each."""
    return "\n".join(f"{page}: {fault}" for page, faults in found.items() for fault in faults)


def fresh(pages: dict[str, Page], seen: set[str]) -> dict[str, Page]:
    """The pages not looked at as somebody else before; the start page differs for everybody."""
    new = {
        endpoint: page for endpoint, page in pages.items() if endpoint not in seen or endpoint == "home.index"
    }
    seen |= set(new)
    return new


def test_no_page_has_a_barrier_on_a_phone(demo_walk, visit, axe):
    seen: set[str] = set()
    found = {}
    for who, pages in demo_walk.items():
        page = visit(who, width=320)
        for endpoint, (address, html) in fresh(pages, seen).items():
            page.set_content(html)
            if faults := barriers(page, axe):
                found[f"{endpoint} as {who or 'visitor'} at {address}"] = faults
    assert not found, told(found)


def test_no_kind_of_page_has_a_barrier_on_a_desk(demo_walk, visit, axe):
    seen: set[str] = set()
    found = {}
    for who, pages in demo_walk.items():
        wanted = {name: each for name, each in fresh(pages, seen).items() if name in KINDS}
        page = visit(who) if wanted else None
        for endpoint, (address, html) in wanted.items():
            page.set_content(html)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                if faults := barriers(page, axe):
                    found[f"{endpoint} as {who or 'visitor'} at {address}, {scheme}"] = faults
    assert not found, told(found)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("/tenders", ".cwb-table a"), ("/tenders", ".cwb-intro bdi"), ("/", ".cwb-task__link"),
        ("/tenders/new", ".cwb-h1 bdi"),
    ],
)  # fmt: skip
def test_a_name_of_two_hundred_letters_makes_no_page_wide(visit, address, where):
    page = visit("Inkoper", address, width=320)
    assert page.evaluate(
        "where => [...document.querySelectorAll(where)].map(each => each.textContent = 'W'.repeat(200)).length",
        where,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("address", ["/bestaat-niet", "/login?lang=en", "/styleguide"])
def test_pages_that_no_link_leads_to_have_no_barrier_either(visit, axe, address):
    assert barriers(visit(None, address, width=320), axe) == []


def test_the_check_finds_a_barrier(visit, axe):
    page = visit(None, "/")
    page.set_content(
        "<html><body><img src='/x.png'><button style='width:9px;height:9px;padding:0'></button></body></html>"
    )
    found = " ".join(barriers(page, axe))
    assert "image-alt" in found
    assert "target too small" in found
