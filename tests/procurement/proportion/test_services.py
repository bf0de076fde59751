import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.canonical import digest
from cwb.kernel.money import Money
from procurement.approval import services as approval
from procurement.approval.services import content_of
from procurement.bids.queries import opportunity
from procurement.demands import errors, queries
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts
from procurement.drafting import services as drafting
from procurement.proportion import services
from procurement.statements import queries as statements
from procurement.tenders.errors import DraftChanged, NotDraft

WHY = "Het werk loopt elke dag door, ook bij ziekte."


def facts(euro=50_000, explanation="", code="slc-abil-ref-services"):
    return DemandFacts(
        code, "Schoonmaak van een school", WHY, explanation, None if euro is None else euro * 100
    )


def added(buying, tender, one=None, **more):
    return services.add_demand(
        buying.session, tender=tender, facts=one or facts(), table=table(), **buying.by(**more)
    )


def refused(session, sql, match):
    with pytest.raises(DatabaseError, match=match), session.begin_nested():
        session.execute(text(sql))


def test_a_demand_is_asked_changed_and_taken_away(buying):
    tender = added(buying, buying.draft())
    [one] = queries.demands(buying.session, tender.id)
    assert (one.kind, one.unit, one.minimum_minor, one.deviates) == ("reference", "euro", 50_000_00, [])
    services.change_demand(
        buying.session,
        tender=tender,
        demand_id=one.id,
        facts=facts(70_000, WHY),
        table=table(),
        **buying.by(),
    )
    [one] = queries.demands(buying.session, tender.id)
    assert one.deviates == ["reference_value"]
    services.drop_demand(buying.session, tender=tender, demand_id=one.id, **buying.by())
    assert not queries.demands(buying.session, tender.id)
    with pytest.raises(errors.DemandNotFound):
        services.drop_demand(buying.session, tender=tender, demand_id=one.id, **buying.by())


def test_a_change_takes_the_review_back_and_a_stale_page_is_refused(buying):
    tender = buying.reviewed()
    with pytest.raises(DraftChanged):
        added(buying, tender, version=tender.version - 1)
    added(buying, tender)
    assert tender.reviewed_at is None


def test_one_tender_asks_five_things_at_most(buying):
    tender = buying.draft()
    for _ in range(5):
        added(buying, tender)
    with pytest.raises(errors.TooManyDemands):
        added(buying, tender)


def test_another_tenders_demand_is_not_found(buying):
    tender = added(buying, buying.draft())
    [one] = queries.demands(buying.session, tender.id)
    other = buying.draft()
    with pytest.raises(errors.DemandNotFound):
        services.change_demand(
            buying.session, tender=other, demand_id=one.id, facts=facts(), table=table(), **buying.by()
        )


def test_a_lower_value_asks_for_the_explanation_before_the_review(buying):
    tender = added(buying, buying.draft(), facts(60_000))
    drafting.estimate(
        buying.session, tender=tender, value=Money.of("90000"), value_public=False, starts_on=tender.starts_on,
        ends_on=tender.ends_on, **buying.by(),
    )  # fmt: skip
    drafting.choose_procedure(
        buying.session, tender=tender, procedure="national_open", reason="Iedereen een kans", law=buying.law, **buying.by()
    )  # fmt: skip
    with pytest.raises(errors.DemandsOpen):
        approval.ask_review(buying.session, tender=tender, law=buying.law, **buying.by())
    with pytest.raises(errors.DemandsOpen):
        approval.review_tender(
            buying.session, tender=tender, approved=True, law=buying.law, user_id=buying.colleague.id, at=buying.at
        )  # fmt: skip
    tender.reviewed_at, tender.reviewed_by_id = buying.at, buying.colleague.id
    with pytest.raises(errors.DemandsOpen):
        buying.publish(tender)
    [one] = queries.demands(buying.session, tender.id)
    services.change_demand(
        buying.session,
        tender=tender,
        demand_id=one.id,
        facts=facts(60_000, WHY),
        table=table(),
        **buying.by(),
    )
    buying.publish(buying.approved(tender))


def test_what_is_published_is_hashed_frozen_and_asked_of_bidders(buying):
    tender = buying.publish(buying.approved(added(buying, buying.draft())))
    asked = queries.demands(buying.session, tender.id)
    assert tender.content_hash == digest(content_of(tender, asked)) != digest(content_of(tender))
    said = statements.demand(tender, None, [each.facts for each in asked])
    assert [(each.code, each.minimum) for each in said.criteria] == [
        ("slc-abil-ref-services", "€\u00a050\u00a0000")
    ]
    chance = opportunity(buying.session, tender.number)
    assert [each.minimum for each in chance.demand.criteria] == ["€\u00a050\u00a0000"]
    with pytest.raises(NotDraft):
        added(buying, tender)
    frozen = "what a published tender asks stays"
    refused(buying.session, "UPDATE selection_demand SET minimum_minor = 1", frozen)
    refused(buying.session, "DELETE FROM selection_demand", frozen)
    copy = "kind, code, text, minimum_minor, number, unit, reason, explanation, deviates"
    refused(
        buying.session,
        f"INSERT INTO selection_demand (tender_id, {copy}) SELECT tender_id, {copy} FROM selection_demand",
        frozen,
    )


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("minimum_minor = 0", "minimum"), ("minimum_minor = NULL", "unit"), ("unit = 'none'", "kind"),
        ("number = 11", "number"), ("reason = 'moet'", "reason"), ("text = ''", "text"),
        ("deviates = '[\"reference_value\"]'", "explained"), ("deviates = '{}'", "explained"),
        ("kind = 'turnover', code = 'slc-stand-to-gen', unit = 'euro_year', ceiling_times = 3", "turnover"),
        ("code = 'slc-stand-ins'", "kind"),
    ],
)  # fmt: skip
def test_the_database_holds_each_demand(buying, change, check):
    added(buying, buying.draft())
    refused(buying.session, f"UPDATE selection_demand SET {change}", f"ck_selection_demand_{check}")
