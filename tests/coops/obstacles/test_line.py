from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from coops.obstacles import errors, rules, services
from coops.obstacles.models import Obstacle
from coops.obstacles.rules import ObstacleFacts, Outcome, State
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail

CASE = "Wij mochten niet meedoen: <b>de omzeteis</b> was drie keer de opdracht."
REASON = "De wet vraagt deze eis bij grote opdrachten; wij mogen er niet van afwijken."


def acting(user, home, *roles):
    return Actor(user.id, user.name, home.id, home.name, frozenset(roles))


@pytest.fixture
def cast(make_organisation, make_user):
    """Somebody of a cooperative, a purchaser of the owner, and two of the programme: user and actor."""
    coop, owner, office = (
        make_organisation(Side.SUPPLIER), make_organisation(Side.ANCHOR), make_organisation(Side.PROGRAMME),
    )  # fmt: skip
    found = {}
    for name, home, role in (
        ("coop", coop, Role.BOARD), ("owner", owner, Role.PURCHASER), ("one", office, Role.PROGRAMME),
        ("two", office, Role.PROGRAMME),
    ):  # fmt: skip
        user = make_user((role, home))
        found[name] = (user, acting(user, home, role), home)
    return found


def report(session, cast, who="coop", **facts):
    given = {"rule": "Omzeteis", "owner": "Koper", "case": CASE, "owner_id": cast["owner"][2].id, **facts}
    return services.report_obstacle(session, facts=ObstacleFacts(**given), actor=cast[who][1], at=clock.now())


def test_from_report_to_public_answer(session, cast, sign_in_user, client):
    session.commit()
    mine = sign_in_user(cast["coop"][0])
    data = {"rule": "Omzeteis", "known": str(cast["owner"][2].public_id), "case": "te kort", "owner": ""}
    assert mine.post("/obstacles/new", data=data).status_code == 422
    assert mine.post("/obstacles/new", data={**data, "known": "", "case": CASE}).status_code == 422
    assert mine.post("/obstacles/new", data={**data, "known": "unknown", "case": CASE}).status_code == 303
    made = session.scalars(select(Obstacle)).one()
    address = f"/obstacles/{made.public_id}"
    assert client.get(address).status_code == 404
    assert "Omzeteis" not in client.get("/obstacles").text
    programme = sign_in_user(cast["one"][0])
    assert "Lees de melding" in programme.get("/").text
    assert programme.post(f"{address}/return", data={"text": "Haal de naam weg."}).status_code == 303
    assert "Haal de naam weg." in mine.get(address).text
    assert "Pas uw melding aan" in mine.get("/").text
    assert mine.post(f"{address}/change", data={**data, "case": CASE}).status_code == 303
    assert programme.post(f"{address}/publish").status_code == 303
    assert "&lt;b&gt;de omzeteis" in client.get(address).text
    owner = sign_in_user(cast["owner"][0])
    assert "Antwoord op het obstakel" in owner.get("/").text
    answer = {"outcome": "changed", "text": "De eis is nu één keer."}
    assert owner.post(f"{address}/answer", data={**answer, "text": ""}).status_code == 422
    assert owner.post(f"{address}/answer", data={"outcome": "kept", "text": "ok"}).status_code == 422
    assert owner.post(f"{address}/add", data={"text": "De eis is weg."}).status_code == 409
    assert owner.post(f"{address}/answer", data=answer).status_code == 303
    assert "De eis is nu één keer." in client.get(address).text
    assert owner.post(f"{address}/add", data={"text": "ok"}).status_code == 422
    assert owner.post(f"{address}/add", data={"text": "De eis is nu helemaal weg."}).status_code == 303
    assert mine.get(f"{address}/add").status_code == 403
    assert "helemaal weg" in client.get(address).text
    assert "helemaal weg" in client.get("/obstacles/list.csv").text
    assert "De regel is veranderd" in client.get("/obstacles").text
    assert "De eis is nu" in client.get("/obstacles/list.csv").text
    mails = session.scalars(select(Mail.subject).where(Mail.recipient == cast["coop"][0].email)).all()
    assert any("Antwoord op uw melding" in each for each in mails)


def test_who_reported_it_does_not_publish_it(session, cast):
    made = report(session, cast, "one")
    with pytest.raises(errors.OwnReport):
        services.publish_obstacle(session, obstacle=made, actor=cast["one"][1], at=clock.now())
    with pytest.raises(Forbidden):
        services.publish_obstacle(
            session, obstacle=made, actor=acting(*cast["one"][::2], Role.AUDITOR), at=clock.now()
        )
    services.publish_obstacle(session, obstacle=made, actor=cast["two"][1], at=clock.now())
    with pytest.raises(errors.AlreadyPublic):
        services.publish_obstacle(session, obstacle=made, actor=cast["two"][1], at=clock.now())


def test_an_anonymous_one_names_nobody(session, cast, client):
    made = report(session, cast, is_anonymous=True)
    services.publish_obstacle(session, obstacle=made, actor=cast["one"][1], at=clock.now())
    session.commit()
    for address in (f"/obstacles/{made.public_id}", "/obstacles", "/obstacles/list.csv"):
        assert cast["coop"][2].name not in client.get(address).text


