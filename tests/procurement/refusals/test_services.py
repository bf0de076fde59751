"""Proof that is open holds an award back; the buyer gives time, goes on without, or refuses and decides again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.awards import queries as awards
from procurement.awards.rules import Result
from procurement.contracts import rules as contract_rules
from procurement.contracts import services as contracts
from procurement.evaluation import services as evaluation
from procurement.proofs import errors, queries
from procurement.proofs import services as asking
from procurement.proofs.rules import Choice, Standing
from procurement.refusals import services
from procurement.refusals.errors import AwardStays
from procurement.standstill import queries as standstills
from procurement.standstill import services as standstill
from procurement.standstill.errors import ProofOpen
from procurement.tenders import queries as tenders
from tests.procurement.panel import base, ok
from tests.procurement.proofs.test_services import begun, mails

WHY = "Het uittreksel kwam niet, ook niet na een mail."


OUT = """
    INSERT INTO disqualification (opened_bid_id, reason, decided_by_id, decided_at)
    SELECT opened_bid_id, 'zomaar een reden', :who, now() FROM proof_request
"""
RULED = """
    INSERT INTO proof_ruling (request_id, choice, kinds, until_before, reason, decided_by_id, decided_at)
    SELECT id, 'accepted', '["tax"]', until, 'zomaar een reden', :who, now() FROM proof_request
