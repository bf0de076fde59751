"""A published wage floor changes only by a rectification: told, with more time, and by the law of that day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coops.wages.gateway import wages
from cwb.kernel.canonical import digest
from cwb.kernel.clock import local_date
from procurement.approval.services import content_of
from procurement.rectification import errors, services
from procurement.tenders.queries import tender_by_id
from procurement.wage_floors import errors as wage_errors
from procurement.wage_floors.queries import find_floor
from procurement.wage_floors.services import set_floor
from tests.procurement.buying import Buying

CAO = {"cao": "Schoonmaak", "cao_from": date(2026, 1, 1), "cao_until": date(2027, 12, 31)}


@pytest.fixture
def tender(buying: Buying):
    draft = buying.draft()
    wage = wages("nieuw_west").wage(local_date(buying.at))
    set_floor(buying.session, tender=draft, floor_minor=1650, wage=wage, **CAO, **buying.by())
    return buying.publish(buying.approved(draft))


@pytest.fixture
def amend(buying, tender):
    def act(changes, **more):
        return services.amend_content(
            buying.session, tender=tender, changes=changes, reason="De cao is verlengd en het loon steeg.",
            law=buying.law, user_id=buying.author.id, at=buying.at + timedelta(days=35), **more,
        )  # fmt: skip

    return act


def test_another_floor_is_told_gives_time_and_is_in_the_hash(buying, tender, amend):
    before, hashed = tender.closes_at, tender.content_hash
    made = amend(
        {"floor_minor": 1700, "cao_until": date(2028, 6, 30), "description": "Twee gebouwen"}, clarifies=True
    )
    assert made.fields == {
        "description": {"old": "Elke dag schoon", "new": "Twee gebouwen"},
        "floor_minor": {"old": 1650, "new": 1700},
        "cao_until": {"old": "2027-12-31", "new": "2028-06-30"},
    }
    assert made.substantial
    assert made.closes_at > before
    buying.session.expire_all()
    told, found = find_floor(buying.session, tender.id), tender_by_id(buying.session, tender.id)
    assert (told.floor_minor, told.cao_until, told.cao) == (1700, date(2028, 6, 30), "Schoonmaak")
    assert found.content_hash == digest(content_of(found, (), told)) != hashed
    assert found.content_hash != digest(content_of(found))


def test_what_the_law_or_bidders_reckon_with_does_not_go(buying, amend):
    for changes, wrong, field in (
        ({"floor_minor": 1400}, wage_errors.FloorTooLow, "floor"),
        ({"floor_minor": None}, wage_errors.FloorWithdrawn, "floor"),
        ({"cao": ""}, wage_errors.CaoIncomplete, "cao"),
        ({"cao_until": date(2025, 1, 1)}, wage_errors.CaoDaysWrong, "cao_until"),
    ):
        with pytest.raises(wrong) as fault, buying.session.begin_nested():
            amend(changes)
        assert fault.value.field == field


def test_where_none_was_set_none_comes(buying):
    tender = buying.published()
    with pytest.raises(errors.FrozenAtPublication):
        services.amend_content(
            buying.session, tender=tender, changes={"floor_minor": 1700}, reason="Het loon steeg sindsdien.",
            law=buying.law, user_id=buying.author.id, at=buying.at + timedelta(days=3),
        )  # fmt: skip


@pytest.mark.parametrize("act", ["floor_minor = 1600", "factor = 1.4", "floor_minor = 1700, cao = 'Ander'"])
def test_the_database_lets_through_only_what_an_amendment_tells(buying, tender, act):
    session = buying.session
    with pytest.raises(DBAPIError) as fault, session.begin_nested():
        session.execute(
            text(
                "INSERT INTO amendment (tender_id, made_at, made_by_id, reason, kind, fields, version, substantial,"
                " closed_at_before, closes_at) SELECT id, now(), author_id, 'Het loon steeg.', 'content',"
                ' \'{"floor_minor": {"old": 1650, "new": 1700}}\', version + 1, true, closes_at, closes_at'
                " FROM tender WHERE id = :id"
            ),
            {"id": tender.id},
        )
        session.execute(text(f"UPDATE tender_wage SET {act} WHERE tender_id = :id"), {"id": tender.id})
    assert fault.value.orig.sqlstate == "CW062"
