import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from procurement.call_offs import queries
from procurement.call_offs.rules import Rule, State
from tests.procurement.framework import Framework
from tests.procurement.world import World

FORM = {
    "title": "Ramen", "description": "", "starts_on": "2027-02-01", "ends_on": "2027-03-01", "local_outcome": "local_chosen",
    "local_reason": "De leverancier werkt in de wijk.", "lines-0-position": "1", "lines-0-quantity": "", "lines-1-position": "2",
    "lines-1-quantity": "1,5",
}  # fmt: skip


def begun(session, folder):
    made = Framework(World(session, folder), Rule.CASCADE)
    made.joins("Boen")
    return made


pytestmark = pytest.mark.begins(shop=begun)


@pytest.fixture
def shop(root, sign_in_user, monkeypatch):
    """`shop(actor)` is a browser of that actor; `shop.framework` what it looks at."""
    framework = root
    monkeypatch.setattr(clock, "now", lambda: framework.world.at)

    def browser(actor):
        return sign_in_user(framework.session.get(User, actor.user_id))

    browser.framework = framework
    return browser


def test_from_order_to_answer_on_the_pages(shop):
    framework, number = shop.framework, shop.framework.number
    anna, glans = shop(framework.world.anna), shop(framework.panel.suppliers["Glans"])
    assert "60.000" in anna.get(f"/frameworks/{number}").text
    assert "Aan de beurt" in anna.get(f"/frameworks/{number}/order").text
    made = anna.post(f"/frameworks/{number}/order", data=FORM)
    assert made.status_code == 303
    where = made.headers["Location"]
    assert where.endswith(f"/call-offs/{number}-01")
    assert "12.000" in glans.get(where).text
    refused = glans.post(f"{where}/answer", data={"accepts": "no", "reason": ""})
    assert refused.status_code == 422
    assert glans.post(f"{where}/answer", data={"accepts": "yes"}).status_code == 303
    assert queries.call_off(framework.session, f"{number}-01").state is State.ACCEPTED
    assert "Maak factuur" in glans.get(where).text
    assert f"{number}-01" in anna.get(f"/frameworks/{number}/list.csv").text
    assert number in anna.get("/frameworks").text
    assert "Nadere opdrachten" in anna.get(f"/contracts/{number}").text


def test_too_much_says_what_is_left_and_keeps_the_form(shop):
    framework = shop.framework
    answer = shop(framework.world.anna).post(
        f"/frameworks/{framework.number}/order", data={**FORM, "lines-1-quantity": "8"}
    )
    assert answer.status_code == 422
    assert "C-23/20" in answer.text
    assert 'value="Ramen"' in answer.text
    assert framework.taken().minor == 0


@pytest.mark.parametrize("typed", ["abc", "-1", "1e9", "0,00001"])
def test_rubbish_quantities_are_refused(shop, typed):
    framework = shop.framework
    answer = shop(framework.world.anna).post(
        f"/frameworks/{framework.number}/order", data={**FORM, "lines-1-quantity": typed}
    )
    assert answer.status_code == 422
    assert framework.taken().minor == 0


def test_a_supplier_sees_its_own_prices_and_orders_only(shop):
    framework, number = shop.framework, shop.framework.number
    order = framework.order()
    boen = shop(framework.panel.suppliers["Boen"])
    page = boen.get(f"/frameworks/{number}").text
    assert "Hun prijzen ziet u niet" in page
    assert order.number not in page
    assert boen.get(f"/call-offs/{order.number}").status_code == 404
    assert boen.get(f"/call-offs/{order.number}/answer").status_code == 404
    stranger = shop(framework.panel.suppliers["Stof"])
    assert stranger.get(f"/frameworks/{number}").status_code == 404


def test_a_full_framework_stops_and_says_what_to_do(shop):
    framework = shop.framework
    framework.order("7.5")
    page = shop(framework.world.anna).get(f"/frameworks/{framework.number}").text
    assert "Het maximum is bereikt" in page
    assert "Opdracht plaatsen" not in page


def test_the_form_of_a_competition_names_all_and_a_wrong_amount(shop):
    framework = shop.framework
    anna = shop(framework.world.anna)
    where = f"/frameworks/{framework.number}/competition"
    assert "Boen" in anna.get(where).text
    form = {
        **{k: v for k, v in FORM.items() if "lines" not in k},
        "local_outcome": "local_invited",
        "value": "60000,01",
        "closes_at": "2027-01-20T12:00",
    }
    refused = anna.post(where, data=form)
    assert refused.status_code == 422
    assert "C-23/20" in refused.text
    early = anna.post(where, data={**form, "value": "1000", "local_outcome": "local_competed"})
    assert early.status_code == 422, "nobody won yet"
    assert anna.post(where, data={**form, "value": "1000"}).status_code == 303
    assert "/draft" in anna.post(where, data={**form, "value": "1000"}).headers["Location"]


def test_more_of_an_accepted_order_is_ordered_on_its_own_page(shop):
    framework, number = shop.framework, shop.framework.number
    anna = shop(framework.world.anna)
    order = framework.order("2")
    assert anna.get(f"/call-offs/{order.number}/add").status_code == 409
    framework.answer(order, "Glans")
    assert f"/call-offs/{order.number}/add" in anna.get(f"/call-offs/{order.number}").text
    assert "Dit hoort bij" in anna.get(f"/call-offs/{order.number}/add").text
    more = {
        **FORM,
        "title": "Nog een raam",
        "description": "Er kwam een raam bij.",
        "lines-1-quantity": "0,5",
    }
    assert anna.post(f"/call-offs/{order.number}/add", data={**more, "description": ""}).status_code == 422
    large = anna.post(f"/call-offs/{order.number}/add", data={**more, "lines-1-quantity": "1,5"})
    assert "hooguit 50 procent" in large.text
    assert anna.post(f"/call-offs/{order.number}/add", data=more).status_code == 303
    shown = shop(framework.panel.suppliers["Glans"]).get(f"/call-offs/{order.number}").text
    assert "Nog een raam" in shown
    assert "/add" not in shown
    assert shop(framework.panel.suppliers["Boen"]).get(f"/call-offs/{order.number}/add").status_code in {
        403,
        404,
    }
    assert f"{number}," in anna.get("/frameworks/list.csv").text


def test_a_supplier_reads_no_room_of_the_buyer(shop):
    framework = shop.framework
    framework.answer(framework.order("2"), "Glans")
    listed = shop(framework.panel.suppliers["Boen"]).get("/frameworks/list.csv").text
    assert "60000.00" in listed
    assert "16000.00" not in listed
    assert "alleen voor de koper" in shop(framework.panel.suppliers["Boen"]).get("/frameworks").text
