"""A member's own statement in a joint bid: given as it signs, told to its lead as a day, read by the buyer later."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from procurement.bids import services as bids
from procurement.consortia import errors
from procurement.consortia import queries as members
from procurement.consortia import services as consortia
from procurement.consortia.models import MemberStatement
from procurement.enclosures import rules as enclosures
from procurement.envelopes.rules import content_of_text
from procurement.joining import services
from procurement.opening.models import OpenedBid
from procurement.opening.queries import undecided
from tests.procurement.enclosures.test_services import CRIME, DEMAND, answer, state
from tests.procurement.panel import ok
from tests.procurement.together import Together


@pytest.fixture
def together(world) -> Together:
    world.ask(DEMAND)
    made = Together(world)
    answer(world, made.lead)
    state(world, made.bid, made.lead)
    return made


@pytest.fixture
def walk(world, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return lambda actor: sign_in_user(world.session.get(User, actor.user_id))


def stated(world) -> list[MemberStatement]:
    world.session.expire_all()
    return list(world.session.scalars(select(MemberStatement)))


def test_a_member_signs_only_with_its_own_statement_and_all_of_them_are_sealed(together, world):
    together.ready()
    answer(world, together.one, yes=CRIME[:1])
    with pytest.raises(errors.OwnStatementMissing):
        together.sign(together.two)
    together.sign(together.one)
    answer(world, together.two)
    together.sign(together.two)
    assert all(b"Boete" not in each.content for each in stated(world))
    version = together.hand_in()
    content = content_of_text(bids.read_copy(together.bid, version, world.keys))
    told = {str(together.organisation(each).public_id): each for each in (together.one, together.two)}
    assert set(content["member_grounds"]) == set(told)
    assert all(set(each["answers"]) == set(CRIME) for each in content["member_grounds"].values())
    (point,) = enclosures.points(content)
    assert (point.code, point.who) == (CRIME[0], "Lid B")


def test_handing_in_stops_when_a_statement_runs_out_before_a_later_closing(together, world):
    together.ready()
    answer(world, together.one)
    answer(world, together.two)
    together.sign()
    there = members.running(world.session, together.bid.id)
    late = max(each.statement.valid_until for each in there) + timedelta(days=1)
    with pytest.raises(errors.MembersUnstated) as fault:
        consortia.all_stated(there, demand=DEMAND, closes_on=late, keys=world.keys)
    assert fault.value.facts["names"] == "Lid B, Lid C"
    assert late > local_date(world.at)


def test_the_database_refuses_a_joint_bid_without_a_members_statement(together, world):
    together.ready()
    answer(world, together.one)
    answer(world, together.two)
    together.sign()
    version = together.hand_in()
    with pytest.raises(DBAPIError, match="has stated nothing"), atomic(world.session) as session:
        session.execute(text("DELETE FROM member_statement"))
        session.execute(
            text(
                "INSERT INTO bid_version (bid_id, version, receipt, digest, sealed, own_copy, own_key, submitted_by_id,"
                " submitted_at) SELECT bid_id, version + 1, 'I-TEST', digest, sealed, own_copy, own_key,"
                " submitted_by_id, submitted_at FROM bid_version WHERE id = :id"
            ),
            {"id": version.id},
        )
    with pytest.raises(DBAPIError, match="stays"), atomic(world.session) as session:
        session.execute(text("UPDATE member_statement SET valid_until = valid_until + 1"))


def test_a_statement_goes_with_the_signature_and_with_the_draft(together, world):
    together.ready()
    answer(world, together.one)
    answer(world, together.two)
    together.sign()
    together.do(services.take_back, actor=together.one, member=together.row(together.one))
    assert [each.member_id for each in stated(world)] == [together.row(together.two).id]
    together.sign(together.one)
    together.hand_in()
    world.closes()
    with pytest.raises(DBAPIError), atomic(world.session) as session:
        session.execute(text("DELETE FROM member_statement"))
    with atomic(world.session) as session:
        session.execute(text("UPDATE bid SET draft = NULL, draft_key = NULL"))
    assert stated(world) == []


def test_the_lead_and_the_member_see_the_row_nobody_else_does(together, world):
    together.ready()
    answer(world, together.one)
    together.sign(together.one)
    session = world.session
    seen = {}
    for name, who in {
        "lead": together.lead,
        "one": together.one,
        "two": together.two,
        "buyer": world.anna,
    }.items():
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": str(who.user_id)},
        )
        seen[name] = len(session.execute(text("SELECT 1 FROM member_statement")).all())
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
    assert seen == {"lead": 1, "one": 1, "two": 0, "buyer": 0}


def test_statements_move_to_a_new_key(together, world):
    together.ready()
    answer(world, together.one)
    together.sign(together.one)
    with atomic(world.session) as session:
        world.keys.rotate()
        assert consortia.relock(session, keys=world.keys) == 1
        assert consortia.relock(session, keys=world.keys) == 0
    (row,) = stated(world)
    assert set(consortia.read_stated(row, world.keys)["answers"]) == set(CRIME)


def test_pages_tell_the_member_what_is_missing_and_the_lead_no_answers(together, walk, world):
    together.ready()
    page, sign = f"/joint-bids/{together.bid.public_id}", f"/joint-bids/{together.bid.public_id}/sign"
    one = walk(together.one)
    for each in (page, sign):
        found = ok(one.get(each), 200).text
        assert "Uw eigen verklaring" in found
        assert "/statements/crime" in found
    assert "Ik las alles" not in ok(one.get(sign), 200).text
    answer(world, together.one, yes=CRIME[:1])
    assert "Ik las alles" in ok(one.get(sign), 200).text
    together.sign(together.one)
    shown = ok(walk(together.lead).get(f"/tenders/{world.tender.number}/bid/joint"), 200).text
    assert "verklaring is er" in shown
    assert "verklaring komt bij het tekenen" in shown
    assert "Boete" not in shown


def test_a_yes_of_a_member_waits_for_a_person(together, world):
    together.ready()
    answer(world, together.one, yes=CRIME[:1])
    answer(world, together.two)
    together.sign()
    together.hand_in()
    world.closes()
    world.release(world.anna, world.bram)
    world.open(world.bram)
    (opened,) = world.session.scalars(select(OpenedBid))
    assert undecided(world.session, world.tender.id) == {opened.id}
