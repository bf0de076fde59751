"""A study through the services: a draft, then fixed for good; and its pages."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.multiplier import errors, queries, services
from ledger.share.rules import Standing

L, U = Standing.LOCAL, Standing.UNKNOWN


@pytest.fixture
def study(session, at):
    return services.start_study(
        session, title="Schoonmaak", asked="alle ontvangers per brief", first=100_000, area=area_pack(), actor_id=None,
        at=at,
    )  # fmt: skip


def add(session, study, name="Ontvanger", **facts):
    services.add_recipient(
        session, study=study, name=name, **({"standing": L, "amount": 80_000, "answer": 8_000} | facts)
    )


def test_a_study_is_added_up_and_then_stands(session, study, at):
    add(session, study)
    services.finish_study(session, study=study, actor_id=None, at=at)
    assert float(study.bounds.lo) == 2.44
    with pytest.raises(errors.StudyFinished):
        add(session, study, "Later", amount=1)
    with pytest.raises(errors.StudyFinished):
        services.drop_recipient(session, study=study, recipient_id=study.recipients[0].id)


def test_recipients_that_cannot_be_are_refused(session, study, at):
    with pytest.raises(errors.StudyEmpty):
        services.finish_study(session, study=study, actor_id=None, at=at)
    add(session, study)
    with pytest.raises(errors.RecipientTwice):
        add(session, study, amount=1)
    with pytest.raises(errors.RoundTooLarge):
        add(session, study, "Te veel", amount=20_001)
    services.drop_recipient(session, study=study, recipient_id=study.recipients[0].id)
    assert study.recipients == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lm3_study SET first_amount = 1 WHERE id = :id",
        "DELETE FROM lm3_study WHERE id = :id",
        "INSERT INTO lm3_recipient (study_id, name, standing, amount) VALUES (:id, 'x', 'local', 1)",
        "DELETE FROM lm3_recipient WHERE study_id = :id",
    ],
)
def test_the_database_keeps_a_finished_study(session, study, at, statement):
    add(session, study)
    services.finish_study(session, study=study, actor_id=None, at=at)
    with pytest.raises(DBAPIError, match="stays as it is"), session.begin_nested():
        session.execute(text(statement), {"id": study.id})


def test_a_draft_is_for_who_makes_it(session, study):
    with pytest.raises(errors.StudyUnknown):
        queries.study(session, study.public_id, drafts=False)
    assert queries.studies(session, drafts=False) == []
    assert queries.studies(session, drafts=True) == [study]


def test_the_programme_makes_a_study_and_everyone_reads_it(sign_in, client, session):
    browser = sign_in(Role.PROGRAMME)
    made = browser.post("/spend/multiplier/new", data={"title": "Groen", "first": "1000", "asked": "allen"})
    assert made.status_code == 303
    page = made.location
    assert browser.post(page, data={"name": "Tuin", "amount": "2000", "standing": "local"}).status_code == 422
    facts = {"name": "Tuin", "amount": "800", "standing": "local", "answer": "80"}
    assert browser.post(page, data=facts).status_code == 303
    shown = page.removesuffix("/recipients")
    assert client.get(shown).status_code == 404
    assert browser.post(f"{shown}/finish").status_code == 303
    assert "2,44" in client.get(f"{shown}?lang=nl").text
    data = json.loads(client.get(f"{shown}.json").text)
    assert (data["lm3"], data["lm3_without_r3"], data["r3"]) == (
        ["2.4400", "2.4400"],
        "1.8000",
        ["640.00", "640.00"],
    )
    assert browser.get(page).status_code == 303