"""


pytestmark = pytest.mark.begins(proofs=begun)


@pytest.fixture
def proofs(root):
    return root


@pytest.fixture
def asked(proofs):
    """The request to Glans: an extract and a conduct certificate, within five days."""
    return proofs.ask()[0]


def rule(proofs, request, choice, reason=WHY, **facts):
    with atomic(proofs.session) as session:
        return asking.rule(
            session,
            request=request,
            choice=choice,
            reason=reason,
            actor=proofs.world.anna,
            at=proofs.at,
            **facts,
        )


def refuse(proofs, request, actor=None):
    return proofs.do(
        services.refuse_winner, actor or proofs.world.anna, request=queries.request(proofs.session, request.public_id),
        reason=WHY,
    )  # fmt: skip


def winner(proofs):
    tender = tenders.locked_tender(proofs.session, proofs.tender.id)
    return evaluation.allocation(proofs.session, tender).winners[tender.lots[0].id]


def after_standstill(proofs):
    proofs.world.at = awards.find_decision(proofs.session, proofs.tender.id).standstill_until


def definitive(proofs):
    return proofs.do(standstill.make_definitive, proofs.world.anna)


def test_open_proof_holds_the_award_back_until_each_paper_is_settled(proofs, world, asked):
    glans = proofs.suppliers["Glans"]
    proofs.paper(glans)
    shown = proofs.show(asked, glans)
    after_standstill(proofs)
    with pytest.raises(ProofOpen):
        definitive(proofs)
    proofs.judge(shown, is_good=True)
    with pytest.raises(ProofOpen):
        definitive(proofs)
    decision = awards.find_decision(world.session, world.tender.id)
    (state,) = standstills.lot_states(world.session, decision).values()
    assert state.lacks_proof
    with pytest.raises(errors.ReasonTooShort):
        rule(proofs, asked, Choice.ACCEPTED, reason="kort", kinds=["gva"])
    with pytest.raises(errors.NothingChosen):
        rule(proofs, asked, Choice.ACCEPTED, kinds=["kvk"])
    rule(proofs, asked, Choice.ACCEPTED, kinds=["gva"])
    assert mails(world.session, "een stuk is niet meer nodig") == 1
    found = queries.request(world.session, asked.public_id)
    assert (found.standing("gva"), found.open, found.left) == (Standing.ACCEPTED, [], [])
    with pytest.raises(errors.NothingOpen):
        rule(proofs, asked, Choice.ACCEPTED, kinds=["gva"])
    assert definitive(proofs).definitive_at == proofs.at


def test_a_term_runs_longer_with_a_reason_and_is_reminded_again(proofs, world, asked):
    first = asked.last_day
    with pytest.raises(errors.TermNotLonger):
        rule(proofs, asked, Choice.LONGER, last_day=first)
    world.at = asked.until - timedelta(hours=2)
    with atomic(world.session) as session:
        assert asking.remind(session, at=proofs.at) == 1
    with pytest.raises(errors.TermTooShort):
        rule(proofs, asked, Choice.LONGER, last_day=local_date(proofs.at) + timedelta(days=2))
    rule(proofs, asked, Choice.LONGER, last_day=first + timedelta(days=7))
    found = queries.request(world.session, asked.public_id)
    assert (found.last_day, found.reminded_at) == (first + timedelta(days=7), None)
    assert mails(world.session, "meer tijd voor uw bewijs") == 1


def test_a_refused_winner_goes_out_and_the_next_one_wins(proofs, world, asked):
    with pytest.raises(errors.TermRuns):
        refuse(proofs, asked)
    glans = proofs.suppliers["Glans"]
    proofs.paper(glans)
    shown = proofs.show(asked, glans)
    world.at = asked.until
    with pytest.raises(errors.SeeFirst):
        refuse(proofs, asked)
    proofs.judge(shown, is_good=False, note="Dit is van een ander bedrijf.")
    with pytest.raises(errors.NotYourTender):
        rule_by_other = world.supplier("Vreemd")
        with atomic(world.session) as session:
            asking.rule(
                session, request=asked, choice=Choice.LONGER, reason=WHY, actor=rule_by_other, at=proofs.at
            )
    assert winner(proofs) == proofs.label("Glans")
    refuse(proofs, asked)
    assert winner(proofs) == proofs.label("Boen")
    assert awards.find_decision(world.session, world.tender.id) is None
    assert mails(world.session, "u wint niet meer") == 1
    with pytest.raises(AwardStays):
        refuse(proofs, asked)
    found = queries.request(world.session, asked.public_id)
    assert found.left == []
    assert found.is_refused
    proofs.prepare()
    proofs.write("Stof")
    decision = awards.find_decision(world.session, world.tender.id)
    results = {each.bid.label: each.result for each in decision.letters}
    assert results == {
        proofs.label("Glans"): Result.DISQUALIFIED, proofs.label("Boen"): Result.WON, proofs.label("Stof"): Result.LOST,
    }  # fmt: skip
    proofs.send()
    letters = awards.find_decision(world.session, world.tender.id).letters
    out = next(each for each in letters if each.result is Result.DISQUALIFIED)
    assert out.content["reason"] == WHY
    assert all(WHY not in str(each.content) for each in letters if each is not out)
    after_standstill(proofs)
    definitive(proofs)


def test_a_definitive_award_is_not_taken_back_for_proof(proofs, world):
    after_standstill(proofs)
    definitive(proofs)
    asked = proofs.ask()[0]
    world.at = asked.until
    with pytest.raises(AwardStays):
        refuse(proofs, asked)


def test_proof_asked_after_the_award_holds_both_signatures_back(proofs, world):
    after_standstill(proofs)
    definitive(proofs)
    terms = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31), "payment_days": 30}
    lines = contract_rules.instalments(Money(4_800_000), 12, "Schoonmaak", VatCode.STANDARD)
    made = proofs.do(contracts.make_contract, world.anna, lot=proofs.lot, lines=lines, **terms)
    asked = proofs.ask()[0]

    def sign():
        with atomic(world.session) as session:
            contracts.sign_contract(
                session, contract=made, version=made.version, actor=proofs.suppliers["Glans"], at=proofs.at
            )

    with pytest.raises(ProofOpen):
        sign()
    with pytest.raises(DBAPIError, match="it waits for proof"), atomic(world.session) as session:
        session.execute(
            text("UPDATE contract SET supplier_signed_at = now(), supplier_signed_by_id = :who"),
            {"who": proofs.suppliers["Glans"].user_id},
        )
    rule(proofs, asked, Choice.ACCEPTED, kinds=["kvk", "gva"])
    sign()


def test_the_database_refuses_what_the_rules_refuse(proofs, world, asked):
    after_standstill(proofs)
    change = (
        (
            "waits for proof",
            "UPDATE lot_award SET definitive_at = now() + interval '9 years', definitive_by_id = :who",
        ),
        ("longer only", "UPDATE proof_request SET until = until + interval '1 day'"),
        ("was asked stays", "UPDATE proof_request SET kinds = '[\"kvk\"]'"),
        ("was asked stays", "DELETE FROM proof_request"),
        ("only refused proof", OUT),
        ("nothing to decide", RULED),
    )
    for match, statement in change:
        with pytest.raises(DBAPIError, match=match), atomic(world.session) as session:
            session.execute(text(statement), {"who": world.anna.user_id} if ":who" in statement else {})
    rule(proofs, asked, Choice.ACCEPTED, kinds=["gva"])
    for statement in ("UPDATE proof_ruling SET reason = 'een andere reden'", "DELETE FROM proof_ruling"):
        with pytest.raises(DBAPIError, match="was decided stays"), atomic(world.session) as session:
            session.execute(text(statement))


def test_from_too_late_to_refused_on_the_pages(proofs, world, asked, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: proofs.at)
    buyer = sign_in_user(proofs.session.get_one(User, world.anna.user_id))
    listed = base(proofs, "proofs")
    page = ok(buyer.get(listed), 200).text
    assert "De gunning wacht op bewijs" in page
    assert "Winnaar afwijzen" not in page
    here = f"/proofs/{asked.public_id}"
    ok(buyer.post(f"{here}/longer", data={"last_day": "2020-01-01", "reason": WHY}), 422)
    day = (asked.last_day + timedelta(days=1)).isoformat()
    ok(buyer.post(f"{here}/longer", data={"last_day": day, "reason": WHY}))
    ok(buyer.post(f"{here}/accept", data={"reason": WHY}), 422)
    ok(buyer.post(f"{here}/accept", data={"kinds": ["gva"], "reason": WHY}))
    ok(buyer.post(f"{here}/refuse", data={"reason": WHY, "sure": "y"}), 422)
    world.at = asked.until + timedelta(days=1)
    buyer = sign_in_user(proofs.session.get_one(User, world.anna.user_id))
    assert "Het bewijs van de winnaar is te laat" in ok(buyer.get("/"), 200).text
    assert "Winnaar afwijzen" in ok(buyer.get(listed), 200).text
    after_standstill(proofs)
    buyer = sign_in_user(proofs.session.get_one(User, world.anna.user_id))
    page = ok(buyer.get(base(proofs, "decision", "definitive")), 200).text
    assert "Bekijk wat open staat en beslis" in page
    ok(buyer.post(base(proofs, "decision", "definitive"), data={"sure": "y"}), 422)
    ok(buyer.get(f"{here}/refuse"), 200)
    ok(buyer.post(f"{here}/refuse", data={"reason": WHY, "sure": "y"}))
    assert "Afwijzen kan nu niet" in ok(buyer.get(f"{here}/refuse"), 200).text
    winner = sign_in_user(proofs.session.get_one(User, proofs.suppliers["Glans"].user_id))
    assert "U wint niet meer" in ok(winner.get(here), 200).text
    ok(winner.get(f"{here}/refuse"), 403)
