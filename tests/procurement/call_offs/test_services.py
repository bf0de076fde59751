from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.money import Money
from cwb.kernel.words import ReasonTooShort
from ledger.agreements.queries import find_by_reference
from procurement.call_offs import errors, queries, rules, services
from procurement.call_offs.rules import Rule, State
from procurement.externals.queries import same_work
from procurement.participation import services as participation


def supplier(order):
    return order.party.supplier.name.split()[0]


def test_an_order_is_reserved_accepted_and_can_be_invoiced(single):
    order = single.order("1.5")
    assert (order.number, order.amount, order.state) == (
        f"{single.number}-01",
        Money(1_200_000),
        State.OFFERED,
    )
    assert single.taken() == Money(1_200_000)
    done = single.answer(order, "Glans")
    assert done.state is State.ACCEPTED
    agreement = find_by_reference(single.session, order.number)
    assert (agreement.total, agreement.payment_days) == (Money(1_200_000), 30)
    assert single.taken() == Money(1_200_000)
    with pytest.raises(errors.AnsweredBefore):
        single.answer(order, "Glans")


def test_the_maximum_is_reached_to_the_cent_and_never_passed(single):
    single.answer(single.order("7.5"), "Glans")
    with pytest.raises(errors.FrameworkFull) as refused:
        single.order("0.0001")
    assert "C-23/20" in refused.value.text()
    assert refused.value.facts["left"] == Money(0)


def test_the_database_refuses_too_what_no_rule_saw(single, monkeypatch):
    single.order("7")
    monkeypatch.setattr("procurement.call_offs.rules.check_room", lambda *_: None)
    with pytest.raises(DBAPIError, match="beyond the maximum"):
        single.order("1")
    assert single.taken() == Money(5_600_000)


def test_a_withdrawn_order_gives_its_room_back(single):
    order = single.order("7")
    single.act(services.withdraw, single.world.anna, order=order)
    assert single.taken() == Money(0)
    assert single.order("7.5").number.endswith("-02")
    with pytest.raises(errors.AnsweredBefore):
        single.answer(order, "Glans")


def test_what_was_agreed_stays(single):
    order = single.answer(single.order(), "Glans")
    for change in (
        "UPDATE call_off SET amount_minor = 1",
        "DELETE FROM call_off_answer",
        "DELETE FROM call_off_line",
        "DELETE FROM call_off",
    ):
        with pytest.raises(DBAPIError), single.session.begin_nested():
            single.session.execute(text(change))
    assert queries.call_off(single.session, order.number).amount == Money(800_000)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"quantities": {}}, errors.NothingOrdered), ({"quantities": {9: Decimal(1)}}, errors.QuantityInvalid),
        ({"quantity": "-1"}, errors.QuantityInvalid), ({"quantity": "0.00001"}, errors.QuantityInvalid), ({"quantity": "NaN"}, errors.QuantityInvalid),
        ({"starts_on": date(2026, 12, 31)}, errors.OutsideTerm), ({"starts_on": date(2029, 1, 1), "ends_on": date(2029, 2, 1)}, errors.OutsideTerm),
        ({"ends_on": date(2027, 1, 31)}, errors.TermReversed), ({"local_reason": "nvt"}, ReasonTooShort),
    ],
)  # fmt: skip
def test_bad_orders_change_nothing(single, facts, fault):
    with pytest.raises(fault):
        single.order(**facts)
    assert single.taken() == Money(0)


def test_only_the_buyer_orders_and_only_the_supplier_answers(single):
    with pytest.raises(errors.NotYourFramework):
        single.order(actor=single.panel.suppliers["Glans"])
    order = single.order()
    with pytest.raises(errors.NotYourFramework):
        single.answer(order, "Boen")
    with pytest.raises(errors.DeclineReasonMissing):
        single.answer(order, "Glans", accepts=False, reason=" ")


def test_nobody_joins_a_framework_with_one_party(single):
    with pytest.raises(errors.SingleParty):
        single.joins("Boen")


