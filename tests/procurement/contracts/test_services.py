from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel import events
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.kernel.words import ReasonTooShort
from cwb.notifications.models import Mail
from ledger.agreements import queries as agreements
from ledger.vat.rules import VatCode
from procurement.contracts import errors, policy, queries, rules, services
from procurement.contracts.events import ContractSigned
from procurement.contracts.rules import ContractState, LocalOutcome
from procurement.tenders.errors import CannotCancel
from procurement.tenders.rules import TenderState, state_of
from procurement.tenders.services import cancel_tender

TERMS = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31), "payment_days": 30}
PRICE = Money(4_800_000)
REASON = "Er deden twee coöperaties uit de buurt mee."


def twelve(price=PRICE, count=12):
    return rules.instalments(price, count, "Schoonmaak", VatCode.STANDARD)


def make(panel, **facts):
    return panel.do(
        services.make_contract,
        facts.pop("actor", panel.world.anna),
        **{"lot": panel.lot, "lines": twelve(), **TERMS, **facts},
    )


def act(panel, service, actor, **facts):
    with atomic(panel.session) as session:
        return service(session, actor=actor, at=panel.at, **facts)


def sign(panel, contract, actor, version=None):
    return act(
        panel,
        services.sign_contract,
        actor,
        contract=contract,
        version=contract.version if version is None else version,
    )


def examine(panel, contract, **facts):
    given = {"outcome": LocalOutcome.LOCAL_COMPETED, "reason": REASON, "actor": panel.world.anna, **facts}
    return act(panel, services.examine_local_option, given.pop("actor"), contract=contract, **given)


def test_from_award_to_an_agreement_for_invoices(panel, points):
    heard = []
    panel.awarded(points)
    events.listen(panel.session, {ContractSigned: [lambda _session, event: heard.append(event)]})
    contract = make(panel)
    assert contract.number == f"C-{panel.at.year}-0001"
    assert (contract.buyer_id, contract.supplier_id) == (
        panel.world.buyer.id,
        panel.suppliers["Glans"].organisation_id,
    )
    examine(panel, contract)
    sign(panel, contract, panel.world.anna)
    assert contract.state is ContractState.ONE_SIGNED
    assert panel.tender.completed_at is None
    place, before = panel.tender.place_code, contract.ends_on - timedelta(days=1)
    day = datetime(before.year, before.month, before.day, 12, tzinfo=UTC)
    assert queries.signed_in(panel.session, place, day) is None, "not before both signed"
    signed = sign(panel, contract, panel.suppliers["Glans"])
    assert signed.state is ContractState.ACTIVE
    agreement = agreements.find_by_reference(panel.session, contract.number)
    assert (agreement.total, len(agreement.lines), agreement.payment_days) == (PRICE, 12, 30)
    assert agreement.share_of(contract.supplier_id) == 10_000
    assert heard == [ContractSigned(contract.id, panel.tender.id, agreement.id)]
    here = queries.signed_in(panel.session, place, day)
    assert here is not None
    assert here["worth"] == PRICE
    assert [(each.total, each.number, each.ends_on) for each in here["work"]] == [
        (1, panel.tender.number, contract.ends_on)
    ]
    assert queries.signed_in(panel.session, "elsewhere", day) is None
    assert queries.signed_in(panel.session, place, day + timedelta(days=3)) is None, "it is over"
    assert state_of(panel.tender, panel.at) is TenderState.COMPLETE
    told = panel.session.scalars(
        select(Mail.subject).where(Mail.key.like(f"contract-{contract.id}-both-%"))
    ).all()
    assert len(told) == 3


def test_the_supplier_may_sign_first(panel, points):
    panel.awarded(points)
    contract = make(panel)
    sign(panel, contract, panel.suppliers["Glans"])
    examine(panel, contract)
    assert sign(panel, contract, panel.world.bram).state is ContractState.ACTIVE


