"""What a change adds to a contract under a framework counts in its maximum: 60,000 in all, 48,000 a year."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from procurement.advice.gateway import law
from procurement.call_offs import errors
from procurement.changes import services
from procurement.changes.gateway import grounds
from procurement.changes.rules import Affects, Ground


def propose(framework, euro):
    return framework.act(
        services.propose_change, framework.world.anna, contract=framework.contract, affects=[Affects.VALUE, Affects.OBJECT],
        ground=Ground.SMALL, what="Ook de fietsenkelder wordt schoon.", shown="Het is klein en hetzelfde werk.",
        delta=Money(euro * 100), ends_on=None, law=law("nieuw_west"), rows=grounds(),
    )  # fmt: skip


def decide(framework, number):
    given = {"contract": framework.contract, "number": number, "reason": ""}
    framework.act(services.decide_change, framework.world.bram, approved=True, **given)


def sign(framework, number):
    glans = framework.panel.suppliers["Glans"]
    given = {"contract": framework.contract, "number": number, "reason": ""}
    return framework.act(services.answer_change, glans, accepted=True, **given)


def test_a_change_in_force_takes_room(single):
    number = propose(single, 4_000).number
    assert single.taken() == Money(0)
    decide(single, number)
    sign(single, number)
    assert single.taken() == Money(400_000)
    single.order("7")
    assert single.taken() == Money(6_000_000)
    with pytest.raises(errors.FrameworkFull):
        single.order("0.01")


def test_a_lower_price_of_the_framework_itself_gives_no_room(single):
    number = propose(single, -3_000).number
    decide(single, number)
    sign(single, number)
    assert single.taken() == Money(0)
    with pytest.raises(errors.FrameworkFull):
        single.order("7.6")


def test_what_does_not_fit_is_not_proposed(single):
    single.order("7")
    with pytest.raises(errors.ChangeBeyondMaximum) as fault:
        propose(single, 4_001)
    assert (fault.value.field, fault.value.facts["most"]) == ("delta", Money(6_000_000))
    assert propose(single, 4_000).number == 1


def test_room_that_went_in_between_is_seen_when_the_supplier_signs(single):
    number = propose(single, 4_000).number
    decide(single, number)
    single.order("7.1")
    with pytest.raises(errors.ChangeBeyondMaximum):
        sign(single, number)


def test_a_colleague_approves_nothing_that_no_longer_fits(single):
    number = propose(single, 4_000).number
    single.order("7.1")
    with pytest.raises(errors.ChangeBeyondMaximum):
        decide(single, number)


def test_the_database_counts_as_well(single):
    number = propose(single, 4_000).number
    decide(single, number)
    single.order("7.1")
    glans = single.panel.suppliers["Glans"].user_id
    with pytest.raises(DBAPIError, match="beyond the maximum"), single.session.begin_nested():
        single.session.execute(
            text(
                "UPDATE contract_change SET accepted = true, supplier_by_id = :by, supplier_at = now(),"
                " effective_at = now() WHERE number = 1"
            ),
            {"by": glans},
        )


def test_a_call_off_after_a_change_is_counted_by_the_database(single, monkeypatch):
    number = propose(single, 4_000).number
    decide(single, number)
    sign(single, number)
    monkeypatch.setattr("procurement.call_offs.rules.check_room", lambda *_: None)
    with pytest.raises(DBAPIError, match="beyond the maximum"):
        single.order("7.1")
