"""Services reserved under 2.82a: who may bid, what the programme checks, what the buyer sees, what stays."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.bids import queries as bid_queries
from procurement.bids import services as bids
from procurement.bids.errors import MayNotBid
from procurement.bids.rules import Bar
from procurement.missions import errors, queries, services
from procurement.missions.models import Mission
from procurement.missions.rules import since
from procurement.reserved import services as statements
from procurement.reserved.queries import in_force
from procurement.reserved.rules import Standing
from tests.procurement.panel import POINTS, PRICES, Panel, ok
from tests.procurement.world import World

AIM = "Wij geven muziekles aan kinderen in de wijk, voor wie het niet kan betalen."


@pytest.fixture
def reserved(session, tmp_path):
    class Reserved(World):
        before_publishing = (
            "UPDATE tender SET cpv = '80110000', reservation = '2.82a', reservation_reason = 'Voor de wijk'"
            " WHERE id = :id"
        )

    return Reserved(session, tmp_path)


def state(world, actor, **change):
    facts = {"aim": AIM, "profit": "reinvested", "control": "workers", "basis": "Statuten, artikel 3 en 7",
             "valid_until": local_date(world.at) + timedelta(days=200), **change}  # fmt: skip
    with atomic(world.session) as session:
        return services.state_mission(session, actor=actor, at=world.at, **facts)


def checker(world):
    with atomic(world.session):
        return world.person("Petra", world.office, Role.PROGRAMME)


def check(world, made, who, *, accepted=True, note="Gezien."):
    with atomic(world.session) as session:
        statements.check(session, statement=made, accepted=accepted, note=note, actor=who, at=world.at)


def bars(world, actor):
    return bids.bars(world.session, world.chance(), actor, bid_queries.database_now(world.session))


def test_only_who_answered_may_bid_and_other_answers_are_refused(reserved):
    glans = reserved.supplier("Glans")
    assert bars(reserved, glans) == [Bar.NO_MISSION]
    with pytest.raises(MayNotBid):
        reserved.start(glans)
    for change, refused in (
        ({"profit": "owners"}, errors.NotMet), ({"control": "none"}, errors.NotMet), ({"aim": "Muziek"}, errors.TextTooShort),
        ({"basis": "Hier"}, errors.TextTooShort), ({"valid_until": local_date(reserved.at)}, errors.DayInvalid),
    ):  # fmt: skip
        with pytest.raises(refused):
            state(reserved, glans, **change)
    with pytest.raises(Forbidden):
        state(reserved, reserved.anna)
    state(reserved, glans)
    assert bars(reserved, glans) == []
    assert reserved.bid_of(glans).version == 1


def test_refused_by_the_programme_or_taken_back_it_opens_nothing(reserved):
    glans, petra = reserved.supplier("Glans"), checker(reserved)
    made = state(reserved, glans)
    with pytest.raises(errors.NoteMissing):
        check(reserved, made, petra, note=" ")
    with pytest.raises(Forbidden):
        check(reserved, made, glans)
    check(reserved, made, petra, accepted=False, note="Artikel 7 zegt iets anders.")
    with pytest.raises(errors.MissionSettled):
        check(reserved, made, petra)
    assert bars(reserved, glans) == [Bar.NO_MISSION]
    again = state(reserved, glans)
    assert bars(reserved, glans) == []
    with atomic(reserved.session) as session, pytest.raises(Forbidden):
        statements.withdraw(session, statement=again, actor=reserved.supplier("Boen"), at=reserved.at)
    with atomic(reserved.session) as session:
        statements.withdraw(session, statement=again, actor=glans, at=reserved.at)
    stands = queries.standing_of(
        reserved.session, glans.organisation_id, reserved.at, on=local_date(reserved.at)
    )
    assert stands is Standing.REFUSED
    with pytest.raises(errors.MissionSettled), atomic(reserved.session) as session:
        statements.withdraw(session, statement=again, actor=glans, at=reserved.at)


def test_the_database_keeps_the_gate_and_what_was_stated(reserved, monkeypatch):
    glans = reserved.supplier("Glans")
    monkeypatch.setattr("procurement.bids.services.reservation_bars", lambda *_: [])
    bid = reserved.start(glans)
    reserved.fill(bid, glans)
    with pytest.raises(MayNotBid):
        reserved.hand_in(bid, glans)
    state(reserved, glans)
    reserved.hand_in(bid, glans)
    for statement in ("UPDATE mission SET basis = 'Iets heel anders'", "DELETE FROM mission"):
        with pytest.raises(DBAPIError, match="stays"), atomic(reserved.session) as session:
            session.execute(text(statement))
    with pytest.raises(DBAPIError, match="ck_mission_profit"), atomic(reserved.session) as session:
        session.execute(
            text(
                "INSERT INTO mission (public_id, organisation_id, aim, profit, control, basis, valid_until, stated_by_id,"
                " stated_at, check_note) SELECT gen_random_uuid(), organisation_id, aim, 'owners', control, basis,"
                " valid_until, stated_by_id, stated_at, '' FROM mission"
            )
        )


def test_who_won_so_before_from_the_same_buyer_waits_three_years(reserved, monkeypatch):
    monkeypatch.setattr("procurement.bids.services.reservation_bars", lambda *_: [])
    with atomic(reserved.session) as session:
        session.execute(text("DROP TRIGGER bid_mission ON bid_version"))
    panel = Panel(reserved, PRICES)
    monkeypatch.undo()
    panel.awarded(POINTS)
    session, glans = reserved.session, panel.suppliers["Glans"].organisation_id
    at, buyer = panel.at + timedelta(days=1), reserved.tender.buyer_id
    assert queries.won_before(session, glans, buyer, at)
    assert not queries.won_before(session, panel.suppliers["Boen"].organisation_id, buyer, at)
    assert not queries.won_before(session, glans, glans, at)
    later = panel.at.replace(year=panel.at.year + 3) + timedelta(days=1)
    assert not queries.won_before(session, glans, buyer, later)
    assert bars(reserved, panel.suppliers["Glans"])[-1] is Bar.WON_BEFORE
    assert since(at.replace(year=2028, month=2, day=29)).day == 28


def test_from_the_bar_to_the_check_on_the_pages(reserved, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: reserved.at)
    walk = lambda actor: sign_in_user(reserved.session.get_one(User, actor.user_id))  # noqa: E731
    glans, petra = reserved.supplier("Glans"), checker(reserved)
    client = walk(glans)
    assert "/missions" in ok(client.get(f"/tenders/{reserved.tender.number}/bid"), 200).text
    assert "Vul het in" in ok(client.get("/missions"), 200).text
    until = (local_date(reserved.at) + timedelta(days=100)).isoformat()
    good = {
        "aim": AIM,
        "profit": "reinvested",
        "control": "workers",
        "basis": "Statuten, artikel 3",
        "valid_until": until,
    }
    ok(client.post("/missions/state", data={**good, "profit": "owners"}), 422)
    ok(client.post("/missions/state", data=good))
    assert "U kunt meedoen tot en met" in ok(client.get("/missions"), 200).text
    client = walk(petra)
    assert "Controleer de publieke taak van Glans" in ok(client.get("/"), 200).text
    found = in_force(reserved.session, Mission, [glans.organisation_id], reserved.at)[glans.organisation_id]
    assert str(found.public_id) in ok(client.get("/missions/all"), 200).text
    ok(client.get(f"/missions/{found.public_id}/check"), 200)
    ok(client.post(f"/missions/{found.public_id}/check", data={"outcome": "yes", "note": "Gezien."}))
    assert "Gezien." in ok(client.get("/missions/all"), 200).text
    client = walk(glans)
    ok(client.post(f"/missions/{found.public_id}/withdraw"))
    ok(client.get("/missions/all"), 403)


def test_the_buyer_reads_the_answers_after_the_opening(reserved, sign_in_user, monkeypatch):
    glans = reserved.supplier("Glans")
    state(reserved, glans)
    reserved.bid_of(glans)
    reserved.closes()
    reserved.release(reserved.anna, reserved.bram)
    reserved.open(reserved.bram)
    monkeypatch.setattr(clock, "now", lambda: reserved.at)
    buyer = sign_in_user(reserved.session.get_one(User, reserved.anna.user_id))
    assert "Statuten, artikel 3 en 7" in ok(buyer.get(f"/tenders/{reserved.tender.number}/opening"), 200).text
