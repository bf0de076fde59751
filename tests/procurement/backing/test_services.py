"""Relying on another's means: asked, promised with an own statement, sealed with the bid; what the database refuses."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Organisation, User
from cwb.kernel import clock
from cwb.kernel.transaction import atomic
from procurement.backing import errors, queries, services
from procurement.bids import services as bids
from procurement.bids.errors import NotYours
from procurement.consortia import errors as refused
from procurement.consortia import queries as others
from procurement.consortia import services as consortia
from procurement.enclosures import rules as enclosures
from procurement.envelopes.rules import content_of_text
from procurement.opening.queries import undecided
from procurement.submission import services as submission
from procurement.tenders.models import Tender
from procurement.tenders.queries import visible_to
from tests.procurement.enclosures.test_services import CRIME, DEMAND, answer, state
from tests.procurement.panel import ok

MEANS = "Drie opgeleide hoveniers en hun referentie."
WORDS = "Wij houden drie hoveniers vrij, de hele looptijd."
AGAIN = """
    INSERT INTO bid_version (bid_id, version, receipt, digest, sealed, own_copy, own_key, submitted_by_id, submitted_at)
    SELECT bid_id, version + 1, 'I-TEST', digest, sealed, own_copy, own_key, submitted_by_id, submitted_at
    FROM bid_version WHERE id = :id