def test_only_the_owner_answers_and_only_once(session, cast):
    made = report(session, cast)
    said = {"obstacle": made, "answer": REASON, "outcome": Outcome.KEPT, "at": clock.now()}
    with pytest.raises(errors.ObstacleNotFound):  # not public yet: the owner knows of nothing
        services.answer_obstacle(session, actor=cast["owner"][1], **said)
    services.publish_obstacle(session, obstacle=made, actor=cast["one"][1], at=clock.now())
    for who in ("coop", "one"):
        with pytest.raises(Forbidden):
            services.answer_obstacle(session, actor=cast[who][1], **said)
    services.answer_obstacle(session, actor=cast["owner"][1], **{**said, "at": clock.now()})
    with pytest.raises(errors.AlreadyAnswered):
        services.answer_obstacle(session, actor=cast["owner"][1], **said)


def test_a_rule_of_nobody_here_is_answered_by_the_programme(session, cast):
    made = report(session, cast, owner="Het Rijk", owner_id=None)
    services.publish_obstacle(session, obstacle=made, actor=cast["one"][1], at=clock.now())
    with pytest.raises(Forbidden):
        services.answer_obstacle(
            session,
            obstacle=made,
            answer=REASON,
            outcome=Outcome.KEPT,
            actor=cast["owner"][1],
            at=clock.now(),
        )
    services.answer_obstacle(
        session, obstacle=made, answer=REASON, outcome=Outcome.KEPT, actor=cast["two"][1], at=clock.now()
    )


@pytest.mark.parametrize(
    "change",
    ["rule = 'Anders'", "case_text = case_text || ' en meer'", "published_at = NULL, published_by_id = NULL"],
)
def test_the_database_keeps_what_everybody_read(session, cast, change):
    made = report(session, cast)
    services.publish_obstacle(session, obstacle=made, actor=cast["one"][1], at=clock.now())
    with pytest.raises(IntegrityError, match="what everybody read stays"):
        session.execute(text(f"UPDATE obstacle SET {change}"))


def test_another_reads_and_changes_nothing_that_is_not_public(session, cast, sign_in_user):
    made = report(session, cast)
    session.commit()
    other = sign_in_user(cast["owner"][0])
    assert other.get(f"/obstacles/{made.public_id}").status_code == 404
    assert other.get(f"/obstacles/{made.public_id}/change").status_code == 404


def test_days_are_counted_to_the_answer():
    start = clock.now()
    assert rules.days_open(start, start + timedelta(days=3), start + timedelta(days=90)) == 3
    assert not rules.is_late(start, None, start + timedelta(days=42))
    assert rules.is_late(start, None, start + timedelta(days=43))
    assert rules.state_of(None, None, "Anders") is State.RETURNED


@pytest.mark.parametrize(
    ("outcome", "least"), [("changed", 1), ("exception", 1), ("explained", 40), ("kept", 40)]
)
def test_who_leaves_a_rule_as_it_is_gives_a_reason_of_substance(outcome, least):
    assert rules.check_answer(f" {'x' * least} ", Outcome(outcome)) == "x" * least
    with pytest.raises((errors.AnswerMissing, errors.AnswerTooShort)) as refused:
        rules.check_answer("x" * (least - 1), Outcome(outcome))
    assert refused.value.field == "text"


def test_the_database_takes_no_empty_reason_and_keeps_what_was_added(session, cast):
    made = report(session, cast)
    services.publish_obstacle(session, obstacle=made, actor=cast["one"][1], at=clock.now())
    with pytest.raises(errors.NotAnswered):
        services.add_to_answer(session, obstacle=made, text=REASON, actor=cast["owner"][1], at=clock.now())
    with pytest.raises(errors.AnswerTooShort):
        made.give_answer("ok", Outcome.KEPT, user_id=cast["owner"][1].user_id, at=clock.now())
    for answer in ("'ok'", "repeat(' ', 50) || 'ok'"):
        facts = {
            "answer": answer,
            "outcome": "'kept'",
            "answered_at": "published_at",
            "answered_by_id": "published_by_id",
        }
        with pytest.raises(IntegrityError, match="reason of substance"), session.begin_nested():
            session.execute(
                text(f"UPDATE obstacle SET {', '.join(f'{name} = {to}' for name, to in facts.items())}")
            )
        rest = [
            each.name for each in Obstacle.__table__.columns if each.name not in {*facts, "id", "public_id"}
        ]
        copied = f"INSERT INTO obstacle (public_id, {', '.join([*facts, *rest])}) SELECT gen_random_uuid(), "
        with pytest.raises(IntegrityError, match="reason of substance"), session.begin_nested():
            session.execute(text(f"{copied}{', '.join([*facts.values(), *rest])} FROM obstacle"))
    services.answer_obstacle(
        session, obstacle=made, answer=REASON, outcome=Outcome.KEPT, actor=cast["owner"][1], at=clock.now()
    )
    with pytest.raises(Forbidden):
        services.add_to_answer(session, obstacle=made, text=REASON, actor=cast["two"][1], at=clock.now())
    services.add_to_answer(session, obstacle=made, text=REASON, actor=cast["owner"][1], at=clock.now())
    for change in ("UPDATE obstacle_addition SET text = text || '!'", "DELETE FROM obstacle_addition"):
        with pytest.raises(IntegrityError, match="it stays"), session.begin_nested():
            session.execute(text(change))
    assert [each.text for each in made.additions] == [REASON]
