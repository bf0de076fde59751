import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from coops.experience import errors, queries, services
from coops.experience.rules import MOST_JOBS, JobFacts
from coops.register.services import register_cooperative
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role

GOOD = {
    "title": "Twee <b>scholen</b>", "client": "Stichting Voorbeeld", "value": "60.000", "cpv": "90919300",
    "starts_on": "2024-01-01", "ends_on": "2025-07-01", "place": "Osdorp", "contact": "Een naam",
}  # fmt: skip


@pytest.fixture
def home(make_organisation):
    return make_organisation()


@pytest.fixture
def board(make_user, home):
    return make_user((Role.BOARD, home))


def test_a_job_is_written_changed_and_taken_away(sign_in_user, session, client, home, board, at):
    register_cooperative(
        session, organisation=home, kind="worker", description="Schoon", sectors=["cleaning"], languages=[],
        user_id=board.id, at=at,
    )  # fmt: skip
    session.commit()
    browser = sign_in_user(board)
    assert "U hebt nog geen eerder werk" in browser.get("/experience").text
    assert browser.post("/experience/add", data={**GOOD, "value": "0"}).status_code == 422
    assert browser.post("/experience/add", data=GOOD).status_code == 303
    page = browser.get("/experience").text
    assert "Twee &lt;b&gt;scholen" in page
    assert "Een naam" in page
    assert "60000.00" in browser.get("/experience/jobs.csv").text
    shown = client.get(f"/cooperatives/{home.public_id}/jobs").text
    assert "Stichting Voorbeeld" in shown
    assert "Een naam" not in shown
    [one] = queries.jobs(session, home.id)
    address = f"/experience/{one.public_id}"
    assert "Osdorp" in browser.get(address).text
    changed = {**GOOD, "client": "Een ander", "version": str(one.version)}
    assert browser.post(address, data=changed).status_code == 303
    assert browser.post(address, data=changed).status_code == 409
    session.expire_all()
    assert queries.jobs(session, home.id)[0].client == "Een ander"
    assert browser.post(f"{address}/remove").status_code == 303
    assert browser.get(address).status_code == 404


def test_nobody_elses_job(sign_in_user, make_user, make_organisation, session, home, board, at):
    facts = JobFacts("Werk", "Voor", 100, "90919300", local_date(at))
    mine = Actor(board.id, "", home.id, "", frozenset({Role.BOARD}))
    made = services.add_job(session, facts=facts, actor=mine, at=at)
    session.commit()
    other = make_organisation()
    stranger = make_user((Role.BOARD, other))
    assert sign_in_user(stranger).get(f"/experience/{made.public_id}").status_code == 404
    theirs = Actor(stranger.id, "", other.id, "", frozenset({Role.BOARD}))
    with pytest.raises(Forbidden):
        services.drop_job(session, job=made, actor=theirs)
    with pytest.raises(Forbidden):
        services.add_job(session, facts=facts, actor=Actor(board.id, "", None, "", frozenset()), at=at)
    for _ in range(MOST_JOBS - 1):
        services.add_job(session, facts=facts, actor=mine, at=at)
    with pytest.raises(errors.TooManyJobs):
        services.add_job(session, facts=facts, actor=mine, at=at)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("value_minor = 0", "value_minor"), ("cpv = 'x'", "cpv"), ("ends_on = starts_on", "term"),
        ("title = ''", "told"), ("version = 0", "version"),
    ],
)  # fmt: skip
def test_the_database_holds_each_job(session, home, board, at, change, check):
    mine = Actor(board.id, "", home.id, "", frozenset({Role.BOARD}))
    services.add_job(session, facts=JobFacts("W", "V", 1, "90919300", local_date(at)), actor=mine, at=at)
    with pytest.raises(DatabaseError, match=f"ck_earlier_job_{check}"), session.begin_nested():
        session.execute(text(f"UPDATE earlier_job SET {change}"))
