"""Who lends its means to a winner shows its proof too; when it cannot, another comes in its place."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.assets import build
from cwb.identity.models import Organisation, User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from procurement.backing import services as backing
from procurement.proofs import queries as proofs
from procurement.standstill import errors as waits
from procurement.standstill import services as standstill
from procurement.substitutes import errors, queries, rules, services
from procurement.substitutes.rules import Standing
from tests.fencing import raise_fence
from tests.pdfs import Pdf
from tests.procurement.contracts.test_services import make
from tests.procurement.enclosures.test_services import CRIME, DEMAND, answer, state
from tests.procurement.panel import POINTS, PRICES, Panel, ok
from tests.procurement.proofs.test_services import Proofs

MEANS, WORDS = (
    "Drie opgeleide hoveniers en hun referentie.",
    "Wij houden drie hoveniers vrij, de hele looptijd.",
)
WHY = "Het uittreksel klopt niet en er kwam geen ander."


def test_each_step_in_its_turn_and_time():
    assert rules.standing(is_named=True, is_stated=True, is_good=False) is Standing.REFUSED
    with pytest.raises(errors.OutOfTurn):
        rules.check_turn(Standing.ASKED, Standing.STATED)
    with pytest.raises(errors.ReasonTooShort):
        rules.check_reason(" kort ", "note")
    with pytest.raises(errors.NamedNotAllowed):
        rules.check_named("12345678", {"12345678", None})


class Relying(Proofs):
    """Glans wins, relying on Boom; letters are out. Struik is registered too."""

    def __init__(self, world) -> None:
        world.ask(DEMAND)
        self.boom, self.struik = world.supplier("Boom"), world.supplier("Struik")
        world.bid_of = lambda actor, **facts: self._bid(world, actor, **facts)
        Panel.__init__(self, world, PRICES)
        self.decided(POINTS)

    def _bid(self, world, actor, **facts):
        bid = world.start(actor)
        world.fill(bid, actor, **facts)
        answer(world, actor)
        state(world, bid, actor)
        if actor.name.endswith("Glans"):
            answer(world, self.boom)
            with atomic(world.session) as session:
                asked = backing.ask(
                    session, chance=world.chance(), bid=bid, kvk=kvk(world, self.boom), criteria=["c1"], means=MEANS,
                    actor=actor, keys=world.keys, at=world.at,
                )  # fmt: skip
                backing.promise(
                    session, chance=world.chance(), backer=asked, words=WORDS, actor=self.boom, keys=world.keys,
                    at=world.at,
                )  # fmt: skip
        world.hand_in(bid, actor)
        return bid

    def act(self, what, actor, **facts):
        with atomic(self.session) as session:
            return what(session, actor=actor, at=self.at, **facts)


def kvk(world, actor):
    return world.session.get_one(Organisation, actor.organisation_id).kvk_number


def _shows_all(relying, request, actor):
    for kind in request.kinds:
        relying.paper(actor, kind)
        relying.judge(relying.show(request, actor, kind), is_good=True)


@pytest.fixture
def relying(world):
    return Relying(world)


@pytest.fixture
def walk(world, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return lambda who: sign_in_user(world.session.get_one(User, who.user_id))


def _named_and_stated(relying, walk, lent, term):
    """The winner names twice, who was named states: the address of the replacement."""
    world, glans, anna = relying.world, relying.suppliers["Glans"], walk(relying.world.anna)
    ask = f"/proofs/{lent.public_id}/substitute"
    ok(anna.get(ask), 200)
    ok(anna.post(ask, data={"reason": "nee", **term}), 422)
    here = ok(anna.post(ask, data={"reason": WHY, **term})).headers["Location"]
    ok(anna.post(ask, data={"reason": WHY, **term}), 409)
    assert ok(anna.get(ask)).headers["Location"] == here
    lead, typed = walk(glans), {"name": "Struik", "means": MEANS}
    assert "Noem een ander die middelen leent" in ok(lead.get("/"), 200).text
    ok(walk(relying.boom).get(here), 404)
    ok(lead.post(f"{here}/name", data={"kvk": kvk(world, relying.boom), **typed}), 422)
    ok(lead.post(f"{here}/name", data={"kvk": "87654321", **typed, "name": "Nog niet hier"}))
    ok(lead.post(f"{here}/name", data={"kvk": kvk(world, relying.struik), **typed}))
    struik = walk(relying.struik)
    assert "Iemand vraagt om uw middelen" in ok(struik.get("/"), 200).text
    told = ok(struik.get(here), 200).text
    assert "Dit mist nog of verloopt" in told
    assert WHY not in told, "why another could not stay is not for who comes"
    ok(struik.post(f"{here}/state", data={"words": WORDS}), 422)
    answer(world, relying.struik, yes=CRIME[:1])
    ok(struik.get(f"{here}/state"), 200)
    ok(struik.post(f"{here}/state", data={"words": WORDS}))
    assert "Boete" not in ok(lead.get(here), 200).text
    return here


def test_another_comes_in_the_place_of_who_cannot_prove(relying, world, walk):
    glans, session = relying.suppliers["Glans"], world.session
    own, lent = relying.ask(kinds=["kvk"])
    asked = [own.organisation_id, lent.organisation_id]
    assert asked == [glans.organisation_id, relying.boom.organisation_id]
    _shows_all(relying, own, glans)
    relying.paper(relying.boom)
    relying.judge(relying.show(lent, relying.boom), is_good=False, note="Dit is van een ander.")
    world.at = proofs.winners(session, relying.tender.id)[0].standstill_until
    with pytest.raises(waits.ProofOpen):
        relying.do(standstill.make_definitive, world.anna)
    day = local_date(relying.at) + timedelta(days=5)
    with pytest.raises(errors.NotABacker):
        relying.act(services.demand_substitute, world.anna, request=own, reason=WHY, last_day=day)
    anna, term = walk(world.anna), {"last_day": day.strftime("%d-%m-%Y")}
    assert "Vraag een ander" in ok(anna.get(f"/tenders/{relying.tender.number}/proofs"), 200).text
    here = _named_and_stated(relying, walk, lent, term)
    [found] = queries.of_request(session, lent.id)
    assert (found.standing, b"Boete" in found.content) == (Standing.STATED, False)
    world.keys.rotate()
    with atomic(session) as written:
        assert services.relock(written, keys=world.keys) == 1
    assert "Boete" in ok(anna.get(here), 200).text
    ok(anna.get(f"{here}/judge"), 200)
    ok(anna.post(f"{here}/judge", data={"choice": "yes", "note": "goed", **term}), 422)
    ok(anna.post(f"{here}/judge", data={"choice": "yes", "note": "Drie hoveniers, goed bewijs.", **term}))
    requests = {each.organisation_id: each for each in proofs.of_tender(session, relying.tender.id)}
    assert not requests[relying.boom.organisation_id].open
    with pytest.raises(waits.ProofOpen):
        relying.do(standstill.make_definitive, world.anna)
    raise_fence(session, all_rows=True)
    _shows_all(relying, requests[relying.struik.organisation_id], relying.struik)
    relying.do(standstill.make_definitive, world.anna)
    made = make(relying)
    if build.asset_state() != "missing":
        told = Pdf(ok(anna.get(f"/contracts/{made.number}/contract.pdf"), 200).data).text.replace(" ", "")
        assert "Struik,inplaatsvanBoom" in told
    _database_holds(session)


def _database_holds(session):
    for change in ("note = note || 'x'", "reason = reason || 'x'", "kvk = '87654321'", "is_good = NULL"):
        with pytest.raises(DBAPIError, match="stays"), session.begin_nested():
            session.execute(text(f"UPDATE backer_substitute SET {change}"))
    with pytest.raises(DBAPIError, match="nobody is replaced"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO backer_substitute (public_id, request_id, tender_id, opened_bid_id, lot_id, lead_id, gone_id,"
                " reason, until, asked_by_id, asked_at, kvk, name, means, promise, note) SELECT gen_random_uuid(), r.id,"
                " r.tender_id, o.id, o.lot_id, o.organisation_id, r.organisation_id, repeat('x', 30), now(), r.asked_by_id,"
                " now() - interval '1 day', '', '', '', '', '' FROM proof_request r"
                " JOIN opened_bid o ON o.id = r.opened_bid_id WHERE r.organisation_id = o.organisation_id"
            )
        )
    session.execute(text("DROP TRIGGER keep_substitute ON backer_substitute"))
    session.execute(text("UPDATE backer_substitute SET reason = repeat('x', 30)"))
    assert session.scalar(text("SELECT reason FROM backer_substitute")) == "x" * 30, (
        "the trigger is what kept it"
    )
