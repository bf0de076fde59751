"""A resident's wallet, a keeper with a till at the twin, and a float of a hundred euros."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.accounts.models import Account
from ledger.checkout import queries as checkout
from ledger.checkout import services as payments
from ledger.checkout.gateway import Provider
from ledger.instruments.queries import backing, instrument, supply
from ledger.instruments.rules import Code
from ledger.proof.queries import verdict
from ledger.sandbox.gateway import Twin
from ledger.topups import queries, services
from ledger.wallets import queries as wallets
from tests.ledger.wallets.conftest import Circle, build

TILL = "acct_practice77"


@dataclass
class Desk:
    """Short ways to top up, pay at the twin, and look."""

    circle: Circle
    twin: Twin
    door: Provider
    payer: Actor

    @property
    def session(self):
        return self.circle.session

    @property
    def at(self):
        return self.circle.at

    def place(self, amount="50.00", wallet=None):
        """A payment with its page at the twin."""
        order = services.place_topup(
            self.session,
            wallet=wallet or self.circle.mine,
            amount=Money.of(amount),
            actor=self.payer,
            at=self.at,
        )
        self.call(order)
        return order

    def call(self, order):
        for call in checkout.calls_of(self.session, order.id):
            payments.make_call(self.session, call_id=call.id, provider=self.door, at=self.at)
        return order

    def look(self, order):
        payments.settle(self.session, order_id=order.id, provider=self.door, at=self.at)
        return order

    def paid(self, amount="50.00", method="ideal"):
        order = self.place(amount)
        self.twin.pay(order.session, method=method)
        return self.look(order)

    def spend(self, amount):
        self.circle.pay(self.circle.mine, self.circle.shop, amount, uuid4())

    def topup(self, order):
        self.session.expire_all()
        return queries.of_order(self.session, order.id)

    def held(self):
        return wallets.free(self.session, self.circle.mine).minor

    def pot(self):
        return queries.pot(self.session, self.instrument())

    def instrument(self):
        return instrument(self.session, Code.NWE)

    def balances(self, currency):
        """Role and sub-key → balance in the keeper's books, of what is not zero."""
        rows = self.session.query(Account).filter_by(party_id=self.circle.keeper.id, currency=currency)
        found = {
            f"{each.role}:{each.subkey}": each.posted
            for each in rows.execution_options(populate_existing=True)
        }
        return {name: value for name, value in found.items() if value}

    def sound(self):
        """The books add up, and what is out is backed to the cent."""
        found = self.instrument()
        assert supply(self.session, found) == backing(self.session, found)
        assert verdict(self.session).sound


def open_desk(session, at, trade) -> Desk:
    """The till opens, and somebody fills the float."""
    circle = build(session, at, trade)
    payments.open_till(session, organisation_id=circle.keeper.id, account=TILL, at=at)
    services.fill_float(
        session, code=Code.NWE, amount=Money(100_00), given=True, reference="NL-1", actor=circle.actor, at=at
    )
    twin = Twin()
    payer = Actor(circle.user.id, circle.user.name)
    return Desk(circle, twin, Provider("sk_test_twin", "", twin), payer)


@pytest.fixture
def desk(trade):
    return open_desk(trade.session, clock.now(), trade)
