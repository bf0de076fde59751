from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from coops.appeals import errors, queries, rules, services
from coops.appeals.models import Appeal
from coops.papers.models import CooperativePaper
from coops.register import queries as register
from coops.register import services as registering
from coops.register.rules import Grade, Proof
from cwb.kernel.clock import now
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from tests.proving import SEEN, prove, verify

WHY = "Artikel 7 staat op bladzijde 12 van de statuten."


@pytest.fixture
def board(sign_in):
    return sign_in(Role.BOARD)


@pytest.fixture
def refuser(sign_in):
    return sign_in(Role.PROGRAMME)


@pytest.fixture
def other(sign_in):
    return sign_in(Role.PROGRAMME)


@pytest.fixture
def refused(session, board, refuser):
    profile = registering.register_cooperative(
        session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
        description="Wij maken schoon.", sectors=["cleaning"], languages=["nl"], claims={"surplus": "members"},
    )  # fmt: skip
    made = registering.judge_claim(
        session, cooperative=profile, code="surplus", grade=Grade.NONE,
        reason="Dat staat nergens.", user_id=refuser.user.id, at=now(),
    )  # fmt: skip
    session.commit()
    return queries.refusal(session, made.public_id)


@pytest.fixture
def appeal(session, board, refused):
    made = services.make_appeal(session, refused=refused, text=WHY, actor=actor(board, Role.BOARD), at=now())
    session.commit()
    return queries.appeal(session, made.public_id)


def actor(browser, role):
    return Actor(browser.user.id, "x", browser.organisation.id, "", frozenset({role}))


def test_a_board_appeals_and_somebody_else_answers(board, refuser, other, refused, session):
    history = f"/cooperatives/{board.organisation.public_id}/history"
    assert "Bezwaar maken" in board.get(history).text
    against = f"/cooperatives/appeals/against/{refused.public_id}"
    assert board.get(against).status_code == 200
    assert board.post(against, data={"text": "Nee"}).status_code == 422
    assert board.post(against, data={"text": WHY}).status_code == 303
    assert board.post(against, data={"text": WHY}).status_code == 409
    made = session.scalars(select(Appeal)).one()
    told = session.scalars(select(Mail.recipient).where(Mail.subject.startswith("Bezwaar van"))).all()
    assert (other.user.email in told, refuser.user.email in told) == (True, False), "who may answer hears it"
    address = f"/cooperatives/appeals/{made.public_id}"
    assert refuser.get(address).status_code == 403
    assert "Beantwoord het bezwaar" not in refuser.get("/").text
    assert "Beantwoord het bezwaar" in other.get("/").text
    assert WHY in other.get(address).text
    no_paper = {"verdict": "upheld", "answer": "U hebt gelijk, het staat er."}
    assert other.post(address, data=no_paper).status_code == 422
    assert session.scalar(select(Appeal.answered_at)) is None
    sent = other.post(address, data={**no_paper, **SEEN})
    assert sent.status_code == 303, sent.text
    shown = board.get(history).text
    assert "gegrond" in shown
    assert "Bij de notaris" in shown
    profile = register.find_cooperative(session, board.organisation.id)
    assert register.facts_of(session, profile, now())[0].grade is Grade.VERIFIED
    assert "U hebt gelijk" in session.scalars(select(Mail.text).order_by(Mail.id.desc())).first()


def test_a_refused_fact_waits_for_its_board_until_it_changes_is_proven_or_an_appeal_runs(
    session, board, refuser, refused, other
):
    where = f"/cooperatives/appeals/against/{refused.public_id}"
    letter = session.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert (letter.subject, letter.link) == ("Niet aangetoond: Waar overschot heen gaat", where)
    assert "Dat staat nergens." in letter.text
    me = actor(board, Role.BOARD)

    def waiting():
        return [task.values["public_id"] for task in queries.tasks(session, me, now())]

    assert waiting() == [str(refused.public_id)]
    start = board.get("/").text
    assert "Niet aangetoond: Waar overschot heen gaat" in start
    page = board.get(where).text
    for told in ("Dat staat nergens.", "Voeg een stuk toe", "Wijzig uw antwoord", "Verstuur bezwaar"):
        assert told in page
    profile = f"/cooperatives/{board.organisation.public_id}"
    assert where in board.get(profile).text
    assert where not in other.get(profile).text, "a way for its board alone"
    assert "Not shown: Where a surplus goes" in board.get("/?lang=en").text
    stranger = Actor(1, "x", refuser.organisation.id, "", frozenset({Role.BOARD}))
    assert queries.tasks(session, stranger, now()) == []
    about = register.find_cooperative(session, board.organisation.id)
    for end in ("appeal", "proof", "change"):
        with session.begin_nested() as trial:
            if end == "appeal":
                services.make_appeal(session, refused=refused, text=WHY, actor=me, at=now())
            elif end == "proof":
                prove(session, about, "surplus", user_id=other.user.id, at=now())
            else:
                registering.register_cooperative(
                    session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
                    description="x", sectors=["cleaning"], languages=["nl"], claims={"surplus": "reserve"},
                )  # fmt: skip
            assert waiting() == [], end
            trial.rollback()
    assert waiting() == [str(refused.public_id)]


def test_a_new_paper_for_a_refused_fact_of_a_checked_profile_waits_for_the_programme(
    session, board, refused, other
):
    about = register.find_cooperative(session, board.organisation.id)
    checker, coach = actor(other, Role.PROGRAMME), actor(board, Role.PROGRAMME)

    def waiting(who):
        return [(task.endpoint, task.values.get("code")) for task in queries.tasks(session, who, now())]

    verify(session, about, user_id=other.user.id, at=now())
    assert waiting(checker) == []
    session.add(
        CooperativePaper(
            organisation_id=board.organisation.id, kind="statutes", name="a.pdf", file_kind="pdf", size=1, digest="x",
            content=b"x", content_key="x", added_by_id=board.user.id, added_at=now(),
        )
    )  # fmt: skip
    session.flush()
    assert waiting(checker) == [("cooperatives.judge", "surplus")]
    assert waiting(coach) == [], "who filled it in does not judge it"


