from datetime import timedelta

import pytest

from coops.register import services as register
from cwb.kernel.clock import LOCAL, local_date, now
from cwb.kernel.policy import Actor, Role
from procurement.tenders import queries
from tests.proving import verify


def local(at):
    return at.astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def people(buying, sign_in_user, session):
    """Browsers of author, colleague, and a published tender of now."""
    buying.at = now()
    session.commit()
    return sign_in_user(buying.author), sign_in_user(buying.colleague)


@pytest.fixture
def tender(buying, people, session):
    made = buying.published(at=buying.at)
    session.commit()
    return made


STEPS = {
    "what": {"title": "Schoonmaak", "description": "Elke dag", "category": "cleaning", "place": "FB"},
    "value": {"value": "100.000,00", "starts_on": "2027-06-01", "ends_on": "2029-06-01", "payment_days": "21"},
    "procedure": {"procedure": "national_open", "procedure_reason": "Iedereen een kans"},
    "lots": {"no_lots_reason": "Eén ploeg", "requirements": ""},
    "scoring": {
        "method": "fixed_price_range", "price_points": "40", "price_min": "40000", "price_max": "80000",
        "tie_break": "quality", "criteria-0-name": "Plan", "criteria-0-max_points": "35", "criteria-0-min_points": "18",
        "criteria-1-name": "Mensen", "criteria-1-max_points": "25",
    },
}  # fmt: skip


def planning():
    return {
        "closes_at": local(now() + timedelta(days=40)), "questions_until": local(now() + timedelta(days=20)),
        "contact_name": "Voorbeeld", "contact_email": "inkoop@voorbeeld.nl", "contact_phone": "", "bid_validity_days": "90",
    }  # fmt: skip


def test_from_a_title_to_a_public_page(people, buying, client, session):
    author, colleague = people
    begun = author.post("/tenders/new", data={"title": "Schoonmaak"})
    year = local_date(now()).year
    assert begun.location == f"/tenders/T-{year}-0001/draft"
    address = f"/tenders/T-{year}-0001"
    assert "0 van 6 klaar" in author.get(begun.location).text
    assert "Kies eerst de procedure" in author.get(f"{address}/draft/planning").text
    following = ["value", "procedure", "lots", "scoring", "planning"]
    for step, after in zip(STEPS, following, strict=True):
        assert author.get(f"{address}/draft/{step}").status_code == 200
        sent = author.post(f"{address}/draft/{step}", data=STEPS[step])
        assert sent.status_code == 303, sent.text
        assert sent.location == f"{address}/draft/{after}"
        assert author.get(f"{address}/draft/{step}").status_code == 200
    assert "vraagt minstens" in author.get(f"{address}/draft/planning").text
    assert client.get(address).status_code == 404
    sent = author.post(f"{address}/draft/planning", data=planning())
    assert sent.location == f"{address}/draft", sent.text
    assert "6 van 6 klaar" in author.get(f"{address}/draft").text
    early = author.get(f"{address}/publish").text
    assert "Eerst leest een collega mee" in early
    assert "Nu publiceren" not in early
    assert author.post(f"{address}/ask-review").status_code == 303
    reviewed = colleague.get(f"{address}/review").text
    assert "Controleren als tweede persoon" in reviewed
    assert "Voor rekenaars: de formule precies" in reviewed
    assert author.post(f"{address}/review", data={"verdict": "approved"}).status_code == 403
    version = str(queries.tender(session, f"T-{year}-0001", actor_of(buying)).version)
    sent = colleague.post(f"{address}/review", data={"verdict": "approved", "version": version})
    assert sent.status_code == 303, sent.text
    assert "Nu publiceren" in author.get(f"{address}/publish").text
    officers = {
        "first_officer": buying.author.id, "second_officer": buying.colleague.id, "escrow": buying.auditor.id,
        **{name: planning()[name] for name in ("closes_at", "questions_until")},
    }  # fmt: skip
    same = author.post(f"{address}/publish", data={**officers, "second_officer": buying.author.id})
    assert same.status_code == 422
    assert "twee verschillende" in same.text
    silent = author.post(f"{address}/publish", data=officers)
    assert silent.status_code == 422
    assert "kenmerk van TenderNed" in silent.text
    officers["why_not"] = "Het staat klaar voor morgen."
    sent = author.post(f"{address}/publish", data=officers)
    assert sent.status_code == 303, sent.text
    page = client.get(address)
    assert page.status_code == 200
    for text in (
        "Schoonmaak",
        "niet openbaar",
        "tot",
        "T = [Plan] + [Mensen] + 40",
        "Eén ploeg",
        "binnen 21 dagen",
    ):
        assert text in page.text, text
    assert "100.000" not in page.text
    assert colleague.get(f"{address}/publish").location == address, "it is open already"
    assert author.get(f"{address}/draft").status_code == 409
    assert author.post(f"{address}/draft/what", data=STEPS["what"]).status_code == 409


def actor_of(buying):
    return Actor(buying.author.id, "x", buying.buyer.id, "", frozenset({Role.PURCHASER}))


