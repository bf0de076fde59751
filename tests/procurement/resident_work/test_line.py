"""From a report to a figure: reported, doubted, corrected, verified, folded, opened."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from coops.wages.gateway import wages
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.publication.models import Release
from procurement.resident_work import errors, queries, services
from procurement.resident_work.models import WorkReport
from procurement.resident_work.rules import Numbers, Stage, Verdict
from procurement.work_figures.queries import told

NUMBERS = Numbers(D(4000), D(3000), 6, D(800), 5, D(100), 1, 2, 2, 1)
FIRST, LAST = date(2027, 1, 1), date(2027, 6, 30)
WHY = "De urenlijst laat minder zien."


def report(signed, actor=None, numbers=NUMBERS, first=FIRST, last=LAST, **facts):
    return signed.act(
        services.report_work, actor or signed.glans, starts_on=first, ends_on=last, numbers=numbers,
        year=wages("nieuw_west").year(last), **{"is_sure": False, "note": "", **facts},
    )  # fmt: skip


def judge(signed, made, actor=None, verdict=Verdict.VERIFIED, reason=""):
    return signed.act(
        services.judge_work, actor or signed.anna, report_id=made.public_id, verdict=verdict, reason=reason
    )


def test_reported_doubted_corrected_verified(signed, monkeypatch):
    session = signed.session
    assert not queries.tasks(session, signed.glans, signed.at)
    signed.on(date(2027, 7, 5))
    assert len(queries.tasks(session, signed.glans, signed.at)) == 1, "half a year on it is asked"
    with pytest.raises(errors.NotYours):
        report(signed, signed.anna)
    with pytest.raises(errors.NotYours):
        report(signed, signed.panel.suppliers["Boen"])
    made = report(signed)
    with pytest.raises(errors.PeriodTaken):
        report(signed)
    with pytest.raises(errors.PeriodTaken):
        report(signed, first=LAST, last=date(2027, 7, 4), numbers=Numbers(D(40), D(40), 6))
    with pytest.raises(errors.NotYours):
        judge(signed, made, signed.glans)
    assert [each.text for each in queries.tasks(session, signed.anna, signed.at)]
    with pytest.raises(errors.ReasonTooShort):
        judge(signed, made, verdict=Verdict.DOUBTED, reason="Nee")
    judge(signed, made, verdict=Verdict.DOUBTED, reason=WHY)
    for what, organisation_id in (("report", signed.contract.buyer_id), ("verdict", made.organisation_id)):
        sent = session.scalars(select(Mail).where(Mail.key.like(f"work-{made.id}-{what}-%"))).all()
        role = Role.PURCHASER if what == "report" else Role.BOARD
        assert {each.recipient for each in sent} == {
            each.email for each in people_with(session, organisation_id, role)
        }
        assert sent, "somebody hears"
        assert {each.link for each in sent} == {f"/contracts/{signed.contract.number}/fair-work"}
    with pytest.raises(errors.Judged):
        judge(signed, made, signed.bram)
    assert len(queries.tasks(session, signed.glans, signed.at)) == 1, (
        "the supplier hears that the buyer doubts"
    )
    with pytest.raises(errors.ReasonTooShort):
        report(signed, corrects=made.public_id)
    better = report(
        signed, numbers=replace(NUMBERS, hours_residents=D(2500)), corrects=made.public_id, note=WHY
    )
    with pytest.raises(errors.Replaced):
        report(signed, corrects=made.public_id, note=WHY)
    with pytest.raises(errors.Replaced):
        judge(signed, made)
    judge(signed, better)
    stages = {each.id: each.stage for each in queries.of_contract(session, signed.contract.id)}
    assert stages == {made.id: Stage.REPLACED, better.id: Stage.VERIFIED}
    counted = {each.report_id: (each.verified_on, each.replaced_on) for each in told(session)}
    day = local_date(signed.at)
    assert counted == {made.id: (None, day), better.id: (day, None)}, "doubted; then verified"
    last = session.scalars(select(Release.content).order_by(Release.id.desc())).first()
    (measured,) = json.loads(last)["contracts"][0]["implementation"]["metrics"][0]["observations"]
    assert (measured["id"], measured["measure"]) == (str(better.public_id), 63)
    assert "2500" not in last, "the hours themselves stay out"
    assert not queries.tasks(session, signed.glans, signed.at)
    assert not queries.tasks(session, signed.anna, signed.at)


def refused(signed, act, **values):
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(text(act), values)
    return fault.value.orig.sqlstate


def test_the_database_counts_an_hour_once_and_changes_nothing(signed):
    signed.on(date(2027, 7, 5))
    made = report(signed)
    copy = ", ".join(
        c.name for c in WorkReport.__table__.columns if c.name not in {"id", "public_id", "replaces_id"}
    )
    again = f"INSERT INTO work_report (public_id, {copy}) SELECT gen_random_uuid(), {copy} FROM work_report"
    assert refused(signed, again) == "CW063"
    shifted = copy.replace("starts_on, ends_on", "starts_on - 400 AS starts_on, ends_on - 400 AS ends_on")
    early = (
        f"INSERT INTO work_report (public_id, {copy}) SELECT gen_random_uuid(), {shifted} FROM work_report"
    )
    assert refused(signed, early) == "CW063", "before the contract"
    verdict = "INSERT INTO work_verdict VALUES (:id, 'verified', '', :user, now())"
    assert refused(signed, verdict, id=made.id, user=signed.glans.user_id) == "CW063"
    assert refused(signed, "UPDATE work_report SET hours_residents = 1") == "CW063"
    assert refused(signed, "DELETE FROM work_report") == "CW063"


def test_pages_and_the_public_table(signed, client, walk_signed, monkeypatch):
    signed.on(date(2027, 7, 5))
    number, there = signed.contract.number, f"/contracts/{signed.contract.number}/fair-work"
    glans, anna = walk_signed(signed.glans), walk_signed(signed.anna)
    data = {"starts_on": "2027-01-01", "ends_on": "2027-06-30", "hours_all": "9000", "people_residents": "6",
            "hours_residents": "7000"}  # fmt: skip
    assert glans.get(f"{there}/report/check").status_code == 303, "nothing to send yet"
    wrong = glans.post(f"{there}/report", data={**data, "hours_residents": "9001"})
    assert (wrong.status_code, "hooguit 9000" in wrong.text.replace(".", "")) == (422, True)
    assert "begon op" not in glans.get(there).text
    jobs = glans.post(f"{there}/report", data=data, follow_redirects=True)
    assert "nieuw in dienst" in jobs.text
    assert "Verder met uw melding" in glans.get(there).text
    assert "7000" in glans.get(f"{there}/report").text, "half filled in is kept"
    assert "begon op" not in anna.get(there).text, "the buyer sees no draft"
    assert glans.post(f"{there}/report/jobs", data={"people_new": "7", "hours_new": "9"}).status_code == 422
    last = glans.post(
        f"{there}/report/jobs", data={"people_new": "", "seats_offered": "2"}, follow_redirects=True
    )
    assert "Zet dan het vinkje" in last.text
    assert "Mensen: 6. Uren: 7.000." in last.text.replace("\u00a0", " "), "read over before it is sent"
    assert "5570" in last.text.replace(".", ""), "the arithmetic is shown"
    assert glans.post(f"{there}/report/check", data={"note": ""}).status_code == 422
    saved = glans.post(f"{there}/report/check", data={"note": "", "sure": "y"}, follow_redirects=True)
    assert "Gemeld. De koper controleert de uren." in saved.text
    assert glans.get(f"{there}/report/check").status_code == 303, "the draft is gone"
    assert "Werk voor bewoners" in client.get("/fair-work").text
    before = client.get("/fair-work.csv").text
    assert "7000" not in before, "not before the buyer looked"
    made = queries.of_contract(signed.session, signed.contract.id)[0]
    verify = f"{there}/{made.public_id}"
    assert anna.get(verify).status_code == 200
    assert (
        "Vastgelegd"
        in anna.post(verify, data={"verdict": "verified", "reason": ""}, follow_redirects=True).text
    )
    assert "7000" not in client.get("/fair-work.csv").text, "and not before the quarter is over"
    signed.on(date(2027, 10, 1))
    anna = walk_signed(signed.anna)
    page = client.get("/fair-work").text
    assert "3,73" in page, "7000 hours are 3.73 full-time years"
    assert "Open de meldingen" not in page
    lines = anna.get("/fair-work/lines?year=2027")
    assert number in lines.text
    assert number in anna.get("/fair-work/lines.csv").text
    with atomic(signed.session):
        other = signed.world.person("Jan", signed.world.organisation("Andere koper"), Role.PURCHASER)
    assert number not in walk_signed(other).get("/fair-work/lines").text
    assert walk_signed(other).get(there).status_code == 404
    assert client.get("/fair-work?year=abc&buyer=%27").status_code == 200
    shown = walk_signed(signed.glans).get(there).text
    assert "7.000 ÷ 1.872 = 3,73" in shown.replace("\u00a0", " ")