def test_a_cascade_goes_on_at_the_prices_of_the_next(make_framework):
    framework = make_framework(Rule.CASCADE)
    framework.joins("Boen", "Stof")
    order = framework.order()
    order = framework.answer(order, "Glans", accepts=False, reason="Geen mensen vrij")
    boen = Money(800_000 * 4_700_000 // 4_800_000)
    assert (order.state, order.party.rank) == (State.OFFERED, 2)
    assert abs(order.amount.minor - boen.minor) <= 1
    order = framework.answer(order, "Boen", accepts=False, reason="Ook niet")
    assert order.party.rank == 3
    order = framework.answer(order, "Stof", accepts=False, reason="Nee")
    assert order.state is State.DECLINED
    assert framework.taken() == Money(0)
    assert [each.accepted for each in order.answers] == [False] * 3


def test_rotation_gives_it_to_who_got_least(make_framework):
    framework = make_framework(Rule.ROTATION, most=20_000_000)
    framework.joins("Boen")
    assert [framework.order().party.rank for _ in range(3)] == [1, 2, 2]


def test_fixed_terms_ask_for_a_choice_with_a_reason(make_framework):
    framework = make_framework(Rule.FIXED)
    framework.joins("Boen")
    boen = queries.parties(framework.session, framework.contract.id)[1]
    with pytest.raises(ReasonTooShort):
        framework.order(party_id=boen.id)
    with pytest.raises(errors.PartyUnknown):
        framework.order(party_id=0, choice_reason="Zij kennen dit gebouw.")
    order = framework.order(party_id=boen.id, choice_reason="Zij kennen dit gebouw.")
    assert framework.answer(order, "Boen", accepts=False, reason="Geen tijd").state is State.DECLINED


@pytest.mark.parametrize("rule", [None, Rule.COMPETITION])
def test_without_a_rule_in_the_papers_no_direct_order(make_framework, rule):
    framework = make_framework(rule)
    framework.joins("Boen")
    with pytest.raises(errors.RuleNotPublished):
        framework.order()


def test_who_did_not_sign_gets_no_order(make_framework):
    framework = make_framework(Rule.ROTATION, most=20_000_000)
    label = framework.panel.label("Boen")
    framework.act(participation.invite_party, framework.world.anna, framework=framework.contract, label=label)
    assert [framework.order().party.rank for _ in range(2)] == [1, 1]
    with pytest.raises(errors.PartyThere):
        framework.act(
            participation.invite_party, framework.world.anna, framework=framework.contract, label=label
        )


def test_the_rule_is_fixed_once_published(make_framework, world):
    framework = make_framework(Rule.CASCADE)
    with pytest.raises(errors.RuleFrozen):
        framework.act(
            participation.set_rule, world.anna, tender=world.tender, rule=Rule.FIXED, note="Wie dichtbij is."
        )
    with pytest.raises(DBAPIError, match="fixed when"), framework.session.begin_nested():
        framework.session.execute(text("UPDATE framework_rule SET rule = 'fixed'"))


def test_a_buyer_that_chooses_between_parties_names_its_conditions_beforehand(session):
    assert rules.check_conditions(Rule.CASCADE, " ") == ""
    assert rules.check_conditions(Rule.FIXED, " Wie dichtbij is. ") == "Wie dichtbij is."
    with pytest.raises(errors.ConditionsMissing) as missing:
        rules.check_conditions(Rule.FIXED, "Wij.")
    assert missing.value.field == "note"
    with pytest.raises(DBAPIError, match="conditions are not named"), session.begin_nested():
        session.execute(text(
            "INSERT INTO framework_rule (tender_id, rule, note, set_by_id, set_at) VALUES (1, 'fixed', '', 1, now())"
        ))  # fmt: skip


def test_the_buyer_is_warned_at_eighty_percent_and_when_full(single):
    def waiting():
        return [each.text for each in queries.tasks(single.session, single.world.anna, single.world.at)]

    single.answer(single.order("5.9"), "Glans")
    assert waiting() == []
    single.order("0.1")
    assert ["bijna vol" in each for each in waiting()] == [True]
    single.order("1.5")
    assert ["is vol" in each for each in waiting()] == [True]
    assert len(queries.tasks(single.session, single.panel.suppliers["Glans"], single.world.at)) == 2


def test_an_addition_goes_to_the_same_supplier(make_framework):
    framework = make_framework(Rule.ROTATION, most=20_000_000)
    framework.joins("Boen")
    first = framework.answer(framework.order(), "Glans")
    assert framework.order("0.5", supplements=first).party.rank == 1
    assert framework.order().party.rank == 2


def test_an_addition_stays_small_where_others_could_have_had_it(make_framework):
    framework = make_framework(Rule.ROTATION, most=20_000_000)
    framework.joins("Boen")
    first = framework.answer(framework.order("2"), "Glans")
    framework.order("0.6", supplements=first)
    with pytest.raises(errors.AdditionTooLarge) as fault:
        framework.order("0.5", supplements=first)
    assert fault.value.facts["left"] == Money(320_000)
    framework.order("0.4", supplements=first)


def test_only_an_accepted_order_is_added_to(single):
    waiting = single.order()
    with pytest.raises(errors.NothingToAddTo):
        single.order(supplements=waiting)
    addition = single.answer(single.order("0.2", supplements=single.answer(waiting, "Glans")), "Glans")
    with pytest.raises(errors.NothingToAddTo):
        single.order("0.1", supplements=addition)


def test_a_contract_made_here_counts_once_by_its_tender_and_later_by_its_beginning(single):
    session = single.session
    draft = single.world.tender
    on = single.contract.starts_on
    asked = [
        same_work(session, draft.buyer_id, (draft.cpv or "")[:3], on - timedelta(days), on + timedelta(9))
        for days in (1, 364, 0)
    ]
    assert [[row[0] for row in each] for each in asked] == [[single.number], [], []]
    assert asked[0][0][2] == 6_000_000
