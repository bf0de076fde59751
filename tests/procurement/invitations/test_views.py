import pytest

from coops.register.rules import Grade, Proof
from coops.register.services import judge_claim, register_cooperative
from cwb.kernel.clock import LOCAL, local_date, now
from cwb.kernel.policy import Role
from procurement.invitations import queries


@pytest.fixture
def author(buying, sign_in_user, session):
    buying.at = now()
    session.commit()
    return sign_in_user(buying.author)


def test_from_the_procedure_to_an_invitation_and_back(buying, author, session, make_organisation, client):
    draft = buying.draft(procedure="invited_quotes", at=buying.at)
    home = make_organisation()
    session.commit()
    address = f"/tenders/{draft.number}/invitees"
    assert "Nog niemand" in author.get(address).text
    assert "Wie u uitnodigt" in author.get(f"/tenders/{draft.number}/draft").text
    assert author.post(f"{address}/add", data={"kvk": home.kvk_number, "reason": ""}).status_code == 422
    unknown = author.post(f"{address}/add", data={"kvk": "90009999", "reason": "Past"})
    assert unknown.status_code == 422
    assert "Geen organisatie met dit KvK-nummer" in unknown.text
    assert author.post(f"{address}/add", data={"kvk": home.kvk_number, "reason": "Past"}).status_code == 303
    assert home.name in author.get(address).text
    assert home.kvk_number in author.get(f"{address}/list.csv").text
    assert "Past" in author.get(f"{address}/add?organisation={home.public_id}").text
    assert author.get(f"{address}/add?organisation=onzin").status_code == 404
    made = queries.invited(session, draft.id)[0]
    assert author.post(f"{address}/{made.public_id}/remove").status_code == 303
    assert "Nog niemand" in author.get(address).text


def test_only_the_invited_see_the_page_and_nobody_else_the_list(
    buying, author, session, make_organisation, make_user, sign_in_user, client
):
    homes = [make_organisation() for _ in range(4)]
    users = [make_user((Role.BOARD, home)) for home in homes]
    made = buying.published(procedure="invited_quotes", invited=homes[:3], at=buying.at)
    session.commit()
    invited, outside = sign_in_user(users[0]), sign_in_user(users[3])
    address = f"/tenders/{made.number}"
    for page in ("", "/bid", "/questions", "/award"):
        assert outside.get(address + page).status_code == 404, page
        assert client.get(address + page).status_code in {404, 303}, page
    page = invited.get(address).text
    assert "Alleen voor genodigden" in page
    assert not any(home.name in page for home in homes[1:])
    assert f"U bent uitgenodigd voor {made.number}" in invited.get("/").text
    assert invited.get(f"{address}/invitees").status_code == 403
    assert made.number not in client.get("/tenders").text + client.get("/tenders/list.csv").text
    assert made.number in invited.get("/tenders").text
    assert made.number not in outside.get("/tenders").text
    assert homes[2].name in author.get(f"{address}/invitees").text
    assert invited.post(f"{address}/bid/start").status_code == 303
    assert outside.post(f"{address}/bid/start").status_code == 404


def test_an_open_tender_has_no_list(buying, author, session):
    made = buying.published(at=buying.at)
    session.commit()
    assert author.get(f"/tenders/{made.number}/invitees").status_code == 409


def test_the_second_person_reads_who_is_invited_why_and_what_each_is_proven_to_be(
    buying, sign_in_user, make_organisation, make_user, session
):
    known, stranger = make_organisation(name="Samen Schoon"), make_organisation(name="Onbekend")
    board = make_user()
    profile = register_cooperative(
        session, organisation=known, kind="worker", description="x", sectors=["cleaning"], languages=["nl"],
        claims={"surplus": "members", "legal_form": "Eén lid, één stem."}, user_id=board.id, at=buying.at,
    )  # fmt: skip
    judge_claim(
        session, cooperative=profile, code="surplus", grade=Grade.VERIFIED,
        proof=Proof("artikel 7", None, "statutes", local_date(buying.at), "Bij de notaris"), reason="",
        user_id=make_user().id, at=buying.at,
    )  # fmt: skip
    draft = buying.draft("20000", procedure="invited_quotes", invited=[known, stranger])
    session.commit()
    shown = sign_in_user(buying.colleague).get(f"/tenders/{draft.number}/review").text
    for told in ("Samen Schoon", "Onbekend", "Aan de beurt", "Naar de leden", "stuk gezien"):
        assert told in shown, told
    assert "Staat niet in het register" in shown
    assert "Eén lid, één stem." not in shown, "what is only said is not proven"
    other = buying.draft()
    session.commit()
    assert (
        "Wie wordt uitgenodigd"
        not in sign_in_user(buying.colleague).get(f"/tenders/{other.number}/review").text
    )


def test_without_a_round_of_questions_publishing_asks_no_day_for_it(
    buying, author, session, make_organisation
):
    draft = buying.reviewed(
        value="20000", procedure="single_quote", invited=[make_organisation()], at=buying.at
    )
    session.commit()
    page = author.get(f"/tenders/{draft.number}/publish").text
    assert "Er is geen vragenronde." in page
    assert "questions_until" not in page
    officers = {
        "first_officer": buying.author.id, "second_officer": buying.colleague.id, "escrow": buying.auditor.id,
        "closes_at": draft.closes_at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    sent = author.post(f"/tenders/{draft.number}/publish", data=officers)
    assert sent.status_code == 303, sent.text
