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


def test_another_comes_in_the_place_of_who_cannot_prove(world, sign_in_user, monkeypatch):
    relying = Relying(world)
    glans, session = relying.suppliers["Glans"], world.session
    own, lent = relying.ask(kinds=["kvk"])
    assert (own.organisation_id, lent.organisation_id) == (
        glans.organisation_id,
        relying.boom.organisation_id,
    )
    _shows_all(relying, own, glans)
    relying.paper(relying.boom)
    relying.judge(relying.show(lent, relying.boom), is_good=False, note="Dit is van een ander.")
    decision, _won = proofs.winners(session, relying.tender.id)
    world.at = decision.standstill_until
    with pytest.raises(waits.ProofOpen):
        relying.do(standstill.make_definitive, world.anna)
    facts = {"request": lent, "reason": WHY, "last_day": local_date(relying.at) + timedelta(days=5)}
    with pytest.raises(errors.NotABacker):
        relying.act(services.demand_substitute, world.anna, **{**facts, "request": own})
    monkeypatch.setattr(clock, "now", lambda: world.at)
    walk = lambda who: sign_in_user(session.get_one(User, who.user_id))  # noqa: E731
    anna, day = walk(world.anna), facts["last_day"]
    assert "Vraag een ander" in ok(anna.get(f"/tenders/{relying.tender.number}/proofs"), 200).text
    ask = f"/proofs/{lent.public_id}/substitute"
    ok(anna.get(ask), 200)
    term = {"last_day": day.strftime("%d-%m-%Y")}
    ok(anna.post(ask, data={"reason": "nee", **term}), 422)
    made = ok(anna.post(ask, data={"reason": WHY, **term}))
    ok(anna.post(ask, data={"reason": WHY, **term}), 409)
    here = made.headers["Location"]
    lead = walk(glans)
    assert "Noem een ander die middelen leent" in ok(lead.get("/"), 200).text
    ok(walk(relying.boom).get(here), 404)
    typed = {"name": "Struik", "means": MEANS}
    ok(lead.post(f"{here}/name", data={"kvk": kvk(world, relying.boom), **typed}), 422)
    ok(lead.post(f"{here}/name", data={"kvk": "87654321", **typed, "name": "Nog niet hier"}))
    ok(lead.post(f"{here}/name", data={"kvk": kvk(world, relying.struik), **typed}))
    struik = walk(relying.struik)
    assert "Iemand vraagt om uw middelen" in ok(struik.get("/"), 200).text
    assert "Dit mist nog of verloopt" in ok(struik.get(here), 200).text
    ok(struik.post(f"{here}/state", data={"words": WORDS}), 422)
    answer(world, relying.struik, yes=CRIME[:1])
    ok(struik.get(f"{here}/state"), 200)
    ok(struik.post(f"{here}/state", data={"words": WORDS}))
    [found] = queries.of_request(session, lent.id)
    assert found.standing is Standing.STATED
    assert b"Boete" not in found.content
    with atomic(session) as written:
        world.keys.rotate()
        assert services.relock(written, keys=world.keys) == 1
    assert "Boete" in ok(anna.get(here), 200).text
    assert "Boete" not in ok(lead.get(here), 200).text
    ok(anna.get(f"{here}/judge"), 200)
    ok(anna.post(f"{here}/judge", data={"choice": "yes", "note": "goed", **term}), 422)
    ok(
        anna.post(
            f"{here}/judge", data={"choice": "yes", "note": "Drie hoveniers met een goed bewijs.", **term}
        )
    )
    requests = {each.organisation_id: each for each in proofs.of_tender(session, relying.tender.id)}
    assert not requests[relying.boom.organisation_id].open
    with pytest.raises(waits.ProofOpen):
        relying.do(standstill.make_definitive, world.anna)
    raise_fence(session, all_rows=True)
    _shows_all(relying, requests[relying.struik.organisation_id], relying.struik)
    relying.do(standstill.make_definitive, world.anna)
    [name] = queries.of_contract(session, relying.lot.id, glans.organisation_id)
    assert (name.name, name.promise, name.instead_of) == ("Struik", WORDS, "Boom")
    made = make(relying)
    if build.asset_state() != "missing":
        told = Pdf(ok(anna.get(f"/contracts/{made.number}/contract.pdf"), 200).data).text.replace(" ", "")
        assert "Struik,inplaatsvanBoom" in told
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
