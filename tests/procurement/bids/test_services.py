import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import BsnFound
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.bids import queries, rules, services
from procurement.bids.errors import (
    BidAfterDeadline,
    BidNotFound,
    BidUnfinished,
    BidWithdrawn,
    CheckedOther,
    DraftChanged,
    DraftClosed,
    MayNotBid,
    NotYours,
    TenderNotOpen,
    UnknownPart,
    WithdrawalAfterDeadline,
)
from procurement.bids.models import Bid, BidVersion, LateAttempt
from procurement.envelopes import rules as envelopes
from procurement.exclusions.errors import ExclusionUnfounded
from procurement.exclusions.services import exclude_supplier
from procurement.submission import services as submission
from procurement.tenders.models import Lot


def test_a_bid_is_handed_in_with_a_receipt_a_letter_and_a_readable_copy(world):
    actor = world.supplier()
    bid = world.start(actor)
    assert services.read_draft(bid, world.keys) == rules.Draft()
    world.fill(bid, actor)
    version = world.hand_in(bid, actor)
    assert (bid.version, version.version) == (1, 1)
    assert bid.submitted_at == version.submitted_at < world.tender.closes_at
    copy = services.read_copy(bid, version, world.keys)
    assert envelopes.commitment(copy) == version.digest
    inside = json.loads(copy)
    assert (inside["tender"], inside["bid"], inside["version"]) == (
        str(world.tender.public_id), str(bid.public_id), 1,
    )  # fmt: skip
    assert inside["content"]["price"] == {"minor": 4_711_833, "currency": "EUR"}
    letter = world.session.scalars(select(Mail).where(Mail.key == f"bid:{version.receipt}")).one()
    assert version.digest in letter.text
    assert world.tender.number in letter.subject


def test_starting_twice_is_one_bid(world):
    actor = world.supplier()
    assert world.start(actor).id == world.start(actor).id


def test_handing_in_the_same_draft_twice_is_once(world):
    actor = world.supplier()
    bid = world.bid_of(actor)
    again = world.hand_in(bid, actor)
    assert again.version == 1
    assert len(queries.versions(world.session, bid.id)) == 1


def test_a_changed_bid_is_a_new_version_and_the_old_one_stays(world):
    actor = world.supplier()
    bid = world.bid_of(actor)
    world.fill(bid, actor, price=5_000_000)
    state = queries.state_of(bid, world.tender, queries.database_now(world.session))
    assert state is rules.BidState.CHANGED
    assert world.hand_in(bid, actor).version == 2
    assert [each.version for each in queries.versions(world.session, bid.id)] == [2, 1]
    assert len({each.receipt for each in queries.versions(world.session, bid.id)}) == 2


def test_an_unfinished_bid_names_what_is_missing(world):
    actor = world.supplier()
    bid = world.start(actor)
    with pytest.raises(BidUnfinished) as fault:
        world.hand_in(bid, actor)
    assert fault.value.facts["tasks"] == "Prijs, Plan van aanpak, Werk voor de buurt, Verklaringen"


def test_what_was_not_checked_is_not_handed_in(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    with pytest.raises(CheckedOther):
        world.hand_in(bid, actor, seen=bid.draft_version - 1)
    assert bid.version == 0


def save(world, bid, actor, name, value, seen):
    with atomic(world.session) as session:
        return services.save_part(
            session,
            chance=world.chance(),
            bid=bid,
            name=name,
            value=value,
            seen=seen,
            actor=actor,
            keys=world.keys,
        )


def test_two_people_may_fill_different_pages_but_not_overwrite_one_unseen(world):
    actor = world.supplier()
    bid = world.start(actor)
    save(world, bid, actor, "q:plan", {"text": "van de een"}, 0)
    save(world, bid, actor, "q:social", {"text": "van de ander"}, 0)
    with pytest.raises(DraftChanged) as fault:
        save(world, bid, actor, "q:plan", {"text": "van de ander"}, 0)
    assert fault.value.facts == {"saved": 1}
    assert services.read_draft(bid, world.keys).part("q:plan").value == {"text": "van de een"}
    save(world, bid, actor, "q:plan", {"text": "van de een"}, 0)  # the same text is no quarrel
    save(world, bid, actor, "q:plan", {"text": "van de ander"}, 1)
    assert services.read_draft(bid, world.keys).saves == 3


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("q:plan", {"text": "Bel Zon, 111222333"}),
        ("q:plan", {"text": "goed", "pledges": [{"what": "werk voor 111222333"}]}),
        ("price", {"typed": "10", "note": "111222333"}),
    ],
)
def test_a_citizen_service_number_is_not_kept_not_even_for_later(world, part, value):
    actor = world.supplier()
    bid = world.start(actor)
    with pytest.raises(BsnFound):
        save(world, bid, actor, part, value, 0)
    assert services.read_draft(bid, world.keys).saves == 0


