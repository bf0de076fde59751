from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.audit.models import AuditRecord
from cwb.kernel import events
from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.bids.errors import BidAfterDeadline
from procurement.bids.models import BidVersion
from procurement.envelopes import rules as envelopes
from procurement.opening import policy, queries, rules, services, views
from procurement.opening.errors import AlreadyOpened, NotToOpen, NotYourTender, OpeningNotFound
from procurement.opening.events import BidsOpened
from procurement.sealing import rules as sealing
from procurement.sealing.errors import (
    NoShare,
    NothingReleased,
    PassphraseWrong,
    ReasonMissing,
    SamePerson,
    TooEarly,
)
from procurement.sealing.queries import tender_key


def open_together(world):
    world.release(world.anna, world.bram)
    return world.open(world.bram)


def read(world, actor=None):
    with atomic(world.session) as session:
        return services.read_bids(
            session, tender=world.tender, actor=actor or world.anna, purpose="test", at=world.at
        )


def test_two_officers_open_all_bids_after_the_deadline(world):
    heard = []
    events.listen(world.session, {BidsOpened: [lambda _, event: heard.append(event)]})
    suppliers = [world.supplier(f"Cooperatie {n}") for n in range(3)]
    for n, supplier in enumerate(suppliers):
        world.bid_of(supplier, price=1000 + n)
    gone = world.supplier("Ingetrokken")
    world.withdraw(world.bid_of(gone), gone)
    world.start(world.supplier("Alleen een concept"))
    world.closes()
    opening = open_together(world)
    assert (opening.first_user_id, opening.second_user_id) == (world.anna.user_id, world.bram.user_id)
    assert world.tender.opened_at == opening.opened_at >= world.tender.closes_at
    bids = read(world)
    assert [each.label for each in bids] == ["A", "B", "C"]
    assert sorted(each.price_minor for each in bids) == [1000, 1001, 1002]
    assert {each.organisation_id for each in bids} == {each.organisation_id for each in suppliers}
    assert all(each.fault is None and each.content["answers"]["plan"] for each in bids)
    assert bids[0].price.minor == bids[0].price_minor
    assert heard == [BidsOpened(world.tender.id, 3)]
    record = world.session.scalars(select(AuditRecord).where(AuditRecord.action == "bids.opened")).one()
    assert (record.facts["received"], record.facts["damaged"], record.facts["digest"]) == (
        3,
        0,
        opening.digest,
    )
    assert queries.find_opening(world.session, world.tender.id) is opening


def test_no_bids_is_an_opening_too(world):
    world.closes()
    open_together(world)
    assert list(read(world)) == []


def test_nothing_opens_before_the_deadline(world):
    world.bid_of(world.supplier())
    with pytest.raises(TooEarly):
        world.release(world.anna, world.bram)
    with pytest.raises(TooEarly):
        world.open(world.bram)


def test_the_database_refuses_an_early_release_by_itself(world):
    key = tender_key(world.session, world.tender.key_id)
    share = key.shares[0]
    statement = text(
        "INSERT INTO share_release (key_id, share_id, to_user_id, to_holder_id, sealed, released_at) "
        "VALUES (:key, :share, :user, :holder, '', now() + interval '1 year')"
    )
    facts = {"key": key.id, "share": share.id, "user": share.user_id, "holder": share.holder_id}
    with pytest.raises(DBAPIError, match="before closing"), world.session.begin_nested():
        world.session.execute(statement, facts)


def test_one_officer_alone_opens_nothing(world):
    world.closes()
    with pytest.raises(NothingReleased):
        world.open(world.anna)
    with pytest.raises(SamePerson):
        world.release(world.anna, world.anna)
    world.release(world.anna, world.bram)
    with pytest.raises(NothingReleased):
        world.open(world.anna)
    assert world.tender.opened_at is None


def test_a_wrong_passphrase_opens_nothing_and_is_counted(world):
    world.closes()
    with pytest.raises(PassphraseWrong):
        world.release(world.anna, world.bram, passphrase="heel iets anders")
    world.release(world.anna, world.bram)
    with pytest.raises(PassphraseWrong) as fault:
        world.open(world.bram, "heel iets anders")
    assert fault.value.facts == {"left": 4}
    assert world.tender.opened_at is None
    wrong = select(AuditRecord.actor_id).where(AuditRecord.action == "sealing.passphrase_wrong")
    assert set(world.session.scalars(wrong)) == {world.anna.user_id, world.bram.user_id}


def test_the_escrow_holder_takes_an_absent_officers_place_with_a_reason(world):
    world.bid_of(world.supplier())
    world.closes()
    with pytest.raises(ReasonMissing):
        world.release(world.eva, world.bram)
    world.release(world.eva, world.bram, reason="Anna is ziek")
    opening = world.open(world.bram)
    assert (opening.first_user_id, opening.escrow_reason) == (world.eva.user_id, "Anna is ziek")
    assert len(read(world)) == 1


