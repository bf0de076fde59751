"""Orders without competition in open data: each a process of its own, told once it is agreed."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from procurement.call_offs import queries, services
from procurement.call_offs.rules import Rule
from procurement.chronicle.rules import happenings
from procurement.ocds import rules as ocds
from procurement.orders.queries import find_order
from procurement.publication import services as publication
from procurement.publication.gateway import setting
from procurement.publication.models import Release
from procurement.publication.queries import ocid_of_tender, waiting_orders


def releases(session):
    found = session.scalars(
        select(Release).where(Release.call_off_id.is_not(None)).order_by(Release.id)
    ).all()
    return [json.loads(each.content) for each in found]


def test_an_agreed_order_is_told_whole_and_under_its_framework(single):
    order = single.order("1.5")
    assert releases(single.session) == [], "an offer is between two parties"
    single.answer(order, "Glans")
    found = releases(single.session)
    assert [each["tag"] for each in found] == [["tender"], ["award"], ["contract"]]
    assert [fault for each in found for fault in ocds.faults(each)] == []
    assert ocds.out_of_order(found) == []
    last, above = found[-1], ocid_of_tender(single.session, order.tender_id)
    assert last["ocid"] == f"{setting().prefix}-{order.number}"
    assert last["relatedProcesses"] == [
        {"id": "framework", "relationship": ["framework"], "scheme": "ocid", "identifier": above}
    ]
    tender, award, contract = last["tender"], last["awards"][0], last["contracts"][0]
    assert (tender["procurementMethod"], tender["competitive"]) == ("direct", False)
    assert tender["procurementMethodRationale"] == "De raamovereenkomst heeft één leverancier."
    assert not {"submissionMethod", "tenderPeriod", "enquiryPeriod", "documents", "description"} & set(tender)
    assert "documents" not in award
    assert "bids" not in last
    assert (award["status"], contract["status"], contract["awardID"]) == ("active", "active", award["id"])
    assert award["value"] == contract["value"] == {"amount": 12_000, "currency": "EUR"}


def test_what_the_buyer_wrote_for_its_supplier_is_not_told(make_framework):
    framework = make_framework(Rule.FIXED, parties=2)
    party = queries.parties(framework.session, framework.contract.id)[0]
    made = framework.order("1", party_id=party.id, choice_reason="Zeldzaamwoord, want die is goed.")
    framework.answer(made, "Glans")
    last = releases(framework.session)[-1]
    assert "Zeldzaamwoord" not in str(last)
    assert last["tender"]["procurementMethodRationale"].startswith("De koper kiest")


def test_declined_and_withdrawn_orders_are_told_to_nobody(single):
    declined = single.answer(single.order("1"), "Glans", accepts=False, reason="Geen mensen.")
    withdrawn = single.act(services.withdraw, single.world.anna, order=single.order("1"))
    publication.catch_up(single.session, setting=setting(), whole=True)
    assert releases(single.session) == []
    assert waiting_orders(single.session, single.world.at, whole=True) == []
    for each in (declined, withdrawn):
        assert find_order(single.session, each.id, setting(), single.world.at) is None


def test_twice_adds_nothing_and_the_end_is_told_once(single):
    single.answer(single.order("1.5"), "Glans")
    publication.catch_up(single.session, setting=setting(), whole=True)
    assert publication.catch_up(single.session, setting=setting(), whole=True) == 0
    assert len(releases(single.session)) == 3
    (order_id,) = waiting_orders(single.session, single.world.at, whole=True)
    assert waiting_orders(single.session, single.world.at, whole=False) == []
    after = datetime(2027, 3, 2, 12, tzinfo=UTC)
    assert waiting_orders(single.session, after, whole=False) == [order_id]
    told = happenings(find_order(single.session, order_id, setting(), after))
    assert [each.tag for each in told][-2:] == ["contract", "contractTermination"]


def test_the_database_knows_only_one_subject_for_a_release(single):
    single.answer(single.order("1.5"), "Glans")
    with pytest.raises(DBAPIError, match="subject"), single.session.begin_nested():
        single.session.execute(text(
            "INSERT INTO ocds_release (ocid, release_id, tender_id, call_off_id, key, tag, released_at, extensions,"
            " content, sha256) SELECT ocid, release_id || 'x', (SELECT min(id) FROM tender), call_off_id, key || 'x',"
            " tag, released_at, extensions, content, sha256 FROM ocds_release WHERE call_off_id IS NOT NULL LIMIT 1"
        ))  # fmt: skip
