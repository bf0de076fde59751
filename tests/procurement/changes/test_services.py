from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from cwb.kernel.words import TextTooShort
from ledger.agreements.queries import find_by_reference
from procurement.advice.gateway import law
from procurement.changes import errors, queries, rules, services
from procurement.changes.gateway import grounds
from procurement.changes.rules import Affects, Ground
from procurement.publication.models import Release
from tests.procurement.signed import ENDS, PRICE

WHAT = "Ook de kelder wordt schoongemaakt."
SHOWN = "Het is klein en de aard blijft gelijk."


def propose(signed, actor=None, **facts):
    given = {
        "affects": [Affects.VALUE], "ground": Ground.SMALL, "what": WHAT, "shown": SHOWN, "delta": Money(300_000),
        "ends_on": None, "law": law("nieuw_west"), "rows": grounds(), **facts,
    }  # fmt: skip
    return signed.act(services.propose_change, actor or signed.anna, **given)


def decide(signed, actor=None, number=1, **facts):
    given = {"approved": True, "reason": "", **facts}
    return signed.act(services.decide_change, actor or signed.bram, number=number, **given)


def answer(signed, actor=None, number=1, **facts):
    given = {"accepted": True, "reason": "", **facts}
    return signed.act(services.answer_change, actor or signed.glans, number=number, **given)


def extend(signed, amount=2_400_000, actor=None):
    return signed.act(services.extend_contract, actor or signed.anna, amount=Money(amount))


def present(signed):
    return queries.present(signed.session, signed.contract)


def test_two_people_and_the_supplier_bring_a_change_into_force(signed):
    propose(signed)
    assert present(signed) == (PRICE, ENDS)
    decide(signed)
    made = answer(signed)
    assert made.state is rules.State.IN_FORCE
    assert present(signed) == (PRICE + Money(300_000), ENDS)
    agreement = find_by_reference(signed.session, f"{signed.contract.number}/W1")
    assert (agreement.total, agreement.ends_on, made.agreement_id) == (Money(300_000), ENDS, agreement.id)
    told = signed.session.scalars(select(Release).where(Release.tag == "contractAmendment")).one()
    assert SHOWN in told.content
    assert '"amount":51000' in told.content
    assert queries.of_agreement(signed.session, agreement.id) == signed.contract.tender_id


def test_a_lower_price_lowers_what_the_agreement_is_worth(signed):
    propose(signed, delta=Money(-300_000))
    decide(signed)
    answer(signed)
    agreement = find_by_reference(signed.session, signed.contract.number)
    assert (agreement.reduced, agreement.total) == (300_000, PRICE)
    assert (
        sum(agreement.part_of(each.party_id).minor for each in agreement.suppliers) == PRICE.minor - 300_000
    )


def test_small_changes_add_up_until_there_is_no_room(signed):
    propose(signed)
    decide(signed)
    answer(signed)
    with pytest.raises(errors.OutsideSmall) as fault:
        propose(signed, delta=Money(180_000))
    assert fault.value.facts == {"total": Money(480_000), "limit": Money(480_000)}
    assert len(queries.changes(signed.session, signed.contract.id)) == 1
    propose(signed, delta=Money(180_000), ground=Ground.UNFORESEEN)


def test_the_second_person_is_another_and_may_refuse(signed):
    propose(signed)
    for stranger in (signed.glans, signed.world.eva, signed.panel.carla):
        with pytest.raises(errors.NotYours):
            decide(signed, stranger)
    with pytest.raises(errors.SamePerson):
        decide(signed, signed.anna)
    with pytest.raises(TextTooShort):
        decide(signed, approved=False, reason="nee")
    assert (
        decide(signed, approved=False, reason="Dit had een andere winnaar gegeven.").state
        is rules.State.REFUSED
    )
    for again in (decide, answer):
        with pytest.raises(errors.NotWaiting):
            again(signed)
    assert present(signed) == (PRICE, ENDS)


def test_the_supplier_may_decline_and_nothing_changes(signed):
    propose(signed)
    with pytest.raises(errors.NotWaiting):
        answer(signed)
    decide(signed)
    for stranger in (signed.anna, signed.panel.suppliers["Boen"]):
        with pytest.raises(errors.NotYours):
            answer(signed, stranger)
    with pytest.raises(TextTooShort):
        answer(signed, accepted=False)
    assert answer(signed, accepted=False, reason="Wij hebben geen mensen vrij.").state is rules.State.DECLINED
    assert present(signed) == (PRICE, ENDS)
    propose(signed)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"delta": Money(480_000)}, errors.OutsideSmall), ({"affects": []}, errors.NothingChanges),
        ({"delta": Money(2_400_001), "ground": Ground.ADDITIONAL}, errors.OutsideHalf),
        ({"affects": [Affects.VALUE, Affects.SUPPLIER]}, errors.GroundUnfit), ({"what": "x"}, TextTooShort),
        ({"shown": "x"}, TextTooShort),
        ({"ends_on": date(2026, 1, 1), "affects": [Affects.VALUE, Affects.DURATION]}, errors.EndsTooEarly),
        ({"ends_on": date(2028, 1, 1)}, errors.DurationUntold),
        ({"delta": Money(-4_800_000), "ground": Ground.CLAUSE}, errors.ValueGone),
    ],
)  # fmt: skip
def test_bad_proposals_keep_nothing(signed, facts, fault):
    with pytest.raises(fault):
        propose(signed, **facts)
    assert queries.changes(signed.session, signed.contract.id) == []


