from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.home.rules import Haste, haste
from cwb.kernel.calendar import run_on
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.kernel.words import TextTooShort
from procurement.advice.gateway import law
from procurement.challenges import errors, policy, queries, rules, services
from procurement.challenges.gateway import terms
from procurement.challenges.rules import OPEN, Answer, Follow, State, Step

TOLD = {
    "group_name": "Groep Plein", "what": "Het plein blijft vies.", "how": "Wij vegen elke dag.",
    "supporters": "Twaalf bewoners, onder wie Roos", "amount": Money(900_000), "name_public": False,
}  # fmt: skip
WHY = "Omdat wij dat samen bespraken."


@pytest.fixture
def rosa(signed):
    with atomic(signed.session):
        someone = signed.world.person("Rosa", signed.world.office)
    return Actor(someone.user_id, "Rosa", None, "", frozenset({Role.RESIDENT}))


def submit(signed, actor, **facts):
    given = {"subject": signed.contract, "terms": terms(local_date(signed.at)), **TOLD, **facts}
    with atomic(signed.session) as session:
        return services.submit_challenge(session, actor=actor, at=signed.at, **given)


def step(signed, challenge, kind, actor=None, **facts):
    given = {"text": WHY, "terms": terms(local_date(signed.at)), **facts}
    with atomic(signed.session) as session:
        return services.take_step(
            session, challenge=challenge, step=kind, actor=actor or signed.anna, at=signed.at, **given
        )


def withdraw(signed, challenge, actor):
    with atomic(signed.session) as session:
        return services.withdraw_challenge(session, challenge=challenge, actor=actor, at=signed.at)


def test_from_received_to_an_answer(signed, rosa):
    made = submit(signed, rosa)
    assert made.number == f"U-{signed.at.year}-0001"
    assert made.answer_by == run_on(local_date(signed.at) + timedelta(weeks=8))
    step(signed, made, Step.ADMITTED)
    step(signed, made, Step.TALKED, signed.bram)
    done = step(signed, made, Step.ANSWERED, answer=Answer.PARTLY, follow=Follow.PILOT)
    assert [each.kind for each in done.steps] == [Step.ADMITTED, Step.TALKED, Step.ANSWERED]
    assert (done.state, done.steps[-1].follow) == (State.ANSWERED, Follow.PILOT)
    for late in Step:
        with pytest.raises((errors.NotNow, errors.NotYours)):
            step(signed, made, late, answer=Answer.NO, follow=Follow.NOTHING)


def test_the_steps_have_an_order_and_one_is_heard_before_one_is_answered(signed, rosa):
    made = submit(signed, rosa)
    for early in (Step.TALKED, Step.ANSWERED):
        with pytest.raises(errors.NotNow):
            step(signed, made, early, answer=Answer.NO, follow=Follow.NOTHING)
    for stranger in (rosa, signed.glans, signed.world.eva):
        with pytest.raises(errors.NotYours):
            step(signed, made, Step.ADMITTED, stranger)
    with pytest.raises(TextTooShort):
        step(signed, made, Step.INADMISSIBLE, text="nee")
    assert step(signed, made, Step.INADMISSIBLE).state is State.INADMISSIBLE


@pytest.mark.parametrize(
    ("answer", "follow"),
    [
        (Answer.NO, Follow.PILOT),
        (Answer.YES, Follow.NOTHING),
        (Answer.PARTLY, Follow.NOTHING),
        (None, None),
        (Answer.YES, None),
    ],
)
def test_a_yes_has_a_sequel_and_a_no_has_none(signed, rosa, answer, follow):
    made = submit(signed, rosa)
    step(signed, made, Step.ADMITTED)
    step(signed, made, Step.TALKED)
    with pytest.raises(errors.FollowMissing):
        step(signed, made, Step.ANSWERED, answer=answer, follow=follow)


def test_more_time_once(signed, rosa):
    made = submit(signed, rosa)
    longer = step(signed, made, Step.EXTENDED)
    assert longer.answer_by == run_on(run_on(local_date(signed.at) + timedelta(weeks=8)) + timedelta(weeks=4))
    assert longer.state is State.RECEIVED
    with pytest.raises(errors.NotNow):
        step(signed, made, Step.EXTENDED)