"""


class Backing:
    """A bid by "Zaad" that asks "Boom" to lend its means."""

    def __init__(self, world) -> None:
        self.world, self.session = world, world.session
        world.ask(DEMAND)
        self.lead, self.other = world.supplier("Zaad"), world.supplier("Boom")
        self.bid = world.start(self.lead)
        world.fill(self.bid, self.lead)
        answer(world, self.lead)
        state(world, self.bid, self.lead)

    def do(self, what, *, actor, **facts):
        with atomic(self.session) as session:
            return what(session, chance=self.world.chance(), actor=actor, at=self.world.at, **facts)

    def kvk(self, actor):
        return self.session.get_one(Organisation, actor.organisation_id).kvk_number

    def ask(self, whom=None, *, actor=None, **change):
        facts = {"kvk": self.kvk(whom or self.other), "criteria": ["c1"], "means": MEANS, **change}
        return self.do(services.ask, actor=actor or self.lead, bid=self.bid, keys=self.world.keys, **facts)

    def promise(self, backer, *, actor=None, words=WORDS):
        return self.do(
            services.promise, actor=actor or self.other, backer=backer, words=words, keys=self.world.keys
        )

    def off(self, backer, *, actor=None):
        return self.do(
            services.take_off, actor=actor or self.lead, bid=self.bid, public_id=backer.public_id, keys=self.world.keys
        )  # fmt: skip


@pytest.fixture
def backing(world):
    return Backing(world)


def test_who_is_relied_on_promises_and_states_and_all_of_it_is_sealed(backing, world):
    backer = backing.ask()
    with pytest.raises(refused.BackersOpen) as fault:
        world.hand_in(backing.bid, backing.lead)
    assert fault.value.facts["names"] == "Boom"
    with pytest.raises(refused.OwnStatementMissing):
        backing.promise(backer)
    answer(world, backing.other, yes=CRIME[:1])
    with pytest.raises(refused.WordsTooShort):
        backing.promise(backer, words="ja")
    with pytest.raises(errors.NotForYou):
        backing.promise(backer, actor=backing.lead)
    backing.promise(backer)
    with pytest.raises(errors.PromisedBefore):
        backing.promise(backer)
    with pytest.raises(errors.PromisedBefore):
        backing.do(services.decline, actor=backing.other, backer=backer)
    (row,) = others.backers(world.session, backing.bid.id, sealed=True)
    assert b"Boete" not in row.content
    version = world.hand_in(backing.bid, backing.lead)
    content = content_of_text(bids.read_copy(backing.bid, version, world.keys))
    (sealed,) = content["backers"]
    assert (sealed["name"], sealed["criteria"], sealed["means"], sealed["promise"]) == (
        "Boom", ["Eén eerder werk"], MEANS, WORDS,
    )  # fmt: skip
    (point,) = enclosures.points(content)
    assert (point.code, point.who) == (CRIME[0], "Boom")


def test_what_it_states_waits_for_a_decision_after_the_opening(backing, world):
    backer = backing.ask()
    answer(world, backing.other, yes=CRIME[:1])
    backing.promise(backer)
    world.hand_in(backing.bid, backing.lead)
    world.closes()
    world.release(world.anna, world.bram)
    world.open(world.bram)
    assert len(undecided(world.session, world.tender.id)) == 1


def test_whom_one_asks_and_for_what(backing, world):
    with pytest.raises(refused.DemandMissing):
        backing.ask(criteria=["c9"])
    with pytest.raises(refused.WordsTooShort):
        backing.ask(means="geld")
    with pytest.raises(errors.OrganisationUnknown):
        backing.ask(kvk="99999999")
    with pytest.raises(errors.CannotAsk):
        backing.ask(backing.lead)
    with pytest.raises(NotYours):
        backing.ask(actor=backing.other)
    backing.ask()
    with pytest.raises(errors.CannotAsk):
        backing.ask()


def test_declined_or_taken_off_the_bid_stands_without(backing, world):
    first = backing.ask()
    backing.do(services.decline, actor=backing.other, backer=first)
    second = backing.ask()
    answer(world, backing.other)
    backing.promise(second)
    world.hand_in(backing.bid, backing.lead)
    with pytest.raises(NotYours):
        backing.off(second, actor=backing.other)
    backing.off(second)
    version = world.hand_in(backing.bid, backing.lead)
    assert version.version == 2
    assert "backers" not in content_of_text(bids.read_copy(backing.bid, version, world.keys))
    with pytest.raises(errors.BackingNotFound):
        queries.asked(world.session, second.public_id, backing.other.organisation_id)


def test_a_withdrawn_bid_releases_who_it_relied_on_and_drafts_are_erased(backing, world):
    backer = backing.ask()
    answer(world, backing.other)
    backing.promise(backer)
    with atomic(world.session) as session:
        submission.withdraw_bid(session, bid=backing.bid, actor=backing.lead, at=world.at)
    world.session.expire_all()
    assert backer.left_at is not None
    assert backer.content is None


def test_the_database_holds_the_same(backing, world):
    backer = backing.ask()
    answer(world, backing.other)
    backing.promise(backer)
    version = world.hand_in(backing.bid, backing.lead)
    for change in (
        "promise = 'Toch iets anders dan eerst.'",
        "content = NULL, content_key = NULL",
        "means = 'Toch iets anders.'",
    ):
        with pytest.raises(DBAPIError, match="stays"), atomic(world.session) as session:
            session.execute(text(f"UPDATE bid_backer SET {change}"))
    with pytest.raises(DBAPIError, match="stays"), atomic(world.session) as session:
        session.execute(text("DELETE FROM bid_backer"))
    third = world.supplier("Struik")
    backing.ask(third)
    with pytest.raises(DBAPIError, match="promised nothing"), atomic(world.session) as session:
        session.execute(text(AGAIN), {"id": version.id})
    world.closes()
    with pytest.raises(DBAPIError, match="takes no bids"), atomic(world.session) as session:
        session.execute(text("UPDATE bid_backer SET left_at = now()"))


def test_lead_and_other_see_the_row_nobody_else_does(backing, world):
    backing.ask()
    session = world.session
    seen = {}
    for name, who in {"lead": backing.lead, "other": backing.other, "buyer": world.anna}.items():
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": str(who.user_id)},
        )
        seen[name] = len(session.execute(text("SELECT 1 FROM bid_backer")).all())
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
    assert seen == {"lead": 1, "other": 1, "buyer": 0}


def test_statements_of_others_move_to_a_new_key(backing, world):
    backer = backing.ask()
    answer(world, backing.other)
    backing.promise(backer)
    world.keys.rotate()
    with atomic(world.session) as session:
        assert consortia.relock_backers(session, keys=world.keys) == 1
        assert consortia.relock_backers(session, keys=world.keys) == 0
    world.hand_in(backing.bid, backing.lead)


def test_from_asking_to_promising_on_the_pages(backing, world, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.at)
    lead = sign_in_user(world.session.get(User, backing.lead.user_id))
    there = f"/tenders/{world.tender.number}/bid/backers"
    assert there in ok(lead.get(f"/tenders/{world.tender.number}/bid"), 200).text
    assert "Eén eerder werk" in ok(lead.get(there), 200).text
    ok(lead.post(there, data={"kvk": "12", "means": MEANS}), 422)
    ok(lead.post(there, data={"kvk": backing.kvk(backing.other), "criteria": ["c1"], "means": MEANS}))
    page = ok(lead.get(there), 200).text
    assert "gevraagd" in page
    assert "Boom" in ok(lead.get(f"/tenders/{world.tender.number}/bid/check"), 200).text
    other = sign_in_user(world.session.get(User, backing.other.user_id))
    assert "Iemand vraagt om uw middelen" in ok(other.get("/"), 200).text
    (row,) = others.backers(world.session, backing.bid.id)
    here = f"/backing/{row.public_id}"
    assert "Dit mist nog of verloopt" in ok(other.get(here), 200).text
    answer(world, backing.other)
    assert "Nee, dit doen wij niet" in ok(other.get(here), 200).text
    ok(other.get(f"{here}/decline"), 200)
    ok(other.get(f"{here}/promise"), 200)
    ok(other.post(f"{here}/promise", data={"words": "ja"}), 422)
    ok(other.post(f"{here}/promise", data={"words": WORDS}))
    assert "U zegde dit toe" in ok(other.get(here), 200).text
    lead = sign_in_user(world.session.get(User, backing.lead.user_id))
    ok(lead.get(here), 404)
    assert "toegezegd" in ok(lead.get(there), 200).text
    ok(lead.post(f"/tenders/{world.tender.number}/bid/backers/{row.public_id}/off"))
    assert "Boom" not in ok(lead.get(there), 200).text


def test_who_is_asked_reads_a_tender_by_invitation(backing, world):
    backer = backing.ask()
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
        session.execute(text("UPDATE tender SET access = 'invited'"))
    mine = select(Tender.id).where(visible_to(backing.other))
    assert world.session.scalars(mine).all() == [world.tender.id]
    with atomic(world.session) as session:
        session.execute(text("UPDATE bid_backer SET left_at = now() WHERE id = :id"), {"id": backer.id})
    assert world.session.scalars(mine).all() == []
