from datetime import timedelta

import pytest

from cwb.kernel.policy import Actor, Role
from procurement.finding import queries
from procurement.finding.queries import Wanted


def found(session, at, actor=None, **filters):
    """What the page shows, which must be what the file holds."""
    wanted = Wanted(**filters)
    asked, values = queries.listing(wanted, actor, at)
    rows = [each.tender.number for each in asked.rows.all(session, size=25, skipped=0, **values)]
    assert asked.total.one(session, **values) == len(rows)
    assert rows == [each.number for each, _stopped in session.execute(queries.everything(wanted, actor, at))]
    return rows


@pytest.mark.parametrize(
    ("status", "after", "there"),
    [("open", 0, 1), ("closed", 0, 0), ("closed", 40, 1), ("open", 40, 0), ("awarded", 40, 0), ("stopped", 0, 0), ("", 0, 1)],
)  # fmt: skip
def test_the_list_follows_the_clock(buying, status, after, there):
    buying.published()
    at = buying.at + timedelta(days=after)
    assert len(found(buying.session, at, status=status)) == there
    assert found(buying.session, at, status="coming") == []


def test_each_filter_narrows(buying):
    made = buying.published()
    session, at = buying.session, buying.at
    word = made.title.split()[0].upper()
    for filters in (
        {"search": word}, {"search": made.number.lower()}, {"category": made.category}, {"buyer": made.buyer.name[:5]},
        {"place": made.place_code or ""},
    ):  # fmt: skip
        assert found(session, at, **filters) == [made.number], filters
    for filters in (
        {"search": "%"}, {"search": "_" * 4}, {"search": "zeppelin"}, {"category": "geen"}, {"buyer": "niemand"}, {"place": "geen"},
    ):  # fmt: skip
        assert found(session, at, **filters) == [], filters


def test_one_reader_s_list_is_never_another_s(buying, make_organisation):
    """The statement is kept per kind of reader, never with who they are."""
    homes = [make_organisation() for _ in range(4)]
    made = buying.published(procedure="invited_quotes", invited=homes[:3], at=buying.at)
    boards = [Actor(1, "x", home.id, "", frozenset({Role.BOARD})) for home in homes]
    for _ in range(2):
        assert found(buying.session, buying.at, boards[0]) == [made.number]
        assert found(buying.session, buying.at, boards[3]) == []
        assert found(buying.session, buying.at) == []