def test_one_change_at_a_time_and_none_after_the_end(signed):
    with pytest.raises(errors.NotYours):
        propose(signed, signed.glans)
    propose(signed)
    with pytest.raises(errors.ChangeRuns):
        propose(signed)
    decide(signed, approved=False, reason="Dit had een andere winnaar gegeven.")
    signed.on(date(2028, 1, 1))
    with pytest.raises(errors.Ended):
        propose(signed)


def test_extended_as_often_and_as_long_as_was_tendered(signed):
    extend(signed)
    assert present(signed) == (PRICE + Money(2_400_000), date(2028, 6, 30))
    agreement = find_by_reference(signed.session, f"{signed.contract.number}/W1")
    assert (agreement.starts_on, agreement.ends_on, len(agreement.lines)) == (
        date(2028, 1, 1),
        date(2028, 6, 30),
        6,
    )
    extend(signed, 0)
    assert present(signed)[1] == date(2028, 12, 31)
    with pytest.raises(errors.NoExtensionLeft):
        extend(signed)
    assert find_by_reference(signed.session, f"{signed.contract.number}/W2") is None


def test_an_extension_is_said_in_time(signed):
    signed.on(date(2027, 11, 2))
    with pytest.raises(errors.NoticePassed) as fault:
        extend(signed)
    assert fault.value.facts == {"until": date(2027, 11, 1)}
    signed.on(date(2027, 11, 1))
    with pytest.raises(errors.NotYours):
        extend(signed, actor=signed.glans)
    with pytest.raises(errors.ValueGone):
        extend(signed, -1)
    extend(signed)


def test_the_notice_is_noted_once(signed):
    propose(signed, ground=Ground.UNFORESEEN)
    note = {"number": 1, "reference": "TN 123456"}
    with pytest.raises(errors.NotWaiting):
        signed.act(services.note_notice, signed.anna, **note)
    decide(signed)
    answer(signed)
    with pytest.raises(TextTooShort):
        signed.act(services.note_notice, signed.anna, **{**note, "reference": " "})
    assert signed.act(services.note_notice, signed.anna, **note).notice_reference == "TN 123456"
    with pytest.raises(errors.NotWaiting):
        signed.act(services.note_notice, signed.bram, **note)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contract_change SET delta_minor = 1", "DELETE FROM contract_change",
        "UPDATE contract_change SET approved = FALSE", "UPDATE contract_change SET effective_at = now() + interval '1 day'",
        "UPDATE contract_change SET shown = 'iets heel anders'",
        ("INSERT INTO contract_change (public_id, contract_id, number, kind, ground, what, shown, delta_minor, ends_on, "
        "arithmetic, notice_reference, proposed_by_id, proposed_at, approved, decision_reason, decided_by_id, decided_at, "
        "supplier_reason, effective_at) SELECT gen_random_uuid(), contract_id, n, 'extension', ground, what, shown, 0, "
        "ends_on, arithmetic, '', proposed_by_id, proposed_at, TRUE, '', decided_by_id, decided_at, '', now() "
        "FROM contract_change, generate_series(2, 4) n"),
    ],
)  # fmt: skip
def test_the_database_keeps_changes(signed, statement):
    propose(signed)
    decide(signed)
    answer(signed)
    with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
        signed.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW024"


def test_each_step_waits_for_its_person(signed):
    def waits(actor):
        return [each.endpoint for each in queries.tasks(signed.session, actor, signed.at)]

    propose(signed, ground=Ground.UNFORESEEN)
    assert (waits(signed.anna), waits(signed.bram), waits(signed.glans)) == ([], ["changes.decide"], [])
    decide(signed)
    assert (waits(signed.bram), waits(signed.glans)) == ([], ["changes.answer"])
    answer(signed)
    assert waits(signed.glans) == waits(signed.anna) == []
    signed.on(date(2027, 10, 1))
    assert waits(signed.anna) == ["changes.extend"]
    signed.on(date(2027, 11, 2))
    assert waits(signed.anna) == []