def test_nothing_is_made_before_the_award_is_definitive(panel, points):
    with pytest.raises(errors.NotAwarded):
        make(panel)
    panel.decided(points)
    with pytest.raises(errors.NotAwarded):
        make(panel)


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"lines": twelve(Money(4_799_999))}, errors.SumDiffers), ({"lines": []}, errors.InstalmentsWrong),
        ({"payment_days": 31}, errors.PaymentTermInvalid), ({"ends_on": date(2026, 1, 1)}, errors.TermReversed),
    ],
)  # fmt: skip
def test_bad_contracts_change_nothing(panel, points, facts, fault):
    panel.awarded(points)
    with pytest.raises(fault):
        make(panel, **facts)
    assert queries.of_tender(panel.session, panel.tender.id) == {}
    assert make(panel).number.endswith("-0001")


def test_made_once_by_a_purchaser_of_the_buyer(panel, points):
    panel.awarded(points)
    for stranger in (panel.carla, panel.world.eva, panel.suppliers["Glans"]):
        with pytest.raises(errors.NotYours):
            make(panel, actor=stranger)
    first = make(panel)
    with pytest.raises(errors.AlreadyMade) as fault:
        make(panel)
    assert fault.value.facts == {"number": first.number}


def test_changed_until_the_first_signature(panel, points):
    panel.awarded(points)
    contract = make(panel)
    facts = {"contract": contract, **TERMS, "lines": twelve(count=4)}
    with pytest.raises(errors.ContractChanged):
        act(panel, services.change_contract, panel.world.anna, version=9, **facts)
    with pytest.raises(errors.NotYours):
        act(panel, services.change_contract, panel.suppliers["Glans"], version=1, **facts)
    with pytest.raises(errors.SumDiffers):
        act(
            panel,
            services.change_contract,
            panel.world.anna,
            version=1,
            **{**facts, "lines": twelve(Money(1000))},
        )
    changed = act(panel, services.change_contract, panel.world.bram, version=1, **facts)
    assert (len(changed.lines), changed.version) == (4, 2)
    with pytest.raises(errors.ContractChanged):
        sign(panel, contract, panel.suppliers["Glans"], version=1)
    sign(panel, contract, panel.suppliers["Glans"], version=2)
    with pytest.raises(errors.ContractSigned):
        act(panel, services.change_contract, panel.world.anna, version=2, **facts)


def test_each_side_signs_once_and_only_who_may(panel, points):
    panel.awarded(points)
    contract = make(panel)
    member = panel.world.person("Lid", panel.world.organisation("Elders"), Role.BOARD)
    for stranger in (panel.carla, panel.world.eva, panel.suppliers["Boen"], member):
        with pytest.raises(errors.NotYours):
            sign(panel, contract, stranger)
    with pytest.raises(errors.LocalOptionMissing):
        sign(panel, contract, panel.world.anna)
    examine(panel, contract)
    sign(panel, contract, panel.world.anna)
    for again in (panel.world.anna, panel.world.bram):
        with pytest.raises(errors.SignedBefore):
            sign(panel, contract, again)
    sign(panel, contract, panel.suppliers["Glans"])
    with pytest.raises(errors.SignedBefore):
        sign(panel, contract, panel.suppliers["Glans"])


def test_the_local_option_is_written_down_once_with_words(panel, points):
    panel.awarded(points)
    contract = make(panel)
    for facts, fault in (
        ({"reason": "nvt"}, ReasonTooShort),
        ({"actor": panel.suppliers["Glans"]}, errors.NotYours),
    ):
        with pytest.raises(fault):
            examine(panel, contract, **facts)
    made = examine(panel, contract)
    assert (made.examined_by_id, made.examined_at) == (panel.world.anna.user_id, panel.at)
    with pytest.raises(errors.LocalOptionKnown):
        examine(panel, contract)


def test_when_the_agreement_fails_nobody_has_signed(panel, points):
    panel.awarded(points)
    contract = make(panel)
    examine(panel, contract)
    sign(panel, contract, panel.world.anna)
    panel.session.execute(
        text("ALTER TABLE agreement ADD CONSTRAINT broken CHECK (reference = '') NOT VALID")
    )
    panel.session.commit()
    with pytest.raises(DBAPIError, match="broken"):
        sign(panel, contract, panel.suppliers["Glans"])
    panel.session.expire_all()
    found = queries.contract(panel.session, contract.number)
    assert (found.supplier_signed_at, found.agreement_id, panel.tender.completed_at) == (None, None, None)


