from datetime import UTC, datetime
from fractions import Fraction

from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from procurement.contracts.rules import LocalOutcome
from procurement.examinations import queries, rules
from procurement.examinations.rules import Examined, Kind

AT = datetime(2026, 5, 1, tzinfo=UTC)


def line(outcome, euro=100):
    return Examined(Kind.CONTRACT, "C-2026-0001", "Werk", "Gemeente", Money(euro * 100), outcome, "", AT)


def test_what_was_not_answered_counts_as_not_examined():
    rows = [
        line(LocalOutcome.LOCAL_CHOSEN),
        line(LocalOutcome.NONE_FOUND),
        line(LocalOutcome.NOT_EXAMINED),
        line(None, 50),
    ]
    assert rules.share_examined(rows) == Fraction(1, 2)
    assert rules.share_examined([]) is None
    assert [(each.outcome, each.count, each.value) for each in rules.totals(rows)] == [
        (LocalOutcome.LOCAL_CHOSEN, 1, Money(100_00)), (LocalOutcome.NONE_FOUND, 1, Money(100_00)),
        (LocalOutcome.NOT_EXAMINED, 1, Money(100_00)), (None, 1, Money(50_00)),
    ]  # fmt: skip


def test_a_buyer_reads_its_own_and_the_programme_all(signed, walk_signed):
    world = signed.world
    anna = walk_signed(world.anna)
    page = anna.get("/local-options")
    assert page.status_code == 200
    found = queries.register(world.session, world.anna)
    assert found
    assert found[0].title in page.text
    assert found[0].number in anna.get("/local-options.csv").text
    assert "Niets gevonden" in anna.get("/local-options?period=1999").text
    assert anna.get("/local-options?period=onzin&outcome=onzin").status_code == 200
    other = world.person(
        "Otto", world.organisation("Andere gemeente", anchor_type="municipality"), Role.PURCHASER
    )
    world.session.commit()
    assert queries.register(world.session, other) == []
    assert "Nog geen contracten" in walk_signed(other).get("/local-options").text
    assert len(queries.register(world.session, world.eva)) >= len(found)
