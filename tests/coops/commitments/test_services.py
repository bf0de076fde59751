from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from coops.commitments import errors, queries, services
from coops.commitments.rules import Kept, Publication
from coops.founders.services import stop_initiative
from coops.initiatives import services as initiatives
from coops.initiatives.errors import InitiativeStopped
from cwb.identity.rules import Side
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role

DUE = date(2026, 12, 1)


@pytest.fixture
def anchor(make_organisation, make_user):
    home = make_organisation(Side.ANCHOR)
    return make_user((Role.PURCHASER, home)), home


@pytest.fixture
def resident(make_user):
    return make_user()


@pytest.fixture
def initiative(session, resident, at):
    return initiatives.start_initiative(
        session, sentence="Samen gymzalen schoonmaken", category="cleaning", user_id=resident.id, at=at
    )


def commit(session, initiative, anchor, at, what="Wij publiceren een perceel", kind="publish_lot"):
    return services.make_commitment(
        session, initiative=initiative, organisation_id=anchor[1].id, kind=kind, what=what, due_on=DUE,
        user_id=anchor[0].id, at=at,
    )  # fmt: skip


def letters(session):
    return session.execute(text("SELECT recipient, subject FROM mail ORDER BY id")).all()


def test_a_commitment_is_told_kept_and_then_closed(session, initiative, anchor, resident, at):
    made = commit(session, initiative, anchor, at)
    buyer = Actor(anchor[0].id, "x", anchor[1].id, "", frozenset({Role.PURCHASER}))
    assert [each.endpoint for each in queries.tasks(session, buyer, at)] == ["commitments.finish"]
    with pytest.raises(errors.ProofMissing):
        services.keep_commitment(session, commitment=made, proof=" ", user_id=anchor[0].id, at=at)
    services.keep_commitment(session, commitment=made, proof="T-2026-0042", user_id=anchor[0].id, at=at)
    assert queries.state_of(made, DUE) is Kept.KEPT
    assert queries.tasks(session, buyer, at) == []
    assert letters(session) == [
        (resident.email, "Een toezegging aan uw initiatief"), (resident.email, "Een toezegging is nagekomen"),
    ]  # fmt: skip
    with pytest.raises(errors.CommitmentClosed):
        services.withdraw_commitment(session, commitment=made, reason="x", user_id=anchor[0].id, at=at)
    assert queries.counts(session, DUE) == {initiative.id: {Kept.KEPT: 1}}


def test_withdrawing_says_why_tells_the_initiative_and_loses_nothing(
    session, initiative, anchor, resident, at
):
    made = commit(session, initiative, anchor, at)
    with pytest.raises(errors.ReasonMissing):
        services.withdraw_commitment(session, commitment=made, reason=" ", user_id=anchor[0].id, at=at)
    services.withdraw_commitment(session, commitment=made, reason="Geen geld", user_id=anchor[0].id, at=at)
    assert queries.state_of(made, local_date(at)) is Kept.WITHDRAWN
    assert [each.what for each in queries.commitments(session, initiative_id=initiative.id)] == [made.what]
    assert len(letters(session)) == 2
    assert (
        queries.panel(session, Actor(1, "x", anchor[1].id, "", frozenset({Role.PURCHASER})), at) is not None
    )


def test_a_stopped_initiative_is_promised_nothing(session, initiative, anchor, resident, at):
    stop_initiative(session, initiative=initiative, reason="Verhuisd", user_id=resident.id, at=at)
    with pytest.raises(InitiativeStopped):
        commit(session, initiative, anchor, at)


def test_another_anchor_does_not_find_it(session, initiative, anchor, make_organisation, at):
    made = commit(session, initiative, anchor, at)
    with pytest.raises(errors.CommitmentNotFound):
        queries.own_commitment(session, made.public_id, make_organisation(Side.ANCHOR).id)
    assert queries.own_commitment(session, made.public_id, anchor[1].id) is made


def test_the_database_refuses_an_award_and_a_change(session, initiative, anchor, at):
    made = commit(session, initiative, anchor, at)
    with pytest.raises(errors.AwardPromised):
        commit(session, initiative, anchor, at, "Wij gunnen het u")
    for column, error in (("what = 'Het is gegund'", DBAPIError), ("due_on = '2027-01-01'", DBAPIError)):
        with pytest.raises(error), session.begin_nested():
            session.execute(text(f"UPDATE anchor_commitment SET {column} WHERE id = {made.id}"))
    with pytest.raises(DBAPIError), session.begin_nested():
        session.execute(text(f"DELETE FROM anchor_commitment WHERE id = {made.id}"))
    assert made.due_on == DUE