CHANGES = (
    "UPDATE contract SET price_minor = price_minor + 1", "UPDATE contract SET buyer_signed_at = NULL, buyer_signed_by_id = NULL",
    "UPDATE contract SET payment_days = 7", "DELETE FROM contract", "UPDATE contract_line SET amount_minor = amount_minor + 1",
    "DELETE FROM contract_line", "UPDATE local_option SET reason = repeat('x', 20)", "DELETE FROM local_option",
)  # fmt: skip


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_keeps_a_signed_contract(panel, points, statement):
    panel.awarded(points)
    contract = make(panel)
    examine(panel, contract)
    sign(panel, contract, panel.world.anna)
    with pytest.raises(DBAPIError) as fault, panel.session.begin_nested():
        panel.session.execute(text(statement))
    assert fault.value.orig.sqlstate == "CW017"


def test_the_database_counts_the_lines(panel, points):
    panel.awarded(points)
    make(panel)
    for statement in (
        "UPDATE contract_line SET amount_minor = amount_minor + 1 WHERE position = 1",
        "DELETE FROM contract_line WHERE position = 1",
    ):
        with pytest.raises(DBAPIError, match="add up"), atomic(panel.session):
            panel.session.execute(text(statement))


def test_the_database_wants_the_local_option_before_the_buyer(panel, points):
    panel.awarded(points)
    make(panel)
    statement = text("UPDATE contract SET buyer_signed_at = now(), buyer_signed_by_id = created_by_id")
    with pytest.raises(DBAPIError, match="local option"), panel.session.begin_nested():
        panel.session.execute(statement)
    panel.session.execute(text("DROP TRIGGER keep_contract ON contract"))
    panel.session.execute(statement)  # seen red: the guard is what stops it


def test_each_party_sees_its_own(panel, points):
    panel.awarded(points)
    contract = make(panel)

    def sees(actor, **facts):
        return [each.id for each in panel.session.scalars(queries.contracts(actor, **facts))]

    assert sees(panel.world.anna) == sees(panel.suppliers["Glans"]) == sees(panel.world.eva) == [contract.id]
    assert sees(panel.suppliers["Boen"]) == []
    assert sees(panel.world.anna, state=ContractState.DRAFT, text="glans") == [contract.id]
    assert sees(panel.world.anna, text="%") == []
    assert sees(panel.world.anna, text=contract.number.lower()) == [contract.id]
    for state in (ContractState.ONE_SIGNED, ContractState.ACTIVE):
        assert sees(panel.world.anna, state=state) == []
    assert [policy.may(each, policy.SEE, contract) for each in (panel.carla, panel.world.eva, panel.suppliers["Boen"])] == [
        True, True, False,
    ]  # fmt: skip
    with pytest.raises(errors.ContractNotFound):
        queries.contract(panel.session, "C-1999-0001")
    with pytest.raises(errors.ContractNotFound):
        queries.locked_contract(panel.session, 0)


def test_a_complete_tender_is_not_cancelled(panel, points):
    panel.awarded(points)
    contract = make(panel)
    examine(panel, contract)
    sign(panel, contract, panel.world.anna)
    sign(panel, contract, panel.suppliers["Glans"])
    with pytest.raises(CannotCancel):
        cancel_tender(
            panel.session,
            tender=panel.tender,
            reason="x",
            user_id=panel.world.anna.user_id,
            at=panel.at + timedelta(1),
        )


def test_tasks_say_who_signs(panel, points):
    def waits(actor):
        return [each.text.split(" %")[0] for each in queries.tasks(panel.session, actor, panel.at)]

    panel.awarded(points)
    assert waits(panel.world.anna) == ["Maak het contract voor"]
    contract = make(panel)
    assert waits(panel.world.anna) == waits(panel.suppliers["Glans"]) == ["Teken contract"]
    sign(panel, contract, panel.suppliers["Glans"])
    assert (waits(panel.suppliers["Glans"]), waits(panel.suppliers["Boen"])) == ([], [])
