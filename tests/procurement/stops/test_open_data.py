"""A stopped lot, and lots that become definitive apart, in open data."""

import pytest

from cwb.kernel.clock import local_date
from procurement.ocds import rules as ocds
from procurement.standstill import services as standstill
from procurement.stops import services
from tests.procurement.divided import Line
from tests.procurement.lots.test_told import releases
from tests.procurement.world import World

WHY = "Dit werk doen wij voortaan zelf."


def begun(session, folder):
    world = World(session, folder)
    world.divide(2)
    return Line(world, {1: {"Glans": (4_000_000, None, 40)}, 2: {"Boen": (4_000_000, None, 40)}})


pytestmark = pytest.mark.begins(line=begun)


@pytest.fixture
def line(root):
    return root


def stop(line):
    line.do(services.stop_lot, line.world.anna, lot=2, reason=WHY)


def lots(release):
    return [each["status"] for each in release["tender"]["lots"]]


def test_before_the_letters_the_lot_is_cancelled_and_the_tender_goes_on(line):
    stop(line)
    found = releases(line)
    assert [each["tag"][0] for each in found] == ["tender", "tenderUpdate"]
    assert lots(found[0]) == ["active", "active"]
    assert (lots(found[1]), found[1]["tender"]["status"]) == (["active", "cancelled"], "active")
    assert [fault for each in found for fault in ocds.faults(each)] == []
    line.open()
    line.offers.pop(2)
    line.freeze()
    line.awarded()
    last = releases(line)[-1]
    assert lots(last) == ["complete", "cancelled"]
    assert [each["relatedLots"] for each in last["awards"]] == [[ocds.lot_id(1)]]


def test_after_the_letters_its_award_is_cancelled_too(line):
    line.open()
    line.freeze()
    line.prepare()
    line.send()
    stop(line)
    line.definitive()
    found = releases(line)
    assert [fault for each in found for fault in ocds.faults(each)] == []
    assert lots(found[-1]) == ["complete", "cancelled"]
    assert [each["status"] for each in found[-1]["awards"]] == ["active", "cancelled"]
    assert "awardCancellation" in {tag for each in found for tag in each["tag"]}


def test_each_lot_is_active_from_its_own_last_word(line):
    line.open()
    line.freeze()
    line.prepare()
    line.send()
    facts = {"served_on": local_date(line.world.at), "reference": "C/13/1", "lots": (2,)}
    made = line.do(standstill.record_summons, line.world.anna, **facts)
    line.definitive()
    assert [each["status"] for each in releases(line)[-1]["awards"]] == ["active", "pending"]
    line.do(
        standstill.record_judgment, line.world.anna, summons_id=made.id, may_award=True, judgment="De gunning mag door."
    )  # fmt: skip
    line.world.at = line.world.at.replace(microsecond=(line.world.at.microsecond + 1) % 1_000_000)
    line.definitive()
    found = releases(line)
    assert [each["status"] for each in found[-1]["awards"]] == ["active", "active"]
    assert [each["tag"][0] for each in found].count("awardUpdate") == 2
