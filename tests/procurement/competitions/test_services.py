import json
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.advice.gateway import law
from procurement.approval import services as approval
from procurement.bids.queries import database_now, opportunity
from procurement.call_offs import errors, queries
from procurement.call_offs.rules import State
from procurement.changes import services as changes
from procurement.changes.gateway import grounds
from procurement.changes.rules import Affects, Ground
from procurement.competitions import services
from procurement.competitions.errors import BeginsTooSoon, NotAllInvited, OneOrder
from procurement.competitions.forms import CompetitionForm
from procurement.contracts import services as contracts
from procurement.contracts.rules import LocalOutcome, instalments
from procurement.drafting import services as drafting
from procurement.invitations.models import Invitee
from procurement.invitations.queries import invited
from procurement.ocds import rules as ocds
from procurement.procedures.rules import Framework as Framing
from procurement.publication import queries as publication_queries
from procurement.publication import services as publication
from procurement.publication.gateway import setting
from procurement.publication.models import Release
from procurement.standstill.services import make_definitive
from procurement.tenders import queries as tenders
from procurement.tenders.errors import ProcedureFixed, TenderNotFound, TermTooShort, ValueInvalid
from procurement.tenders.services import advice_for, cancel_tender
from tests.procurement.framework import Framework
from tests.procurement.panel import Panel
from tests.procurement.world import World

LOCAL = {"local_outcome": LocalOutcome.LOCAL_INVITED, "local_reason": "Twee leveranciers werken in de wijk."}


def begun(session, folder):
    made = Framework(World(session, folder))
    made.joins("Boen", "Stof")
    return made


pytestmark = pytest.mark.begins(framework=begun)


@pytest.fixture
def framework(root):
    return root


def start(framework, value=5_000_000, days=20, **facts):
    given = {
        "title": "Extra schoonmaak", "description": "", "value": Money(value), "starts_on": date(2027, 3, 1),
        "ends_on": date(2027, 6, 30), "closes_at": framework.world.at + timedelta(days=days), "law": law("nieuw_west"), **LOCAL, **facts,
    }  # fmt: skip
    return framework.act(
        services.start_competition, framework.world.anna, framework=framework.contract, **given
    )


def publish(framework, tender):
    world = framework.world
    with atomic(framework.session) as session:
        approval.ask_review(
            session, tender=tender, law=law("nieuw_west"), user_id=world.anna.user_id, at=world.at
        )
        approval.review_tender(
            session,
            tender=tender,
            approved=True,
            law=law("nieuw_west"),
            user_id=world.bram.user_id,
            at=world.at,
        )
    with atomic(framework.session) as session:
        return approval.publish_tender(
            session, tender=tender, officer_ids=(world.anna.user_id, world.bram.user_id), escrow_id=world.eva.user_id,
            law=law("nieuw_west"), user_id=world.anna.user_id, at=world.at,
        )  # fmt: skip


def test_a_competition_is_a_whole_tender_without_retyping(framework):
    made = start(framework)
    parent = framework.world.tender
    assert (made.method, made.cpv, made.payment_days) == (parent.method, parent.cpv, parent.payment_days)
    assert {each.organisation_id for each in invited(framework.session, made.id)} == {
        each.organisation_id for each in framework.panel.suppliers.values()
    }
    assert framework.taken() == Money(5_000_000)
    done = publish(framework, made)
    assert (done.access, done.procedure) == ("invited", "framework_competition")
    found = tenders.tender(framework.session, done.number, framework.panel.suppliers["Boen"])
    assert [each.code for each in found.lots[0].criteria] == ["price", "q1", "q2"]
    with pytest.raises(TenderNotFound):
        tenders.tender(framework.session, done.number)


def test_a_stopped_competition_reserves_nothing(framework):
    made = start(framework)
    with pytest.raises(errors.FrameworkFull):
        start(framework, value=1_000_001)
    with atomic(framework.session) as session:
        cancel_tender(
            session,
            tender=made,
            reason="Niet meer nodig.",
            user_id=framework.world.anna.user_id,
            at=framework.world.at,
        )
    assert framework.taken() == Money(0)
    start(framework, value=6_000_000)
    assert framework.taken() == Money(6_000_000)


def test_a_raised_value_must_still_fit_at_publication(framework):
    made = start(framework)
    with atomic(framework.session):
        made.value_minor = made.lots[0].value_minor = 6_000_001
    with pytest.raises(errors.FrameworkFull):
        publish(framework, made)
    assert framework.taken() == Money(5_000_000)


