import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.sealing import jobs, queries, rules, services, views
from procurement.sealing.models import PassphraseAttempt

WORDS = "een lange wachtzin"


@pytest.fixture
def page(sign_in, monkeypatch):
    """A purchaser's browser; guesses are cheap here, or each test would take seconds."""
    cheap = rules.Cost(1, 8192)
    real = rules.lock
    monkeypatch.setattr(services.rules, "lock", lambda private, words, _cost: real(private, words, cheap))
    return sign_in("purchaser")


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", unescape(answer.text))


def make(page, passphrase=WORDS, repeated=WORDS):
    return page.post("/sealing/key", data={"passphrase": passphrase, "repeated": repeated})


def test_making_a_key_warns_that_nobody_recovers_it(page, session):
    assert "Niemand kan uw wachtzin terughalen" in text_of(page.get("/sealing/key"))
    assert make(page).status_code == 303
    holder = queries.find_holder(session, page.user.id)
    shown = text_of(page.get("/sealing/key"))
    assert rules.fingerprint(holder.public_key) in shown
    assert WORDS not in shown
    assert make(page).status_code == 409


@pytest.mark.parametrize(
    ("passphrase", "repeated", "said"),
    [
        ("", "", "Vul dit in"),
        ("kort", "kort", "minstens 12 tekens"),
        ("een lange wachtzin", "een lange wachtzim", "niet gelijk"),
        ("x" * 201, "x" * 201, "hooguit 200"),
    ],
)
def test_a_bad_passphrase_is_refused_at_its_field_and_never_shown_again(
    page, session, passphrase, repeated, said
):
    answer = make(page, passphrase, repeated)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not passphrase or f'value="{passphrase}"' not in answer.text
    assert queries.find_holder(session, page.user.id) is None


def test_changing_the_passphrase_needs_the_old_one(page, session):
    make(page)
    new = {"passphrase": "een nieuwe wachtzin", "repeated": "een nieuwe wachtzin"}
    wrong = page.post("/sealing/key/passphrase", data={"old": "heel iets anders", **new})
    assert wrong.status_code == 422
    assert "Deze wachtzin klopt niet" in text_of(wrong)
    assert page.post("/sealing/key/passphrase", data={"old": WORDS, **new}).status_code == 303
    assert "Andere wachtzin" in text_of(page.get("/sealing/key"))


def test_a_forgotten_passphrase_makes_a_new_key(page, session):
    make(page)
    first = queries.find_holder(session, page.user.id).public_key
    assert "Uw oude delen gaan niet mee" in text_of(page.get("/sealing/key/replace"))
    assert page.post("/sealing/key/replace", data={"passphrase": WORDS, "repeated": WORDS}).status_code == 303
    assert queries.find_holder(session, page.user.id).public_key != first


def test_a_key_is_for_who_may_open_only(sign_in, page, session, at):
    assert sign_in("cooperative_board").get("/sealing/key").status_code == 403
    assert sign_in("programme").get("/sealing/key").status_code == 403
    assert sign_in("auditor").get("/sealing/key").status_code == 200
    who = Actor(page.user.id, "", page.organisation.id, "", frozenset({Role.PURCHASER}))
    assert [task.endpoint for task in views.tasks(session, who, at)] == ["sealing.key"]
    make(page)
    assert views.tasks(session, who, at) == []
    assert views.tasks(session, Actor(who.user_id, "", None, "", frozenset({Role.RESIDENT})), at) == []


def test_old_tries_are_forgotten(page, session, at):
    make(page)
    with atomic(session):
        for age in (366, 364):
            session.add(PassphraseAttempt(user_id=page.user.id, good=True, at=at - timedelta(days=age)))
    jobs.forget(session, at)
    assert session.scalar(select(func.count()).select_from(PassphraseAttempt)) == 1
