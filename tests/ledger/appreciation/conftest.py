"""A host with a budget and a task, and a resident who takes part, in simulation."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from cwb.identity import services as identity
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.appreciation import queries, services
from ledger.instruments import services as instruments
from ledger.instruments.rules import Code
from tests.ledger.conftest import acting


@dataclass
class Help:
    """Who acts, and short ways to."""

    session: Any
    at: Any
    programme: Actor
    host: Actor
    second: Actor
    place: Any
    budget: Any
    task: Any
    people: int = 0

    def resident(self):
        self.people += 1
        user = identity.register_user(
            self.session, email=f"helpt{self.people}@voorbeeld.example", name=f"Helper Voorbeeld {self.people}",
            password=None, locale="nl", at=self.at,
        )  # fmt: skip
        actor = Actor(user.id, user.name, None, "", frozenset({Role.RESIDENT}))
        services.begin(self.session, of_age=True, warned=True, actor=actor, at=self.at)
        return actor

    def hand_in(self, actor, hours="2", days=1, task=None):
        return services.hand_in(
            self.session, task=task or queries.task(self.session, self.task.public_id), worked_on=local_date(self.at) - timedelta(days=days),
            hours=Decimal(hours), unpaid=True, actor=actor, at=self.at,
        )  # fmt: skip

    def confirm(self, hours, actor=None):
        return services.confirm(self.session, public_id=hours.public_id, actor=actor or self.host, at=self.at)

    def held(self, actor):
        live = False
        return queries.find_holder(self.session, actor.user_id, live=live).account.posted


def build(session, at, trade, credited="20"):
    identity.register_organisation(
        session, name="Stichting Voorbeeldpunten", kvk_number="80000085", legal_form="foundation", street="Plein",
        house_number="7", postcode="1069 AB", city="Amsterdam", email="punten@voorbeeld.example", at=at,
    )  # fmt: skip
    programme = replace(trade.purchaser, organisation_id=trade.buyer.id)
    instruments.set_up(session, code=Code.WIJK, keeper_kvk="80000085", actor=programme, at=at)
    facts = {"actor": programme, "at": at}
    place = services.recognise(session, kvk_number=trade.seller.kvk_number, host=True, accepts=True, **facts)
    day = local_date(at)
    budget = services.give_budget(
        session, place=place, begins_on=day - timedelta(days=50), ends_on=day, amount=Decimal(credited),
        rate=Decimal(1), **facts,
    )  # fmt: skip
    users = [
        identity.register_user(
            session, email=f"plek{number}@voorbeeld.example", name=f"Gastvrouw Voorbeeld {number}", password=None,
            locale="nl", at=at,
        )
        for number in (1, 2)
    ]  # fmt: skip
    hosts = [acting(user, trade.seller, Role.BOARD) for user in users]
    task = services.offer_task(
        session,
        place=place,
        budget_id=budget.id,
        title="Koken",
        hours=Decimal(100),
        actor=hosts[0],
        at=at,
    )
    return Help(session, at, programme, *hosts, place, budget, queries.task(session, task.public_id))


@pytest.fixture
def helped(trade):
    return build(trade.session, trade.at, trade)
