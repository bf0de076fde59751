"""A quote by invitation: who was asked to bid along reads it, as long as it is asked, and nobody else does."""

import pytest

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.transaction import atomic
from procurement.joining import services
from procurement.procedures.models import Admission
from tests.procurement.panel import ok
from tests.procurement.together import Together

INVITED = """
    WITH asked AS (
        INSERT INTO invitee (public_id, tender_id, organisation_id, reason, rotation, added_by_id, added_at)
        SELECT gen_random_uuid(), id, {lead}, 'Ervaren.', '{{}}', author_id, created_at FROM tender WHERE id = :id
    )
    UPDATE tender SET access = 'invited' WHERE id = :id
"""
"""One invitation, as the database asks it before publishing."""


@pytest.fixture
def together(world) -> Together:
    """A lead that was invited, and two that were not."""
    lead = world.supplier("Lid A")
    world.before_publishing = INVITED.format(lead=lead.organisation_id)
    with atomic(world.session) as session:
        world.tender = world.make_tender()
        session.add(
            Admission(tender_id=world.tender.id, organisation_id=lead.organisation_id, admitted_at=world.at)
        )
    world.chance = lambda: bids_of(world, lead)
    return Together(world, lead)


def bids_of(world, lead):
    return services.bids.opportunity(world.session, world.tender.number, world.lot, lead)


@pytest.fixture
def walk(world, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return lambda actor: sign_in_user(world.session.get(User, actor.user_id))


def test_a_member_reads_the_quote_from_being_asked_until_it_leaves(together, walk, world):
    page, listed = f"/tenders/{world.tender.number}", "/tenders?status=open"
    one = walk(together.one)
    ok(one.get(page), 404)
    assert page not in ok(one.get(listed), 200).text
    together.invite()
    assert world.tender.title in ok(one.get(page), 200).text
    assert page in ok(one.get(listed), 200).text
    assert world.tender.number in ok(one.get("/"), 200).text
    ok(one.get(f"{page}/questions"), 200)
    ok(walk(world.supplier("Vreemd")).get(page), 404)
    together.do(services.leave, actor=together.one, member=together.row(together.one))
    ok(one.get(page), 404)
    ok(walk(together.two).get(page), 200)


def test_a_member_that_signed_keeps_the_quote_and_its_copy_after_the_deadline(together, walk, world):
    together.invite()
    together.say()
    together.share(6000, 2500, 1500)
    together.ask()
    together.sign()
    together.hand_in()
    world.closes()
    one = walk(together.one)
    ok(one.get(f"/tenders/{world.tender.number}"), 200)
    ok(one.get(f"/bids/{together.bid.public_id}"), 200)
    ok(one.get(f"/bids/{together.bid.public_id}/copy.pdf"), 200)
    ok(walk(world.supplier("Vreemd")).get(f"/tenders/{world.tender.number}"), 404)


def test_who_was_asked_and_never_answered_reads_nothing_after_the_deadline(together, walk, world):
    together.invite(together.one)
    ok(walk(together.one).get(f"/tenders/{world.tender.number}"), 200)
    world.closes()
    ok(walk(together.one).get(f"/tenders/{world.tender.number}"), 404)
