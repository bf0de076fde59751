"""An opened tender that asks a paper which nobody sent along, a panel of two, and two purchasers without a seat."""

from datetime import date, timedelta

import pytest

from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from procurement.evaluation import services as evaluation
from procurement.repairs import queries, services
from procurement.repairs.gateway import settings
from procurement.repairs.rules import Kind, Verdict
from procurement.statements.rules import Demand
from tests import keeping
from tests.procurement.panel import Panel
from tests.procurement.world import World

SET = settings(date(2026, 1, 1))
PRICES = {"Glans": 4_800_000, "Boen": 4_700_000, "Spot": 4_600_000}
POINTS = {name: {"plan": "20", "social": "9"} for name in PRICES}
QUESTION = "Uw gedragsverklaring zat er niet bij. Stuurt u die alsnog?"
ANSWER = "Hierbij onze verklaring van maart. Wij vergaten haar."
REASONS = "De verklaring is van maart en hoort bij deze inschrijver."


class Repairs(Panel):
    """The acts of this subject. Anna and Bram have no seat; Carla and Dirk do."""

    later = timedelta(0)

    def __init__(self, world) -> None:
        world.ask(Demand(papers=("gva",)))
        super().__init__(world, PRICES)
        self.compose()

    @property
    def at(self):
        return super().at + self.later

    def key(self, name: str) -> int:
        return self.bids[self.suppliers[name].organisation_id].id

    def ask(self, *names, actor=None, **change):
        facts = {
            "kind": Kind.MISSING, "about": ["gva"], "bidders": [self.key(each) for each in names or PRICES],
            "question": QUESTION, "last_day": SET.first_day(local_date(self.at)) + timedelta(days=3), "left_out": "",
            "is_allowed": True, "settings": SET, **change,
        }  # fmt: skip
        return self.do(services.ask_repair, actor or self.world.anna, **facts)

    def on(self, act, made, actor, **facts):
        with atomic(self.session) as session:
            return act(
                session, request=queries.request(session, made.public_id), actor=actor, at=self.at, **facts
            )

    def answer(self, made, name="Spot", **facts):
        return self.on(services.answer_repair, made, self.suppliers[name], **{"answer": ANSWER, **facts})

    def decide(self, made, actor=None, **change):
        facts = {
            "verdict": Verdict.ACCEPTED, "is_same_bid": True, "is_older": True, "reasons": REASONS, **change,
        }  # fmt: skip
        return self.on(services.decide_repair, made, actor or self.world.bram, **facts)

    def freeze(self):
        return self.do(evaluation.freeze, self.carla)


keeping.kept("repairs", lambda session, folder: Repairs(World(session, folder)))


@pytest.fixture
def repairs(root):
    return root
