from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from cwb.kernel.calendar import is_working_day
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from procurement.complaints import errors, queries, rules, services
from procurement.complaints.gateway import term
from procurement.complaints.rules import About, State
from procurement.tenders.errors import TenderNotFound

WRONG = "De eis van vijf referenties past niet bij dit kleine werk."


@pytest.fixture
def board(buying, make_organisation, make_user):
    home = make_organisation()
    person = make_user((Role.BOARD, home))
    return Actor(person.id, person.name, home.id, home.name, frozenset({Role.BOARD}))


@pytest.fixture
def outsider(buying, make_user):
    """Somebody of the buyer who had no part in the tender."""
    person = make_user((Role.ASSESSOR, buying.buyer))
    return Actor(person.id, person.name, buying.buyer.id, "", frozenset({Role.ASSESSOR}))


def complain(buying, board, tender=None, **more):
    given = {"about": About.REQUIREMENTS, "text": WRONG, "wish": "Vraag één referentie.", **more}
    return services.complain(
        buying.session,
        tender=tender or buying.published(),
        actor=board,
        at=buying.at,
        term=term(local_date(buying.at)),
        **given,
    )


def answer(buying, made, actor, state=State.UPHELD, **more):
    given = {
        "answer": "U hebt gelijk: dit past niet bij de waarde.",
        "measure": "Wij passen de eis aan.",
        **more,
    }
    return services.answer_complaint(
        buying.session, complaint=made, state=state, actor=actor, at=buying.at, **given
    )


def test_a_complaint_gets_an_answer_a_measure_and_an_end(buying, board, outsider):
    made = complain(buying, board)
    assert made.state is State.PENDING
    told = buying.session.scalars(select(Mail.recipient).where(Mail.key.like("complaint-%"))).all()
    assert len(told) == 1, "those who were in the tender are not asked to answer"
    answered = answer(buying, made, outsider, summary="Een eis is verlaagd.")
    assert (answered.state, answered.answered_by_id) == (State.UPHELD, outsider.user_id)
    assert [each.summary for each in queries.published(buying.session, made.tender_id)] == [
        "Een eis is verlaagd."
    ]
    done = services.resolve_complaint(buying.session, complaint=made, actor=outsider, at=buying.at)
    assert done.resolved_at == buying.at
    with pytest.raises(errors.NothingToResolve):
        services.resolve_complaint(buying.session, complaint=made, actor=outsider, at=buying.at)
    with pytest.raises(errors.ComplaintEnded):
        answer(buying, made, outsider)


def test_nobody_answers_on_their_own_work(buying, board, make_user):
    made = complain(buying, board)
    for person in (buying.author, buying.colleague):
        actor = Actor(person.id, "", buying.buyer.id, "", frozenset({Role.PURCHASER}))
        with pytest.raises(errors.AnswererInvolved):
            answer(buying, made, actor)
    with pytest.raises(errors.NotHandler):
        answer(buying, made, board)


def test_input_that_says_nothing_is_refused(buying, board, outsider):
    tender = buying.published()
    with pytest.raises(errors.ComplaintTooShort):
        complain(buying, board, tender, text="  slecht  ")
    with pytest.raises(errors.WishMissing):
        complain(buying, board, tender, wish=" ")
    made = complain(buying, board, tender)
    with pytest.raises(errors.AnswerTooShort):
        answer(buying, made, outsider, answer="nee")
    with pytest.raises(errors.MeasureMissing):
        answer(buying, made, outsider, measure=" ")
    assert answer(buying, made, outsider, State.REJECTED, measure="iets").measure == ""


def test_a_draft_and_the_own_buyer_are_nobody_s_complaint(buying, board, outsider):
    with pytest.raises(TenderNotFound):
        complain(buying, board, buying.draft())
    inside = Actor(outsider.user_id, "", buying.buyer.id, "", frozenset({Role.BOARD}))
    for each in (outsider, inside):
        with pytest.raises(errors.MayNotComplain):
            complain(buying, each)


def test_one_takes_back_only_one_s_own_and_only_in_time(
    buying, board, outsider, make_organisation, make_user
):
    made = complain(buying, board)
    home = make_organisation()
    other = Actor(make_user((Role.BOARD, home)).id, "", home.id, "", frozenset({Role.BOARD}))
    with pytest.raises(errors.MayNotComplain):
        services.withdraw_complaint(buying.session, complaint=made, actor=other, at=buying.at)
    services.withdraw_complaint(buying.session, complaint=made, actor=board, at=buying.at)
    with pytest.raises(errors.ComplaintEnded):
        answer(buying, made, outsider)


def test_the_database_keeps_what_was_said(buying, board, outsider):
    made = complain(buying, board)
    answer(buying, made, outsider)
    for act in (
        "UPDATE complaint SET text = 'iets heel anders dan er eerst stond'", "UPDATE complaint SET state = 'rejected'",
        "UPDATE complaint SET answer = 'toch een ander antwoord gegeven'", "DELETE FROM complaint",
    ):  # fmt: skip
        with pytest.raises(DatabaseError), buying.session.begin_nested():
            buying.session.execute(text(act))


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_the_term_counts_working_days_from_the_day_after(day):
    last = term(day).answer_by(day)
    counted = [
        each
        for n in range(1, (last - day).days + 1)
        if is_working_day(each := date.fromordinal(day.toordinal() + n))
    ]
    assert len(counted) == term(day).working_days
    assert counted[-1] == last


def test_christmas_does_not_count():
    assert rules.Term(date(2020, 1, 1), 3, "", "setting").answer_by(date(2026, 12, 24)) == date(2026, 12, 30)
