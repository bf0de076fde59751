"""A floor from the draft to the freeze: told, asked, never a silent refusal."""

import re
from datetime import timedelta
from decimal import Decimal as D

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError

from coops.wages.gateway import wages
from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from procurement.bids.errors import BidUnfinished
from procurement.bids.rules import LABOUR
from procurement.evaluation import services as evaluation
from procurement.lowbids import errors, queries, services
from procurement.lowbids.gateway import settings
from procurement.lowbids.rules import Against, Hint
from procurement.tenders.models import Tender
from procurement.wage_floors import services as floors
from procurement.wage_floors.queries import find_floor
from tests.procurement.conftest import World
from tests.procurement.panel import POINTS, PRICES, Panel

FLOOR = (
    "INSERT INTO tender_wage (tender_id, floor_minor, minimum_minor, factor, cao, set_by_id, set_at) "
    "SELECT id, 1650, 1471, 1.32, '', author_id, created_at FROM tender WHERE id = :id"
)
ENOUGH = {"hours": "2000", "minor": 4_356_000, "fee_hours": "0", "fee_minor": 0}
SHORT = {**ENOUGH, "minor": 4_000_000}


class Paying(World):
    before_publishing = FLOOR
    labour: dict[str, object] | None = ENOUGH

    def values(self, price=4_700_000, **facts):
        found = super().values(price=price, **facts)
        return {
            **found,
            **({LABOUR: SHORT if price == PRICES["Stof"] else self.labour} if self.labour else {}),
        }


@pytest.fixture
def paying(session, tmp_path):
    return Paying(session, tmp_path)


def test_without_hours_no_bid_goes_in_and_the_floor_stays_once_published(paying):
    paying.labour, glans = None, paying.supplier("Glans")
    with pytest.raises(BidUnfinished):
        paying.bid_of(glans)
    for act in ("UPDATE tender_wage SET floor_minor = 1471", "DELETE FROM tender_wage"):
        with pytest.raises(DBAPIError) as fault, paying.session.begin_nested():
            paying.session.execute(text(act))
        assert fault.value.orig.sqlstate == "CW062"


def test_a_bid_below_is_asked_before_the_scores_are_kept_and_stays_in(paying):
    panel = Panel(paying, PRICES)
    panel.compose()
    panel.score_all(POINTS)
    low, at = panel.label("Stof"), panel.at
    with pytest.raises(errors.FloorUnasked):
        panel.do(evaluation.freeze, panel.carla)
    with pytest.raises(DBAPIError) as fault, panel.session.begin_nested():
        panel.session.execute(update(Tender).where(Tender.id == panel.tender.id).values(scores_frozen_at=at))
    assert fault.value.orig.sqlstate == "CW062", "the database holds the freeze too"
    law = settings(local_date(at))
    found = {each.label: each.hints for each in panel.do(services.see_prices, paying.anna, settings=law)}
    assert found.pop(low) == [Hint(Against.FLOOR, 8)]
    assert set(map(tuple, found.values())) == {()}
    made = panel.do(
        services.ask_about_price, paying.anna, label=low, question="Hoe betaalt u het loon met dit bedrag?",
        last_day=law.first_day(local_date(at)) + timedelta(days=1), settings=law,
    )  # fmt: skip
    assert made.hints == [{"against": "floor", "percent": 8}]
    assert queries.below_unasked(panel.session, panel.tender) == []
    with pytest.raises(errors.LowBidOpen):
        panel.do(evaluation.freeze, panel.carla)
    assert len(queries.priced(panel.session, panel.tender, law)) == 3, "asked is not refused"


def test_pages_show_the_sum_beforehand_in_the_bid_and_to_the_buyer(paying, sign_in_user, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: paying.at)
    number, glans = paying.tender.number, paying.supplier("Glans")
    page = client.get(f"/tenders/{number}/wages?hours=1000&amount=21779,99").text
    assert "1 procent te laag" in page
    assert "€ 21,78" in page.replace("\u00a0", " ")
    assert "genoeg" in client.get(f"/tenders/{number}/wages?hours=1000&amount=21780").text
    assert client.get(f"/tenders/{number}/wages?hours=-5&amount=x").status_code == 200
    paying.start(glans)
    browser = sign_in_user(paying.session.get(User, glans.user_id))
    there = f"/tenders/{number}/lots/1/bid/labour"
    assert "Loonkosten voor die uren" in browser.get(there).text
    wrong = browser.post(there, data={"seen": "0", "hours": "100", "cost": "0", "fee_hours": "0", "fee": "0"})
    assert "Vul bij uren ook een bedrag in" in wrong.text
    data = {"seen": "0", "hours": "100", "cost": "1000", "fee_hours": "0", "fee": "0"}
    saved = browser.post(there, data=data, follow_redirects=True)
    assert "De koper vraagt dan eerst om uitleg" in saved.text
    shown = browser.get(there).text
    assert "54 procent te laag" in shown
    assert re.search(r"<input[^>]* name=\"fee\"[^>]* value=\"0,00\"", shown), "nought that was typed stays"


def test_a_buyer_sets_and_takes_back_the_floor_in_a_draft(paying):
    wage = wages("nieuw_west").wage(local_date(paying.at))
    with atomic(paying.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        draft = paying.make_tender()
        session.execute(text("UPDATE tender SET published_at = NULL WHERE id = :id"), {"id": draft.id})
        session.refresh(draft)
        facts = {"wage": wage, "user_id": paying.anna.user_id, "at": paying.at}
        floors.set_floor(session, tender=draft, floor_minor=1700, **facts)
        told = find_floor(session, draft.id)
        assert (told.floor_minor, told.minimum_minor, told.factor) == (1700, 1471, D("1.32"))
        floors.set_floor(session, tender=draft, floor_minor=None, **facts)
        assert find_floor(session, draft.id) is None
