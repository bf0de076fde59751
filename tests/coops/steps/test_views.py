import re

from sqlalchemy import func, select

from coops.initiatives.models import InitiativeEvidence
from coops.papers.models import CooperativePaper
from cwb.audit.models import AuditRecord
from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role
from tests.coops.enrolment.walk import body
from tests.cwb.files.test_gateway import PDF

DEED = {"step": "statutes", "reached_on": local_date(now()).isoformat(), "text": "De akte", "kvk": ""}


def test_a_second_person_refuses_and_a_founder_takes_back_and_gives_new(
    resident, client, programme, sign_in, page
):
    def buttons(reader, name):
        return re.findall(rf'(?:href|action)="([^"]+/evidence/[^"]+/{name})"', reader.get(page).text)

    assert resident.post(f"{page}/step", **body(PDF, "akte.pdf", **DEED)).status_code == 303
    [back] = buttons(resident, "take-back")
    assert buttons(programme, "take-back") == buttons(resident, "check") == []
    assert sign_in(Role.RESIDENT).post(back).status_code == 403
    assert resident.post(back).status_code == 303
    assert "De akte" not in resident.get(page).text
    resident.post(f"{page}/step", **body(PDF, "akte.pdf", **DEED))
    [check] = buttons(programme, "check")
    shown = programme.get(check).text
    assert "Wat voor stuk is het?" not in shown, "the file is here"
    assert programme.post(check, data={"verdict": "refused"}).status_code == 422
    assert programme.post(check, data={"verdict": "refused", "reason": "Een andere akte"}).status_code == 303
    assert programme.get(check).status_code == 409
    assert buttons(resident, "take-back") == buttons(programme, "check") == []
    assert "Een andere akte" in resident.get(page).text
    assert "Een andere akte" not in client.get(page).text
    words = {**DEED, "step": "contract", "text": "een contract"}
    assert resident.post(f"{page}/step", data=words).status_code == 422


def test_words_are_checked_by_the_paper_that_was_seen_and_a_stale_page_says_it_was_done(
    resident, programme, sign_in, page
):
    resident.post(f"{page}/step", **body(PDF, "akte.pdf", **DEED))
    assert resident.post(f"{page}/step", data={**DEED, "step": "kvk", "kvk": "12345678"}).status_code == 303
    _deed, address = re.findall(r'href="([^"]+/check)"', programme.get(page).text)
    assert "Wat voor stuk is het?" in programme.get(address).text
    seen = {"verdict": "seen", "kind": "other", "dated_on": DEED["reached_on"], "place": "Handelsregister"}
    for missing in ("kind", "dated_on", "place"):
        refused = programme.post(address, data={**seen, missing: ""})
        assert (refused.status_code, "vul soort, dag en plaats in" in refused.text) == (422, True), missing
    assert programme.post(address, data=seen).status_code == 303
    stale = sign_in(Role.PROGRAMME).post(address, data=seen)
    assert (stale.status_code, "Dit bewijs is al nagekeken" in stale.text) == (409, True)


def test_evidence_with_its_file_is_locked_and_read_by_few(
    resident, client, programme, sign_in, page, session
):
    facts = {"step": "statutes", "reached_on": DEED["reached_on"], "text": "De akte", "kvk": ""}
    refused = resident.post(f"{page}/step", **body(b"MZ", "akte.exe", **facts))
    assert refused.status_code == 422
    assert "De akte" in refused.text, "what was typed is kept"
    assert session.scalar(select(func.count()).select_from(InitiativeEvidence)) == 0
    assert resident.post(f"{page}/step", **body(PDF, "akte.pdf", **facts)).status_code == 303
    assert b"%PDF" not in session.scalar(select(CooperativePaper.content))
    address = re.search(r'href="([^"]+/file)"', resident.get(page).text)[1]
    for who in (resident, programme, sign_in(Role.AUDITOR)):
        assert who.get(address).data == PDF
    assert "cooperative.paper_read" in session.scalars(select(AuditRecord.action)).all()
    assert sign_in(Role.RESIDENT).get(address).status_code == 403
    assert client.get(address).status_code == 303
    kept = session.scalars(select(CooperativePaper)).one()
    for who in (programme, sign_in(Role.BOARD)):
        assert who.get(f"/cooperatives/papers/{kept.public_id}").status_code == 404, "one door only"
