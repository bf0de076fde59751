"""What a copy of the database tells before the opening: nothing that was offered."""

import pytest
from sqlalchemy import select, text

from cwb.audit.models import AuditRecord
from cwb.kernel.transaction import atomic
from procurement.bids import queries, services
from procurement.keeping import services as keeping
from procurement.sealing.errors import HouseKeyMissing, SealBroken


def test_nothing_readable_before_the_opening_anywhere_in_the_database(world):
    """Every column of every table, as bytes: no answer, no price, no receipt in the audit log."""
    actor = world.supplier()
    bid = world.bid_of(actor)
    world.fill(bid, actor, price=4_711_834)
    world.session.flush()
    needles = [b"Zeldzaamwoord", b"vlinderzeep", b"4711833", b"4711834", b"47118.33", b"47118,33"]
    tables = world.session.scalars(
        text(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
    ).all()
    assert {"bid", "bid_version", "mail", "audit_record", "form_once"} <= set(tables)
    for table in tables:
        for row in world.session.execute(text(f'SELECT * FROM "{table}"')):
            for value in row:
                plain = value if isinstance(value, bytes) else str(value).encode()
                assert not any(needle in plain for needle in needles), table
    told = world.session.scalars(select(AuditRecord.action).where(AuditRecord.action.startswith("bid"))).all()
    assert told == []


def test_no_number_tells_how_many_bids_there_are(world):
    first, second = world.bid_of(world.supplier("Een")), world.bid_of(world.supplier("Twee"))
    (one,), (two,) = (queries.versions(world.session, each.id) for each in (first, second))
    assert one.receipt[:4] != two.receipt[:4] or one.receipt[5:] != two.receipt[5:]
    assert first.public_id.int - second.public_id.int not in {-1, 1}
    assert len(one.receipt) == 16


def test_a_draft_needs_the_key_outside_the_database(world):
    actor = world.supplier()
    bid = world.start(actor)
    world.fill(bid, actor)
    world.keys.rotate()
    assert services.read_draft(bid, world.keys).saves == 4  # older keys stay for what they locked
    (world.keys.folder / f"{bid.draft_key}.key").unlink()
    with pytest.raises(HouseKeyMissing):
        services.read_draft(bid, world.keys)


def test_a_draft_moved_to_another_bid_is_found_out(world):
    actor, other = world.supplier("Een"), world.supplier("Twee")
    mine, theirs = world.start(actor), world.start(other)
    world.fill(mine, actor)
    world.fill(theirs, other)
    theirs.draft, theirs.draft_key = mine.draft, mine.draft_key
    with pytest.raises(SealBroken):
        services.read_draft(theirs, world.keys)


def test_a_new_key_of_the_installation_takes_over_everything(world):
    actor = world.supplier()
    bid = world.bid_of(actor)
    world.fill(bid, actor, price=7)
    old = bid.draft_key
    version = queries.current_version(world.session, bid)
    copy = services.read_copy(bid, version, world.keys)
    new = world.keys.rotate()
    with atomic(world.session):
        assert keeping.relock(world.session, keys=world.keys) == 2
        assert keeping.relock(world.session, keys=world.keys) == 0
    (world.keys.folder / f"{old}.key").unlink()
    assert (bid.draft_key, version.own_key) == (new, new)
    assert services.read_draft(bid, world.keys).part("price").value["minor"] == 7
    assert services.read_copy(bid, version, world.keys) == copy
