"""Two people of the programme and an auditor; a quarter of purchases that can be published."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, User
from cwb.identity.rules import Side
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.places.gateway import area_pack
from ledger.publication import services
from ledger.publication.models import Preparation, Publication
from ledger.spend.rules import LineFacts
from ledger.spend.services import record_spend
from ledger.suppliers.queries import known_by_identity
from ledger.suppliers.rules import SupplierFacts
from ledger.suppliers.services import add_evidence

Q2 = Period.parse("2026-Q2")


@dataclass
class Desk:
    """Who publishes, and the acts of it."""

    session: Session
    at: datetime
    anchor: Organisation
    people: list[User]
    auditor: User

    def buy(self, *names: str, euros: str = "100", local: bool = True) -> None:
        """A line of each of these suppliers in May, by register in the area or not."""
        lines = [
            LineFacts(SupplierFacts(name=each), each, date(2026, 5, 5), Money.of(euros)) for each in names
        ]
        record_spend(self.session, anchor=self.anchor, lines=lines, actor_id=None, at=self.at)
        known = known_by_identity(self.session, self.anchor.id, [each.supplier.identity for each in lines])
        for supplier in known.values():
            add_evidence(
                self.session, supplier=supplier, grade=2, postcode="1063 AA" if local else "3011 AA",
                valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=self.at,
            )  # fmt: skip

    def prepare(self, who: int = 0, reason: str = "", period: Period = Q2, **facts: Any) -> Preparation:
        """Prepare the second quarter."""
        given = {"area": area_pack(), "actor_id": self.people[who].id, "at": self.at} | facts
        return services.prepare_figure(self.session, period=period, reason=reason, **given)

    def sign(self, prepared: Preparation, who: int = 1, **facts: Any) -> Publication:
        """Sign as the second person, before the days to comment are over."""
        given: dict[str, Any] = {
            "reason": "alle kopers zeiden ja",
            "actor_id": self.people[who].id,
            "at": self.at,
            "area": area_pack(),
            "cannot_wait": "de fout is te groot om te wachten",
        } | facts
        return services.sign_figure(self.session, prepared=prepared, **given)

    def publish(self, reason: str = "") -> Publication:
        """Both at once."""
        return self.sign(self.prepare(reason=reason))


@pytest.fixture
def desk(
    session: Session, at: datetime, make_organisation: Any, make_user: Callable[..., User]
) -> Desk:  # fmt: skip
    """A quarter with five local suppliers and five elsewhere."""
    programme, anchor = make_organisation(Side.PROGRAMME), make_organisation(Side.ANCHOR)
    people = [make_user((Role.PROGRAMME, programme)) for _ in range(2)]
    auditor = make_user((Role.AUDITOR, make_organisation(Side.PROGRAMME)))
    made = Desk(session, at, anchor, people, auditor)
    made.buy(*(f"Dichtbij {number}" for number in range(5)))
    made.buy(*(f"Ver {number}" for number in range(5)), local=False)
    return made
