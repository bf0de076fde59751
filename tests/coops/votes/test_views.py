import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from coops.meetings import queries as meetings
from cwb.kernel.clock import now
from cwb.kernel.policy import Role
from tests.pdfs import Pdf

KEY = "[0-9a-f-]{36}"


@pytest.fixture
def home(make_organisation):
    return make_organisation()


@pytest.fixture
def board(sign_in, home):
    return sign_in(Role.BOARD, home)


def add(board, browser, name):
    data = {"name": name, "contact": browser.user.email, "kind": "worker", "joined_on": "2024-01-01"}
    assert board.post("/members/add", data=data).status_code == 303


def plan(board, *, secret="no"):
    day = (now() + timedelta(days=8)).strftime("%Y-%m-%dT12:00")
    soon = now().strftime("%Y-%m-%dT12:00")
    data = {"title": "Najaar <b>", "meets_at": day, "place": "Buurthuis", "agenda": "Opening"}
    assert board.post("/meetings/plan", data={**data, "meets_at": soon}).status_code == 422
    made = board.post("/meetings/plan", data=data).location
    empty = board.post(f"{made}/convene")
    assert empty.status_code == 422
    assert "minstens één voorstel" in empty.text
    motion = {"title": "Nieuwe bus", "text": "Wij kopen een bus.", "secret": secret, "majority": "simple"}
    assert board.post(f"{made}/motions/add", data={**motion, "title": ""}).status_code == 422
    assert board.post(f"{made}/motions/add", data=motion).status_code == 303
    return made


def hasten(session, meeting):
    """The day of the meeting comes: the convocation and the meeting move back together."""
    session.commit()
    session.execute(text("ALTER TABLE meeting DISABLE TRIGGER keep_meeting"))
    session.execute(
        text(
            "UPDATE meeting SET convened_at = convened_at - interval '9 days', meets_at = meets_at - interval '9 days'"
        )
    )
    session.execute(text("ALTER TABLE meeting ENABLE TRIGGER keep_meeting"))
    session.commit()
    session.expire_all()


def call(board, one, made):
    """Members are called after a look at who gets the letter; who has no mail address is named to the board alone."""
    called = board.get(f"{made}/convene").text
    assert "Ja, roep de leden op" in called
    assert "Cor" in called
    assert board.get(f"{made}/convocation.pdf").status_code == 404
    assert board.post(f"{made}/convene").status_code == 303
    assert board.get(f"{made}/convene").status_code == 303
    shown = board.get(made).text
    assert "Deze leden kregen geen brief" in shown
    assert "0612345678" in shown
    assert "Deze leden kregen geen brief" not in one.get(made).text
    letter = Pdf(board.get(f"{made}/convocation.pdf").data)
    assert all(letter.says(words) for words in ("Buurthuis", "Wij kopen een bus", "één lid, één stem"))
    assert one.get(f"{made}/convocation.pdf").status_code == 403


def read_minutes(reader, made):
    """The minutes say what was decided, by which rule, and who was there."""
    minutes = Pdf(reader.get(f"{made}/minutes.pdf").data)
    for words in (
        "Nieuwe bus",
        "aangenomen",
        "Amina",
        "volmacht",
        "Het was een goede avond",
        "Wie wat stemde",
        "geen minimum",
        "meer voor dan tegen",
    ):
        assert minutes.says(words)


def test_a_meeting_from_agenda_to_minutes(board, sign_in, session, home):
    one, two = sign_in(Role.MEMBER, home), sign_in(Role.MEMBER, home)
    add(board, one, "Amina")
    add(board, two, "Bo")
    by_phone = {"name": "Cor", "contact": "06 12345678", "kind": "worker", "joined_on": "2024-01-01"}
    assert board.post("/members/add", data=by_phone).status_code == 303
    assert "Nog geen vergadering" in board.get("/meetings").text
    made = plan(board)
    assert one.get(made).status_code == 404
    call(board, one, made)
    assert (
        board.post(
            f"{made}/motions/add", data={"title": "Nog", "secret": "no", "majority": "simple"}
        ).status_code
        == 409
    )
    assert "Najaar &lt;b&gt;" in one.get(made).text
    assert "Kom naar de vergadering" in one.get("/").text
    public_id = re.search(KEY, made)[0]
    holder = re.search(f'value="({KEY})">1 Amina', two.get(f"{made}/proxy").text)[1]
    assert two.post(f"{made}/proxy", data={"holder": holder}).status_code == 303
    assert "Amina stemt voor u" in two.get(made).text
    assert two.post(f"{made}/proxy/take-back").status_code == 303
    assert two.post(f"{made}/proxy", data={"holder": holder}).status_code == 303
    hasten(session, made)
    assert board.post(f"{made}/open").status_code == 303
    assert one.post(f"{made}/come").status_code == 303
    motion = meetings.meeting(session, public_id, home.id).motions[0].public_id
    assert board.post(f"/motions/{motion}/open").status_code == 303
    assert "Stem nu: Nieuwe bus" in one.get("/").text
    assert "Stem nu" not in two.get("/").text, "Amina votes for Bo"
    form = one.get(f"/motions/{motion}/vote").text
    voters = dict(re.findall(f'value="({KEY})"[^>]*>(\\d [A-Z][a-z]+)', form))
    assert sorted(voters.values()) == ["1 Amina", "2 Bo"]
    for key in voters:
        assert one.post(f"/motions/{motion}/vote", data={"voter": key, "choice": "for"}).status_code == 303
    assert one.post(f"/motions/{motion}/vote", data={"voter": key, "choice": "for"}).status_code == 422
    assert "Stem nu" not in one.get("/").text
    assert "Stem nu" not in one.get(made).text
    assert "u stemde" in one.get(made).text
    assert "Uw stem is geteld" in one.get(f"/motions/{motion}/vote").text
    assert "Gestemd: 2." in two.get(made).text
    assert "Voor 2" not in two.get(made).text
    assert board.get(f"{made}/minutes.pdf").status_code == 404
    assert board.post(f"/motions/{motion}/close").status_code == 303
    assert "Voor 2, tegen 0" in two.get(made).text
    assert board.post(f"{made}/close", data={"minutes": ""}).status_code == 422
    assert board.post(f"{made}/close", data={"minutes": "Het was een goede avond."}).status_code == 303
    read_minutes(two, made)
    assert two.get(f"{made}/minutes.pdf").data == two.get(f"{made}/minutes.pdf").data
    assert "Nieuwe bus,no,simple,2,0,0,carried" in two.get("/meetings/decisions.csv").text
    assert sign_in(Role.BOARD).get(made).status_code == 404
    assert sign_in(Role.MEMBER).get(f"/motions/{motion}/vote").status_code == 404


