"""A draft that keeps itself in a real browser, beside a second tab, and as one leaves the page."""

import re

import pytest

from tests.browser.walking import follow, press

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]


def kept(page, text: str) -> None:
    page.locator("[data-kept]", has_text=text).wait_for()


def comes(page, where: str, text: str) -> None:
    """What was sent as one left the page is there in a moment; the next page may be quicker."""
    for _ in range(50):
        page.goto(where)
        if page.input_value("[name=text]") == text:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.input_value("[name=text]"))


def test_a_draft_keeps_itself_and_an_old_tab_does_not_win(visit):
    page = visit("Coöperatie schoonmaak", "/tenders?q=bloembakken")
    number = re.search(r"T-\d{4}-\d{4}", page.content())[0]
    home = f"/tenders/{number}/lots/2/bid"
    page.goto(home)
    press(page, "Begin uw inschrijving")
    follow(page, "Plan van aanpak")
    where = page.url
    page.fill("[name=text]", "Wij komen elke dag.")
    kept(page, "Bewaard om")
    other = page.context.new_page()
    other.goto(where)
    assert other.input_value("[name=text]") == "Wij komen elke dag."
    page.fill("[name=text]", "Wij komen elke dag, met vijf mensen.")
    press(page, "Opslaan en verder")
    assert page.url != where
    other.fill("[name=text]", "Oud tabblad")
    kept(other, "Iemand anders heeft dit deel intussen opgeslagen.")
    other.goto(where)
    assert other.input_value("[name=text]") == "Wij komen elke dag, met vijf mensen."
    other.fill("[name=text]", "Geschreven en weg.")
    other.goto(home)
    assert "Nakijken en indienen" in other.content()
    comes(other, where, "Geschreven en weg.")
    other.goto(home)
    follow(other, "Gooi dit concept weg")
    press(other, "Gooi weg")
