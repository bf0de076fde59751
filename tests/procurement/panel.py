"""What follows on an opening, for the tests of panels, evaluation, awards, standstill and contracts."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from cwb.kernel.policy import Actor, Role
from cwb.kernel.transaction import atomic
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.awards.gateway import terms
from procurement.consensus import services as consensus
from procurement.evaluation import services as evaluation
from procurement.opening import queries as opening_queries
from procurement.panels import services as panels
from procurement.standstill import services as standstill
from procurement.tenders import queries as tenders


class Panel:
    """What follows on an opening: a panel of two, scores, a frozen ranking. `labels` by supplier name."""

    def __init__(self, world: Any, prices: dict[str, int] | None = None) -> None:
        self.world, self.session, prices = world, world.session, PRICES if prices is None else prices
        self.suppliers = {name: world.supplier(name) for name in prices}
        for name, price in prices.items():
            world.bid_of(self.suppliers[name], price=price)
        with atomic(self.session):
            self.carla = world.person("Carla", world.buyer, Role.ASSESSOR)
            self.dirk = world.person("Dirk", world.buyer, Role.ASSESSOR)
        world.closes()
        world.release(world.anna, world.bram)
        world.open(world.bram)
        world.at = world.tender.opened_at + timedelta(minutes=1)
        opened = opening_queries.opened(self.session, self.tender.id)
        self.bids = {each.organisation_id: each for each in opened}

    @property
    def tender(self) -> Any:
        return self.world.tender

    @property
    def at(self) -> datetime:
        return self.world.at

    def label(self, name: str) -> str:
        return self.bids[self.suppliers[name].organisation_id].label

    def do(self, act, actor: Actor, **facts):
        with atomic(self.session) as session:
            return act(session, tender=self.tender, actor=actor, at=self.at, **facts)

    def compose(self) -> None:
        for actor, chair in ((self.carla, True), (self.dirk, False)):
            self.do(panels.invite_assessor, self.world.anna, user_id=actor.user_id, is_chair=chair)
            self.do(panels.declare, actor, conflict=False)

    def score_all(self, points: dict[str, dict[str, str]]) -> None:
        for name, given in points.items():
            scores = {code: (Decimal(each), f"Toelichting {code}") for code, each in given.items()}
            for actor in (self.carla, self.dirk):
                self.do(evaluation.save_scores, actor, label=self.label(name), scores=scores)
        self.do(consensus.begin, self.carla)
        for name, given in points.items():
            scores = {code: (Decimal(each), f"Samen over {code}") for code, each in given.items()}
            self.do(consensus.agree, self.carla, label=self.label(name), scores=scores)

    def frozen(self, points: dict[str, dict[str, str]]):
        self.compose()
        self.score_all(points)
        return self.do(evaluation.freeze, self.carla)[0]

    def winner(self) -> str | None:
        """The label that wins lot 1, as it stands now."""
        return evaluation.allocation(self.session, self.tender).winners[self.lot.id]

    @property
    def lot(self) -> Any:
        return tenders.tender_by_id(self.session, self.tender.id).lots[0]

    def prepare(self, actor: Actor | None = None):
        return self.do(
            awards.prepare_decision, actor or self.world.anna, contact_name="Anna Voorbeeld",
            contact_email="anna@voorbeeld.example", terms=terms("nieuw_west"),
        )  # fmt: skip

    def write(self, *names: str, actor: Actor | None = None) -> None:
        for name in names:
            self.do(
                awards.write_letter, actor or self.world.anna, label=self.label(name),
                advantages=f"De winnaar noemt per ruimte hoe vaak, {name} niet.",
                lesson="Beschrijf de volgende keer per ruimte wat u doet.",
            )  # fmt: skip

    def send(self, actor: Actor | None = None, **facts):
        version = facts.pop("version", None)
        if version is None:
            version = award_queries.find_decision(self.session, self.tender.id).version
        return self.do(
            awards.send_decision, actor or self.world.bram, version=version, terms=terms("nieuw_west")
        )

    def decided(self, points: dict[str, dict[str, str]]):
        """Letters sent: Glans wins."""
        self.frozen(points)
        self.prepare()
        self.write("Boen", "Stof")
        return self.send()

    def awarded(self, points: dict[str, dict[str, str]]):
        """The award is definitive; the clock stands at the first free instant."""
        decision = self.decided(points)
        self.world.at = decision.standstill_until
        return self.do(standstill.make_definitive, self.world.anna)


PRICES = {"Glans": 4_800_000, "Boen": 4_700_000, "Stof": 4_600_000}
POINTS = {
    "Glans": {"plan": "40", "social": "30"},
    "Boen": {"plan": "20", "social": "20"},
    "Stof": {"plan": "10", "social": "0"},
}
"""Gunnen op waarde, 4,000 euro per criterion: Glans 41,000, Boen 43,000, Stof 45,000 (fictitious price)."""


def base(panel: Panel, *rest: str) -> str:
    """The address of something below the tender."""
    return "/".join((f"/tenders/{panel.tender.number}", *rest))


def points_form(given: dict[str, str], note: str = "Helder en volledig") -> dict[str, str]:
    """A filled score form."""
    return {f"points_{code}": each for code, each in given.items()} | {f"note_{code}": note for code in given}


def ok(answer: Any, status: int = 303) -> Any:
    """The answer, when its status is this; else the page as text."""
    said = (
        re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.text))[:3000]
        if answer.status_code != status
        else ""
    )
    assert answer.status_code == status, (answer.status_code, said)
    return answer
