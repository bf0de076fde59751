import re
from datetime import timedelta
from io import BytesIO

import pytest

from coops.members import queries
from coops.register.services import register_cooperative
from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role

GOOD = {
    "name": "Amina <b>",
    "contact": "amina@voorbeeld.example",
    "kind": "worker",
    "joined_on": "2024-01-01",
}
LIST = "naam;contact;soort\nBo;bo@voorbeeld.example;bewoner\nCem;06 12 34 56 78;werkend\n"


@pytest.fixture
def home(make_organisation):
    return make_organisation()


def test_the_board_keeps_the_register(sign_in, session, home):
    browser = sign_in(Role.BOARD, home)
    assert "Nog geen leden" in browser.get("/members").text
    assert browser.post("/members/add", data={**GOOD, "contact": "111222333"}).status_code == 422
    assert browser.post("/members/add", data=GOOD).status_code == 303
    [made] = queries.members(session, home.id)
    page = browser.get("/members").text
    assert "Amina &lt;b&gt;" in page
    address = f"/members/{made.public_id}"
    assert "werkend lid" in browser.get(address).text
    changed = {**GOOD, "kind": "supporting", "version": "1"}
    assert browser.post(f"{address}/change", data=changed).status_code == 303
    assert browser.post(f"{address}/change", data=changed).status_code == 409
    assert "amina@voorbeeld.example,supporting,2024-01-01" in browser.get("/members/list.csv").text
    until = (local_date(now()) + timedelta(days=30)).isoformat()
    asked = {"email": "amina@voorbeeld.example", "roles": ["invoice_helper"], "ends_on": until}
    assert browser.post("/helpers/ask", data=asked).status_code == 303
    assert f"{address}/invite" in browser.get(address).text, "who is asked to help is no invited member"
    assert browser.post(f"{address}/invite").status_code == 303
    page = browser.get(address).text
    assert "uitgenodigd" in page
    assert f"{address}/invite" not in page
    again = browser.post(f"{address}/invite")
    assert (again.status_code, "al uitgenodigd" in again.text) == (422, True)
    phoned = {**GOOD, "contact": "06 12 34 56 78", "version": "2"}
    assert browser.post(f"{address}/change", data=phoned).status_code == 303
    assert f"{address}/invite" not in browser.get(address).text
    assert browser.post(f"{address}/invite").status_code == 422
    other = sign_in(Role.BOARD)
    assert other.get(address).status_code == other.post(f"{address}/invite").status_code == 404


def test_a_list_is_kept_whole_or_not_at_all(sign_in, session, home):
    browser = sign_in(Role.BOARD, home)
    wrong = browser.post("/members/import", data={"pasted": f"{LIST}Dia;;werkend\n"})
    assert wrong.status_code == 422
    assert "Regel 4: Vul een e-mailadres" in wrong.text
    assert "bo@voorbeeld.example" in wrong.text
    assert queries.members(session, home.id) == []
    answer = browser.post("/members/import", data={"pasted": LIST})
    assert "Nieuw: 2. Al lid: 0." in browser.get(answer.location).text
    answer = browser.post("/members/import", data={"file": (BytesIO(LIST.encode()), "leden.csv")})
    assert "Nieuw: 0. Al lid: 2." in browser.get(answer.location).text
    assert browser.post("/members/import", data={}).status_code == 422


def test_a_member_reads_and_mends_the_own_row(sign_in, session, home):
    board, member = sign_in(Role.BOARD, home), sign_in(Role.MEMBER, home)
    assert "U staat niet in het ledenregister" in member.get("/membership").text
    assert member.get("/membership/change").status_code == 404
    board.post("/members/add", data={**GOOD, "contact": member.user.email})
    assert "werkend lid" in member.get("/membership").text
    [made] = queries.members(session, home.id)
    made.user_id = None
    session.commit()
    told = board.get(f"/members/{made.public_id}").text
    assert re.search(r"Account</dt>\s*<dd[^>]*>ja<", told), "the mail address is that of an account"
    assert "Nodig uit voor een account" not in told
    assert re.search(r"Account</dt>\s*<dd[^>]*>ja<", member.get("/membership").text)
    assert queries.own_data(session, member.user.id)[0]["kind"] == "worker"
    mended = {"name": "Mina", "contact": "0612345678", "version": "1"}
    assert member.post("/membership/change", data=mended).status_code == 303
    assert "Mina" in member.get("/membership").text
    assert member.get("/members").status_code == 403


def test_everybody_sees_no_count_below_five(sign_in, client, session, home, at):
    browser = sign_in(Role.BOARD, home)
    register_cooperative(
        session, organisation=home, kind="worker", description="Schoon", sectors=["cleaning"], languages=[],
        user_id=browser.user.id, at=at,
    )  # fmt: skip
    session.commit()
    address = f"/cooperatives/{home.public_id}/members"
    for number in range(5):
        assert "Geen aantal te tonen" in client.get(address).text
        browser.post("/members/add", data={**GOOD, "contact": f"lid{number}@voorbeeld.example"})
    shown = client.get(address).text
    assert "werkend lid" in shown
    assert "Amina" not in shown
    browser.post("/members/add", data={**GOOD, "kind": "resident", "contact": "020 123 45 67"})
    assert "minder dan vijf" in client.get(address).text
