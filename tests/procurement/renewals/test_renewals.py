import json
from datetime import date

import pytest
from sqlalchemy import func, select

from coops.needs.errors import WantedInPast
from coops.needs.rules import NeedFacts
from coops.needs.services import change_need
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.changes.services import extend_contract
from procurement.publication import queries as publication
from procurement.publication.models import Release
from procurement.renewals import errors, queries, rules, services
from procurement.renewals.models import Renewal
from procurement.renewals.rules import is_ending

NEED = {
    "title": "Schoonmaak vanaf 2028",
    "purpose": "Dit volgt op het contract.",
    "wanted_from": date(2028, 1, 1),
}


@pytest.mark.parametrize(
    ("ends_on", "months", "today", "ending"),
    [
        (date(2027, 12, 31), 9, date(2027, 3, 30), False), (date(2027, 12, 31), 9, date(2027, 3, 31), True),
        (date(2027, 12, 31), 9, date(2027, 12, 31), True), (date(2027, 12, 31), 9, date(2028, 1, 1), False),
        (date(2027, 12, 31), 1, date(2027, 11, 29), False), (date(2027, 12, 31), 1, date(2027, 11, 30), True),
    ],
)  # fmt: skip
def test_when_a_contract_is_about_to_end(ends_on, months, today, ending):
    assert is_ending(ends_on, months, today) is ending


def alert(signed):
    with atomic(signed.session) as session:
        return services.alert(session, at=signed.at)


def letters(signed):
    return signed.session.scalar(select(func.count()).select_from(Mail).where(Mail.key.like("renewal-%")))


def waits(signed, actor=None):
    return [each.endpoint for each in queries.tasks(signed.session, actor or signed.anna, signed.at)]


def test_told_once_nine_months_before(signed):
    signed.on(date(2027, 3, 30))
    assert (alert(signed), waits(signed)) == (0, [])
    signed.on(date(2027, 3, 31))
    assert (alert(signed), letters(signed)) == (1, 2)
    assert (alert(signed), letters(signed)) == (0, 2)
    assert (waits(signed), waits(signed, signed.glans)) == (["renewals.plan"], [])


def test_an_organisation_hears_as_early_as_it_chose(signed):
    def choose(months, actor):
        with atomic(signed.session) as session:
            services.set_months(session, months=months, actor=actor, at=signed.at)

    for wrong in (0, 37):
        with pytest.raises(errors.MonthsWrong):
            choose(wrong, signed.anna)
    with pytest.raises(errors.NotYours):
        choose(3, signed.glans)
    choose(3, signed.anna)
    signed.on(date(2027, 9, 29))
    assert alert(signed) == 0
    signed.on(date(2027, 9, 30))
    assert alert(signed) == 1


def test_the_need_that_follows_stands_on_the_calendar(signed):
    with pytest.raises(errors.NotEnding):
        signed.act(services.plan_need, signed.anna, **NEED)
    signed.on(date(2027, 4, 1))
    alert(signed)
    with pytest.raises(errors.NotYours):
        signed.act(services.plan_need, signed.glans, **NEED)
    with pytest.raises(WantedInPast):
        signed.act(services.plan_need, signed.anna, **{**NEED, "wanted_from": date(2027, 3, 1)})
    need = signed.act(services.plan_need, signed.anna, **NEED)
    assert (need.owner_id, need.contract_ends_on, need.visibility) == (
        signed.world.buyer.id,
        date(2027, 12, 31),
        "public",
    )
    assert waits(signed) == []
    with pytest.raises(errors.NotEnding):
        signed.act(services.plan_need, signed.bram, **NEED)
    assert alert(signed) == 0


def test_open_data_ties_the_need_to_the_contract_it_follows_and_back(signed):
    signed.on(date(2027, 4, 1))
    alert(signed)
    need = signed.act(services.plan_need, signed.anna, **NEED)
    old = publication.ocid_of_tender(signed.session, signed.contract.tender_id)
    first = last_release(signed.session, Release.need_id == need.id)
    assert (first["tag"], [each["identifier"] for each in first["relatedProcesses"]]) == (["planning"], [old])
    change_need(
        signed.session, need=need, facts=NeedFacts(title=NEED["title"], wanted_from=NEED["wanted_from"], expires_on=date(2028, 3, 1)), purpose="Meer ramen",
        category="cleaning", cpv="90911200", user_id=signed.anna.user_id, at=signed.at,
    )  # fmt: skip
    told = last_release(signed.session, Release.need_id == need.id)
    assert told["relatedProcesses"] == [
        {"id": "prior", "relationship": ["prior"], "scheme": "ocid", "identifier": old}
    ]
    signed.act(extend_contract, signed.anna, amount=Money(0))
    (contract,) = last_release(signed.session, Release.ocid == old)["contracts"]
    assert [(each["relationship"], each["identifier"]) for each in contract["relatedProcesses"]] == [
        (["replacementProcess"], told["ocid"])
    ]


def last_release(session, which):
    return json.loads(
        session.scalars(select(Release.content).where(which).order_by(Release.id.desc()).limit(1)).one()
    )


def test_nothing_may_follow_with_a_reason(signed):
    signed.on(date(2027, 4, 1))
    alert(signed)
    with pytest.raises(errors.ReasonTooShort):
        signed.act(services.end_without, signed.anna, reason="nee")
    signed.act(services.end_without, signed.anna, reason="Het buurthuis gaat dicht.")
    assert waits(signed) == []


def test_an_extension_brings_the_alert_back_in_its_time(signed):
    signed.on(date(2027, 4, 1))
    alert(signed)
    signed.act(extend_contract, signed.anna, amount=Money(0))
    assert signed.session.scalars(select(Renewal)).all() == []
    assert (alert(signed), waits(signed)) == (0, [])
    signed.on(date(2027, 9, 30))
    assert alert(signed) == 1
    assert rules.USUAL_MONTHS == 9
