"""Two officers open, a panel scores, letters go out in one act, after the standstill both sides sign: on a phone."""

import pytest

from cwb.demo.services import facts_of
from cwb.kernel.policy import Role
from tests.browser.walking import fact, follow, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("demo")]

TITLE = "Vegen van pleinen na de markt"
LABELS = "ABCD"


@pytest.fixture
def passphrase(demo_site):
    return facts_of(demo_site.config.area)["passphrase"]


def open_together(first, second, passphrase) -> str:
    """Both officers, each with an own sentence; a wrong one opens nothing. Returns the tender's address."""
    follow(first, "Bekijk uw aanbestedingen")
    follow(first, TITLE)
    tender = first.url
    follow(first, "Inschrijvingen openen")
    first.fill("[name=passphrase]", "niet de goede zin")
    press(first, "Geef mijn deel vrij")
    assert first.get_by_role("alert").is_visible()
    first.fill("[name=passphrase]", passphrase)
    press(first, "Geef mijn deel vrij")
    reads(first, "Uw deel is vrijgegeven.")
    follow(second, "Open met een collega", exact=False)
    reads(second, "Stap 2 van 2")
    second.fill("[name=passphrase]", passphrase)
    press(second, "Open de inschrijvingen")
    reads(second, "Verslag van de opening", "In orde")
    assert "Prijzen en namen blijven verborgen" in second.content()
    follow(second, "Naar de beoordeling")
    return tender


def choose_team(page) -> None:
    follow(page, "Team kiezen")
    for name, chairs in (("Cemile Voorbeeld", True), ("Amina Voorbeeld", False)):
        page.select_option("[name=user]", label=name)
        page.set_checked("[name=chair]", checked=chairs)
        press(page, "Vragen")
        reads(page, name)


def declare(page, tender: str) -> None:
    page.goto(f"{tender}/evaluation")
    follow(page, "Verklaren")
    page.get_by_role("radio").first.check()
    press(page, "Verklaren")


def give(page, link: str, button: str) -> None:
    """Points and a reason for each bid; A is the best."""
    for place, label in enumerate(LABELS):
        follow(page, f"{link} {label}")
        assert "voorbeeld)" not in page.get_by_role("main").inner_text(), (
            "a name shows before the scores stand"
        )
        for box in page.locator("input[name^=points_]").all():
            box.fill(f"{9 - place}")
        for box in page.locator("textarea[name^=note_]").all():
            box.fill("Een helder plan, met vaste mensen.")
        press(page, button)


def make_contract(page) -> str:
    """The award made definitive, the contract made and signed by the buyer. Returns its address."""
    follow(page, "Definitief maken")
    page.get_by_role("checkbox").check()
    press(page, "Definitief maken")
    follow(page, "Naar het contract")
    page.fill("[name=instalments]", "12")
    press(page, "Bewaren")
    contract: str = page.url
    follow(page, "Lokale leverancier: vastleggen")
    page.get_by_role("radio").first.check()
    page.fill("[name=reason]", "Vier coöperaties uit de buurt schreven in.")
    press(page, "Vastleggen")
    follow(page, "Tekenen")
    page.get_by_role("checkbox").check()
    press(page, "Tekenen")
    return contract


def test_from_opening_to_a_signed_contract(visit_plainly, sign_in_plainly, weeks_later, passphrase):
    first, second, chair = (visit_plainly(who) for who in ("Inkoper", "Tweede inkoper", "Beoordelaar"))
    tender = open_together(first, second, passphrase)
    choose_team(second)
    for member in (chair, first):
        declare(member, tender)
        give(member, "Beoordeel", "Bewaren")
    chair.goto(f"{tender}/evaluation")
    follow(chair, "Gesprek beginnen")
    chair.get_by_role("checkbox").check()
    press(chair, "Gesprek beginnen")
    give(chair, "Samen over", "Gezamenlijk oordeel bewaren")
    follow(chair, "Scores vastleggen")
    chair.get_by_role("checkbox").check()
    press(chair, "Vastleggen")
    reads(chair, "De rangorde", "Iedereen kan de rangorde narekenen.")

    first.goto(f"{tender}/evaluation")
    follow(first, "Naar het gunningsbesluit")
    press(first, "Besluit beginnen")
    for label in LABELS:
        follow(first, f"Schrijf brief {label}")
        if first.locator("[name=advantages]").count():  # the winner is not asked what the winner did better
            first.fill("[name=advantages]", "Uw plan noemt vaste mensen en vaste dagen.")
        first.fill("[name=lesson]", "Noem de volgende keer ook wie vervangt.")
        press(first, "Brief bewaren")
    follow(first, "Lezen en versturen")
    reads(first, "Een ander verstuurt")  # whoever wrote does not send
    second.goto(f"{tender}/decision")
    follow(second, "Lezen en versturen")
    second.get_by_role("checkbox").check()
    press(second, "Alle brieven versturen")
    reads(second, "De wachttijd loopt tot")
    second.goto(f"{tender}/decision/definitive")
    second.get_by_role("checkbox").check()
    press(second, "Definitief maken")
    assert second.title().startswith("Fout:"), "not within the standstill"
    reads(second, "De wachttijd loopt nog")
    second.goto(f"{tender}/award")
    winner = fact(second, "Winnaar")

    address = "/" + tender.removeprefix("http://").partition("/")[2]
    buyer = visit_plainly("Inkoper", f"{address}/decision", base=weeks_later)
    contract = make_contract(buyer).removeprefix(weeks_later)
    supplier = sign_in_plainly(Role.BOARD, winner, base=weeks_later)
    follow(supplier, "Teken contract", exact=False)
    follow(supplier, "Tekenen")
    supplier.get_by_role("checkbox").check()
    press(supplier, "Tekenen")
    reads(supplier, "Dit contract geldt")
    buyer.goto(contract)
    reads(buyer, "De leverancier kan nu facturen maken.")
