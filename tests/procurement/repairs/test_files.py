"""A formal file that does not open after all: seen after the opening, and asked of everybody alike."""

import pytest
from sqlalchemy import text

from cwb.kernel.transaction import atomic
from procurement.repairs import errors, services
from procurement.repairs.rules import FILE, Kind
from tests.cwb.files.test_gateway import PDF
from tests.procurement.enclosures.test_services import add
from tests.procurement.repairs.conftest import Repairs

STAYS = "UPDATE bid_file SET content = overlay(content PLACING '\\x00'::bytea FROM 60) WHERE bid_id = :bid"


def test_a_file_that_does_not_open_is_a_formal_defect(world):
    started = {}

    def bid_of(actor, **facts):
        bid = started[actor.name] = world.start(actor)
        world.fill(bid, actor, **facts)
        add(world, bid, actor, PDF, "uittreksel.pdf")
        world.hand_in(bid, actor)

    world.bid_of = bid_of
    repairs = Repairs(world)
    shut = {each.bid.id: each.shut for each in services.listed(world.session, repairs.tender)}
    assert not any(shut.values())
    services.enclosures._OPEN.clear()
    with atomic(world.session) as session:
        session.execute(text("ALTER TABLE bid_file DISABLE TRIGGER USER"))
        for name in ("Glans", "Spot"):
            session.execute(text(STAYS), {"bid": started[repairs.suppliers[name].name].id})
        session.execute(text("ALTER TABLE bid_file ENABLE TRIGGER USER"))
    world.session.expire_all()
    found = {each.bid.id: each for each in services.listed(world.session, repairs.tender)}
    spot, boen = found[repairs.key("Spot")], found[repairs.key("Boen")]
    assert (spot.shut, FILE in spot.lacks, FILE in boen.lacks) == (["uittreksel.pdf"], True, False)
    with pytest.raises(errors.LeftOut):  # Glans is in the same position
        repairs.ask("Spot", about=[FILE], kind=Kind.UNCLEAR)
    first, second = repairs.ask("Spot", "Glans", about=[FILE], kind=Kind.UNCLEAR)
    assert first.about == second.about == [FILE]