def test_every_party_is_invited(framework):
    made = start(framework)
    with atomic(framework.session) as session:
        session.delete(session.query(Invitee).filter_by(tender_id=made.id).first())
    with pytest.raises(NotAllInvited):
        publish(framework, made)


def test_a_closing_that_publishing_would_refuse_is_refused_at_once(framework):
    with pytest.raises(TermTooShort) as fault:
        start(framework, days=9)
    assert fault.value.field == "closes_at"


def change(there, tender, **facts):
    given = {
        "value": Money(tender.value_minor), "starts_on": tender.starts_on, "ends_on": tender.ends_on,
        "value_public": False, **facts,
    }  # fmt: skip
    with atomic(there.session) as session:
        drafting.estimate(
            session, tender=tender, user_id=there.world.anna.user_id, at=there.world.at, **given
        )


def test_a_changed_draft_stays_a_competition_and_what_it_reserves_follows(framework):
    made = start(framework)
    change(framework, made, value=Money(5_500_000), ends_on=date(2027, 5, 31))
    assert (made.procedure, made.access) == ("framework_competition", "invited")
    order = queries.of_competition(framework.session, made.id)
    assert (framework.taken(), order.ends_on) == (Money(5_500_000), date(2027, 5, 31))
    for fault, facts in (
        (errors.FrameworkFull, {"value": Money(6_000_001)}),
        (errors.OutsideTerm, {"starts_on": date(2040, 1, 1), "ends_on": date(2040, 2, 1)}),
        (BeginsTooSoon, {"starts_on": clock.local_date(made.closes_at)}),
        (OneOrder, {"framework": Framing("single", Money(6_000_000), "")}),
    ):
        with pytest.raises(fault):
            change(framework, made, **facts)
    with pytest.raises(ProcedureFixed), atomic(framework.session) as session:
        drafting.choose_procedure(
            session, tender=made, procedure="national_open", law=law("nieuw_west"),
            user_id=framework.world.anna.user_id, at=framework.world.at,
        )  # fmt: skip
    assert framework.taken() == Money(5_500_000)
    publish(framework, made)


def test_what_cannot_be_is_refused_before_a_draft_is_made(framework):
    with pytest.raises(ValueInvalid):
        start(framework, value=0)
    with pytest.raises(BeginsTooSoon):
        start(framework, closes_at=datetime(2027, 3, 1, 9, tzinfo=UTC))


def test_before_the_bids_nobody_says_who_won_and_an_order_says_who_does_it(framework):
    for early in (LocalOutcome.LOCAL_CHOSEN, LocalOutcome.LOCAL_COMPETED):
        with pytest.raises(errors.OutcomeUnknown):
            start(framework, local_outcome=early)
    made = queries.of_competition(framework.session, start(framework).id)
    shown = {each.value for each in CompetitionForm.local_outcome.kwargs["choices"]}
    assert shown == {"local_invited", "none_found", "not_examined"}
    with pytest.raises(DBAPIError, match="local_known"), framework.session.begin_nested():
        framework.session.execute(text("ALTER TABLE call_off DISABLE TRIGGER keep_call_off"))
        framework.session.execute(
            text("UPDATE call_off SET local_outcome = 'local_competed' WHERE id = :id"), {"id": made.id}
        )


def test_one_party_holds_no_competition(make_framework):
    alone = make_framework()
    with pytest.raises(errors.TooFewParties):
        start(alone)


def test_a_competition_is_never_advised(framework):
    assert law("nieuw_west").procedure(services.PROCEDURE) is not None
    found = tenders.find_tender(framework.session, start(framework).number)
    advice = advice_for(framework.session, found, law("nieuw_west"), date(2026, 12, 1))
    assert advice.line(services.PROCEDURE) is None


def run(framework, tender, prices):
    """The ordinary line: sealed bids, scores, award. Returns the panel."""
    world = framework.world
    world.tender = tender
    now = database_now(world.session)
    shift = text("UPDATE database_clock SET shift = shift + :after")
    with atomic(world.session) as session:
        session.execute(shift, {"after": world.at + timedelta(minutes=1) - now})
    world.supplier = framework.panel.suppliers.__getitem__
    world.closes = partial(type(world).closes, world, timedelta(days=13))
    usual = type(world).values

    def values(*args, **facts):
        named = {"q:plan": "q:q1", "q:social": "q:q2"}
        return {named.get(name, name): value for name, value in usual(world, *args, **facts).items()}

    world.values = values
    world.chance = lambda _tender=None: opportunity(world.session, tender.number, 1, world.anna)
    panel = Panel(world, prices)
    points = {
        name: {"q1": "40", "q2": "30"} if name == "Boen" else {"q1": "10", "q2": "0"} for name in prices
    }
    panel.frozen(points)
    panel.prepare()
    panel.write(*[name for name in prices if name != "Boen"])
    return panel


