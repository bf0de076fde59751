"""Two taps from contract to invoice, four eyes on it, paid, in the books, in the figure: on a phone."""

import re

import pytest

from cwb.kernel import clock
from cwb.kernel.period import Period
from tests.browser.walking import fact, follow, leave, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]

SELLER = "Groen Osdorp-Midden (voorbeeld)"


def make_invoice(page) -> tuple[str, str]:
    """From the dashboard: the contract, two taps. Returns number and address."""
    follow(page, "Uw contracten en facturen")
    follow(page, "Onderhoud van plantsoenen in Osdorp")
    follow(page, "Maak factuur")
    box = page.locator("input[name^=quantity_]").first
    usual = box.input_value()
    box.fill("-1")
    press(page, "Verder")
    assert page.get_by_role("alert").is_visible()
    box.fill(usual)
    press(page, "Verder")
    reads(page, "Klopt deze factuur?")
    press(page, "Verstuur factuur")
    reads(page, "wacht op akkoord")
    found = re.search(r"\d{4}-\d{4}", page.get_by_role("heading", level=1).inner_text())
    assert found, page.title()
    return found.group(), "/invoices/" + page.url.rpartition("/")[2]


def approve(page, address: str) -> None:
    page.goto(address)
    follow(page, "Vergelijk en geef akkoord")
    page.set_checked("[name=delivered]", checked=True)
    press(page, "Geef akkoord")


def test_from_a_contract_to_a_line_behind_the_figure(visit_plainly):
    seller = visit_plainly("Coöperatie groen")
    number, address = make_invoice(seller)
    first, second = visit_plainly("Inkoper"), visit_plainly("Tweede inkoper")
    approve(first, address)
    reads(first, "Een collega kijkt ook.")
    assert first.get_by_role("link", name="Betaling boeken").count() == 0, "one pair of eyes is not two"
    approve(second, address)
    reads(second, "goedgekeurd")
    follow(second, "Betaling boeken")
    amount = second.input_value("[name=amount]")
    second.fill("[name=amount]", "9" * 9)
    press(second, "Boek")
    assert second.get_by_role("alert").is_visible()  # never more than is open
    second.fill("[name=amount]", amount)
    press(second, "Boek")
    reads(second, "betaald", "Helemaal betaald")

    second.goto("/books")
    follow(second, "Bank")
    reads(second, SELLER)
    leave(second, second.locator(f"a[href='{address}']"))  # from the books back to the invoice
    reads(second, f"Factuur {number}")
    net = fact(second, "Totaal zonder btw")
    seller.goto("/books")
    follow(seller, "Omzet")
    assert seller.locator(f"a[href='{address}']").count() >= 1

    period = Period.quarter_of(clock.local_date(clock.now()))
    second.goto(f"/spend?period={period}")
    reads(second, "Dit is voorlopig")  # nobody signed this quarter: a buyer opens its own lines
    follow(second, "Bekijk de inkoopregels")
    if not second.locator("[name=q]").is_visible():
        second.get_by_text("Meer keuzes").click()
    second.fill("[name=q]", "Groen Osdorp-Midden")
    press(second, "Zoek")
    leave(second, second.get_by_role("link", name=number, exact=True))
    reads(second, "Inkoopregel", SELLER, number)
    assert fact(second, "Bedrag zonder btw") == net
