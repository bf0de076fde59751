"""Stated with a paper, looked at by a second person of neither side, shown to everybody."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from io import BytesIO

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from coops.papers.errors import PaperUsed
from coops.papers.services import remove_paper
from coops.wages.gateway import wages
from cwb.identity.models import Mandate
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.pay_statements import errors, queries, services
from procurement.pay_statements.models import PayStatement
from procurement.pay_statements.rules import Grade, PayFacts

PAPER = b"maand;uren;bruto\njanuari;500;9000\n"
FACTS = PayFacts(
    date(2027, 1, 1), date(2027, 3, 31), 1400, "cao Schoonmaak", 6, D(1500), 2_700_000, meant=True
)
NOTE = "De uitdraai laat dit zien."


@pytest.fixture
def programme(signed):
    with atomic(signed.session):
        office = signed.world.organisation("Programma Voorbeeld")
        return signed.world.person("Pia", office, Role.PROGRAMME)


def state(signed, actor=None, facts=FACTS):
    return signed.act(
        services.state_pay, actor or signed.glans, facts=facts, name="loon.csv", content=PAPER,
        wage=wages("nieuw_west").wage(facts.ends_on), keys=signed.world.keys,
    )  # fmt: skip


def look(signed, made, actor, accepted=True):
    with atomic(signed.session) as session:
        return services.check_pay(
            session, statement=queries.statement(session, made.public_id), accepted=accepted, note=NOTE, actor=actor,
            at=signed.at,
        )  # fmt: skip


def test_stated_looked_at_by_neither_side_and_told(signed, programme, client, walk_signed):
    signed.on(date(2027, 4, 10))
    for actor in (signed.anna, programme):
        with pytest.raises(errors.NotYours):
            state(signed, actor)
    made = state(signed)
    with pytest.raises(errors.BelowFloor):
        state(
            signed,
            facts=replace(
                FACTS, meant=False, starts_on=date(2027, 4, 1), ends_on=date(2027, 4, 9), hours=D(100)
            ),
        )
    assert (made.grade(date(2027, 4, 10)), made.is_below) == (Grade.STATED, True), "low is told, not refused"
    low = signed.session.scalars(
        select(Mail.link).where(Mail.subject.startswith("Loon onder de ondergrens"))
    ).all()
    assert [each.rsplit("/", 1)[1] for each in low] == ["fair-work"] * len(low) != [], "the buyer hears it"
    with pytest.raises(errors.StatedBefore):
        state(signed)
    with pytest.raises(PaperUsed), atomic(signed.session) as session:
        remove_paper(session, paper=queries.statement(session, made.public_id).paper)
    with atomic(signed.session) as session:
        session.add(Mandate(user_id=programme.user_id, organisation_id=signed.world.buyer.id, role=Role.PROGRAMME,
                            granted_at=signed.at))  # fmt: skip
    with pytest.raises(errors.NotIndependent):
        look(signed, made, programme)
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(
            update(PayStatement).values(
                accepted=True, check_note=NOTE, checked_by_id=programme.user_id, checked_at=signed.at
            )
        )
    assert fault.value.orig.sqlstate == "CW063", "the database knows the sides too"
    with atomic(signed.session) as session:
        session.execute(update(Mandate).where(Mandate.organisation_id == signed.world.buyer.id, Mandate.user_id == programme.user_id)
                        .values(ended_at=signed.at))  # fmt: skip
    assert "laagste" in walk_signed(programme).get(f"/pay/{made.public_id}").text.lower()
    found = look(signed, made, programme)
    assert found.grade(date(2027, 4, 10)) is Grade.SEEN
    with pytest.raises(errors.StatementSettled):
        look(signed, made, programme)
    for act in ("UPDATE pay_statement SET lowest_minor = 1800", "DELETE FROM pay_statement"):
        with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
            signed.session.execute(text(act))
        assert fault.value.orig.sqlstate == "CW063"
    page = client.get(f"/tenders/{signed.contract.tender.number}/pay").text
    assert "E3" in page
    assert "€ 14,00" in page.replace("\u00a0", " ")


def test_a_statement_is_two_short_pages_and_its_days_are_judged_on_the_first(signed, walk_signed):
    signed.on(date(2027, 4, 10))
    page, home = walk_signed(signed.glans), f"/contracts/{signed.contract.number}/pay"
    assert f'value="{signed.contract.starts_on}"' in page.get(home).text
    for wrong in ("2026-01-01", "2027-04-11", ""):
        days = {"starts_on": "2027-01-01", "ends_on": wrong}
        assert page.post(home, data=days).status_code == 422, wrong
    sums = page.post(home, data={"starts_on": "2027-01-01", "ends_on": "2027-03-31"}).location
    assert sums == f"{home}/2027-01-01/2027-03-31"
    asked = set(re.findall(r'name="(\w+)"', page.get(sums).text)) - {"csrf_token", "once"}
    assert {"lowest", "cao", "people", "hours", "paid", "file"} == asked & {
        "lowest", "cao", "people", "hours", "paid", "file", "starts_on", "ends_on",
    }  # fmt: skip
    for broken in ("2027-01-01/2027-02-30", "0001-01-01/0001-02-01", "2027-03-31/2027-01-01", "x/y"):
        assert page.get(f"{home}/{broken}").location == home
    given = {"lowest": "18,50", "cao": "", "people": "6", "hours": "1500", "paid": "30000"}
    paper = {"file": (BytesIO(PAPER), "loon.csv")}
    assert page.post(sums, data={**given, "paid": "1", **paper}).status_code == 422
    low = page.post(sums, data={**given, "lowest": "12", "file": (BytesIO(PAPER), "loon.csv")})
    assert low.status_code == 422
    assert 'name="meant"' in low.text, "a slip is asked about before everybody reads it"
    assert page.post(sums, data={**given, "file": (BytesIO(PAPER), "loon.csv")}).status_code == 303
    made = signed.session.scalars(select(PayStatement).order_by(PayStatement.id)).one()
    assert (made.starts_on, made.ends_on, made.lowest_minor) == (date(2027, 1, 1), date(2027, 3, 31), 1850)
    assert 'value="2027-04-01"' in page.get(home).text, "the next one begins where this one ended"
    again = page.post(home, data={"starts_on": "2027-01-01", "ends_on": "2027-03-31"})
    assert again.status_code in {409, 422}, "these days were stated: told before anything is filled in"


def test_the_wage_of_few_people_is_not_told_and_tasks_come_in_time(signed, programme, client):
    signed.on(date(2027, 2, 27))
    tasks = [each.text for each in queries.tasks(signed.session, signed.glans, signed.at)]
    assert not tasks, "three months are not asked in the second"
    signed.on(date(2027, 4, 10))
    assert any(
        "loonverklaring" in str(each.text) for each in queries.tasks(signed.session, signed.glans, signed.at)
    )
    state(signed, facts=PayFacts(date(2027, 1, 1), date(2027, 3, 31), 1950, "", 4, D(500), 975_000))
    assert not queries.tasks(signed.session, signed.glans, signed.at)
    assert queries.tasks(signed.session, programme, signed.at)
    page = client.get(f"/tenders/{signed.contract.tender.number}/pay").text
    assert "op of boven de ondergrens" in page
    assert "19,50" not in page


def lengthen(signed):
    signed.session.execute(text("ALTER TABLE contract DISABLE TRIGGER USER"))
    signed.session.execute(text("UPDATE contract SET ends_on = '2029-12-31'"))
    signed.session.execute(text("ALTER TABLE contract ENABLE TRIGGER USER"))


def told(signed, day):
    """Who was written to about a lapse, since before."""
    signed.on(day)
    before = set(signed.session.scalars(select(Mail.id)))
    with atomic(signed.session) as session:
        services.tell_lapsing(session, at=signed.at)
    sent = signed.session.scalars(select(Mail).where(Mail.id.not_in(before)).order_by(Mail.id)).all()
    return list(dict.fromkeys((each.subject, each.link.rpartition("/")[2]) for each in sent))


def test_both_sides_hear_of_a_lapse_in_time_and_once(signed):
    signed.on(date(2027, 4, 10))
    state(signed)
    number = signed.contract.number
    lengthen(signed)
    assert told(signed, date(2028, 1, 30)) == []
    before = [(f"Uw loonverklaring bij {number} verloopt", "pay")]
    assert told(signed, date(2028, 1, 31)) == before
    assert told(signed, date(2028, 3, 31)) == [], "once"
    lapsed = told(signed, date(2028, 4, 1))
    assert lapsed == [
        (f"Uw loonverklaring bij {number} is verlopen", "pay"),
        (f"Een loonverklaring bij {number} is verlopen", "fair-work"),
    ]
    assert told(signed, date(2028, 4, 2)) == []


def test_who_states_again_hears_of_no_lapse(signed):
    signed.on(date(2027, 10, 10))
    state(signed)
    lengthen(signed)
    state(signed, facts=replace(FACTS, starts_on=date(2027, 4, 1), ends_on=date(2027, 9, 30)))
    assert told(signed, date(2028, 4, 1)) == []
    assert told(signed, date(2028, 10, 2)) != [], "of the newer one"
