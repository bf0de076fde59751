"""The page of a stress test."""

import json

import pytest

from cwb.kernel.policy import Role


@pytest.fixture
def address(buying, session):
    made = buying.draft()
    session.commit()
    return f"/tenders/{made.number}/stress"


def test_a_buyer_sees_the_verdict_the_figures_and_plays_again(address, buying, sign_in_user, session):
    browser = sign_in_user(buying.author)
    page = browser.get(address)
    assert page.status_code == 200
    for words in (
        "Een verliezer bepaalt nooit wie wint",
        "Dit wint het vaakst",
        "maakt niet uit",
        "getal 1.",
    ):
        assert words in page.text, words
    assert "<script" not in page.text.replace("<script src", "").replace("<script defer src", "")
    assert f"{address}?seed=2" in page.text
    other = browser.get(f"{address}?seed=2").text
    assert "getal 2." in other
    found = json.loads(browser.get(f"{address}/test.json?seed=2").text)
    assert found["seed"] == 2
    assert found["rank_stable"]
    for rubbish in ("-1", "x", "9" * 30, "١"):
        assert "getal 1." in browser.get(address, query_string={"seed": rubbish}).text
    assert address in browser.get(address.replace("/stress", "/draft")).text
    assert sign_in_user(buying.colleague).get(address).status_code == 200


def test_others_do_not(address, sign_in):
    assert sign_in(Role.PURCHASER).get(address).status_code in {403, 404}
    assert sign_in(Role.BOARD).get(address).status_code == 403


def test_a_draft_without_scoring_says_what_to_do(buying, session, sign_in_user):
    made = buying.draft()
    made.method = None
    session.commit()
    answer = sign_in_user(buying.author).get(f"/tenders/{made.number}/stress")
    assert answer.status_code == 422
    assert "Vul eerst de waarde" in answer.text