@pytest.fixture
def draft(people):
    author, _ = people
    return author, author.post("/tenders/new", data={"title": "Concept"}).location


def test_what_bidders_state_and_show_is_told_before_anybody_begins(buying, tender, people, client, session):
    address = f"/tenders/{tender.number}/asked"
    assert address in client.get(f"/tenders/{tender.number}").text
    assert "U hoeft niets te verklaren" in client.get(address).text
    author, colleague = people
    draft = buying.draft()
    session.commit()
    address = f"/tenders/{draft.number}"
    asked = {"version": str(draft.version), "grounds": ["exg-crim-corrpt"], "papers": ["gva"]}
    assert author.post(f"{address}/draft-statements", data=asked).status_code == 303
    assert f"{address}/asked" in colleague.get(f"{address}/review").text
    page = colleague.get(f"{address}/asked").text
    for text in ("omkoping", "Gedragsverklaring", "Aanvragen duurt tot"):
        assert text in page, text
    assert client.get(f"{address}/asked").status_code == 404


def test_the_lots_of_a_reserved_draft_say_that_fewer_may_take_part(buying, people, session):
    author, _ = people
    told = "Deze opdracht is voorbehouden"
    free, kept = buying.draft(), buying.draft(reservation="2.82")
    session.commit()
    assert told not in author.get(f"/tenders/{free.number}/draft/lots").text
    assert told in author.get(f"/tenders/{kept.number}/draft/lots").text


def test_saving_after_the_approval_says_that_it_lapsed(buying, people, session):
    author, colleague = people
    made = buying.draft()
    session.commit()
    address = f"/tenders/{made.number}"
    first = author.post(f"{address}/draft/what", data=STEPS["what"])
    assert "De controle geldt niet meer" not in author.get(first.location).text
    session.refresh(made)
    sent = colleague.post(f"{address}/review", data={"verdict": "approved", "version": str(made.version)})
    assert sent.status_code == 303, sent.text
    again = author.post(f"{address}/draft/what", data=STEPS["what"])
    assert "De controle geldt niet meer" in author.get(again.location).text


@pytest.mark.parametrize(
    ("step", "change"),
    [
        ("what", {"title": ""}), ("what", {"title": "x" * 201}), ("what", {"category": "x"}), ("what", {"cpv": "123"}),
        ("value", {"value": "-5"}), ("value", {"value": "0"}), ("value", {"value": "99999999999999999999"}),
        ("value", {"value": "100,000"}), ("value", {"ends_on": "2027-06-01"}), ("value", {"payment_days": "31"}),
        ("lots", {"no_lots_reason": " "}), ("scoring", {"method": "life_cycle_cost"}),
        ("scoring", {"price_points": "41"}), ("scoring", {"price_max": "30000"}), ("scoring", {"tie_break": ""}),
        ("scoring", {"criteria-0-min_points": "36"}), ("scoring", {"criteria-1-name": "plan"}),
        ("scoring", {"criteria-1-max_points": ""}), ("scoring", {"method": "value_award"}),
    ],
)  # fmt: skip
def test_bad_input_in_a_step_is_shown_and_kept_out(draft, step, change):
    author, address = draft
    sent = author.post(f"{address}/{step}", data={**STEPS[step], **change})
    assert sent.status_code == 422, change
    assert "Er is iets niet goed gegaan" in sent.text
    assert "0 van 6 klaar" in author.get(address).text


def test_deviating_needs_a_reason_and_the_law_forbids(draft):
    author, address = draft
    for step in ("what", "value"):
        author.post(f"{address}/{step}", data=STEPS[step])
    assert author.post(f"{address}/procedure", data={"procedure": "national_open"}).status_code == 422
    assert author.post(f"{address}/procedure", data={"procedure": "light_regime"}).status_code == 422
    sent = author.post(
        f"{address}/procedure",
        data={"procedure": "invited_quotes", "reservation": "2.82a", "reservation_reason": "Mooi"},
    )
    assert sent.status_code == 422
    assert "2.82a" in sent.text
    sent = author.post(f"{address}/procedure", data={"procedure": "invited_quotes"})
    assert sent.status_code == 303
    author.post(f"{address}/value", data={**STEPS["value"], "value": "300.000"} | {"value": "300000"})
    assert "1 van" not in author.get(address).text
    assert author.post(f"{address}/procedure", data={"procedure": "invited_quotes"}).status_code == 422


def test_a_stale_step_is_a_conflict(draft):
    author, address = draft
    assert author.post(f"{address}/lots", data={**STEPS["lots"], "version": "1"}).status_code == 303
    assert author.post(f"{address}/lots", data={**STEPS["lots"], "version": "1"}).status_code == 409


def test_saving_for_later_goes_back_to_the_steps(draft):
    author, address = draft
    assert author.post(f"{address}/lots", data={**STEPS["lots"], "later": "1"}).location == address


def test_a_draft_is_for_its_buyer_alone(draft, sign_in, client):
    _, address = draft
    other = sign_in(Role.PURCHASER)
    assert other.get(address).status_code == 404
    assert other.get(f"{address}/what").status_code == 404
    assert other.post(address.replace("/draft", "/cancel"), data={"reason": "x"}).status_code == 404
    assert sign_in(Role.BOARD).get(address).status_code == 403
    assert client.get(address).status_code == 303
    assert draft[0].get(f"{address}/nonsense").status_code == 404