def test_the_escrow_holder_may_be_the_second(world):
    world.closes()
    world.release(world.anna, world.eva, reason="Bram is weg")
    assert world.open(world.eva).escrow_reason == "Bram is weg"


def test_only_holders_of_a_share_who_still_have_their_place(world):
    world.closes()
    stranger = world.supplier()
    elsewhere = Actor(world.anna.user_id, "Anna", stranger.organisation_id, "", frozenset({Role.PURCHASER}))
    for actor in (stranger, elsewhere):
        with pytest.raises(NoShare):
            world.release(actor, world.bram)
        assert not services.may_take_part(world.tender, tender_key(world.session, world.tender.key_id), actor)
    assert services.may_take_part(world.tender, tender_key(world.session, world.tender.key_id), world.anna)
    assert services.may_take_part(world.tender, tender_key(world.session, world.tender.key_id), world.eva)


def test_opening_twice_changes_nothing(world):
    world.bid_of(world.supplier())
    world.closes()
    open_together(world)
    with pytest.raises(AlreadyOpened):
        world.open(world.bram)
    with pytest.raises(AlreadyOpened):
        world.release(world.anna, world.bram)
    assert len(read(world)) == 1


def test_a_stopped_tender_is_not_opened(world):
    world.closes()
    with atomic(world.session):
        world.tender.cancelled_at, world.tender.cancel_reason = world.at, "Gestopt"
    with pytest.raises(NotToOpen):
        world.release(world.anna, world.bram)


def test_after_a_release_the_deadline_stays(world):
    world.closes()
    world.release(world.anna, world.bram)
    with pytest.raises(DBAPIError, match="deadline stays"), world.session.begin_nested():
        world.session.execute(
            text("UPDATE tender SET closes_at = closes_at + interval '1 day' WHERE id = :id"),
            {"id": world.tender.id},
        )


def tamper(session, column, value, bid):
    """What an attacker with the database's own password could do."""
    session.execute(text("ALTER TABLE bid_version DISABLE TRIGGER keep_bid_version_content"))
    session.execute(
        text(f"UPDATE bid_version SET {column} = :value WHERE bid_id = :bid"), {"value": value, "bid": bid.id}
    )
    session.execute(text("ALTER TABLE bid_version ENABLE TRIGGER keep_bid_version_content"))
    session.commit()
    session.expire_all()


def envelope(world, bid, **changes):
    place = {
        "tender": str(world.tender.public_id),
        "lot": 1,
        "bid": str(bid.public_id),
        "version": 1,
        **changes,
    }
    content = {"price": {"minor": 1, "currency": "EUR"}, "answers": {}, "declarations": {}}
    return envelopes.envelope(envelopes.Place(**place), content)


def test_tampered_envelopes_are_flagged_and_the_others_opened(world):
    bids = {
        name: world.bid_of(world.supplier(name), price=5000)
        for name in ("goed", "stuk", "verruild", "vals", "hash")
    }
    key = tender_key(world.session, world.tender.key_id).public_key
    swapped = world.session.scalars(
        select(BidVersion.sealed).where(BidVersion.bid_id == bids["goed"].id)
    ).one()
    sealed = world.session.scalars(
        select(BidVersion.sealed).where(BidVersion.bid_id == bids["stuk"].id)
    ).one()
    tamper(world.session, "sealed", sealed[:-1] + bytes([sealed[-1] ^ 1]), bids["stuk"])
    tamper(world.session, "sealed", swapped, bids["verruild"])
    forged = envelope(world, bids["vals"])
    tamper(world.session, "sealed", sealing.seal(key, forged), bids["vals"])
    tamper(world.session, "digest", envelopes.commitment(forged), bids["vals"])
    tamper(world.session, "digest", "0" * 64, bids["hash"])
    world.closes()
    open_together(world)
    by_bid = {each.bid_id: each for each in read(world)}
    faults = {name: by_bid[bid.id].fault for name, bid in bids.items()}
    assert faults == {
        "goed": None, "stuk": "unreadable", "verruild": "other_bid", "vals": "replaced", "hash": "hash",
    }  # fmt: skip
    assert by_bid[bids["goed"].id].price_minor == 5000
    assert all((each.content is None) == (each.fault is not None) for each in by_bid.values())
    record = world.session.scalars(select(AuditRecord).where(AuditRecord.action == "bids.opened")).one()
    assert (record.facts["received"], record.facts["damaged"]) == (5, 4)


def test_a_broken_own_copy_is_flagged(world):
    good, bent = world.bid_of(world.supplier("Een")), world.bid_of(world.supplier("Twee"))
    tamper(world.session, "own_copy", b"rommel", bent)
    world.closes()
    open_together(world)
    assert {each.bid_id: each.fault for each in read(world)} == {good.id: None, bent.id: "replaced"}


def test_without_the_house_key_the_bids_still_open(world):
    world.bid_of(world.supplier())
    for file in world.keys.folder.iterdir():
        file.unlink()
    world.closes()
    open_together(world)
    assert [each.fault for each in read(world)] == [None]


