from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.money import Money
from procurement.approval.services import content_of
from procurement.bids.queries import opportunity
from procurement.demands import errors, queries
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts
from procurement.dividing import services as dividing
from procurement.dividing.services import LotFacts
from procurement.drafting import services as drafting
from procurement.lots.errors import LotNotFound
from procurement.proportion import services
from procurement.proportion.services import add_demand, measure

WHY = "Het werk loopt elke dag door, ook bij ziekte."
TURNOVER = "slc-stand-to-gen"


@pytest.fixture
def tender(buying):
    """A draft of a lot of 60,000 and one of 40,000."""
    lot = LotFacts("Zwembaden", "Twee baden", Money.of("40000"))
    return dividing.add_lot(buying.session, tender=buying.draft(), **buying.by(facts=lot))


def facts(lot=None, euro=24_000, code="slc-abil-ref-services", explanation=""):
    return DemandFacts(
        code, "Schoonmaak van een school", WHY, explanation, euro * 100, 1, None if lot is None else lot.id
    )


def ask(buying, tender, one):
    return add_demand(buying.session, tender=tender, facts=one, table=table(), **buying.by())


def published(buying, tender):
    drafting.arrange_lots(buying.session, tender=tender, requirements="KvK", **buying.by())
    return buying.publish(buying.approved(tender))


def test_the_ceiling_follows_the_lot_that_asks(buying, tender):
    large, small = tender.lots
    assert [measure(tender, each).minor for each in (None, large.id, small.id)] == [
        4_000_000,
        6_000_000,
        4_000_000,
    ]
    ask(buying, tender, facts(large, 36_000))
    for one in (facts(None, 36_000), facts(small, 36_000)):
        with pytest.raises(errors.DemandExplanationMissing):
            ask(buying, tender, one)
    ask(buying, tender, facts(large, 180_000, TURNOVER, WHY))
    with pytest.raises(errors.DemandAboveCeiling) as refused:
        ask(buying, tender, facts(small, 180_000, TURNOVER, WHY))
    assert refused.value.facts["most"] == Money.of("120000")


def test_a_lot_of_another_tender_asks_nothing_here(buying, tender):
    other = buying.draft()
    with pytest.raises(LotNotFound):
        ask(buying, tender, facts(other.lots[0]))
    ask(buying, tender, facts())
    with pytest.raises(DatabaseError, match="fk_selection_demand"), buying.session.begin_nested():
        buying.session.execute(
            text("UPDATE selection_demand SET lot_id = :other"), {"other": other.lots[0].id}
        )


def test_a_bidder_is_asked_what_its_lot_asks(buying, tender):
    large, small = tender.lots
    for one in (facts(None, 20_000), facts(large, 30_000), facts(small, 22_000)):
        ask(buying, tender, one)
    ask(buying, buying.draft(), facts(None, 10_000))
    tender = published(buying, tender)
    asked = {
        lot: [each.minimum for each in opportunity(buying.session, tender.number, lot).demand.criteria]
        for lot in (1, 2)
    }
    assert asked == {
        1: ["€\u00a020\u00a0000", "€\u00a030\u00a0000"],
        2: ["€\u00a020\u00a0000", "€\u00a022\u00a0000"],
    }
    hashed = content_of(tender, queries.demands(buying.session, tender.id))["demands"]
    assert [each.get("lot") for each in hashed] == [None, 1, 2]
    assert not any("lot_id" in each for each in hashed)


def test_a_lot_put_away_takes_its_demands_along(buying, tender):
    ask(buying, tender, facts())
    ask(buying, tender, facts(tender.lots[1]))
    dividing.remove_lot(buying.session, tender=tender, number=2, **buying.by())
    buying.session.expire_all()
    assert [each.lot_id for each in queries.demands(buying.session, tender.id)] == [None]


def test_a_lowered_lot_asks_for_the_explanation_of_its_own_demands(buying, tender):
    large, small = tender.lots
    ask(buying, tender, facts(small))
    ask(buying, tender, facts(large, 36_000))
    services.check_demands(buying.session, tender=tender, table=table())
    small.value_minor = 3_000_000
    with pytest.raises(errors.DemandsOpen) as refused:
        services.check_demands(buying.session, tender=tender, table=table())
    assert refused.value.facts["num"] == 1


def test_the_database_holds_the_ceiling_of_the_lot(buying, tender):
    large, small = tender.lots
    for lot, most in ((large, 180_000), (small, 120_000), (None, 120_000)):
        ask(buying, tender, facts(lot, most, TURNOVER, WHY))
        last = queries.demands(buying.session, tender.id)[-1]
        assert last.ceiling_times == table().times
        with pytest.raises(DatabaseError, match="turnover above"), buying.session.begin_nested():
            buying.session.execute(
                text("UPDATE selection_demand SET minimum_minor = minimum_minor + 1 WHERE id = :id"),
                {"id": last.id},
            )


def test_the_database_takes_the_times_from_the_table_of_the_law(buying, tender):
    law = replace(table(), times=1)
    with pytest.raises(errors.DemandAboveCeiling):
        add_demand(
            buying.session, tender=tender, facts=facts(None, 40_001, TURNOVER, WHY), table=law, **buying.by()
        )
    add_demand(
        buying.session, tender=tender, facts=facts(None, 40_000, TURNOVER, WHY), table=law, **buying.by()
    )
    with pytest.raises(DatabaseError, match="turnover above"), buying.session.begin_nested():
        buying.session.execute(text("UPDATE selection_demand SET minimum_minor = 4000001"))
    for change, check in (("ceiling_times = NULL", "ceiling"), ("ceiling_times = 0", "ceiling_times")):
        with (
            pytest.raises(DatabaseError, match=f"ck_selection_demand_{check}"),
            buying.session.begin_nested(),
        ):
            buying.session.execute(text(f"UPDATE selection_demand SET {change}"))


def test_a_value_that_sank_is_not_published_past_the_rule(buying):
    tender = buying.draft()
    ask(buying, tender, facts(None, 300_000, TURNOVER, WHY))
    tender = buying.approved(tender)
    quiet = "procedure_facts = jsonb_set(procedure_facts, '{row,announced}', 'false')"
    buying.session.execute(text(f"UPDATE tender SET value_minor = value_minor - 1, {quiet}"))
    with pytest.raises(DatabaseError, match="turnover above"), buying.session.begin_nested():
        buying.session.execute(text("ALTER TABLE tender DROP CONSTRAINT ck_tender_published_whole"))
        buying.session.execute(text("UPDATE tender SET published_at = cwb_now()"))
