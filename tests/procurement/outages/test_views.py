from datetime import timedelta

from cwb.kernel.clock import LOCAL, now
from cwb.kernel.policy import Role


def local(at):
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


def test_an_administrator_notes_an_outage(buying, session, sign_in):
    buying.at = now()
    buying.published(at=buying.at)
    session.commit()
    admin = sign_in(Role.ADMINISTRATOR)
    assert "Geen storingen" in admin.get("/outages").text
    facts = {
        "began_at": local(buying.at - timedelta(hours=3)),
        "ended_at": local(buying.at - timedelta(hours=1)),
    }
    assert admin.post("/outages", data={**facts, "reason": "Brand"}).status_code == 422
    facts["sure"] = "y"
    assert admin.post("/outages", data=facts).status_code == 422
    sent = admin.post("/outages", data={**facts, "reason": "Brand"})
    assert sent.status_code == 303, sent.text
    assert "Brand" in admin.get("/outages").text
    assert admin.post("/outages", data={**facts, "reason": "Brand"}).status_code == 409
