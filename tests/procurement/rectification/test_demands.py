import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.canonical import digest
from procurement.approval.services import content_of
from procurement.bids.queries import opportunity
from procurement.demands import queries
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts, is_lower
from procurement.proportion.services import add_demand
from procurement.rectification import errors, services
from procurement.rectification.rules import demand_name

WHY = "Het werk loopt elke dag door, ook bij ziekte."
REFERENCE, TURNOVER = "slc-abil-ref-services", "slc-stand-to-gen"
ASKED = (
    DemandFacts(REFERENCE, "Schoonmaak van een school", WHY, WHY, 70_000_00, 2),
    DemandFacts(TURNOVER, "Een jaar omzet", WHY, WHY, 250_000_00),
)


def make(buying, **more):
    tender = buying.draft(**more)
    for one in ASKED:
        add_demand(buying.session, tender=tender, facts=one, table=table(), **buying.by())
    return buying.publish(buying.approved(tender))


@pytest.fixture
def tender(buying):
    return make(buying)


@pytest.fixture
def amend(buying):
    def act(tender, changes, *, after=timedelta(days=35)):
        return services.amend_content(
            buying.session, tender=tender, changes=changes, reason="De eis was te zwaar", clarifies=True,
            law=buying.law, user_id=buying.author.id, at=buying.at + after,
        )  # fmt: skip

    return act


def asked(buying, tender):
    return queries.demands(buying.session, tender.id)


@pytest.mark.parametrize(
    ("name", "old", "new", "lower"),
    [
        ("minimum_minor", 500, 499, True), ("minimum_minor", 500, 501, False), ("minimum_minor", 500, None, False),
        ("minimum_minor", 500, 0, False), ("number", 3, 1, True), ("number", 1, 2, False),
        ("asked", True, False, True), ("asked", False, True, False),
    ],
)  # fmt: skip
def test_what_asks_less(name, old, new, lower):
    assert is_lower(name, old, new) is lower


def test_a_lowered_demand_keeps_it_open_even_when_called_a_clarification(buying, tender, amend):
    one = asked(buying, tender)[0]
    before, hashed = tender.closes_at, tender.content_hash
    made = amend(tender, {demand_name(one.id, "minimum_minor"): 50_000_00, demand_name(one.id, "number"): 1})
    assert made.fields[demand_name(one.id, "minimum_minor")] == {"old": 70_000_00, "new": 50_000_00}
    assert made.substantial
    assert made.closes_at > before
    buying.session.expire_all()
    [one, _] = asked(buying, tender)
    assert (one.minimum_minor, one.number, one.deviates) == (50_000_00, 1, [])
    assert tender.content_hash == digest(content_of(tender, asked(buying, tender))) != hashed
    minimums = [each.minimum for each in opportunity(buying.session, tender.number).demand.criteria]
    assert minimums[0] == "€\u00a050\u00a0000"


def test_a_demand_taken_back_leaves_the_names_of_the_others(buying, tender, amend):
    one = asked(buying, tender)[0]
    amend(tender, {demand_name(one.id, "asked"): False})
    demand = opportunity(buying.session, tender.number).demand
    assert (demand.criterion_ids, [each.code for each in demand.criteria]) == (["c2"], [TURNOVER])
    with pytest.raises(errors.FrozenAtPublication):
        amend(tender, {demand_name(one.id, "minimum_minor"): 1})


def test_a_raised_demand_is_refused(buying, tender, amend):
    one, two = asked(buying, tender)
    for changes in (
        {demand_name(one.id, "minimum_minor"): 70_000_01},
        {demand_name(one.id, "number"): 3},
        {demand_name(two.id, "minimum_minor"): 251_000_00, demand_name(one.id, "number"): 1},
    ):
        with pytest.raises(errors.DemandRaised) as refused:
            amend(tender, changes)
        assert "publiceer een nieuwe" in refused.value.text()
    assert [each.minimum_minor for each in asked(buying, tender)] == [70_000_00, 250_000_00]


def test_a_lower_value_asks_for_a_lower_demand(buying, tender, amend):
    with pytest.raises(errors.DemandTooStrict), buying.session.begin_nested():
        amend(tender, {"value_minor": 80_000_00})
    buying.session.expire_all()
    two = asked(buying, tender)[1]
    amend(tender, {"value_minor": 80_000_00, demand_name(two.id, "minimum_minor"): 240_000_00})
    assert asked(buying, tender)[1].minimum_minor == 240_000_00


