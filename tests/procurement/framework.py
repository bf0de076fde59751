"""A signed framework with three possible suppliers: Glans won, Boen and Stof bid validly too."""

from datetime import date
from decimal import Decimal

from sqlalchemy import text

from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.call_offs import queries, services
from procurement.call_offs.models import FrameworkRule
from procurement.contracts import services as contracts
from procurement.contracts.rules import Line, LocalOutcome
from procurement.participation import queries as participants
from procurement.participation import services as participation
from tests.procurement.panel import POINTS, Panel

LOCAL = {"local_outcome": LocalOutcome.LOCAL_CHOSEN, "local_reason": "De leverancier werkt in de wijk."}


class Framework:
    """`order(...)` places one; `answer(...)` answers it."""

    local = LOCAL

    def __init__(self, world, rule=None, kind="parallel", most=6_000_000, parties=None):
        self.world, self.session = world, world.session
        with atomic(self.session):
            world.tender = world.make_tender(
                framework=kind,
                framework_max_minor=most,
                framework_parties=parties,
                category="cleaning",
                contact_name="Anna",
                contact_email="a@voorbeeld.example",
            )
            if rule is not None:
                self._rule(rule)
        self.tender_id = world.tender.id
        self.panel = Panel(world)
        self.panel.awarded(POINTS)
        lines = [
            Line("Week schoonmaak", Money(4_000_000), VatCode.STANDARD),
            Line("Glasbewassing", Money(800_000), VatCode.STANDARD),
        ]
        made = self.panel.do(
            contracts.make_contract, world.anna, lot=self.panel.lot, lines=lines, starts_on=date(2027, 1, 1),
            ends_on=date(2028, 12, 31), payment_days=30,
        )  # fmt: skip
        self.act(
            contracts.examine_local_option,
            world.anna,
            contract=made,
            outcome=LocalOutcome.LOCAL_CHOSEN,
            reason="De winnaar zit hier.",
        )
        for who in (world.anna, self.panel.suppliers["Glans"]):
            self.act(contracts.sign_contract, who, contract=made, version=1)
        self.number = made.number

    def _rule(self, rule):
        """As if it stood in the draft."""
        self.session.execute(text("ALTER TABLE framework_rule DISABLE TRIGGER keep_framework_rule"))
        self.session.add(
            FrameworkRule(
                tender_id=self.world.tender.id,
                rule=rule,
                note="Wie het dichtst bij de school werkt.",
                set_by_id=self.world.anna.user_id,
                set_at=self.world.at,
            )
        )
        self.session.flush()
        self.session.execute(text("ALTER TABLE framework_rule ENABLE TRIGGER keep_framework_rule"))

    @property
    def contract(self):
        return queries.framework(self.session, self.number)

    def act(self, service, actor, **facts):
        with atomic(self.session) as session:
            return service(session, actor=actor, at=self.world.at, **facts)

    def joins(self, *names):
        for name in names:
            label = self.panel.label(name)
            party = self.act(
                participation.invite_party, self.world.anna, framework=self.contract, label=label
            )
            self.act(
                participation.join,
                self.panel.suppliers[name],
                party=participants.party(self.session, party.public_id),
            )

    def order(self, quantity="1", position=2, actor=None, **facts):
        given = {
            "title": "Ramen van de school", "description": "", "quantities": {position: Decimal(quantity)},
            "starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 1), **LOCAL, **facts,
        }  # fmt: skip
        return self.act(services.place, actor or self.world.anna, framework=self.contract, **given)

    def answer(self, order, name, accepts=True, reason=""):
        return self.act(
            services.answer, self.panel.suppliers[name], order=order, accepts=accepts, reason=reason
        )

    def taken(self):
        return queries.taken(self.session, self.tender_id)
