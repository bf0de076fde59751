"""Article 2.82a: the rule and the database's own fence say the same."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.identifiers import Cpv
from procurement.advice.gateway import law
from procurement.advice.rules import in_list
from procurement.tenders import errors


def test_the_closed_list_is_the_same_in_both(session):
    listed = law("nieuw_west").reserved_services.cpv
    every = {f"{number:05}000" for number in range(3000, 99000)}
    edges = {f"{int(code) + step:08}" for entry in listed for code in entry.split("-") for step in (-1, 0, 1)}
    codes = sorted(every | edges)
    rows = session.execute(
        text("SELECT c, is_public_service(c) FROM unnest(CAST(:codes AS text[])) c"), {"codes": codes}
    )
    assert {row[0]: row[1] for row in rows} == {code: in_list(Cpv(code), listed) for code in codes}


@pytest.mark.parametrize(("cpv", "ends_on"), [("90910000", date(2029, 6, 1)), ("85312000", date(2030, 6, 2))])
def test_the_database_refuses_it_outside_the_list_and_over_three_years(buying, cpv, ends_on):
    draft = buying.draft()
    change = text("UPDATE tender SET reservation = '2.82a', cpv = :cpv, ends_on = :ends_on WHERE id = :id")
    with pytest.raises(DBAPIError), buying.session.begin_nested():
        buying.session.execute(change, {"cpv": cpv, "ends_on": ends_on, "id": draft.id})
    buying.session.execute(change, {"cpv": "85312000", "ends_on": date(2030, 6, 1), "id": draft.id})


def test_the_service_refuses_it_with_the_article(buying):
    with pytest.raises(errors.ReservationNotAllowed):
        buying.draft(reservation="2.82a")
    buying.cpv = "85312000"
    assert buying.draft(reservation="2.82a").reservation == "2.82a"
