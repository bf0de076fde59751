"""Appreciation credits on the page: the programme, the host, and a resident's phone."""

from cwb.kernel.clock import local_date, now
from cwb.kernel.policy import Role
from ledger.appreciation.models import CreditBudget, CreditHours, CreditOffer, CreditPlace, CreditTask
from tests.ledger.desk.pages import text
from tests.ledger.wallets.test_views import press, send


def test_from_a_place_to_a_yearly_statement(session, sign_in, make_organisation):
    runs, host, resident = sign_in(Role.PROGRAMME), sign_in(Role.BOARD), sign_in(Role.RESIDENT)
    assert "niet mee begonnen" in text(resident.get("/credits"))
    send(runs, "/currency/WIJK/set-up", keeper_kvk=make_organisation().kvk_number)
    assert "Plekken en budgetten" in text(runs.get("/currency/WIJK"))
    assert runs.get("/currency/WIJK/credit").status_code == 303
    facts = {"kvk_number": host.organisation.kvk_number, "host": "y", "accepts": "y"}
    assert send(runs, "/credits/places/new", **facts).status_code == 303
    place, today = session.query(CreditPlace).one(), local_date(now()).isoformat()
    there = f"/credits/places/{place.public_id}/budget"
    send(runs, there, begins_on=today, ends_on=today, amount="20", rate="1")
    budget = session.query(CreditBudget).one()
    send(host, "/credits/host/task", budget_id=str(budget.id), title="Koken", hours="10")
    send(host, "/credits/host/offer", title="Soep", price="1,5")
    task, offer = session.query(CreditTask).one(), session.query(CreditOffer).one()

    assert resident.get(f"/credits/tasks/{task.public_id}").status_code == 303
    assert "uitkering" in text(resident.get("/credits/begin"))
    assert send(resident, "/credits/begin", of_age="y").status_code == 422
    assert send(resident, "/credits/begin", of_age="y", warned="y").status_code == 303
    paid = {"worked_on": today, "hours": "2"}
    assert send(resident, f"/credits/tasks/{task.public_id}", **paid).status_code == 422
    assert send(resident, f"/credits/tasks/{task.public_id}", unpaid="y", **paid).status_code == 303
    hours = session.query(CreditHours).one()
    assert "bevestiging wachten: 1" in text(host.get("/"))
    press(host, "/credits/host", f"/credits/hours/{hours.public_id}/confirm")
    seen = text(runs.get("/currency/WIJK"))
    assert "2 punten" not in seen  # they would be those of one person
    assert "Minder dan vijf mensen kregen punten" in seen
    assert send(resident, f"/credits/offers/{offer.public_id}").status_code == 303
    year = f"/credits/year/{today[:4]}"
    page = text(resident.get(year))
    assert "Simulatie" in page
    assert "bevestigd" in page
    assert "Soep" in page
    assert "2.00" in resident.get(f"{year}.csv").get_data(as_text=True)
    assert f'href="{year}.pdf"' in resident.get(year).get_data(as_text=True)
    assert resident.get(f"{year}.pdf").data.startswith(b"%PDF")
    assert host.get(f"{year}.pdf").status_code == 404
    assert "Soep" in text(host.get("/credits/host"))
    assert "niet getoond" in text(runs.get("/credits/places"))
    assert "20.00,\r\n" in runs.get("/credits/places.csv").get_data(as_text=True)
    assert "Koken" in text(resident.get("/credits"))
    assert host.get(year).status_code == 404
    assert resident.get("/credits/host").status_code == 403
    listed = host.get("/credits/host.csv").get_data(as_text=True)
    assert "Koken" in listed
    assert "Soep" in listed
    assert resident.get("/credits/host.csv").status_code == 403
    close = f"/credits/tasks/{task.public_id}/close"
    assert resident.post(close).status_code == 403
    assert host.post(close).status_code == 303
    assert "Koken" not in text(resident.get("/credits"))
    again = host.post(close, follow_redirects=True).get_data(as_text=True)
    assert "voorbij" in again
    assert sign_in(Role.BOARD).post(f"/credits/offers/{offer.public_id}/close").status_code in {303, 404}
    assert "Soep" in text(resident.get("/credits")), "another's place closes nothing of ours"
    assert host.post(f"/credits/offers/{offer.public_id}/close").status_code == 303
    assert "Soep" not in text(resident.get("/credits"))
