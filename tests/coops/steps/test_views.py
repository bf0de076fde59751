import re

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
