"""Turnover and insurance, told once: what may be kept, who keeps it, and how it reads in a bid."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coops.experience import errors, queries, services
from coops.experience.rules import MeansFacts, check_means, insured_in_words, turnover_in_words
from cwb.identity.rules import Side
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic

TODAY = date(2026, 5, 1)
FACTS = MeansFacts(2025, (12_000_000, None, 9_000_000), 50_000_000, date(2026, 12, 31))


def test_what_may_be_kept_and_how_it_reads():
    check_means(FACTS, TODAY)
    check_means(MeansFacts(2025, (0, None, None)), TODAY)
    for facts, refused in (
        (MeansFacts(2025, (None, None, None)), errors.MeansEmpty),
        (MeansFacts(2027, (1, None, None)), errors.BookYearInvalid),
        (MeansFacts(2022, (1, None, None)), errors.BookYearInvalid),
        (MeansFacts(2025, (-1, None, None)), errors.AmountInvalid),
        (MeansFacts(2025, (1, None, None), 5, None), errors.InsuranceHalf),
        (MeansFacts(2025, (1, None, None), None, TODAY), errors.InsuranceHalf),
        (MeansFacts(2025, (None, None, None), 0, TODAY), errors.AmountInvalid),
    ):
        with pytest.raises(refused):
            check_means(facts, TODAY)
    assert (
        turnover_in_words(FACTS)
        == "Omzet per jaar, zonder btw. 2025: €\u00a0120\u00a0000, 2023: €\u00a090\u00a0000."
    )
    assert "tot 31-12-2026" in insured_in_words(FACTS)
    bare = MeansFacts(2025, (None, 5, None))
    assert (bare.turnover, insured_in_words(bare), bare.insured(TODAY)) == (5, "", None)
    assert (FACTS.insured(TODAY), FACTS.insured(date(2027, 1, 1))) == (50_000_000, 0)
    assert turnover_in_words(MeansFacts(2025, (None, None, None))) == ""


@pytest.fixture
def board(session, make_organisation, make_user):
    home = make_organisation(Side.SUPPLIER)
    user = make_user((Role.BOARD, home))
    return Actor(user.id, user.name, home.id, home.name, frozenset({Role.BOARD}))


def test_kept_by_the_board_once_and_by_nobody_over_a_colleague(session, board, at):
    facts = MeansFacts(at.year - 1, (12_000_000, None, None))
    made = services.keep_means(session, facts=facts, version=0, actor=board, at=at)
    assert made.version == 1
    with pytest.raises(errors.MeansChanged):
        services.keep_means(session, facts=facts, version=0, actor=board, at=at)
    more = MeansFacts(at.year - 1, (13_000_000, None, None))
    with atomic(session):
        services.keep_means(session, facts=more, version=1, actor=board, at=at)
    found = queries.find_means(session, board.organisation_id)
    assert (found.facts.turnover, found.version) == (13_000_000, 2)
    assert queries.all_means(session)[board.organisation_id] == more
    member = Actor(board.user_id, board.name, board.organisation_id, "", frozenset({Role.MEMBER}))
    with pytest.raises(Forbidden):
        services.keep_means(session, facts=facts, version=2, actor=member, at=at)
    for change in ("turnover_0 = NULL", "insured_minor = 5", "insured_until = now()", "turnover_1 = -1"):
        with pytest.raises(DBAPIError, match="ck_financial_means"), atomic(session):
            session.execute(text(f"UPDATE financial_means SET {change}"))


def test_the_page_keeps_what_was_typed(session, sign_in, at):
    client = sign_in(Role.BOARD)
    assert client.get("/experience/means").status_code == 200
    year = str(at.year)
    assert client.post("/experience/means", data={"version": "0", "book_year": year}).status_code == 422
    answer = client.post(
        "/experience/means", data={"version": "0", "book_year": year, "turnover_0": "120.000"}
    )
    assert answer.status_code == 303
    page = client.get("/experience/means").text
    assert "Laatst bewaard op" in page
    assert client.get("/experience").text.count("/experience/means") == 1