def test_a_need_becomes_a_draft(people, session):
    author, _ = people
    soon = (local_date(now()) + timedelta(days=30)).isoformat()
    author.post(
        "/needs/new",
        data={
            "title": "Groen", "purpose": "Perken", "category": "green", "wanted_from": soon, "expires_on": soon,
            "visibility": "public", "value_visibility": "public",
        },
    )  # fmt: skip
    number = f"N-{local_date(now()).year}-0001"
    assert "Groen" in author.get(f"/tenders/new?need={number}").text
    sent = author.post(f"/tenders/new?need={number}", data={"title": "Groen"})
    assert sent.status_code == 303
    assert "Perken" in author.get(sent.location + "/what").text
    assert "aanbesteding gemaakt" in author.get(f"/needs/{number}").text


def test_the_public_list_filters_and_downloads(tender, client, people):
    assert tender.title in client.get("/tenders").text
    assert (
        tender.title
        in client.get(f"/tenders?q={tender.number.lower()}&status=open&category=cleaning&place=FB").text
    )
    for status in ("closed", "awarded", "stopped", "nonsense%"):
        page = client.get(f"/tenders?status={status}&page=2")
        assert page.status_code == 200
    assert "Niets gevonden" in client.get("/tenders?status=closed").text
    assert client.get("/tenders?status=coming&q=x&buyer=y&category=green&place=FB").status_code == 200
    file = client.get("/tenders/list.csv").text
    assert "tender/status" in file
    assert f"{tender.number},Schoonmaak buurthuizen,active,published" in file
    assert "100000" not in file
    assert tender.title in people[0].get("/tenders/mine").text


def test_an_empty_list_says_what_to_do(client):
    assert "Nog geen opdrachten" in client.get("/tenders").text


def test_a_cooperative_reads_whether_it_may_bid_and_follows(tender, sign_in, session):
    coop = sign_in(Role.BOARD)
    address = f"/tenders/{tender.number}"
    assert "nog niet" in coop.get(address).text
    profile = register.register_cooperative(
        session, organisation=coop.organisation, user_id=coop.user.id, at=now(), kind="worker", description="x",
        sectors=["cleaning"], languages=[],
    )  # fmt: skip
    checker = sign_in(Role.PROGRAMME)
    verify(session, profile, user_id=checker.user.id, at=now())
    session.commit()
    assert f"{address}/bid" in coop.get(address).text
    assert coop.post(address + "/follow", data={"follows": "yes"}).status_code == 303
    assert "Niet meer volgen" in coop.get(address).text
    assert coop.post(address + "/follow", data={"follows": "no"}).status_code == 303
    assert "Volg deze opdracht" in coop.get(address).text


def test_moving_the_deadline_shows_the_difference(tender, people, client):
    author, _ = people
    address = f"/tenders/{tender.number}/deadline"
    assert author.get(address).status_code == 200
    earlier = {"closes_at": local(tender.closes_at - timedelta(days=1)), "reason": "x"}
    assert author.post(address, data=earlier).status_code == 422
    later = {"closes_at": local(tender.closes_at + timedelta(days=7)), "reason": "Storing"}
    assert author.post(address, data={**later, "reason": ""}).status_code == 422
    assert author.post(address, data=later).status_code == 303
    page = client.get(f"/tenders/{tender.number}").text
    assert "Storing" in page
    assert "in plaats van" in page


def test_stopping_says_why_and_only_the_buyer_may(tender, people, client, sign_in):
    author, _ = people
    address = f"/tenders/{tender.number}"
    assert sign_in(Role.PURCHASER).post(address + "/cancel", data={"reason": "x"}).status_code == 403
    assert author.get(address + "/cancel").status_code == 200
    assert author.post(address + "/cancel", data={"reason": "", "sure": "y"}).status_code == 422
    assert author.post(address + "/cancel", data={"reason": "Budget weg"}).status_code == 422
    assert author.post(address + "/cancel", data={"reason": "Budget weg", "sure": "y"}).status_code == 303
    assert "Budget weg" in client.get(address).text
    assert author.post(address + "/cancel", data={"reason": "Nog eens", "sure": "y"}).status_code == 409


def test_a_number_in_small_letters_leads_to_the_page(tender, client):
    address = f"/tenders/{tender.number}"
    answer = client.get(address.lower() + "?lang=en")
    assert (answer.status_code, answer.location) == (301, address + "?lang=en")
    assert client.post(address.lower() + "/questions/ask").status_code in {303, 403, 404}
    behind = client.get(address + "/")
    assert (behind.status_code, behind.location) == (301, address)
    assert client.get("/bestaat-niet/").status_code == 404


def test_unknown_numbers_are_not_found(client):
    assert client.get("/tenders/T-2026-9999").status_code == 404
    assert client.get("/tenders/%00").status_code == 400
    assert client.get("/tenders?category=%00").status_code == 400