def test_a_part_the_tender_does_not_have_is_not_found(world):
    actor = world.supplier()
    bid = world.start(actor)
    with pytest.raises(UnknownPart):
        save(world, bid, actor, "q:other", {"text": "x"}, 0)


def test_a_late_bid_is_refused_named_and_logged_without_content(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    world.closes()
    with pytest.raises(BidAfterDeadline) as fault:
        world.hand_in(bid, actor)
    assert fault.value.facts == {"closed_at": world.tender.closes_at}
    assert world.session.scalars(select(BidVersion).where(BidVersion.bid_id == bid.id)).all() == []
    (late,) = queries.late_attempts(world.session, world.tender.id)
    assert (late.kind, late.user_id, late.organisation_id) == ("submit", actor.user_id, actor.organisation_id)
    assert late.at > world.tender.closes_at
    assert len(late.digest) == 64
    assert services.read_draft(bid, world.keys).saves == 4  # the draft is kept, as the message says
    with pytest.raises(DraftClosed):
        save(world, bid, actor, "q:plan", {"text": "te laat"}, 2)
    assert queries.state_of(bid, world.tender, queries.database_now(world.session)) is rules.BidState.EXPIRED


def test_the_caller_cannot_lie_about_the_time(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    world.closes()
    world.at -= timedelta(days=1)
    with pytest.raises(BidAfterDeadline):
        world.hand_in(bid, actor)


def test_the_database_refuses_a_late_version_by_itself(world):
    """The third fence: even a writer that skips the service."""
    actor = world.supplier()
    bid = world.start(actor)
    world.closes()
    insert = text(
        "INSERT INTO bid_version (bid_id, version, receipt, sealed, digest, own_copy, own_key, submitted_by_id, "
        "submitted_at) VALUES (:bid, 1, 'x', '', repeat('0', 64), '', '', :user, '2020-01-01')"
    )
    with pytest.raises(DBAPIError, match="takes no bids"), world.session.begin_nested():
        world.session.execute(insert, {"bid": bid.id, "user": actor.user_id})
    with pytest.raises(DBAPIError, match="takes no bids"), world.session.begin_nested():
        world.session.execute(text("UPDATE bid SET withdrawn_at = now() WHERE id = :bid"), {"bid": bid.id})


def test_the_gate_closing_between_check_and_store_is_a_late_bid_too(world, monkeypatch):
    """The clock passes the deadline while the text is being sealed."""
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    other = world.bid_of(world.supplier("Ander"))
    real = submission.envelopes.envelope

    def slow(place, content):
        world.session.execute(text("UPDATE database_clock SET shift = interval '2 hours'"))
        return real(place, content)

    monkeypatch.setattr(submission.envelopes, "envelope", slow)
    with pytest.raises(BidAfterDeadline):
        world.hand_in(bid, actor)
    assert len(queries.late_attempts(world.session, world.tender.id)) == 1
    monkeypatch.undo()
    enter = submission._enter

    def slow_entry(session, tender_id):
        found = enter(session, tender_id)
        session.execute(text("UPDATE database_clock SET shift = interval '2 hours'"))
        return found

    monkeypatch.setattr(submission, "_enter", slow_entry)
    owner = Actor(bid.started_by_id, "", other.organisation_id, "", frozenset({Role.BOARD}))
    with pytest.raises(WithdrawalAfterDeadline):
        world.withdraw(other, owner)
    world.session.expire_all()
    assert world.session.get_one(Bid, other.id).withdrawn_at is None


def test_withdrawing_is_possible_until_the_deadline_and_then_starting_again(world):
    actor = world.supplier()
    bid = world.bid_of(actor)
    world.withdraw(bid, actor)
    assert bid.draft is None
    assert queries.state_of(bid, world.tender, world.at) is rules.BidState.WITHDRAWN
    with pytest.raises(BidWithdrawn):
        world.withdraw(bid, actor)
    with pytest.raises(BidWithdrawn):
        world.hand_in(bid, actor)
    again = world.bid_of(actor)
    assert again.id != bid.id
    world.closes()
    with pytest.raises(WithdrawalAfterDeadline):
        world.withdraw(again, actor)
    assert [each.kind for each in queries.late_attempts(world.session, world.tender.id)] == ["withdraw"]
    assert again.withdrawn_at is None


def test_a_stopped_tender_takes_no_bids(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    with atomic(world.session):
        world.tender.cancelled_at, world.tender.cancel_reason = world.at, "Geen geld"
    with pytest.raises(TenderNotOpen):
        world.hand_in(bid, actor)


def test_only_the_board_hands_in_and_only_for_its_own_organisation(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    member = Actor(actor.user_id, "", actor.organisation_id, "", frozenset({Role.MEMBER}))
    stranger = world.supplier("Ander")
    for wrong in (member, stranger):
        with pytest.raises(NotYours):
            world.hand_in(bid, wrong)
    with pytest.raises(NotYours):
        save(world, bid, stranger, "q:plan", {"text": "x"}, 2)
    world.hand_in(bid, actor)
    with pytest.raises(NotYours):
        world.withdraw(bid, member)
    with pytest.raises(BidNotFound):
        queries.own_bid(world.session, bid.public_id, stranger.organisation_id)
    assert queries.own_bid(world.session, bid.public_id, actor.organisation_id) is bid


def test_who_may_not_bid_hears_why_and_starts_nothing(world):
    own = Actor(world.anna.user_id, "", world.buyer.id, "", frozenset({Role.BOARD}))
    no_kvk = world.supplier("Zonder nummer", kvk_number=None)
    resident = Actor(world.anna.user_id, "", None, "", frozenset({Role.RESIDENT}))
    for actor, bar in (
        (own, rules.Bar.OWN_TENDER),
        (no_kvk, rules.Bar.NO_KVK),
        (resident, rules.Bar.NO_ORGANISATION),
    ):
        assert services.bars(world.session, world.chance(), actor, world.at) == [bar]
        with pytest.raises(MayNotBid):
            world.start(actor)


def exclude(world, organisation_id, days=30, reason="Bewezen fraude"):
    organisation = world.session.get_one(Organisation, organisation_id)
    today = local_date(world.at)
    with atomic(world.session) as session:
        return exclude_supplier(
            session, buyer=world.buyer, organisation=organisation, reason=reason, starts_on=today,
            ends_on=today + timedelta(days=days), decided_by_id=world.anna.user_id, at=world.at,
        )  # fmt: skip


def test_an_excluded_supplier_may_not_bid_not_even_with_a_draft(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    exclude(world, actor.organisation_id)
    assert services.bars(world.session, world.chance(), actor, world.at) == [rules.Bar.EXCLUDED]
    with pytest.raises(MayNotBid):
        world.hand_in(bid, actor)
    for facts in ({"reason": " "}, {"days": 0}):
        with pytest.raises(ExclusionUnfounded):
            exclude(world, actor.organisation_id, **facts)


def test_what_was_handed_in_never_changes(world):
    bid = world.bid_of(world.supplier())
    for statement in (
        "UPDATE bid_version SET sealed = ''",
        "UPDATE bid_version SET digest = repeat('0', 64)",
        "DELETE FROM bid_version",
        "DELETE FROM bid",
        "UPDATE bid SET version = 7",
        f"UPDATE bid SET organisation_id = {world.buyer.id} WHERE id = {bid.id}",
        "INSERT INTO bid_version SELECT * FROM bid_version",
    ):
        with pytest.raises(DBAPIError), world.session.begin_nested():
            world.session.execute(text(statement))


def test_late_attempts_are_never_changed(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.closes()
    with pytest.raises(BidAfterDeadline):
        world.hand_in(bid, actor)
    assert world.session.scalar(select(func.count()).select_from(LateAttempt)) == 1
    with pytest.raises(DBAPIError), world.session.begin_nested():
        world.session.execute(text("DELETE FROM late_attempt"))


def test_a_tender_without_a_key_takes_no_bids(world):
    with atomic(world.session):
        world.tender = world.make_tender(sealed=False)
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    with pytest.raises(TenderNotOpen):
        world.hand_in(bid, actor)
    with atomic(world.session):
        world.tender = world.make_tender()
    world.tender.closes_at = None
    with world.session.no_autoflush, pytest.raises(BidNotFound):
        queries.Opportunity(world.tender, Lot(number=1, title=""), [], world.at).closes_on  # noqa: B018 (reading it is what is refused)
    world.session.expire_all()


def test_a_fault_of_the_database_that_is_not_the_deadline_is_not_called_late(world, monkeypatch):
    world.bid_of(world.supplier("Een"))
    monkeypatch.setattr(submission.rules, "new_receipt", lambda: "I-TWICE")
    world.bid_of(world.supplier("Twee"))
    actor = world.supplier("Drie")
    bid = world.start(actor)
    world.fill(bid, actor)
    with pytest.raises(DBAPIError, match="receipt"):
        world.hand_in(bid, actor)
    assert queries.late_attempts(world.session, world.tender.id) == []


def test_a_bid_withdrawn_while_it_is_started_is_said(world, monkeypatch):
    monkeypatch.setattr(services.queries, "find_running", lambda *_: None)
    with pytest.raises(BidWithdrawn):
        world.start(world.supplier())
