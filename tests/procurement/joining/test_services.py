"""Bidding together: inviting, saying, asking, signing, taking back; who may, and what the database itself refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.bids import queries as bid_queries
from procurement.bids import services as bids
from procurement.bids.errors import BidUnfinished, DraftClosed, NotYours, WithdrawalAfterDeadline
from procurement.bids.models import LateAttempt
from procurement.bids.rules import BidState
from procurement.consortia import errors as consortia
from procurement.consortia import queries as members
from procurement.consortia import rules
from procurement.envelopes.rules import content_of_text
from procurement.exclusions.services import exclude_supplier
from procurement.joining import errors, queries, services
from procurement.opening.models import OpenedBid
from tests.procurement.together import REASON, Together


@pytest.fixture
def together(world) -> Together:
    return Together(world)


def mails(session, subject: str) -> int:
    return sum(subject in each.subject for each in session.scalars(select(Mail)))


def test_from_invitation_to_three_signatures_in_one_bid(together, world):
    together.ready()
    with pytest.raises(consortia.SignaturesMissing) as fault:
        together.hand_in()
    assert fault.value.facts["names"] == "Lid B, Lid C"
    together.sign()
    version = together.hand_in()
    content = content_of_text(bids.read_copy(together.bid, version, world.keys))
    assert [(each["name"], each["share"], each["lead"]) for each in content["joint"]["members"]] == [
        ("Lid A", 6000, True), ("Lid B", 2500, False), ("Lid C", 1500, False),
    ]  # fmt: skip
    assert content["joint"]["liable"] is True
    assert all(each["reason"] == REASON and each["kvk"] for each in content["joint"]["members"])
    assert {each.in_version for each in members.running(world.session, together.bid.id)} == {1}
    assert mails(world.session, "vraagt u om samen") == 2
    assert mails(world.session, "Iedereen tekende") == 1


def test_a_change_after_signing_asks_for_every_signature_again(together, world):
    together.ready()
    together.sign()
    world.fill(together.bid, together.lead, price=4_000_000)
    for change in (lambda: None, together.ask):
        change()
        with pytest.raises(consortia.SignaturesMissing):
            together.hand_in()
    together.sign()
    together.share(5000, 2500, 2500)
    with pytest.raises(consortia.SignaturesMissing):
        together.hand_in()
    together.ask()
    together.sign()
    assert together.hand_in().version == 1


def test_one_signs_what_one_read_and_only_when_asked(together, world):
    together.invite()
    together.say()
    together.share(6000, 2500, 1500)
    with pytest.raises(errors.NotAsked):
        together.sign(together.one)
    together.ask()
    seen = together.bid.draft_version
    world.fill(together.bid, together.lead, price=4_000_000)
    with pytest.raises(errors.NotAsked):
        together.sign(together.one, seen=seen)
    together.ask()
    with pytest.raises(errors.NotAsked):
        together.sign(together.one, seen=seen)


def test_nobody_is_asked_before_all_is_whole(together):
    together.invite()
    with pytest.raises(errors.NotReady) as fault:
        together.ask()
    assert "Lid B" in fault.value.facts["tasks"]
    together.say()
    with pytest.raises(errors.NotReady):
        together.ask()
    with pytest.raises(BidUnfinished):
        together.share(6000, 2500, 1500)
        together.say()
        together.do(services.explain, actor=together.lead, member=None, reason=REASON, liable=True)
        raise BidUnfinished
    together.ask()


def test_shares_of_99_99_are_refused_and_nothing_is_kept(together):
    together.invite()
    with pytest.raises(consortia.SharesNotWhole, match=r"99[.,]99"):
        together.share(6000, 2500, 1499)
    with pytest.raises(consortia.ShareWrong):
        together.share(10_000, 0, 0)
    with pytest.raises(errors.MembersChanged):
        together.share(6000, 4000)


def test_whom_one_cannot_invite(together, world):
    with pytest.raises(errors.CannotInvite):
        together.invite(together.lead)
    with pytest.raises(errors.CannotInvite):
        together.do(services.invite, actor=together.lead, kvk=world.buyer.kvk_number)
    with pytest.raises(errors.OrganisationUnknown):
        together.do(services.invite, actor=together.lead, kvk="00000000")
    together.invite(together.one)
    with pytest.raises(errors.CannotInvite):
        together.invite(together.one)
    with pytest.raises(NotYours):
        together.do(services.invite, actor=together.one, kvk=together.organisation(together.two).kvk_number)


def test_only_the_board_of_a_member_joins_and_signs(together, world):
    together.ready()
    plain = Actor(together.one.user_id, "", together.one.organisation_id, "", frozenset({Role.MEMBER}))
    other = world.supplier("Vreemd")
    for actor in (plain, other, together.two):
        with pytest.raises(errors.NotForYou):
            together.do(
                services.sign, actor=actor, member=together.row(together.one), seen=together.bid.draft_version
            )
    with pytest.raises(errors.JointBidNotFound):
        queries.joint_bid(world.session, together.bid.public_id, other.organisation_id)
    with pytest.raises(NotYours):
        together.do(services.ask, actor=together.one)


def test_an_excluded_member_neither_signs_nor_is_carried_along(together, world):
    together.ready()
    together.sign(together.two)
    with atomic(world.session) as session:
        exclude_supplier(
            session, buyer=world.buyer, organisation=together.organisation(together.two), reason="Fraude",
            starts_on=local_date(world.at), ends_on=local_date(world.at) + timedelta(days=30),
            decided_by_id=world.anna.user_id, at=world.at,
        )  # fmt: skip
    with pytest.raises(consortia.MemberMayNotBid, match="Lid C"):
        together.sign(together.one)
        together.hand_in()
    with pytest.raises(errors.MayNotSign):
        together.do(services.sign, actor=together.two, member=together.row(together.two), seen=0)


def test_who_bids_alone_does_not_bid_together_on_the_same_lot(together, world):
    together.ready()
    world.bid_of(together.one)
    with pytest.raises(consortia.TakesPartTwice):
        together.sign(together.one)
    alone = bid_queries.find_running(world.session, world.chance().lot.id, together.one.organisation_id)
    world.withdraw(alone, together.one)
    together.sign()
    together.hand_in()
    again = world.start(together.one)
    world.fill(again, together.one)
    with pytest.raises(consortia.TakesPartTwice):
        world.hand_in(again, together.one)


def test_signed_and_then_alone_stops_the_joint_bid_by_the_database(together, world):
    together.ready()
    together.sign()
    world.bid_of(together.one)
    with pytest.raises(consortia.TakesPartTwice):
        together.hand_in()


def test_a_signature_taken_back_takes_the_bid_out_of_the_box_and_keeps_the_draft(together, world):
    together.ready()
    together.sign()
    together.hand_in()
    assert together.state() is BidState.SUBMITTED
    saves = together.bid.draft_version
    was_in = together.do(services.take_back, actor=together.two, member=together.row(together.two))
    assert was_in
    with pytest.raises(errors.NothingSigned):
        together.do(services.take_back, actor=together.two, member=together.row(together.two))
    assert together.state() is BidState.DRAFT
    assert together.bid.draft_version == saves
    assert mails(world.session, "een handtekening is ingetrokken") == 3
    with pytest.raises(consortia.SignaturesMissing):
        together.hand_in()
    together.ask()
    together.sign(together.two)
    assert together.hand_in().version == 2
    world.closes()
    world.release(world.anna, world.bram)
    world.open(world.bram)
    opened = world.session.scalars(select(OpenedBid)).one()
    assert opened.version == 2
    assert opened.fault is None


def test_what_was_taken_out_is_not_opened(together, world):
    together.ready()
    together.sign()
    together.hand_in()
    together.do(services.take_back, actor=together.one, member=together.row(together.one))
    world.closes()
    world.release(world.anna, world.bram)
    world.open(world.bram)
    assert world.session.scalars(select(OpenedBid)).all() == []


def test_after_closing_a_signature_stands(together, world):
    together.ready()
    together.sign()
    together.hand_in()
    world.closes()
    with pytest.raises(WithdrawalAfterDeadline):
        together.do(services.take_back, actor=together.two, member=together.row(together.two))
    late = world.session.scalars(select(LateAttempt)).one()
    assert (late.kind, late.organisation_id) == ("withdraw", together.two.organisation_id)
    with pytest.raises(DraftClosed):
        together.ask()


def test_leaving_keeps_the_draft_for_the_others(together, world):
    together.ready()
    together.sign()
    together.hand_in()
    assert together.do(services.leave, actor=together.two, member=together.row(together.two))
    draft = bids.read_draft(together.bid, world.keys)
    assert len(draft.members) == 2
    assert draft.part("q:plan").value["text"]
    together.share(7000, 3000)
    together.ask()
    together.sign(together.one)
    assert together.hand_in().version == 2
    with pytest.raises(errors.JointBidNotFound):
        queries.joint_bid(world.session, together.bid.public_id, together.two.organisation_id)


def test_the_lead_takes_a_member_off_and_then_bids_alone(together, world):
    together.invite(together.one)
    together.do(services.leave, actor=together.lead, member=together.row(together.one))
    assert bids.read_draft(together.bid, world.keys).members == []
    assert "joint" not in content_of_text(bids.read_copy(together.bid, together.hand_in(), world.keys))


def test_who_says_no_is_told_as_that_to_those_who_go_on(together, world):
    together.invite(together.one)
    together.do(services.leave, actor=together.one, member=together.row(together.one))
    letters = {
        each.recipient: each
        for each in world.session.scalars(select(Mail))
        if "doet niet mee" in each.subject
    }
    assert mails(world.session, "handtekening") == 0
    assert len(letters) == 1, "who said no gets no letter about itself"
    assert "zei nee op de uitnodiging" in next(iter(letters.values())).text
    together.invite(together.one)
    together.do(services.leave, actor=together.lead, member=together.row(together.one))
    assert mails(world.session, "u bent niet meer uitgenodigd") == 1


@pytest.mark.parametrize(
    ("was_in", "had_joined", "by_lead", "expected"),
    [
        (True, True, False, rules.Ending.OUT), (True, True, True, rules.Ending.OUT), (False, True, True, rules.Ending.LEFT),
        (False, True, False, rules.Ending.LEFT), (False, False, False, rules.Ending.DECLINED),
        (False, False, True, rules.Ending.UNINVITED),
    ],
)  # fmt: skip
def test_how_somebody_stops(was_in, had_joined, by_lead, expected):
    assert rules.ending(was_in=was_in, had_joined=had_joined, by_lead=by_lead) is expected


def test_subcontractors_go_along_sealed(together, world):
    rows = [{"name": "Glas", "kvk": "", "what": "Ramen", "place": "Amsterdam", "share": 1500}]
    together.do(services.name_subcontractors, actor=together.lead, rows=rows)
    content = content_of_text(bids.read_copy(together.bid, together.hand_in(), world.keys))
    assert content["subcontractors"] == rows
    assert Decimal(content["subcontractors"][0]["share"]) == 1500


@pytest.mark.parametrize(
    "statement",
    [
        (
            "UPDATE bid_member SET signed_draft = 1, signed_digest = repeat('a', 64), signed_by_id = invited_by_id, "
            "signed_at = invited_at"
        ),
        "UPDATE bid_member SET in_version = 9",
        "UPDATE bid_member SET organisation_id = lead_id",
        "DELETE FROM bid_member",
        "UPDATE bid SET draft = 'x'",
        "UPDATE bid SET retracted = 1",
    ],
)
def test_the_database_keeps_signatures_to_what_they_were_given_for(together, world, statement):
    together.ready()
    together.sign(together.one)
    with pytest.raises(DBAPIError), world.session.begin_nested():
        world.session.execute(text(statement))


def test_the_database_itself_refuses_a_version_without_every_signature(together, world, monkeypatch):
    together.ready()
    together.sign(together.one)
    monkeypatch.setattr("procurement.submission.services._parties", lambda *_facts: [])
    with pytest.raises(DBAPIError, match="has not signed") as fault, world.session.begin_nested():
        world.session.execute(
            text(
                "INSERT INTO bid_version (bid_id, version, receipt, sealed, digest, own_copy, own_key, submitted_by_id, "
                "submitted_at) VALUES (:bid, 1, 'I-X', '', repeat('a', 64), '', 'k', :by, now())"
            ),
            {"bid": together.bid.id, "by": together.lead.user_id},
        )
    assert fault.value.orig.sqlstate == "CW027"


def test_the_fence_shows_a_joint_bid_to_its_members_and_nobody_else(together, world):
    together.ready()
    together.sign()
    together.hand_in()
    other = world.supplier("Vreemd")
    session = world.session

    def seen(actor):
        session.flush()
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": str(actor.user_id)},
        )
        found = tuple(
            len(session.execute(text(f"SELECT 1 FROM {name}")).all())
            for name in ("bid", "bid_version", "bid_member")
        )
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
        return found

    for actor in (together.lead, together.one, together.two):
        assert seen(actor) == (1, 1, 2)
    for actor in (other, world.anna, world.eva):
        assert seen(actor) == (0, 0, 0)
    together.do(services.leave, actor=together.two, member=together.row(together.two))
    assert seen(together.two) == (0, 0, 0)
