"""A joint bid through the whole line: opened, scored without names, awarded, signed by all, invoiced by each."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import Mandate, User
from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from ledger.agreements.queries import agreement_by_id
from ledger.invoicing import queries as invoicing
from ledger.invoicing import services as invoices
from ledger.invoicing.errors import LineOfOtherAgreement
from ledger.vat.rules import VatCode
from procurement.advice.gateway import law
from procurement.awards import policy as award_policy
from procurement.awards import queries as awards
from procurement.challenges.errors import OwnWork
from procurement.challenges.gateway import terms
from procurement.challenges.services import submit_challenge
from procurement.changes import services as changes
from procurement.changes.errors import NothingToTakeBack, SignedBefore
from procurement.changes.gateway import grounds
from procurement.changes.rules import Affects, Ground, State
from procurement.chronicle import queries as chronicle
from procurement.contracts import errors, policy, queries, services
from procurement.contracts import rules as contract_rules
from procurement.contracts.models import Contract
from procurement.contracts.rules import ContractState, LocalOutcome
from procurement.ocds.rules import faults
from procurement.opening import queries as openings
from procurement.panels.errors import MemberOfBidder
from procurement.panels.services import assessor
from procurement.publication.gateway import setting
from procurement.publication.models import Release
from procurement.publication.services import release_tender
from tests.procurement.panel import POINTS, PRICES, Panel, base
from tests.procurement.together import Together

NAME = "Glans, Lid B en Lid C (combinatie)"
PRICE = Money(4_800_000)
SETTING = setting()


@pytest.fixture
def joint(world):
    """Glans bids with B and C (60, 25, 15 percent); Boen and Stof alone."""
    alone = world.bid_of

    def bid_of(actor, **facts):
        if actor.organisation_name != "Glans":
            return alone(actor, **facts)
        world.together = Together(world, actor, **facts)
        world.together.ready()
        world.together.sign()
        world.together.hand_in()
        return world.together.bid

    world.bid_of = bid_of
    return Panel(world, PRICES)


def make(joint):
    lines = contract_rules.instalments(PRICE, 7, "Schoonmaak", VatCode.STANDARD)
    return joint.do(
        services.make_contract, joint.world.anna, lot=joint.lot, lines=lines, starts_on=date(2027, 1, 1),
        ends_on=date(2027, 7, 31), payment_days=30,
    )  # fmt: skip


def act(joint, service, contract, actor, **facts):
    with atomic(joint.session) as session:
        return service(
            session, contract=queries.contract(session, contract.number), actor=actor, at=joint.at, **facts
        )


def sign(joint, contract, *actors):
    for each in actors:
        act(joint, services.sign_contract, contract, each, version=1)
    return queries.contract(joint.session, contract.number)


def examine(joint, contract):
    act(
        joint, services.examine_local_option, contract, joint.world.anna, outcome=LocalOutcome.LOCAL_CHOSEN,
        reason="De winnaars zitten hier.",
    )  # fmt: skip


def active(joint):
    joint.awarded(POINTS)
    contract = make(joint)
    examine(joint, contract)
    team = joint.world.together
    return sign(joint, contract, joint.world.anna, team.lead, team.one, team.two)


def test_the_ranking_names_all(joint, sign_in_user, monkeypatch):
    joint.frozen(POINTS)
    monkeypatch.setattr(clock, "now", lambda: joint.at)
    anna = sign_in_user(joint.session.get_one(User, joint.world.anna.user_id))
    assert NAME in anna.get(base(joint, "evaluation")).text


def test_the_record_and_the_letter_name_all_and_reach_all(joint):
    assert {each.party_name for each in openings.received_list(joint.session, joint.tender.id)} == {
        NAME, "Boen", "Stof",
    }  # fmt: skip
    decision = joint.decided(POINTS)
    letter = next(each for each in decision.letters if each.result == "won")
    assert letter.content["parties"]["bidder"] == letter.content["winner"]["name"] == NAME
    team = joint.world.together
    found = awards.letter(joint.session, letter.public_id)
    for actor in (team.lead, team.one, team.two):
        assert award_policy.may_read(actor, found)
        assert [each.id for each in joint.session.scalars(awards.letters(actor))] == [letter.id]
    assert not award_policy.may_read(joint.suppliers["Boen"], found)
    sent = joint.session.scalars(select(Mail.recipient).where(Mail.key.like(f"award-{letter.id}-%"))).all()
    assert len(sent) == 3
    assert awards.notice(joint.session, joint.tender.id).lots[0].winner == NAME


def test_who_works_for_a_member_does_not_assess(joint):
    joint.compose()
    with atomic(joint.session) as session:
        session.add(
            Mandate(
                user_id=joint.carla.user_id, organisation_id=joint.world.together.two.organisation_id,
                role=Role.MEMBER, granted_at=joint.at,
            )
        )  # fmt: skip
    with pytest.raises(MemberOfBidder):
        assessor(joint.session, joint.tender, joint.carla)
    assert assessor(joint.session, joint.tender, joint.dirk)


def test_every_member_signs_and_only_then_it_counts(joint):
    joint.awarded(POINTS)
    contract = make(joint)
    team = joint.world.together
    assert [(each.organisation_id, each.share) for each in contract.members] == [
        (team.lead.organisation_id, 6000), (team.one.organisation_id, 2500), (team.two.organisation_id, 1500),
    ]  # fmt: skip
    contract = sign(joint, contract, team.one)
    assert contract.state is ContractState.ONE_SIGNED
    with pytest.raises(errors.ContractSigned):
        act(
            joint, services.change_contract, contract, joint.world.anna, version=1, starts_on=date(2027, 1, 1),
            ends_on=date(2027, 8, 31), payment_days=30, lines=[],
        )  # fmt: skip
    with pytest.raises(errors.SignedBefore):
        sign(joint, contract, team.one)
    with pytest.raises(errors.NotYours):
        sign(joint, contract, joint.suppliers["Boen"])
    examine(joint, contract)
    contract = sign(joint, contract, joint.world.anna, team.lead)
    assert contract.state is ContractState.ONE_SIGNED
    contract = sign(joint, contract, team.two)
    assert contract.state is ContractState.ACTIVE
    for actor in (team.lead, team.one, team.two):
        assert policy.may(actor, policy.SEE, contract)
        assert [each.id for each in joint.session.scalars(queries.contracts(actor))] == [contract.id]


def test_each_line_is_split_to_the_cent_and_each_invoices_its_own(joint):
    contract = active(joint)
    agreement = agreement_by_id(joint.session, contract.agreement_id)
    team = joint.world.together
    assert agreement.total == PRICE
    assert len(agreement.lines) == 21
    for number, line in enumerate(contract.lines):
        parts = [each.net for each in agreement.lines[number * 3 : number * 3 + 3]]
        assert parts == line.amount.allocate([6000, 2500, 1500])
        assert sum(parts, Money(0)) == line.amount
    own = agreement.lines_of(team.one.organisation_id)
    assert agreement.part_of(team.one.organisation_id) == sum((each.net for each in own), Money(0))
    today = date(2027, 2, 10)
    found = invoicing.suggestion(joint.session, agreement, team.one.organisation_id, today)
    assert found.quantities == {own[0].id: Decimal(1)}
    assert (found.first, found.last) == (date(2027, 1, 1), date(2027, 1, 31))
    joint.world.at += timedelta(days=400)
    facts = {
        "agreement": agreement, "seller_id": team.one.organisation_id, "delivered_from": found.first,
        "delivered_until": found.last, "actor": team.one, "at": joint.at,
    }  # fmt: skip
    with atomic(joint.session) as session:
        made = invoices.draft_invoice(session, quantities=found.quantities, **facts)
    assert made.net == own[0].net
    theirs = agreement.lines_of(team.two.organisation_id)[0]
    with pytest.raises(LineOfOtherAgreement):
        invoices.draft_invoice(joint.session, quantities={theirs.id: Decimal(1)}, **facts)
    with pytest.raises(DBAPIError, match="of another supplier"), joint.session.begin_nested():
        joint.session.execute(
            text("UPDATE invoice_line SET agreement_line_id = :line WHERE invoice_id = :id"),
            {"line": theirs.id, "id": made.id},
        )


def test_open_data_names_every_member(joint):
    contract = active(joint)
    facts = chronicle.find_tender(joint.session, joint.tender.id, SETTING, joint.at)
    names = ["Glans", "Lid B", "Lid C"]
    assert [each.name for each in facts.awards[0].suppliers] == names
    assert [each.name for each in facts.contracts[0].suppliers] == names
    with atomic(joint.session) as session:
        release_tender(session, tender_id=contract.tender_id, setting=SETTING)
    release = json.loads(joint.session.scalars(select(Release.content).order_by(Release.id.desc())).first())
    assert faults(release) == []
    parties = {each["name"]: each["roles"] for each in release["parties"]}
    assert all({"supplier", "tenderer"} <= set(parties[name]) for name in names)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contract_member SET share = 5999 WHERE position = 1",
        "DELETE FROM contract_member",
        "UPDATE contract SET supplier_signed_at = now(), supplier_signed_by_id = created_by_id",
        ("INSERT INTO contract_member (contract_id, position, organisation_id, role, share) "
        "SELECT contract_id, 9, organisation_id, role, share FROM contract_member LIMIT 1"),
    ],
)  # fmt: skip
def test_the_database_keeps_members_and_shares_of_a_contract(joint, statement):
    joint.awarded(POINTS)
    make(joint)
    with pytest.raises(DBAPIError), joint.session.begin_nested():
        joint.session.execute(text(statement))
        joint.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_after_the_award_each_page_asks_past_the_fence_only_once(joint):
    """The fences of bids, members and opened bids ask for each other: none may go round in circles."""
    joint.awarded(POINTS)
    session, team = joint.session, joint.world.together
    for actor in (team.one, joint.suppliers["Boen"], joint.world.anna):
        session.execute(
            text("SELECT set_config('cwb.all_rows', 'off', true), set_config('cwb.user_id', :user, true)"),
            {"user": str(actor.user_id)},
        )
        found = session.execute(
            text(
                "SELECT count(*) FROM opened_bid o JOIN bid_member m ON m.bid_id = o.bid_id AND m.in_version = o.version "
                "LEFT JOIN bid b ON b.id = m.bid_id"
            )
        ).scalar_one()
        session.execute(text("SELECT set_config('cwb.all_rows', 'on', true)"))
        assert found == 2


def letters(joint, subject):
    """To how many people a letter with this subject went."""
    subject = subject % {"number": joint.session.scalars(select(Contract.number)).one()}
    return len(joint.session.scalars(select(Mail.id).where(Mail.subject == subject)).all())


def approved(joint):
    """A change that the buyer approved: contract, and how a member says yes."""
    contract = active(joint)
    proposed = {
        "affects": [Affects.VALUE], "ground": Ground.SMALL, "what": "Ook de kelder wordt schoongemaakt.",
        "shown": "Het is klein en de aard blijft gelijk.", "delta": Money(100_001), "ends_on": None,
        "law": law("nieuw_west"), "rows": grounds(),
    }  # fmt: skip
    act(joint, changes.propose_change, contract, joint.world.anna, **proposed)
    act(joint, changes.decide_change, contract, joint.world.bram, number=1, approved=True, reason="")
    yes = {"number": 1, "accepted": True, "reason": ""}
    return contract, yes


def test_a_change_counts_when_every_member_signed(joint):
    team, (contract, yes) = joint.world.together, approved(joint)
    act(joint, changes.answer_change, contract, team.lead, **yes)
    assert letters(joint, "Teken de wijziging van %(number)s") == 3
    made = act(joint, changes.answer_change, contract, team.one, **yes)
    assert made.state is State.APPROVED
    with pytest.raises(SignedBefore):
        act(joint, changes.answer_change, contract, team.one, **yes)
    for statement in (
        "UPDATE contract_change SET accepted = true, supplier_by_id = decided_by_id, supplier_at = decided_at",
        "DELETE FROM contract_change_signature",
        "UPDATE contract_change_signature SET signed_by_id = signed_by_id + 1",
        (
            "INSERT INTO contract_change_signature (change_id, organisation_id, signed_by_id, signed_at) "
            "SELECT change_id, (SELECT buyer_id FROM contract), signed_by_id, signed_at FROM contract_change_signature LIMIT 1"
        ),
    ):
        with (
            pytest.raises(DBAPIError, match=r"every member|stays|only a member"),
            joint.session.begin_nested(),
        ):
            joint.session.execute(text(statement))
    made = act(joint, changes.answer_change, contract, team.two, **yes)
    assert made.state is State.IN_FORCE
    assert agreement_by_id(joint.session, made.agreement_id).total == Money(100_001)
    assert letters(joint, "Gewijzigd: contract %(number)s") == 5


def test_a_signature_is_taken_back_until_the_last_one_signs(joint):
    """It counts no more, the member may sign anew, and the others hear it."""
    team, (contract, yes) = joint.world.together, approved(joint)
    for member in (team.lead, team.one):
        act(joint, changes.answer_change, contract, member, **yes)
    with pytest.raises(NothingToTakeBack):
        act(joint, changes.take_back_signature, contract, team.two, number=1)
    made = act(joint, changes.take_back_signature, contract, team.one, number=1)
    assert made.missing([each.organisation_id for each in contract.members]) == [
        team.one.organisation_id, team.two.organisation_id,
    ]  # fmt: skip
    assert letters(joint, "Handtekening teruggenomen: %(number)s") == 4
    with pytest.raises(DBAPIError, match="taken back once"), joint.session.begin_nested():
        joint.session.execute(
            text("UPDATE contract_change_signature SET taken_back_at = NULL, taken_back_by_id = NULL")
        )
    assert act(joint, changes.answer_change, contract, team.two, **yes).state is State.APPROVED
    with pytest.raises(DBAPIError, match="every member"), joint.session.begin_nested():
        joint.session.execute(
            text(
                "UPDATE contract_change SET accepted = true, supplier_by_id = decided_by_id, supplier_at = decided_at"
            )
        )
    made = act(joint, changes.answer_change, contract, team.one, **yes)
    assert made.state is State.IN_FORCE
    with pytest.raises(NothingToTakeBack):
        act(joint, changes.take_back_signature, contract, team.lead, number=1)
    with pytest.raises(DBAPIError, match="only while it waits"), joint.session.begin_nested():
        joint.session.execute(
            text(
                "UPDATE contract_change_signature SET taken_back_at = now(), taken_back_by_id = signed_by_id"
            )
        )


def test_a_member_does_not_challenge_its_own_contract(joint):
    contract = active(joint)
    words = {
        "group_name": "Wij",
        "what": "Wij kunnen het beter.",
        "how": "Met meer mensen.",
        "supporters": "Ons",
    }
    with pytest.raises(OwnWork):
        act_on = {
            "subject": contract,
            "amount": None,
            "name_public": False,
            "terms": terms(date(2027, 1, 1)),
            **words,
        }
        submit_challenge(joint.session, actor=joint.world.together.two, at=joint.at, **act_on)
