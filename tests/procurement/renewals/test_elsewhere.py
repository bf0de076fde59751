"""A contract made elsewhere ends: its buyer hears it once, and says what follows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from coops.needs.models import Need
from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.notifications.models import Mail
from procurement.externals import services as externals
from procurement.externals.rules import Facts
from procurement.renewals import errors, queries, services
from procurement.renewals.models import ExternalEnding


class Elsewhere:
    def __init__(self, world):
        self.world, self.session = world, world.session

    def make(self, days, title="Kantine"):
        """A contract that ends so many days from now."""
        ends = local_date(self.world.at) + timedelta(days=days)
        facts = Facts(
            title, "Voorbeeld BV", Money(9_000_000), ends - timedelta(days=700), ends, cpv=Cpv("55510000")
        )
        return self.act(externals.enter, facts=facts)

    def act(self, service, actor=None, **given):
        with atomic(self.session) as session:
            return service(session, actor=actor or self.world.anna, at=self.world.at, **given)

    def alert(self):
        with atomic(self.session) as session:
            return services.alert(session, at=self.world.at)

    def mails(self):
        return self.session.scalar(select(func.count()).select_from(Mail).where(Mail.key.like("ending-%")))

    def tasks(self):
        return [each.number for each, _ends_on in queries.ending(self.session, local_date(self.world.at))]


@pytest.fixture
def elsewhere(world):
    return Elsewhere(world)


def test_the_buyer_hears_once_in_time(elsewhere):
    made = elsewhere.make(200)
    elsewhere.make(400, "Later")
    elsewhere.make(-1, "Voorbij")
    gone = elsewhere.make(100, "Fout")
    elsewhere.act(externals.withdraw, contract=gone, reason="Dit was dubbel ingevoerd.")
    assert elsewhere.tasks() == [made.number]
    assert (elsewhere.alert(), elsewhere.alert()) == (1, 0)
    assert elsewhere.mails() >= 1


def plan(elsewhere, contract, actor=None, **changed):
    given = {
        "title": "Kantine 2028", "purpose": "Dit volgt.", "wanted_from": contract.ends_on + timedelta(days=1),
        "category": "catering", "cpv": "55510000", **changed,
    }  # fmt: skip
    return elsewhere.act(services.plan_need, actor, contract=contract, **given)


def test_what_follows_is_planned_once_and_by_its_buyer(elsewhere):
    made = elsewhere.make(200)
    with pytest.raises(errors.NotEnding):
        plan(elsewhere, made)
    elsewhere.alert()
    stranger = elsewhere.world.supplier("Glans")
    with pytest.raises(errors.NotYours):
        plan(elsewhere, made, stranger)
    need = plan(elsewhere, made)
    assert (need.owner_id, need.contract_ends_on) == (made.buyer_id, made.ends_on)
    with pytest.raises(errors.NotEnding):
        plan(elsewhere, made)
    with pytest.raises(errors.NotEnding):
        elsewhere.act(services.end_without, contract=made, reason="Wij stoppen met de kantine.")


def test_nothing_follows_with_a_reason(elsewhere):
    made = elsewhere.make(200)
    elsewhere.alert()
    with pytest.raises(errors.ReasonTooShort):
        elsewhere.act(services.end_without, contract=made, reason="Nee")
    elsewhere.act(services.end_without, contract=made, reason="Wij stoppen met de kantine.")
    assert elsewhere.session.get(ExternalEnding, made.id).no_need_reason == "Wij stoppen met de kantine."


def test_the_page_is_filled_in_from_the_contract(elsewhere, sign_in_user, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: elsewhere.world.at)
    made = elsewhere.make(200)
    anna = sign_in_user(elsewhere.session.get(User, elsewhere.world.anna.user_id))
    where = f"/contracts/elsewhere/{made.number}/next"
    assert anna.get(where).status_code == 409
    elsewhere.alert()
    assert where in anna.get("/").text
    shown = anna.get(where).text
    assert 'value="Kantine"' in shown
    assert re.search(
        r'<input[^>]*checked[^>]*value="catering"|<input[^>]*value="catering"[^>]*checked', shown
    )
    assert "55510000" in shown
    form = {
        "title": "Kantine 2028", "purpose": "Dit volgt.", "category": "catering", "cpv": "55510000",
        "wanted_from": (made.ends_on + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    assert anna.post(where, data={**form, "category": "onzin"}).status_code == 422
    assert anna.post(where, data={**form, "cpv": "12"}).status_code == 422
    assert anna.post(where, data={**form, "wanted_from": "2020-01-01"}).status_code == 422
    assert anna.post(where, data=form).status_code == 303
    assert elsewhere.session.scalar(select(func.count()).select_from(Need)) == 1
    assert where not in anna.get("/").text