def test_a_rejected_appeal_leaves_the_refusal(other, appeal, board, session):
    answered = services.answer_appeal(
        session, appeal=appeal, upheld=False, proof=Proof(), answer="Het artikel gaat over iets anders.",
        actor=actor(other, Role.PROGRAMME), at=now(),
    )  # fmt: skip
    assert answered.upheld is False
    profile = register.find_cooperative(session, board.organisation.id)
    assert register.facts_of(session, profile, now())[0].is_refused
    with pytest.raises(errors.AnsweredBefore):
        services.answer_appeal(
            session,
            appeal=appeal,
            upheld=False,
            proof=Proof(),
            answer=WHY,
            actor=actor(other, Role.PROGRAMME),
            at=now(),
        )


def test_a_refused_profile_is_appealed_and_verified_by_somebody_else(board, refuser, other, refused, session):
    profile = register.find_cooperative(session, board.organisation.id)
    registering.verify_cooperative(
        session, cooperative=profile, verified=False, note="De akte ontbreekt.",
        user_id=refuser.user.id, at=now(),
    )  # fmt: skip
    session.commit()
    home = f"/cooperatives/{board.organisation.public_id}"
    assert f"{home}/appeal" in board.get(f"{home}/history").text
    assert "De akte ontbreekt." in board.get(f"{home}/appeal").text
    assert board.post(f"{home}/appeal", data={"text": WHY}).status_code == 303
    assert f"{home}/appeal" not in board.get(f"{home}/history").text
    assert board.post(f"{home}/appeal", data={"text": WHY}).status_code == 409
    assert board.get(f"{home}/appeal").location == f"{home}/history", "once is enough"
    made = session.scalars(select(Appeal)).one()
    with pytest.raises(DatabaseError, match="somebody else"), session.begin_nested():
        session.execute(
            text(f"UPDATE cooperative_appeal SET upheld = true, answer = 'lang genoeg', answered_at = now(),"
                 f" answered_by_id = {refuser.user.id}")
        )  # fmt: skip
    address = f"/cooperatives/appeals/{made.public_id}"
    denied = refuser.get(address)
    assert (denied.status_code, "U gaf zelf dit oordeel" in denied.text) == (403, True)
    assert address in other.get("/").text
    assert address not in refuser.get("/").text
    right = {"verdict": "upheld", "answer": "De akte is er nu."}
    assert "Beoordeel eerst een feit." in other.post(address, data=right).text
    assert not register.is_verified(session, board.organisation.id, now())
    prove(session, profile, "surplus", user_id=other.user.id, at=now())
    session.commit()
    assert other.post(address, data=right).status_code == 303
    assert register.is_verified(session, board.organisation.id, now())
    shown = board.get(f"{home}/history").text
    assert "Het hele profiel" in shown
    assert "gegrond" in shown
    assert f"{home}/appeal" not in shown
    assert board.get(f"{home}/appeal").status_code == 422


def test_another_cooperative_and_a_changed_fact_have_nothing_to_appeal(session, board, refused, sign_in):
    stranger = sign_in(Role.BOARD)
    assert stranger.get(f"/cooperatives/appeals/against/{refused.public_id}").status_code == 403
    refused = queries.refusal(session, refused.public_id)
    with pytest.raises(errors.AppealNotFound):
        services.make_appeal(session, refused=refused, text=WHY, actor=actor(stranger, Role.BOARD), at=now())
    with pytest.raises(errors.AppealTooLate):
        services.make_appeal(
            session,
            refused=refused,
            text=WHY,
            actor=actor(board, Role.BOARD),
            at=now() + timedelta(days=60),
        )
    registering.register_cooperative(
        session, organisation=board.organisation, user_id=board.user.id, at=now(), kind="worker",
        description="x", sectors=["cleaning"], languages=["nl"], claims={"surplus": "reserve"},
    )  # fmt: skip
    with pytest.raises(errors.NothingToAppeal):
        services.make_appeal(session, refused=refused, text=WHY, actor=actor(board, Role.BOARD), at=now())


def test_the_database_wants_somebody_else_and_keeps_what_was_said(session, appeal, refuser):
    for change, match in (
        (f"answered_by_id = {refuser.user.id}", "somebody else"),
        ("text = 'heel iets anders'", "stays"),
    ):
        with pytest.raises(DatabaseError, match=match), session.begin_nested():
            session.execute(
                text(
                    f"UPDATE cooperative_appeal SET {change}, upheld = false, answer = 'lang genoeg', answered_at = now()"
                )
                if "answered" in change
                else text(f"UPDATE cooperative_appeal SET {change}")
            )
    with pytest.raises(DatabaseError, match="stays"), session.begin_nested():
        session.execute(text("DELETE FROM cooperative_appeal"))


def test_a_term_runs_on_to_a_working_day():
    assert rules.last_day(date(2026, 11, 14)) == date(2026, 12, 28)
    assert rules.answer_by(date(2026, 9, 1)) == date(2026, 10, 13)


@pytest.mark.parametrize(("user", "may"), [(1, False), (2, False), (3, False), (4, False), (5, True)])
def test_who_had_to_do_with_it_does_not_answer(user, may):
    assert rules.may_answer(user, decided_by_id=1, made_by_id=2, others=(3, 4, None)) is may