def test_while_applying_runs_that_term_stays_open_and_bidding_moves_along(buying, amend):
    tender = make(buying, procedure="european_restricted")
    one = asked(buying, tender)[0]
    apply_until, closes_at = tender.apply_until, tender.closes_at
    at = apply_until - timedelta(days=2) - buying.at
    amend(tender, {demand_name(one.id, "minimum_minor"): 50_000_00}, after=at)
    assert tender.apply_until - apply_until >= timedelta(days=7, hours=22)
    assert tender.closes_at - closes_at >= timedelta(days=7, hours=22)


def test_after_applying_a_lower_demand_opens_it_again_for_everybody(buying, amend):
    tender = make(buying, procedure="european_restricted")
    one = asked(buying, tender)[0]
    apply_until, closes_at = tender.apply_until, tender.closes_at
    at = apply_until + timedelta(days=1)
    made = amend(tender, {demand_name(one.id, "minimum_minor"): 40_000_00}, after=at - buying.at)
    assert tender.apply_until - at >= timedelta(days=29, hours=22)
    assert tender.closes_at - closes_at >= tender.apply_until - apply_until - timedelta(hours=2)
    assert datetime.fromisoformat(made.fields["apply_until"]["new"]) == tender.apply_until
    buying.session.expire_all()
    one = asked(buying, tender)[0]
    assert one.minimum_minor == 40_000_00
    with buying.session.begin_nested():
        tender.selected_at = tender.apply_until
        buying.session.flush()
    with pytest.raises(errors.DemandAfterSelection):
        amend(
            tender,
            {demand_name(one.id, "minimum_minor"): 30_000_00},
            after=tender.apply_until - buying.at,
        )
    with pytest.raises(DatabaseError, match="join no more"), buying.session.begin_nested():
        lower(buying, tender, one, 30_000_00, at)


def lower(buying, tender, one, minimum, at, **more):
    """As an amendment says, but past the services."""
    name = demand_name(one.id, "minimum_minor")
    buying.session.execute(
        text(
            "INSERT INTO amendment (tender_id, made_at, made_by_id, reason, kind, version, fields, substantial,"
            " closed_at_before, closes_at, questions_until) SELECT id, :at, :who, 'Lager', 'content',"
            " version + 1, CAST(:fields AS jsonb), true, closes_at, closes_at, questions_until FROM tender WHERE id = :id"
        ),
        {
            "id": tender.id,
            "at": at,
            "who": buying.author.id,
            "fields": json.dumps({name: {"old": one.minimum_minor, "new": minimum}, **more}),
        },
    )
    buying.session.execute(
        text("UPDATE selection_demand SET minimum_minor = :to, deviates = '[]' WHERE id = :id"),
        {"to": minimum, "id": one.id},
    )


def test_the_database_lets_nobody_lower_while_others_cannot_join(buying):
    tender = make(buying, procedure="european_restricted")
    one = asked(buying, tender)[0]
    late = tender.apply_until + timedelta(hours=1)
    with pytest.raises(DatabaseError, match="join no more"), buying.session.begin_nested():
        lower(buying, tender, one, 30_000_00, late)
    again = {"old": "", "new": (tender.apply_until + timedelta(days=30)).isoformat()}
    with buying.session.begin_nested():
        lower(buying, tender, one, 30_000_00, late, apply_until=again)


def test_the_database_lets_through_only_what_an_amendment_lowers(buying, tender, amend):
    one, two = asked(buying, tender)
    amend(tender, {demand_name(one.id, "minimum_minor"): 60_000_00})
    for which, change in (
        (one, "minimum_minor = 65000000"), (one, "minimum_minor = 5900000"), (one, "number = 1"),
        (one, "asked = false"), (one, "text = 'Anders'"), (two, "minimum_minor = 100"), (two, "lot_id = 1"),
        (one, "deviates = '[\"insurance_value\"]'"),
    ):  # fmt: skip
        with (
            pytest.raises(DatabaseError, match="what a published tender asks stays"),
            buying.session.begin_nested(),
        ):
            buying.session.execute(
                text(f"UPDATE selection_demand SET {change} WHERE id = :id"), {"id": which.id}
            )


def test_another_tenders_demand_is_not_lowered_here(buying, tender, amend):
    other = make(buying)
    with pytest.raises(errors.FrozenAtPublication):
        amend(tender, {demand_name(asked(buying, other)[0].id, "minimum_minor"): 1})


def test_a_hash_of_before_stays_what_it_was(buying, tender):
    kept = content_of(tender, asked(buying, tender))["demands"]
    assert all({"lot", "lot_id", "asked"}.isdisjoint(each) for each in kept)
    assert replace(ASKED[0], asked=False) != ASKED[0]
