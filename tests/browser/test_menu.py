"""The main menu: side by side on a desk; on a phone behind one word, by keyboard and without JavaScript."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_the_menu_opens_by_keyboard_and_nothing_scrolls_sideways(visit, width):
    page = visit("Coöperatie schoonmaak", "/bids", width=width, script=False)
    menu = page.get_by_role("navigation", name="Hoofdmenu")
    links = menu.get_by_role("link")
    assert menu.inner_text().split() == ["Menu", "Inschrijvingen"]
    menu.locator("summary").press("Enter")
    assert links.count() > 8
    assert all(link.is_visible() for link in links.all())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert menu.evaluate("each => each.querySelector('ul').scrollWidth") <= width


def test_on_a_desk_the_menu_is_there_at_once(visit):
    page = visit(None, "/", script=False)
    menu = page.get_by_role("navigation", name="Hoofdmenu")
    assert not menu.locator("summary").is_visible()
    assert all(link.is_visible() for link in menu.get_by_role("link").all())
