from datetime import timedelta

import pytest

from cwb.kernel.clock import LOCAL, now
from cwb.kernel.policy import Role
from procurement.enquiries import queries
from procurement.tenders.queries import find_tender


def local(at):
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def author(buying, sign_in_user, session):
    buying.at = now()
    session.commit()
    return sign_in_user(buying.author)


@pytest.fixture
def address(author, buying, session):
    made = buying.published(at=buying.at)
    session.commit()
    return f"/tenders/{made.number}"


ASK = {"part": "criterion:q1", "text": "Mogen wij <b>samen</b> inschrijven?"}


def test_a_question_is_answered_for_all_at_once(address, author, sign_in, client, session):
    asker, other = sign_in(Role.BOARD), sign_in(Role.MEMBER)
    assert "Nog geen antwoorden" in client.get(address + "/questions").text
    assert asker.get(address + "/questions/ask").status_code == 200
    assert asker.post(address + "/questions/ask", data=ASK).status_code == 303
    assert "samen" in asker.get(address + "/questions").text
    for reader in (other, client):
        assert "samen" not in reader.get(address + "/questions").text
    board = author.get(address + "/questions").text
    assert "samen" in board
    assert asker.organisation.name not in board
    question = queries.waiting(session, tender_id(session, address))[0]
    reply = f"{address}/questions/{question.public_id}/answer"
    assert author.post(address + "/nota").status_code == 422
    assert author.get(reply).status_code == 200
    assert author.post(reply, data={"answer": ""}).status_code == 422
    assert author.post(reply, data={"answer": "Ja, dat mag."}).status_code == 303
    assert "Ja, dat mag." not in client.get(address + "/questions").text
    assert "Ja, dat mag." in author.get(address + "/nota").text
    sent = author.post(address + "/nota")
    assert sent.location == address + "/nota/1"
    page = client.get(sent.location).text
    assert "Ja, dat mag." in page
    assert "&lt;b&gt;samen" in page
    assert asker.organisation.name not in page
    assert author.post(reply, data={"answer": "Nee"}).status_code == 409
    assert asker.get(reply).status_code == 403
    assert client.get(address + "/nota/2").status_code == 404
    assert client.get(address + "/nota/99999").status_code == 404


def tender_id(session, address):
    return find_tender(session, address.rsplit("/", 1)[1]).id


@pytest.mark.parametrize(
    "change",
    [
        {"text": ""},
        {"text": "woord " * 101},
        {"text": "x" * 2001},
        {"part": "criterion:q9"},
        {"text": "BSN 123456782"},
    ],
)
def test_bad_questions_are_shown_and_kept_out(address, sign_in, session, change):
    asker = sign_in(Role.BOARD)
    assert asker.post(address + "/questions/ask", data={**ASK, **change}).status_code == 422
    assert queries.waiting(session, tender_id(session, address)) == []


def test_the_buyer_does_not_ask_and_others_do_not_answer(address, author, sign_in):
    assert author.get(address + "/questions/ask").status_code == 403
    assert sign_in(Role.PURCHASER).get(address + "/nota").status_code == 403
    assert sign_in(Role.BOARD).get(address + "/nota").status_code == 403


def test_a_draft_has_no_board(author):
    begun = author.post("/tenders/new", data={"title": "x"}).location
    assert author.get(begun.replace("/draft", "/questions")).status_code == 409


def test_an_unknown_question_is_not_found(address, author):
    assert author.get(address + "/questions/x/answer").status_code == 404


def test_when_nobody_asked_no_answers_are_promised(buying, client, session):
    made = buying.published(at=now() - timedelta(days=90))
    session.commit()
    board = client.get(f"/tenders/{made.number}/questions").text
    assert "Niemand stelde een vraag." in board
    assert "Nog geen antwoorden" not in board
    assert "Antwoorden komen uiterlijk" not in board
