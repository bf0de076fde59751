"""The voucher and mutual credit in simulation: a keeper, a cooperative, another, and a resident."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from cwb.identity import services as identity
from cwb.identity.models import Organisation, Person, User
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from ledger.instruments import services as instruments
from ledger.instruments.rules import Code
from ledger.wallets import services
from ledger.wallets.models import Wallet


@dataclass
class Circle:
    """Wallets and short ways to act."""

    session: Any
    at: Any
    actor: Actor
    other: Actor
    keeper: Organisation
    user: User
    resident: Person
    shop: Wallet = field(init=False)
    mine: Wallet = field(init=False)
    keys: int = 0

    def facts(self, **more):
        return {"actor": self.actor, "at": self.at} | more

    def open(self, party, code=Code.NWE, **more):
        return services.open_wallet(self.session, code=code, party=party, **self.facts(**more))

    def issue(self, wallet, amount, reference="", **more):
        self.keys += 1
        return services.issue(
            self.session, code=Code.NWE, wallet_code=wallet.code, amount=Money.of(amount),
            reference=reference or f"R{self.keys}", **self.facts(**more),
        )  # fmt: skip

    def pay(self, payer, payee, amount, token, **more):
        return services.pay(
            self.session, payer=payer, to=payee.code, amount=Money.of(amount), note="brood", token=token,
            **self.facts(**more),
        )  # fmt: skip

    def go_live(self, code=Code.NWE):
        instruments.propose_review(
            self.session, code=code, document="Advies 12", reviewer="mr. Voorbeeld",
            reviewed_on=date(2026, 1, 5), **self.facts(),
        )  # fmt: skip
        instruments.confirm_review(self.session, code=code, actor=self.other, at=self.at)


def build(session, at, trade):
    keeper = identity.register_organisation(
        session, name="Stichting Voorbeeldgeld", kvk_number="80000077", legal_form="foundation", street="Plein",
        house_number="7", postcode="1069 AB", city="Amsterdam", email="stichting@voorbeeld.example", at=at,
    )  # fmt: skip
    user = identity.register_user(
        session,
        email="bewoner77@voorbeeld.example",
        name="Bewoner Voorbeeld",
        password=None,
        locale="nl",
        at=at,
    )
    actor = replace(trade.purchaser, organisation_id=trade.buyer.id)
    circle = Circle(
        session, at, actor, replace(actor, user_id=trade.member.user_id), keeper, user,
        identity.person_of(session, user=user, at=at),
    )  # fmt: skip
    for code in Code:
        instruments.set_up(session, code=code, keeper_kvk="80000077", actor=actor, at=at)
    circle.shop, circle.mine = circle.open(trade.seller), circle.open(circle.resident)
    return circle


@pytest.fixture
def circle(trade):
    return build(trade.session, trade.at, trade)
