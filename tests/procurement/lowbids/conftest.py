"""An opened tender whose third bid is far cheaper, a panel of two, and two purchasers without a seat."""

from datetime import date, timedelta

import pytest

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from procurement.evaluation import services as evaluation
from procurement.lowbids import queries, services
from procurement.lowbids.gateway import settings
from tests import keeping
from tests.procurement.panel import Panel
from tests.procurement.world import World

SET = settings(date(2026, 1, 1))
PRICES = {"Glans": 4_800_000, "Boen": 4_700_000, "Spot": 2_000_000}
POINTS = {name: {"plan": "20", "social": "9"} for name in PRICES}
QUESTION = "Hoe kunt u het werk voor deze prijs doen? Noem loon en uren."
ANSWER = "Wij hebben de machines al en werken zonder kantoor."
REASONS = "De uren en het loon kloppen met de cao; de machines zijn er."


class Prices(Panel):
    """The acts of this subject. Anna and Bram have no seat; Carla and Dirk do."""

    later = timedelta(0)

    def __init__(self, world) -> None:
        super().__init__(world, PRICES)
        self.compose()

    @property
    def at(self):
        return super().at + self.later

    @property
    def low(self) -> str:
        return self.label("Spot")

    def see(self, actor):
        return self.do(services.see_prices, actor, settings=SET)

    def ask(self, actor=None, **change):
        facts = {
            "label": self.low, "question": QUESTION, "last_day": SET.first_day(local_date(self.at)) + timedelta(days=2),
            "settings": SET, **change,
        }  # fmt: skip
        return self.do(services.ask_about_price, actor or self.world.anna, **facts)

    def on(self, act, made, actor, **facts):
        with atomic(self.session) as session:
            return act(
                session, question=queries.question(session, made.public_id), actor=actor, at=self.at, **facts
            )

    def freeze(self):
        return self.do(evaluation.freeze, self.carla)

    def bidder(self, name="Spot"):
        return self.suppliers[name]


keeping.kept("prices", lambda session, folder: Prices(World(session, folder)))


@pytest.fixture
def prices(root):
    return root


@pytest.fixture
def outsider(world):
    with atomic(world.session):
        return world.person("Els", world.buyer, Role.ASSESSOR)
