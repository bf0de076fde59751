"""Six cooperatives that pay each other in the wallets of the simulation."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import pytest

from cwb.identity.services import register_organisation
from cwb.kernel.identifiers import KvkNumber
from tests import keeping
from tests.conftest import AT
from tests.ledger.conftest import _build_trade
from tests.ledger.wallets.conftest import Circle, build

DAY = timedelta(days=1)


@dataclass
class Round:
    """The circle with six wallets, a to f."""

    circle: Circle
    wallets: list = field(default_factory=list)

    def pay(self, giver, taker, amount, days):
        return self.circle.pay(
            self.wallets[giver], self.wallets[taker], amount, uuid4(), at=self.circle.at + days * DAY
        )


def built(circle):
    """Each holds 100.00 and pays the next 10.00, a day later each."""
    made = Round(circle)
    for number in range(6):
        party = register_organisation(
            circle.session, name=f"Coöperatie {number}", kvk_number=KvkNumber.parse(f"8100000{number}"),
            legal_form="cooperative", street="Plein", house_number=str(number + 1), postcode="1069 AB", city="Amsterdam",
            email=f"c{number}@voorbeeld.example", at=circle.at,
        )  # fmt: skip
        made.wallets.append(circle.open(party))
        circle.issue(made.wallets[-1], "100.00")
    for number in range(6):
        made.pay(number, (number + 1) % 6, "10.00", number + 1)
    return made


keeping.kept("going_round", lambda session, _folder: built(build(session, AT, _build_trade(session, AT))))


@pytest.fixture
def going_round(root):
    return root
