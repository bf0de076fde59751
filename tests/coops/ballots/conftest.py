"""Local money with a fund of € 2.50 and units for another € 10, and six residents who were seen to live here."""

import pytest

from coops.residency.rules import Shown
from coops.residency.services import check_address
from cwb.identity import services as identity
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.wallets import services as wallets
from ledger.wallets.models import Refund
from tests.ledger import conftest as below
from tests.ledger.wallets.conftest import build


def resident(circle, number):
    """Somebody whose paper was seen, as an actor."""
    user = identity.register_user(
        circle.session, email=f"buur{number}@voorbeeld.example", name=f"Buur {number} Voorbeeld", password=None,
        locale="nl", at=circle.at,
    )  # fmt: skip
    check_address(circle.session, user=user, shown=Shown.LETTER, **circle.facts())
    return Actor(user_id=user.id, name=user.name, roles=frozenset({Role.RESIDENT}))


def fill(circle, euros="100.00", units=10_00):
    """Fees of a refund, half of 5 %, and what a charge took."""
    circle.issue(circle.shop, euros)
    circle.issue(circle.shop, "10.00")
    asked = wallets.ask_refund(
        circle.session, wallet=circle.shop, amount=Money.of(euros), **circle.facts()
    ).public_id
    wallets.pay_refund(circle.session, public_id=asked, **circle.facts())
    fund = open_account(
        circle.session, party_id=circle.keeper.id, role=AccountRole.WALLET, currency="NWEX", subkey="fund"
    )
    legs = [Leg(circle.shop.account_id, -units), Leg(fund, units)]
    post(circle.session, key="charge", kind="voucher_demurrage", legs=legs, at=circle.at)
    assert circle.session.query(Refund).count() == 1


def neighbourhood(session, at, traded):
    circle = build(session, at, traded)
    fill(circle)
    circle.neighbours = [resident(circle, number) for number in range(6)]
    return circle


build_trade, trade = below.build_trade, below.trade
"""Fixtures of the storey below."""


@pytest.fixture
def quarter(trade):
    return neighbourhood(trade.session, trade.at, trade)
