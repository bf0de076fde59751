import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from coops.needs.models import Need
from coops.needs.rules import NeedFacts
from coops.needs.services import change_need, post_need, withdraw_need
from cwb.kernel.canonical import canonical_json, digest
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.chronicle import queries as chronicle
from procurement.chronicle.rules import happenings
from procurement.contracts import services as contracts
from procurement.contracts.rules import LocalOutcome, instalments
from procurement.enquiries import services as enquiries
from procurement.notices import rules as notices
from procurement.ocds import rules as ocds
from procurement.publication import gateway, queries, rules, services
from procurement.publication.models import Release
from procurement.standstill import services as standstill
from procurement.tenders import services as tenders
from procurement.tenders.rules import ocds_status, state_of

SETTING = gateway.setting()


def releases(session, tender):
    ocid = queries.ocid_of_tender(session, tender.id)
    found = session.scalars(select(Release).where(Release.ocid == ocid).order_by(Release.id)).all()
    return [json.loads(each.content) for each in found]


def tags(session, tender):
    return [each["tag"][0] for each in releases(session, tender)]


def signed(panel):
    """From a definitive award to a contract signed by both, a minute later."""
    panel.world.at += timedelta(minutes=1)
    act = {"actor": panel.world.anna, "at": panel.at}
    contract = contracts.make_contract(
        panel.session, tender=panel.tender, lot=panel.lot,
        lines=instalments(contracts.awarded_price(panel.session, panel.lot), 2, "Werk", VatCode.STANDARD),
        starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), payment_days=30, **act,
    )  # fmt: skip
    contracts.examine_local_option(
        panel.session,
        contract=contract,
        outcome=LocalOutcome.LOCAL_CHOSEN,
        reason="Uit de buurt, dus lokaal.",
        **act,
    )
    contracts.sign_contract(panel.session, contract=contract, version=contract.version, **act)
    winner = panel.suppliers["Glans"]
    return contracts.sign_contract(
        panel.session, contract=contract, version=contract.version, actor=winner, at=panel.at
    )


@pytest.fixture
def lived(panel, points):
    """A tender from publication to a signed contract."""
    panel.awarded(points)
    return panel, signed(panel)


def test_a_release_per_event_and_each_holds_together(lived):
    panel, contract = lived
    found = releases(panel.session, panel.tender)
    assert [each["tag"][0] for each in found] == ["tender", "award", "awardUpdate", "contract"]
    assert [fault for each in found for fault in ocds.faults(each)] == []
    assert ocds.out_of_order(found) == []
    assert [each.get("awards", [{}])[0].get("status") for each in found] == [
        None,
        "pending",
        "active",
        "active",
    ]
    last = found[-1]
    assert last["contracts"][0]["id"] == contract.number
    assert last["contracts"][0]["value"] == {"amount": 48000, "currency": "EUR"}
    assert last["awards"][0]["value"] == {"amount": 48000, "currency": "EUR"}
    assert last["tender"]["status"] == "complete"
    assert last["bids"]["statistics"] == [
        {"id": "bids", "measure": "bids", "value": 3}, {"id": "validBids", "measure": "validBids", "value": 3}
    ]  # fmt: skip


def test_no_loser_no_price_of_one_and_nobody_by_name(lived):
    panel, _contract = lived
    whole = "".join(session_text(panel.session))
    for hidden in ("Boen", "Stof", "47000", "46000", "Anna", "Bram", "Carla", "Bestuurder", "Zeldzaamwoord"):
        assert hidden not in whole, hidden
    assert "Glans" in whole


def session_text(session):
    return session.scalars(select(Release.content)).all()


def test_before_the_decision_nothing_tells_of_bids(panel, points):
    panel.frozen(points)
    panel.prepare()
    services.release_tender(panel.session, tender_id=panel.tender.id, setting=SETTING)
    (only,) = releases(panel.session, panel.tender)
    assert not {"awards", "bids", "contracts"} & set(only)
    assert "numberOfTenderers" not in only["tender"]
    assert len(only["parties"]) == 1


