"""A cooperative finds a tender, asks, bids, changes its mind and withdraws, on a phone without JavaScript."""

import pytest

from cwb.kernel.policy import Role
from tests.browser.walking import fact, follow, number_of, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]

TITLE = "Schoonmaak van een hal en kantoren"
BUYER = "Luchthavendienst Voorbeeld bv (voorbeeld)"
QUESTION = "Moeten wij ook de ramen doen?"
ANSWER = "Ja, twee keer per jaar."


def fill_in(page, price: str) -> None:
    """The pages of a bid one after the other, as the site leads."""
    follow(page, "Prijs")
    page.fill("[name=price]", "twaalf")
    press(page, "Opslaan en verder")
    assert page.title().startswith("Fout:")
    assert page.input_value("[name=price]") == "twaalf"
    page.fill("[name=price]", price)
    press(page, "Opslaan en verder")
    for _answer in range(2):
        page.fill("[name=text]", "Met vier vaste mensen.\nمن الحي – ελληνικά – 东西")
        press(page, "Opslaan en verder")
    for box in page.get_by_role("checkbox").all():
        box.check()
    press(page, "Opslaan en verder")


def go_back_and_withdraw(page, receipt: str) -> None:
    """The back button sends nothing twice; withdrawing is told for what it is."""
    page.go_back()  # to the form that was sent: sending it again does nothing twice
    press(page, "Dien in")
    assert fact(page, "Versie") == "2"
    page.goto(receipt)
    follow(page, "Trek in")
    press(page, "Trek in")
    reads(page, "Uw inschrijving is ingetrokken.", "Zij wordt niet geopend.")


def test_from_finding_a_tender_to_withdrawing_a_bid(visit_plainly, sign_in_plainly):
    page = visit_plainly("Coöperatie schoonmaak", "/tenders")
    page.fill("[name=q]", "kantoren")
    press(page, "Zoek")
    follow(page, TITLE)
    number = number_of(page)
    follow(page, "Vragen en antwoorden")
    follow(page, "Vraag stellen")
    press(page, "Vraag stellen")
    assert page.get_by_role("alert").is_visible()  # an empty question is no question
    page.fill("[name=text]", QUESTION)
    press(page, "Vraag stellen")
    reads(page, "Uw vragen die nog wachten", QUESTION)
    visitor = visit_plainly(None, f"/tenders/{number}/questions")
    assert QUESTION not in visitor.content()

    buyer = sign_in_plainly(Role.PURCHASER, BUYER)
    follow(buyer, f"over {number}", exact=False)
    assert "Schoonmaak Samen" not in buyer.content(), "nobody sees who asked"
    follow(buyer, "Beantwoorden")
    buyer.fill("[name=answer]", ANSWER)
    press(buyer, "Bewaren")
    follow(buyer, "Antwoorden publiceren")
    press(buyer, "Nu publiceren")
    visitor.reload()
    reads(visitor, QUESTION, ANSWER)

    page.goto(f"/tenders/{number}")
    follow(page, "Inschrijven")
    reads(page, "U kunt inschrijven")
    press(page, "Begin uw inschrijving")
    reads(page, "Uw inschrijving: 0 van 4 klaar")
    fill_in(page, "139.500,00")
    reads(page, "Uw inschrijving: 4 van 4 klaar")
    follow(page, "Nakijken en indienen")
    reads(page, "139.500,00", "من الحي")
    press(page, "Dien in")
    reads(page, "Uw inschrijving is ontvangen en verzegeld.", "Ontvangstnummer")
    receipt = page.url
    buyer.goto(f"/tenders/{number}/opening")
    reads(buyer, "Ook het aantal inschrijvingen is niet te zien.")

    follow(page, "Verander uw inschrijving")
    follow(page, "Prijs")
    page.fill("[name=price]", "137000")
    press(page, "Opslaan en verder")
    reads(page, "Uw wijziging telt nog niet mee")
    follow(page, "Nakijken en indienen")
    press(page, "Dien in")
    reads(page, "Eerdere versies", "137.000,00")

    assert fact(page, "Versie") == "2"
    go_back_and_withdraw(page, receipt)
    page.goto(f"/tenders/{number}/bid/price")
    reads(page, "Begin eerst een inschrijving.")