def test_the_order_follows_the_award_and_the_contract(framework):
    """No standstill beyond the day of sending; the winning price is reserved, then agreed."""
    tender = publish(framework, start(framework, days=12))
    order = queries.of_competition(framework.session, tender.id)
    assert (order.state, order.amount) == (State.COMPETING, Money(5_000_000))
    panel = run(framework, tender, {"Boen": 4_200_000, "Stof": 4_300_000})
    decision = panel.send()
    assert decision.standstill_days == 0
    assert decision.term["article"].endswith("2.127")
    assert framework.taken() == Money(4_200_000)
    framework.world.at = decision.standstill_until
    panel.do(make_definitive, framework.world.anna)
    contract = panel.do(
        contracts.make_contract, framework.world.anna, lot=panel.lot,
        lines=instalments(Money(4_200_000), 2, "Extra", VatCode.STANDARD), starts_on=date(2027, 3, 1),
        ends_on=date(2027, 6, 30), payment_days=30,
    )  # fmt: skip
    framework.act(
        contracts.examine_local_option, framework.world.anna, contract=contract, outcome=LocalOutcome.LOCAL_CHOSEN,
        reason="De winnaar zit hier.",
    )  # fmt: skip
    for who in (framework.world.anna, framework.panel.suppliers["Boen"]):
        framework.act(contracts.sign_contract, who, contract=contract, version=1)
    framework.session.expire_all()
    order = queries.of_competition(framework.session, tender.id)
    assert (order.state, order.amount, order.result.number) == (
        State.AWARDED,
        Money(4_200_000),
        contract.number,
    )
    assert order.agreement_id == contract.agreement_id
    got = {each.rank: each.ordered for each in queries.candidates(framework.session, framework.contract.id)}
    assert got == {1: Money(0), 2: Money(4_200_000), 3: Money(0)}, "what was won counts for whose turn it is"
    _changed(framework, contract)
    _published(framework, tender)


def _changed(framework, contract):
    """A change of its contract counts under the framework: 60,000 in all."""
    facts = {
        "contract": contract, "affects": [Affects.VALUE, Affects.OBJECT], "ground": Ground.SMALL,
        "what": "Ook de fietsenkelder wordt schoon.", "shown": "Het is klein en hetzelfde werk.",
        "delta": Money(400_000), "ends_on": None, "law": law("nieuw_west"), "rows": grounds(),
    }  # fmt: skip
    start(framework, value=1_500_000)
    with pytest.raises(errors.ChangeBeyondMaximum):
        framework.act(changes.propose_change, framework.world.anna, **facts)
    given, facts["delta"] = {"contract": contract, "number": 1, "reason": ""}, Money(300_000)
    framework.act(changes.propose_change, framework.world.anna, **facts)
    framework.act(changes.decide_change, framework.world.bram, approved=True, **given)
    framework.act(changes.answer_change, framework.panel.suppliers["Boen"], accepted=True, **given)
    assert framework.taken() == Money(6_000_000)


def _published(framework, tender):
    """Open data says under which framework it was held."""
    for tender_id in (framework.tender_id, tender.id):
        publication.release_tender(framework.session, tender_id=tender_id, setting=setting())
    parent = publication_queries.ocid_of_tender(framework.session, framework.tender_id)
    found = [
        json.loads(each)
        for each in framework.session.scalars(
            select(Release.content).where(Release.tender_id == tender.id).order_by(Release.id)
        )
    ]
    assert [each["relatedProcesses"] for each in found] == [
        [{"id": "framework", "relationship": ["framework"], "scheme": "ocid", "identifier": parent}]
    ] * len(found)
    assert [fault for each in found for fault in ocds.faults(each)] == []


def test_a_winning_price_beyond_the_maximum_is_not_sent(framework):
    tender = publish(framework, start(framework, days=12))
    panel = run(framework, tender, {"Boen": 6_000_001, "Stof": 9_000_000})
    with pytest.raises(errors.FrameworkFull):
        panel.send()
    assert framework.taken() == Money(5_000_000)


def test_the_list_of_invitees_is_read_without_a_rotation(framework, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: framework.world.at)
    made = start(framework)
    anna = sign_in_user(framework.session.get(User, framework.world.anna.user_id))
    shown = anna.get(f"/tenders/{made.number}/invitees")
    assert shown.status_code == 200
    assert "Boen" in shown.text