def test_the_database_alone_refuses_words_that_award(session, initiative, anchor, at):
    made = commit(session, initiative, anchor, at)
    copy = text(
        "INSERT INTO anchor_commitment (public_id, organisation_id, initiative_id, kind, what, due_on, made_by_id, made_at,"
        " proof, withdraw_reason, likely) SELECT gen_random_uuid(), organisation_id, initiative_id, kind, :what, due_on,"
        " made_by_id, made_at, '', '', '' FROM anchor_commitment WHERE id = :id"
    )
    session.execute(copy, {"what": "Een perceel publiceren", "id": made.id})
    for what in ("Het is gegund", "Wij gunnen het", "De gunning volgt", "We award it", ""):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(copy, {"what": what, "id": made.id})


def test_a_publication_that_looks_like_it_is_asked_about_and_a_person_confirms(
    session, initiative, anchor, sign_in_user, at
):
    made = commit(session, initiative, anchor, at)
    done = Publication("T-2026-0042", "cleaning", frozenset())
    assert services.propose_kept(session, organisation_id=initiative.id + 999, done=done) == []
    assert services.propose_kept(session, organisation_id=anchor[1].id, done=done) == [made]
    assert queries.state_of(made, local_date(at)) is Kept.OPEN
    buyer = Actor(anchor[0].id, "x", anchor[1].id, "", frozenset({Role.PURCHASER}))
    (task,) = queries.tasks(session, buyer, at)
    assert (task.facts["number"], "lijkt nagekomen" in task.text) == ("T-2026-0042", True)
    session.commit()
    browser, page = sign_in_user(anchor[0]), f"/commitments/{made.public_id}/finish"
    assert 'value="T-2026-0042"' in browser.get(page).text
    assert browser.post(page, data={"proof": "T-2026-0042"}).status_code == 303
    session.refresh(made)
    assert (made.proof, made.kept_at is not None) == ("T-2026-0042", True)


def test_for_which_quote_one_was_invited_is_not_shown(session, initiative, anchor, sign_in_user, at):
    made = commit(session, initiative, anchor, at, "Wij nodigen deze groep uit", "invite")
    with session.begin_nested():
        made.likely = "T-2026-0042"
    with pytest.raises(errors.InvitationSecret):
        services.keep_commitment(
            session, commitment=made, proof="Zie T-2026-0042", user_id=anchor[0].id, at=at
        )
    with pytest.raises(errors.InvitationSecret):
        made.proof = "T-2026-0042"
    session.commit()
    browser, page = sign_in_user(anchor[0]), f"/commitments/{made.public_id}/finish"
    told = browser.get(page).text
    assert 'value="T-2026-0042"' not in told
    assert "blijft geheim tot de gunning" in told
    answer = browser.post(page, data={"proof": "T-2026-0042"})
    assert (answer.status_code, "Noem T-2026-0042 hier niet" in answer.text) == (422, True)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("UPDATE anchor_commitment SET kept_at = :at, proof = 'T-2026-0042' WHERE id = :id"),
            {"at": at, "id": made.id},
        )


def test_the_task_and_the_letter_name_the_kind_and_the_day(session, initiative, anchor, at):
    commit(session, initiative, anchor, at)
    buyer = Actor(anchor[0].id, "x", anchor[1].id, "", frozenset({Role.PURCHASER}))
    (task,) = queries.tasks(session, buyer, at)
    assert task.due_at is not None
    assert local_date(task.due_at) == DUE
    assert "perceel te publiceren" in task.text
    letter = session.scalar(text("SELECT text FROM mail"))
    assert "Een perceel publiceren, uiterlijk op dinsdag 1 december 2026" in letter


def test_a_day_that_is_near_and_one_that_went_by_are_written_about_once(
    session, initiative, anchor, resident, at
):
    commit(session, initiative, anchor, at)
    noon = datetime(2026, 12, 1, 11, tzinfo=UTC)
    expected = []
    for day, new in (
        (-20, []), (-14, [anchor[0].email]), (-3, []), (0, []), (1, [anchor[0].email, resident.email]), (9, []),
    ):  # fmt: skip
        services.write_of_days(session, noon + timedelta(days=day))
        expected += new
        assert [each.recipient for each in letters(session)][1:] == expected
    assert letters(session)[-1].subject == "Een toezegging is niet nagekomen"


def test_what_was_kept_in_time_is_not_written_about(session, initiative, anchor, at):
    made = commit(session, initiative, anchor, at)
    services.keep_commitment(session, commitment=made, proof="T-2026-0042", user_id=anchor[0].id, at=at)
    services.write_of_days(session, datetime(2026, 12, 3, tzinfo=UTC))
    assert [each.subject for each in letters(session)] == [
        "Een toezegging aan uw initiatief", "Een toezegging is nagekomen",
    ]  # fmt: skip


def test_the_database_takes_only_the_number_of_a_tender(session, initiative, anchor, at):
    made = commit(session, initiative, anchor, at)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"UPDATE anchor_commitment SET likely = 'ok' WHERE id = {made.id}"))
    assert made.likely == ""