def test_an_earlier_release_never_changes(panel, points):
    panel.decided(points)
    before = {each.release_id: (each.content, each.sha256) for each in panel.session.scalars(select(Release))}
    panel.world.at = panel.tender.standstill_until
    panel.do(standstill.make_definitive, panel.world.anna)
    signed(panel)
    panel.world.buyer.name = "Gemeente Anders"  # what the world says later does not reach back
    panel.session.flush()
    services.catch_up(panel.session, setting=SETTING, whole=True)
    after = {each.release_id: (each.content, each.sha256) for each in panel.session.scalars(select(Release))}
    assert len(before) == 2
    assert {key: after[key] for key in before} == before
    assert len(after) == 4


def test_the_database_keeps_it(panel, points):
    panel.decided(points)
    for statement in (
        update(Release).values(content="{}"),
        text("DELETE FROM ocds_release"),
        text("TRUNCATE ocds_release"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), panel.session.begin_nested():
            panel.session.execute(statement)
    with pytest.raises(DatabaseError, match="sha256"), panel.session.begin_nested():
        panel.session.execute(text(
            "INSERT INTO ocds_release (ocid, release_id, tender_id, key, tag, released_at, extensions, content, sha256) "
            "SELECT ocid, release_id || 'x', tender_id, key || 'x', tag, released_at, extensions, content || ' ', sha256 "
            "FROM ocds_release LIMIT 1"
        ))  # fmt: skip


def test_twice_publishes_nothing_twice(lived):
    panel, _contract = lived
    count = len(session_text(panel.session))
    assert services.release_tender(panel.session, tender_id=panel.tender.id, setting=SETTING) == []
    assert services.catch_up(panel.session, setting=SETTING, whole=True) == 0
    assert len(session_text(panel.session)) == count


def test_what_was_kept_is_what_would_be_made_again(lived):
    """Nothing in a release depends on when it is written down: an old installation catches up to the same bytes."""
    panel, _contract = lived
    kept = panel.session.scalars(
        select(Release).where(Release.tender_id == panel.tender.id).order_by(Release.id)
    ).all()
    facts = chronicle.find_tender(panel.session, panel.tender.id, SETTING, panel.at)
    made = [
        rules.release(
            facts,
            each,
            ocid=kept[0].ocid,
            number=number,
            dated=each.at,
            around=rules.Around({}),
            setting=SETTING,
        )
        for number, each in enumerate(happenings(facts), start=1)
    ]
    assert [canonical_json(each).decode() for each in made] == [each.content for each in kept]
    assert {each.sha256 for each in kept} == {digest(each) for each in made}


def test_a_withdrawn_decision_and_the_next(panel, points):
    panel.decided(points)
    panel.do(standstill.withdraw_decision, panel.world.anna, reason="Een rekenfout in de brief.")
    panel.prepare()
    panel.write("Boen", "Stof")
    panel.send()
    found = releases(panel.session, panel.tender)
    assert [each["tag"][0] for each in found] == ["tender", "award", "awardCancellation", "award"]
    assert [each["status"] for each in found[-1]["awards"]] == ["cancelled", "pending"]
    assert len({each["id"] for each in found[-1]["awards"]}) == 2


def test_stopping_takes_a_pending_award_with_it(panel, points):
    panel.decided(points)
    tenders.cancel_tender(
        panel.session,
        tender=panel.tender,
        reason="Geen geld meer",
        user_id=panel.world.anna.user_id,
        at=panel.at,
    )
    last = releases(panel.session, panel.tender)[-1]
    assert last["tag"] == ["tenderCancellation"]
    assert (last["tender"]["status"], last["awards"][0]["status"]) == ("cancelled", "cancelled")
    assert {"id": "cancelled", "date": last["date"], "rationale": "Geen geld meer"} in last["tender"][
        "amendments"
    ]


def test_deadline_and_nota_are_told(buying, make_organisation, make_user):
    tender = buying.published()
    enquiries.ask_question(
        buying.session, tender=tender, organisation_id=make_organisation().id, part="other", text="Hoeveel ramen zijn er?",
        user_id=make_user().id, at=buying.at,
    )  # fmt: skip
    closing = tender.closes_at
    tenders.move_deadline(
        buying.session,
        tender=tender,
        closes_at=closing + timedelta(days=3),
        reason="Een storing",
        **buying.by(),
    )
    question = enquiries.queries.waiting(buying.session, tender.id)[0]
    enquiries.answer_question(
        buying.session, tender=tender, question=question, answer="Veertig.", **buying.by()
    )
    enquiries.publish_nota(buying.session, tender=tender, **buying.by())
    first, moved, nota = releases(buying.session, tender)
    assert [first["tag"], moved["tag"], nota["tag"]] == [["tender"], ["tenderAmendment"], ["tenderUpdate"]]
    assert first["tender"]["tenderPeriod"]["endDate"] == ocds.instant(closing)
    assert moved["tender"]["tenderPeriod"]["endDate"] == ocds.instant(closing + timedelta(days=3))
    assert moved["tender"]["amendments"][0]["rationale"] == "Een storing"
    assert nota["tender"]["enquiries"][0]["answer"] == "Veertig."
    assert "author" not in nota["tender"]["enquiries"][0]
    assert not first["tender"]["hasEnquiries"]
    assert nota["tender"]["hasEnquiries"]
    assert "value" not in first["tender"], "the estimate is not public"


def test_without_result_is_told(buying):
    tender = buying.published()
    buying.session.execute(text("UPDATE tender SET opened_at = closes_at WHERE id = :id"), {"id": tender.id})
    tenders.mark_unsuccessful(
        buying.session,
        tender=tender,
        reason="Niemand schreef in",
        user_id=buying.author.id,
        at=tender.closes_at + timedelta(days=1),
    )
    assert tags(buying.session, tender) == ["tender", "tenderUpdate"]
    assert releases(buying.session, tender)[-1]["tender"]["status"] == "unsuccessful"


FACTS = NeedFacts(title="Schoonmaak", wanted_from=date(2027, 1, 1), expires_on=date(2026, 12, 31))


def need_of(buying, **more):
    return post_need(
        buying.session, owner_id=buying.buyer.id, facts=FACTS, purpose="Drie buurthuizen", category="cleaning", cpv="90910000",
        **buying.by(**more),
    )  # fmt: skip


def of_need(session, need):
    return [
        json.loads(each)
        for each in session.scalars(
            select(Release.content).where(Release.need_id == need.id).order_by(Release.id)
        )
    ]


def test_a_need_is_planning_and_its_tender_goes_on_under_its_id(buying):
    need = need_of(buying)
    (planned,) = of_need(buying.session, need)
    assert planned["tag"] == ["planning"]
    assert planned["ocid"] == f"ocds-000000-{need.number}"
    assert ocds.faults(planned) == []
    tender = buying.reviewed()
    buying.session.execute(
        text("UPDATE tender SET need_id = :need WHERE id = :id"), {"need": need.id, "id": tender.id}
    )
    buying.session.refresh(tender, ["need_id"])
    buying.publish(tender)
    found = releases(buying.session, tender)
    assert [each["tag"][0] for each in found] == ["planning", "tender"]
    assert found[1]["planning"]["rationale"] == "Drie buurthuizen"
    tenders.cancel_tender(
        buying.session, tender=tender, reason="Geen geld", user_id=buying.author.id, at=buying.at
    )
    second = buying.reviewed()
    buying.session.execute(
        text("UPDATE tender SET need_id = :need WHERE id = :id"), {"need": need.id, "id": second.id}
    )
    buying.session.refresh(second, ["need_id"])
    buying.publish(second)
    (own,) = releases(buying.session, second)
    assert own["ocid"] == f"ocds-000000-{second.number}"
    assert own["relatedProcesses"] == [{
        "id": "planning-unsuccessfulProcess", "relationship": ["planning", "unsuccessfulProcess"],
        "scheme": "ocid", "identifier": planned["ocid"],
    }]  # fmt: skip


def test_what_is_for_the_alliance_alone_is_not_published(buying):
    need = need_of(buying, visibility="alliance")
    assert of_need(buying.session, need) == []
    change_need(
        buying.session,
        need=need,
        facts=FACTS,
        purpose="Nu openbaar",
        category="cleaning",
        cpv="90910000",
        visibility="public",
        **buying.by(),
    )
    assert [each["tag"] for each in of_need(buying.session, need)] == [["planning"]]
    withdraw_need(
        buying.session, need=need, reason="Niet meer nodig", **buying.by(at=buying.at + timedelta(days=1))
    )
    last = of_need(buying.session, need)[-1]
    assert (last["tag"], last["tender"]["status"]) == (["planningUpdate"], "withdrawn")


def test_an_amount_for_the_alliance_stays_there(buying):
    rich = NeedFacts(
        **{
            **{name: getattr(FACTS, name) for name in FACTS.__slots__},
            "value_low": Money(100_000),
            "value_high": Money(900_000),
        }
    )
    need = post_need(
        buying.session,
        owner_id=buying.buyer.id,
        facts=rich,
        purpose="x",
        category="cleaning",
        cpv="90910000",
        **buying.by(),
    )
    assert "amount" not in of_need(buying.session, need)[0]["planning"]["budget"]


def test_the_status_is_the_one_of_the_state(lived):
    panel, _contract = lived
    facts = chronicle.find_tender(panel.session, panel.tender.id, SETTING, panel.at)
    moments = (
        panel.tender.published_at,
        panel.tender.closes_at,
        panel.tender.decided_at,
        panel.tender.awarded_at,
    )
    assert [notices.status_at(facts, at) for at in moments] == [
        ocds_status(state_of(panel.tender, at)) for at in moments
    ]


def test_an_old_installation_catches_up(buying):
    tender = buying.reviewed()
    need_of(buying)
    buying.session.info.clear()  # nobody listens, as before
    need = need_of(buying)
    buying.publish(tender)
    assert queries.ocid_of_tender(buying.session, tender.id) is None
    assert services.catch_up(buying.session, setting=SETTING) == 2
    assert tags(buying.session, tender) == ["tender"]
    assert len(of_need(buying.session, buying.session.get_one(Need, need.id))) == 1


def test_a_contract_that_is_over_is_told_once(panel, points):
    panel.awarded(points)
    signed(panel)
    with atomic(panel.session) as session:
        assert services.catch_up(session, setting=SETTING) == 0
        session.execute(text("UPDATE database_clock SET shift = shift + interval '700 days'"))
        assert services.catch_up(session, setting=SETTING) == 1
        assert services.catch_up(session, setting=SETTING) == 0
    last = releases(panel.session, panel.tender)[-1]
    assert (last["tag"], last["contracts"][0]["status"]) == (["contractTermination"], "terminated")


def test_of_a_quote_by_invitation_nothing_is_told_before_its_award(buying, session, make_organisation):
    """Its own release waits for the decision, also when everything is looked at again."""
    made = buying.published(procedure="invited_quotes", invited=[make_organisation() for _ in range(3)])
    services.release_tender(session, tender_id=made.id, setting=SETTING)
    services.catch_up(session, setting=SETTING, whole=True)
    assert releases(session, made) == []
    session.execute(text("ALTER TABLE tender DISABLE TRIGGER USER"))
    session.execute(
        text("UPDATE tender SET opened_at = closes_at, scores_frozen_at = closes_at, decided_at = closes_at")
    )
    session.execute(text("ALTER TABLE tender ENABLE TRIGGER USER"))
    session.expire_all()
    services.release_tender(session, tender_id=made.id, setting=SETTING)
    found = releases(session, made)
    assert [each["tag"] for each in found] == [["tender"]]
    assert found[0]["date"] >= ocds.instant(made.closes_at)
    assert found[0]["tender"]["procurementMethod"] == "limited"