def test_a_secret_vote_names_nobody_in_the_minutes(board, sign_in, session, home):
    one = sign_in(Role.MEMBER, home)
    add(board, one, "Amina")
    made = plan(board, secret="yes")
    for title in ("Fiets", "Handen", "Fout"):
        board.post(f"{made}/motions/add", data={"title": title, "secret": "no", "majority": "simple"})
    wrong = re.findall("/motions/[^/]+/drop", board.get(made).text)[-1]
    assert board.post(f"{made}{wrong}").status_code == 303
    board.post(f"{made}/convene")
    hasten(session, made)
    board.post(f"{made}/open")
    motion, off, hands = [
        each.public_id for each in meetings.meeting(session, re.search(KEY, made)[0], home.id).motions
    ]
    board.post(f"/motions/{motion}/open")
    assert "Zeg eerst dat u er bent" in one.get(f"/motions/{motion}/vote").text
    assert "Niemand moet nog stemmen" in board.get(f"/motions/{motion}/room").text
    key = re.search(f'name="members"[^>]*value="({KEY})"', board.get(f"{made}/present").text)[1]
    assert board.post(f"{made}/present", data={"members": [key]}).status_code == 303
    counted = {"members": [key], "votes_for": "0", "against": "2", "abstain": "0"}
    assert board.post(f"/motions/{motion}/room", data=counted).status_code == 422
    assert board.post(f"/motions/{motion}/room", data={**counted, "against": "1"}).status_code == 303
    assert "Niemand moet nog stemmen" in board.get(f"/motions/{motion}/room").text
    board.post(f"/motions/{motion}/close")
    board.post(f"/motions/{hands}/open")
    board.post(f"/motions/{hands}/room", data={**counted, "against": "1"})
    board.post(f"/motions/{hands}/close")
    assert board.post(f"/motions/{off}/withdraw", data={"why": ""}).status_code == 422
    assert one.post(f"/motions/{off}/withdraw", data={"why": "Zomaar."}).status_code == 403
    assert board.post(f"/motions/{off}/withdraw", data={"why": "Eerst nog een offerte."}).status_code == 303
    assert "Eerst nog een offerte." in one.get(made).text
    board.post(f"{made}/close", data={"minutes": "Kort."})
    assert "Fiets,no,simple,,,,withdrawn,Eerst nog een offerte." in one.get("/meetings/decisions.csv").text
    minutes = Pdf(one.get(f"{made}/minutes.pdf").data)
    assert minutes.says("verworpen")
    assert minutes.says("van de agenda gehaald")
    assert minutes.says("Eerst nog een offerte.")
    assert not minutes.says("Wie wat stemde")


def test_the_rules_of_the_statutes(board):
    terms = {"convocation_days": "14", "quorum_percent": "50", "proxies_most": "2", "version": "0"}
    assert board.post("/meetings/terms", data={**terms, "quorum_percent": "101"}).status_code == 422
    assert board.post("/meetings/terms", data=terms).status_code == 303
    assert board.post("/meetings/terms", data=terms).status_code == 409
    assert "Minstens 14 dagen" in board.get("/meetings/plan").text


def test_a_meeting_is_called_off_on_a_page_and_planned_again_with_its_motions(board, sign_in, home):
    member = sign_in(Role.MEMBER, home)
    add(board, member, "Lid Een")
    made = plan(board)
    assert board.post(f"{made}/convene").status_code == 303
    assert "Vergadering afzeggen" in board.get(made).text
    assert "Vergadering afzeggen" not in member.get(made).text
    assert member.post(f"{made}/call-off", data={"why": "Ik kan niet."}).status_code == 403
    assert board.post(f"{made}/call-off", data={"why": ""}).status_code == 422
    assert board.post(f"{made}/call-off", data={"why": "De zaal lekt."}).status_code == 303
    told = member.get(made).text
    assert all(each in told for each in ("gaat niet door", "De zaal lekt.", "Nieuwe bus"))
    assert "Een ander laten stemmen" not in told
    assert board.get(f"{made}/call-off").status_code == 303
    assert "gaat niet door" in member.get("/meetings").text
    again = re.search(r'href="(/meetings/plan\?instead_of=[^"]+)"', board.get(made).text)[1]
    page = board.get(again).text
    assert 'value="Najaar &lt;b&gt;"' in page
    data = {
        "title": "Winter",
        "meets_at": (now() + timedelta(days=9)).strftime("%Y-%m-%dT12:00"),
        "place": "Hier",
    }
    planned = board.post(again, data=data)
    assert planned.status_code == 303
    assert "Nieuwe bus" in board.get(planned.location).text