def test_taken_back_everything_personal_is_gone(signed, rosa):
    made = submit(signed, rosa)
    step(signed, made, Step.ADMITTED)
    for stranger in (signed.anna, signed.panel.suppliers["Boen"]):
        with pytest.raises(errors.NotYours):
            withdraw(signed, made, stranger)
    gone = withdraw(signed, made, rosa)
    assert (gone.what, gone.how, gone.supporters, gone.amount_minor, gone.group_name) == (
        "",
        "",
        "",
        None,
        "ingetrokken",
    )
    assert gone.state is State.WITHDRAWN
    with pytest.raises(errors.NotNow):
        withdraw(signed, made, rosa)
    submit(signed, rosa)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"group_name": " "}, errors.NameMissing), ({"what": "x"}, TextTooShort), ({"how": "x"}, TextTooShort),
        ({"supporters": " "}, errors.SupportersMissing),
    ],
)  # fmt: skip
def test_bad_challenges_keep_nothing(signed, rosa, facts, fault):
    with pytest.raises(fault):
        submit(signed, rosa, **facts)
    assert queries.mine(signed.session, rosa) == []


def test_who_may_challenge_what(signed, rosa):
    made = submit(signed, rosa)
    with pytest.raises(errors.AlreadyThere) as fault:
        submit(signed, rosa)
    assert fault.value.facts == {"number": made.number}
    with pytest.raises(errors.OwnWork):
        submit(signed, signed.glans)
    with pytest.raises(errors.NotYours):
        submit(signed, signed.anna)
    theirs = submit(signed, signed.panel.suppliers["Boen"])
    assert theirs.organisation_id == signed.panel.suppliers["Boen"].organisation_id
    assert queries.find_contract(signed.session, signed.contract.number, date(2028, 1, 1)) is None
    assert not policy.sees_people(None, made)
    assert not policy.sees_people(signed.glans, made)
    assert policy.sees_people(rosa, made)
    assert policy.sees_people(signed.anna, made)


def test_the_page_names_lawful_ways_at_the_value(signed, rosa):
    made = queries.challenge(signed.session, submit(signed, rosa).number)
    advice = services.lawful_ways(made, law("nieuw_west"), signed.at)
    assert advice.line(advice.recommended).allowed
    cheap = {line.id for line in advice.procedures if line.allowed}
    signed.session.execute(text("ALTER TABLE challenge DISABLE TRIGGER keep_challenge"))
    signed.session.execute(text("UPDATE challenge SET amount_minor = 30000000"))
    dear = services.lawful_ways(queries.challenge(signed.session, made.number), law("nieuw_west"), signed.at)
    assert {line.id for line in dear.procedures if line.allowed} < cheap


def test_what_is_late_says_so(signed, rosa):
    made = submit(signed, rosa)

    def waits():
        found = queries.tasks(signed.session, signed.anna, signed.at)
        return [(each.text[:7], haste(each.due_at, signed.at)) for each in found]

    assert waits() == [("Neem de", Haste.LATER)]
    step(signed, made, Step.ADMITTED)
    assert waits() == [("Praat m", Haste.LATER)]
    signed.on(made.answer_by)
    assert waits() == [("Praat m", Haste.SOON)]
    signed.on(made.answer_by + timedelta(days=1))
    assert waits() == [("Praat m", Haste.LATE)]
    withdraw(signed, made, rosa)
    assert waits() == []


def test_every_open_state_owes_an_answer():
    assert {state for state in State if rules.offered(state, is_extended=True)} == OPEN
    assert rules.offered(State.TALKED, is_extended=True) == [Step.ANSWERED]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE challenge SET what = 'iets heel anders'", "UPDATE challenge SET answer_by = answer_by - 1",
        "UPDATE challenge SET buyer_id = organisation_id", "DELETE FROM challenge_step",
        "UPDATE challenge_step SET text = 'iets heel anders'",
    ],
)  # fmt: skip
def test_the_database_keeps_challenges(signed, statement):
    made = submit(signed, signed.panel.suppliers["Boen"])
    step(signed, made, Step.ADMITTED)
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW024"
