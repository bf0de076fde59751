"""Minutes of questions as PDF: what each side reads, and the list as a file."""

import pytest

from cwb.assets import build
from cwb.identity.models import User
from cwb.kernel import clock
from procurement.lowbids import services as low_bids
from procurement.lowbids.rules import Verdict
from procurement.repairs.rules import KINDS, Kind
from tests.cwb.files.test_gateway import PDF
from tests.pdfs import Pdf
from tests.procurement.lowbids.conftest import ANSWER as EXPLAINED
from tests.procurement.lowbids.conftest import POINTS
from tests.procurement.lowbids.conftest import REASONS as JUDGED
from tests.procurement.panel import base, ok
from tests.procurement.repairs.conftest import ANSWER, REASONS

needs_fonts = pytest.mark.skipif(
    build.asset_state() == "missing", reason="assets are not built: run `cwb assets`"
)


@pytest.fixture
def prices(root):
    return root


@pytest.fixture
def repairs(root):
    return root


@pytest.fixture
def walk(world, app, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return lambda actor: sign_in_user(world.session.get_one(User, actor.user_id))


def text_of(browser, address):
    answer = ok(browser.get(address), 200)
    assert "no-store" in answer.headers["Cache-Control"]
    return Pdf(answer.data).text


def letters(text):
    return text.replace(" ", "")


@needs_fonts
def test_a_bidder_reads_no_percents_no_label_and_no_judgment_before_it_is_confirmed(prices, world, walk):
    made = prices.ask()
    prices.on(low_bids.explain_price, made, prices.bidder(), answer=EXPLAINED)
    prices.on(low_bids.judge, made, world.anna, verdict=Verdict.EXPLAINED, reasons=JUDGED)
    there = f"/low-bids/{made.public_id}/minutes.pdf"
    anna, spot = walk(world.anna), walk(prices.bidder())
    buyers, bidders = text_of(anna, there), text_of(spot, there)
    assert "58procent" in buyers
    assert letters(EXPLAINED)[:20] in buyers
    assert letters(JUDGED)[:20] in buyers
    assert "procent" not in bidders
    assert letters(JUDGED)[:20] not in bidders
    assert letters("Er is nog niet beslist") in bidders
    prices.on(low_bids.confirm, made, world.bram, is_agreed=True)
    assert letters(JUDGED)[:20] in text_of(spot, there)
    for other in (prices.bidder("Glans"), prices.carla):
        assert walk(other).get(there).status_code in {403, 404}


@needs_fonts
def test_the_minutes_of_a_repair_name_the_paper_and_the_decision(repairs, world, walk):
    [made] = repairs.ask("Spot", left_out="De anderen stuurden het vandaag zelf.")
    there = f"/repairs/{made.public_id}/minutes.pdf"
    spot = walk(repairs.suppliers["Spot"])
    assert letters("Er is geen antwoord") in text_of(spot, there)
    repairs.answer(made, file=PDF, file_name="verklaring.pdf")
    repairs.decide(made)
    shown = text_of(spot, there)
    assert all(
        letters(each)[:20] in shown for each in (KINDS[Kind.MISSING], ANSWER, REASONS, "verklaring.pdf")
    )
    assert walk(repairs.carla).get(there).status_code in {403, 404}


def test_the_list_of_prices_is_a_file_before_and_after_the_freeze(prices, world, walk):
    made = prices.ask()
    prices.on(low_bids.explain_price, made, prices.bidder(), answer=EXPLAINED)
    anna, there = walk(world.anna), base(prices, "prices.csv")
    rows = ok(anna.get(there), 200).data.decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert sum("58 procent" in each and EXPLAINED in each for each in rows) == 1
    ok(walk(prices.carla).get(there), 403)
    prices.on(low_bids.judge, made, world.anna, verdict=Verdict.EXPLAINED, reasons=JUDGED)
    prices.on(low_bids.confirm, made, world.bram, is_agreed=True)
    prices.score_all(POINTS)
    prices.freeze()
    assert JUDGED in ok(anna.get(there), 200).data.decode("utf-8-sig")
