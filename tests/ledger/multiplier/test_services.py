"""A study through the services: a draft, then fixed for good; and its pages."""

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.kernel.policy import Role
from cwb.kernel.words import ReasonTooShort
from cwb.places.gateway import area_pack
from ledger.multiplier import errors, queries, services
from ledger.share.rules import Standing
from tests.ledger.lookups.conftest import take, told
from tests.ledger.spend.conftest import spend

__all__ = ["spend", "take"]

L, U = Standing.LOCAL, Standing.UNKNOWN


@pytest.fixture
def people(make_user):
    return [make_user() for _ in range(2)]


@pytest.fixture
def study(session, at, people):
    return services.start_study(
        session, title="Schoonmaak", asked="alle ontvangers per brief", first=100_000, area=area_pack(),
        actor_id=people[0].id, at=at,
    )  # fmt: skip


def add(session, study, name="Ontvanger", **facts):
    services.add_recipient(
        session,
        study=study,
        name=name,
        actor_id=study.made_by_id,
        at=study.created_at,
        **({"standing": L, "amount": 80_000, "answer": 8_000, "reason": "adres zelf gezien"} | facts),
    )


def test_a_study_is_added_up_and_then_stands(session, study, at, people):
    for number in range(5):
        add(session, study, f"Ontvanger {number}", amount=16_000)
    services.finish_study(session, study=study, actor_id=people[1].id, at=at)
    assert float(study.bounds.lo) == 2.44
    with pytest.raises(errors.StudyFinished):
        add(session, study, "Later", amount=1)
    with pytest.raises(errors.StudyFinished):
        services.drop_recipient(session, study=study, recipient_id=study.recipients[0].id)


def test_who_began_a_study_or_named_a_recipient_does_not_publish_it(session, study, at, people, make_user):
    add(session, study)
    services.add_recipient(
        session, study=study, name="Nog een", standing=L, amount=1, answer=None, actor_id=people[1].id,
        reason="adres zelf gezien", at=at,
    )  # fmt: skip
    for own in people:
        with pytest.raises(errors.StudyOwn):
            services.finish_study(session, study=study, actor_id=own.id, at=at)
        with pytest.raises(DBAPIError, match=r"second.person"), session.begin_nested():
            session.execute(
                text("UPDATE lm3_study SET finished_at = now(), finished_by_id = :who WHERE id = :id"),
                {"who": own.id, "id": study.id},
            )
    services.finish_study(session, study=study, actor_id=make_user().id, at=at)
    assert study.finished_at == at


def test_recipients_that_cannot_be_are_refused(session, study, at, people):
    with pytest.raises(errors.StudyEmpty):
        services.finish_study(session, study=study, actor_id=people[1].id, at=at)
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
def test_the_database_keeps_a_finished_study(session, study, at, people, statement):
    add(session, study)
    services.finish_study(session, study=study, actor_id=people[1].id, at=at)
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
    assert browser.post(page, data=facts).status_code == 422
    assert "Kies het zelf" in browser.post(page, data=facts | {"standing": ""}).text
    facts["reason"] = "adres zelf gezien"
    assert browser.post(page, data=facts).status_code == 303
    shown = page.removesuffix("/recipients")
    assert client.get(shown).status_code == 404
    assert "Een collega maakt het openbaar" in browser.get(page).text
    assert browser.post(f"{shown}/finish").status_code == 403
    second = sign_in(Role.PROGRAMME)
    assert "Maak openbaar" in second.get(page).text
    assert second.post(f"{shown}/finish").status_code == 303
    assert "Minder dan vijf ontvangers antwoordden" in client.get(f"{shown}?lang=nl").text
    assert "0 volgens het register, 1 met een reden" in client.get(f"{shown}?lang=nl").text
    data = json.loads(client.get(f"{shown}.json").text)
    assert (data["lm3"], data["lm3_without_r3"], data["r3"], data["r3_shown_apart"]) == (
        ["1.0000", "3.0000"],
        "1.0000",
        ["0.00", "1000.00"],
        False,
    ), "what one recipient got is nobody's to read"
    assert (data["r2"], data["r2_shown_apart"], data["response_by_amount"]) == (
        ["0.00", "1000.00"],
        False,
        None,
    )
    assert "Wat zij kregen, tonen wij niet" in client.get(f"{shown}?lang=nl").text
    assert browser.get(page).status_code == 303


KVK = "91234567"


def test_where_a_recipient_is_is_what_the_register_says_and_only_else_what_somebody_says(
    session, study, spend, take, at, sign_in
):
    spend.record(spend.line("Groen", "10.00", supplier_kvk_number=KvkNumber(KVK)))
    take(told(KVK, "Groen"))
    found = queries.register_place(session, KVK, local_date(at))
    assert found is not None
    add(session, study, "Groen", standing=None, kvk_number=KVK, amount=10, reason="")
    add(
        session,
        study,
        "Groen nog eens",
        standing=Standing.NOT_LOCAL,
        kvk_number=KVK,
        amount=10,
        reason="buiten de stad",
    )
    assert [(each.standing, each.evidence_id, each.reason) for each in study.recipients] == [(*found, "")] * 2
    assert study.by_register == 2
    for facts, error in (
        ({"standing": None}, errors.PlaceUnsaid), ({"standing": None, "kvk_number": "90000001"}, errors.PlaceUnsaid),
        ({"reason": "kort"}, ReasonTooShort), ({"reason": ""}, ReasonTooShort),
    ):  # fmt: skip
        with pytest.raises(error):
            add(session, study, "Ander", amount=10, **facts)
    add(session, study, "Onbekend", standing=U, amount=10, reason="")
    assert (study.by_register, len(study.recipients)) == (2, 3)
    session.commit()
    page = sign_in(Role.PROGRAMME).get(f"/spend/multiplier/{study.public_id}/recipients").text
    assert [f"volgens het register, KvK {KVK}" in page, "niet uitgezocht" in page] == [True, True]


@pytest.mark.parametrize(
    ("standing", "evidence", "reason"), [("local", None, ""), ("unknown", 1, ""), ("local", 1, "adres zelf gezien")]
)  # fmt: skip
def test_the_database_wants_a_reason_or_the_register(session, study, standing, evidence, reason):
    row = {
        "id": study.id,
        "standing": standing,
        "evidence": evidence,
        "reason": reason,
        "who": study.made_by_id,
    }
    with pytest.raises(DBAPIError, match="ck_lm3_recipient"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO lm3_recipient (study_id, name, standing, amount, evidence_id, reason, added_by_id)"
                " VALUES (:id, 'x', :standing, 1, :evidence, :reason, :who)"
            ),
            row,
        )
