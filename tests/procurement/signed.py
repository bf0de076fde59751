"""A signed contract with promises, for the tests of what follows it."""

from datetime import UTC, date, datetime, time
from typing import Any

from cwb.kernel import events, feature
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.transaction import atomic
from ledger.vat.rules import VatCode
from procurement.contracts import queries, rules, services
from procurement.contracts.rules import LocalOutcome
from tests.procurement.panel import POINTS, Panel

PLEDGES = (
    {
        "what": "Banen voor de buurt",
        "amount": "2.5",
        "unit": "banen",
        "due_on": "2027-06-30",
        "proof": "Contracten",
    },
    {"what": "Social return", "amount": "200", "unit": "uren", "due_on": "2027-03-31", "proof": "Urenlijst"},
)
EXTENSIONS = {"times": 2, "months": 6, "notice_days": 60}
STARTS, ENDS = date(2027, 1, 1), date(2027, 12, 31)
PRICE = Money(4_800_000)


class Signed:
    """Glans won; `contract` runs the year 2027. `glans` is its board, `anna` and `bram` buy."""

    def __init__(self, panel: Panel) -> None:
        self.panel, self.session, self.world = panel, panel.session, panel.world
        self.anna, self.bram, self.glans = panel.world.anna, panel.world.bram, panel.suppliers["Glans"]
        events.listen(
            self.session,
            events.gather([each.listeners for each in feature.load(("ledger", "coops", "procurement"))]),
        )
        panel.awarded(POINTS)
        lines = rules.instalments(PRICE, 12, "Schoonmaak", VatCode.STANDARD)
        self.unsigned = panel.do(
            services.make_contract,
            self.anna,
            lot=panel.lot,
            lines=lines,
            starts_on=STARTS,
            ends_on=ENDS,
            payment_days=30,
        )
        self.act(
            services.examine_local_option,
            self.anna,
            outcome=LocalOutcome.LOCAL_CHOSEN,
            reason="De winnaar zit hier.",
        )
        for who in (self.anna, self.glans):
            self.act(services.sign_contract, who, version=1)

    @property
    def contract(self) -> Any:
        return queries.contract(self.session, self.unsigned.number)

    @property
    def at(self) -> datetime:
        return self.world.at

    def on(self, day: date) -> None:
        """Let it be noon on a day."""
        self.world.at = datetime.combine(day, time(11), UTC)

    def act(self, service: Any, actor: Actor, **facts: Any) -> Any:
        """Do something with the contract as it is now."""
        with atomic(self.session) as session:
            return service(session, contract=self.contract, actor=actor, at=self.at, **facts)