def test_every_reading_is_written_down_and_only_the_buyer_and_auditors_read(world):
    world.bid_of(supplier := world.supplier())
    with pytest.raises(NotToOpen):
        read(world)
    world.closes()
    open_together(world)
    programme = Actor(world.eva.user_id, "P", world.office.id, "", frozenset({Role.PROGRAMME}))
    other = Actor(world.anna.user_id, "", world.office.id, "", frozenset({Role.PURCHASER}))
    for actor in (supplier, programme, other):
        with pytest.raises(NotYourTender):
            read(world, actor)
    read(world, world.anna)
    read(world, world.eva)
    assert [each.user.name for each in queries.accesses(world.session, world.tender.id)] == ["Eva", "Anna"]
    assert policy.may(world.eva, policy.SEE_RECORD, world.tender)
    assert not policy.may(supplier, policy.SEE_RECORD, world.tender)


def test_labels_do_not_follow_the_order_of_receipt(world, monkeypatch):
    """With the shuffle turned round, the labels turn round: nothing else decides them."""
    first, second = world.supplier("Een"), world.supplier("Twee")
    world.bid_of(first)
    world.bid_of(second)
    world.closes()
    monkeypatch.setattr(services.rules, "shuffled", lambda items: list(reversed(items)))
    open_together(world)
    assert [each.organisation_id for each in read(world)] == [second.organisation_id, first.organisation_id]


def test_a_late_attempt_stands_in_the_record(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    world.closes()
    with pytest.raises(BidAfterDeadline):
        world.hand_in(bid, actor)
    open_together(world)
    record = world.session.scalars(select(AuditRecord).where(AuditRecord.action == "bids.opened")).one()
    assert (record.facts["received"], record.facts["late"]) == (0, 1)
    with pytest.raises(BidAfterDeadline):
        world.hand_in(bid, actor)


def test_the_tender_waits_for_its_holders_until_it_is_opened(world):
    def waiting(actor):
        return [
            each.facts["number"] for each in views.tasks(world.session, actor, world.at + timedelta(days=90))
        ]

    number = world.tender.number
    assert waiting(world.bram) == [number]
    assert waiting(world.eva) == []  # keeps the third share: only when asked
    world.closes()
    world.release(world.anna, world.eva, reason="Bram is ziek")
    assert waiting(world.eva) == [number]
    open_together(world)
    assert waiting(world.eva) == []
    with pytest.raises(OpeningNotFound):
        queries.tender(world.session, "T-1999-0001")
    assert queries.tender(world.session, world.tender.number) is world.tender
    assert queries.received_list(world.session, world.tender.id) == []


def test_an_opening_never_changes(world):
    world.bid_of(world.supplier())
    world.closes()
    open_together(world)
    read(world)
    for table in ("opening", "opened_bid", "bid_access"):
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET tender_id = tender_id"):
            with pytest.raises(DBAPIError, match="refused"), world.session.begin_nested():
                world.session.execute(text(statement))


def test_labels_and_steps():
    assert [rules.label(n) for n in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
    assert sorted(rules.shuffled(range(50))) == list(range(50))
    facts = {"is_stopped": False, "is_opened": False, "is_closed": False, "is_released_to_me": False}
    assert rules.step(**facts) is rules.Step.WAIT
    facts["is_closed"] = True
    assert rules.step(**facts) is rules.Step.RELEASE
    facts["is_released_to_me"] = True
    assert rules.step(**facts) is rules.Step.OPEN
    assert rules.step(**{**facts, "is_opened": True}) is rules.Step.OPENED
    assert rules.step(**{**facts, "is_opened": True, "is_stopped": True}) is rules.Step.STOPPED


def test_a_tender_without_key_or_closing_is_not_opened(world):
    with atomic(world.session):
        world.tender = world.make_tender(sealed=False)
    world.closes()
    with pytest.raises(NotToOpen):
        world.release(world.anna, world.bram)
    with pytest.raises(NotToOpen):
        services._closes_at(type("Draft", (), {"closes_at": None})())


def test_only_the_buyer_ends_a_tender_without_bids(world):
    world.closes()
    open_together(world)
    for actor in (world.eva, world.supplier()):
        with pytest.raises(NotYourTender), atomic(world.session):
            services.end_without_bids(
                world.session, tender=world.tender, actor=actor, reason="Niemand", at=world.at
            )


def test_who_may_open(world):
    key = tender_key(world.session, world.tender.key_id)
    assert policy.may(world.anna, policy.OPEN, world.tender, key)
    assert policy.may(world.eva, policy.OPEN, world.tender, key)
    assert not policy.may(world.anna, policy.OPEN, world.tender)
    programme = Actor(world.eva.user_id, "", world.office.id, "", frozenset({Role.PROGRAMME}))
    assert not policy.may(programme, policy.OPEN, world.tender, key)
