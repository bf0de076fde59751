from datetime import timedelta

import pytest
from sqlalchemy import text

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.policy import Role
from procurement.applications import queries


@pytest.fixture
def tender(buying, session):
    buying.at = clock.now()
    made = buying.published(value="300000", procedure="european_restricted", at=buying.at)
    session.commit()
    return made


def test_applying_and_selecting_over_the_pages(
    buying, tender, session, make_organisation, make_user, sign_in_user, client, monkeypatch
):
    homes = [make_organisation() for _ in range(2)]
    boards = [sign_in_user(make_user((Role.BOARD, home))) for home in homes]
    member = sign_in_user(make_user((Role.MEMBER, homes[0])))
    buyer, address = sign_in_user(buying.author), f"/tenders/{tender.number}"
    assert "Eerst aanmelden" in client.get(address).text
    assert "Alleen het bestuur" in member.get(f"{address}/application").text
    assert member.post(f"{address}/application", data={"text": "x", "meets": "y"}).status_code == 403
    assert boards[0].post(f"{address}/application", data={"text": "Wij kunnen dit"}).status_code == 422
    for board in boards:
        sent = board.post(f"{address}/application", data={"text": "Wij kunnen dit", "meets": "y"})
        assert sent.status_code == 303, sent.text
    assert "Ontvangen" in boards[0].get(f"{address}/application").text
    assert boards[1].post(f"{address}/application/withdraw").status_code == 303
    assert boards[1].post(f"{address}/application", data={"text": "Toch", "meets": "y"}).status_code == 303
    early = buyer.get(f"{address}/applications")
    assert early.status_code == 409
    assert "ziet niemand wie zich aanmeldde" in early.text
    later = buying.at + timedelta(days=33)
    session.execute(text("UPDATE database_clock SET shift = shift + interval '33 d'"))
    session.commit()
    monkeypatch.setattr(clock, "now", lambda: later)
    buyer, boards = (
        sign_in_user(buying.author),
        [sign_in_user(session.get(User, each)) for each in _users(session, homes)],
    )
    page = buyer.get(f"{address}/applications").text
    assert "Wij kunnen dit" in page
    assert "Toch" in page
    rows = queries.received(session, tender.id)
    choices = {f"choices-{place}-public_id": str(each.public_id) for place, each in enumerate(rows)}
    assert buyer.post(f"{address}/applications", data=choices).status_code == 422
    for place, answer in enumerate(("yes", "no")):
        choices |= {f"choices-{place}-selected": answer, f"choices-{place}-reason": f"Reden {answer}"}
    sent = buyer.post(f"{address}/applications", data=choices)
    assert sent.status_code == 303, sent.text
    assert "Reden no" in buyer.get(f"{address}/applications").text
    chosen = [each.organisation_id for each in rows].index(homes[0].id)
    winner, loser = (boards[0], boards[1]) if chosen == 0 else (boards[1], boards[0])
    assert "U bent geselecteerd" in winner.get(f"{address}/application").text
    assert "U bent niet geselecteerd" in loser.get(f"{address}/application").text
    assert winner.post(f"{address}/bid/start").status_code == 303
    assert "Alleen geselecteerde" in loser.get(address).text


def _users(session, homes):
    return [
        session.execute(
            text("SELECT user_id FROM mandate WHERE organisation_id = :home AND role = 'cooperative_board'"),
            {"home": home.id},
        ).scalar_one()
        for home in homes
    ]


def test_an_open_tender_takes_none(buying, tender, session, make_organisation, make_user, sign_in_user):
    made = buying.published(at=buying.at)
    session.commit()
    board = sign_in_user(make_user((Role.BOARD, make_organisation())))
    assert board.get(f"/tenders/{made.number}/application").status_code == 409
