"""A divided tender from its bids to a definitive award, for tests."""

from datetime import date, timedelta
from decimal import Decimal

from cwb.kernel.policy import Role
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.awards import queries as award_queries
from procurement.awards import services as awards
from procurement.awards.gateway import terms
from procurement.consensus import services as consensus
from procurement.contracts import services as contracts
from procurement.contracts.rules import LocalOutcome, instalments
from procurement.evaluation import services as evaluation
from procurement.opening import queries as opening_queries
from procurement.panels import services as panels
from procurement.standstill import services as standstill
from procurement.tenders import queries as tenders

TERMS = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 12, 31), "payment_days": 30}


class Line:
    """Bids per lot, then everything after them. `offers`: lot → name → (price in cents, wish, points for the plan)."""

    def __init__(self, world, offers):
        self.world, self.session, self.offers = world, world.session, offers
        self.suppliers = {}
        for lot, given in offers.items():
            for name, (price, wish, _points) in given.items():
                actor = self.suppliers.setdefault(name, None) or world.supplier(name)
                self.suppliers[name] = actor
                world.lot, world.wish = lot, wish
                world.bid_of(actor, price=price)

    @property
    def tender(self):
        return tenders.tender_by_id(self.session, self.world.tender.id)

    def do(self, act, actor, **facts):
        with atomic(self.session) as session:
            return act(session, tender=self.tender, actor=actor, at=self.world.at, **facts)

    def open(self):
        world = self.world
        world.closes()
        world.release(world.anna, world.bram)
        world.open(world.bram)
        world.at = world.tender.opened_at + timedelta(minutes=1)
        names = {actor.organisation_id: name for name, actor in self.suppliers.items()}
        numbers = {each.id: each.number for each in self.tender.lots}
        opened = opening_queries.opened(self.session, world.tender.id)
        self.labels = {(numbers[each.lot_id], names[each.organisation_id]): each.label for each in opened}
        return opened

    def compose(self):
        """Carla leads, Dirk judges along."""
        with atomic(self.session):
            self.carla = self.world.person("Carla", self.world.buyer, Role.ASSESSOR)
            dirk = self.world.person("Dirk", self.world.buyer, Role.ASSESSOR)
        for actor in (self.carla, dirk):
            self.do(
                panels.invite_assessor, self.world.anna, user_id=actor.user_id, is_chair=actor is self.carla
            )
            self.do(panels.declare, actor, conflict=False)
        self.dirk = dirk

    def freeze(self):
        if not hasattr(self, "carla"):
            self.compose()
        for act, actors in (
            (evaluation.save_scores, (self.carla, self.dirk)),
            (consensus.agree, (self.carla,)),
        ):
            if act is consensus.agree:
                self.do(consensus.begin, self.carla)
            for lot, given in self.offers.items():
                for name, (_price, _wish, points) in given.items():
                    scores = {"plan": (Decimal(points), "Helder"), "social": (Decimal(0), "Niets")}
                    for actor in actors:
                        self.do(act, actor, label=self.labels[lot, name], scores=scores)
        return self.do(evaluation.freeze, self.carla)

    def winners(self):
        """Lot → name, None without a winner."""
        names = {label: name for (_lot, name), label in self.labels.items()}
        found = evaluation.allocation(self.session, self.tender)
        return {each.number: names.get(found.winners[each.id] or "") for each in self.tender.lots}

    def prepare(self, **reasons):
        return self.do(
            awards.prepare_decision, self.world.anna, contact_name="Anna", contact_email="a@voorbeeld.example",
            terms=terms("nieuw_west"), reasons={int(name[1:]): each for name, each in reasons.items()},
        )  # fmt: skip

    def decision(self):
        return award_queries.find_decision(self.session, self.world.tender.id)

    def write(self):
        for label in self.decision().unfinished:
            self.do(
                awards.write_letter, self.world.anna, label=label, lesson="Beschrijf per ruimte wat u doet.",
                advantages="De winnaar noemt per ruimte hoe vaak, u niet.",
            )  # fmt: skip

    def send(self):
        """Write what is missing, and send the letters."""
        self.write()
        return self.do(
            awards.send_decision, self.world.bram, version=self.decision().version, terms=terms("nieuw_west")
        )

    def definitive(self):
        """At the first free instant."""
        self.world.at = max(self.world.at, self.decision().standstill_until)
        return self.do(standstill.make_definitive, self.world.anna)

    def awarded(self, **reasons):
        self.prepare(**reasons)
        self.send()
        return self.definitive()


def sign_all(line, lots):
    made = []
    for lot in lots:
        price = contracts.awarded_price(line.session, lot)
        contract = line.do(
            contracts.make_contract, line.world.anna, lot=lot,
            lines=instalments(price, 2, "Werk", VatCode.STANDARD), **TERMS,
        )  # fmt: skip
        supplier = next(
            each for each in line.suppliers.values() if each.organisation_id == contract.supplier_id
        )
        with atomic(line.session) as session:
            contracts.examine_local_option(
                session, contract=contract, outcome=LocalOutcome.LOCAL_CHOSEN, reason="Zij zitten hier.",
                actor=line.world.anna, at=line.world.at,
            )  # fmt: skip
        for actor in (line.world.anna, supplier):
            with atomic(line.session) as session:
                contracts.sign_contract(
                    session, contract=contract, version=contract.version, actor=actor, at=line.world.at
                )
        made.append(contract)
    return made
