"""A cooperative with a till at the twin, and a member's debt that is paid online."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, User
from cwb.kernel import clock
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from ledger.accounts.models import Account
from ledger.accounts.rules import Role as AccountRole
from ledger.accounts.services import open_account
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.checkout import queries, services
from ledger.checkout.gateway import Provider
from ledger.checkout.models import PaymentOrder
from ledger.checkout.rules import OrderState
from ledger.sandbox.gateway import Twin
from ledger.webhooks.models import Webhook
from ledger.webhooks.services import keep_event, work_on

TILL = "acct_practice01"


@dataclass
class Shop:
    """One order after another at one till."""

    session: Session
    organisation: Organisation
    user: User
    actor: Actor
    at: datetime
    twin: Twin
    provider: Provider
    debt: int
    income: int
    count: int = 0

    def owe(self, cents: int) -> None:
        """The payer owes this."""
        self.count += 1
        post(
            self.session, key=f"owe:{self.count}", kind="dues_charged", at=self.at,
            legs=[Leg(self.debt, cents), Leg(self.income, -cents)],
        )  # fmt: skip

    def order(self, cents: int = 2500, *, owed: bool = True, call: bool = True) -> PaymentOrder:
        """An order for a new debt, with its page at the twin."""
        if owed:
            self.owe(cents)
        self.count += 1
        made = services.place_order(
            self.session, organisation_id=self.organisation.id, account_id=self.debt, kind="dues_paid_online",
            subject=f"dues:{self.count}", description="Contributie", amount=Money(cents), actor=self.actor, at=self.at,
        )  # fmt: skip
        if call:
            self.call(made)
        return made

    def call(self, order: PaymentOrder, at: datetime | None = None):
        """Make the last call of an order."""
        last = queries.calls_of(self.session, order.id)[-1]
        return services.make_call(self.session, call_id=last.id, provider=self.provider, at=at or self.at)

    def settle(self, order: PaymentOrder) -> OrderState:
        """Look how it stands."""
        return services.settle(self.session, order_id=order.id, provider=self.provider, at=self.at).state

    def paid(self, cents: int = 2500, **other) -> PaymentOrder:
        """An order that was paid."""
        made = self.order(cents, **other)
        self.twin.pay(made.session)
        self.settle(made)
        return made

    def refund(self, order: PaymentOrder, cents: int):
        """Give back."""
        services.refund_order(self.session, order=order, amount=Money(cents), actor=self.actor, at=self.at)
        return self.call(order)

    def tell(self, event: dict) -> None:
        """The event arrives and is worked on."""
        raw, header = self.twin.sign(event, int(self.at.timestamp()))
        told = self.provider.parse_event(raw, header, self.at)
        keep_event(self.session, told, self.at)
        for row in self.session.query(Webhook).filter(Webhook.processed_at.is_(None)).order_by(Webhook.id):
            work_on(self.session, webhook_id=row.id, provider=self.provider, at=self.at)

    def balances(self) -> dict[str, int]:
        """Role and subkey → balance, of what is not zero; the subkey of an own account without its number."""
        rows = self.session.query(Account).filter(Account.party_id == self.organisation.id)
        found: dict[str, int] = {}
        for each in rows.execution_options(populate_existing=True):
            name = f"{each.role}:{each.subkey.split(':')[0]}"
            found[name] = found.get(name, 0) + each.posted
        return {name: value for name, value in found.items() if value}

    def issues(self) -> list[str]:
        """What stands on the work list."""
        return [each.reason.value for each in queries.issues(self.session, self.organisation.id)]


def build_shop(session: Session, organisation: Organisation, user: User, at: datetime) -> Shop:
    """Open the till and the accounts."""
    services.open_till(session, organisation_id=organisation.id, account=TILL, at=at)
    debt = open_account(
        session, party_id=organisation.id, role=AccountRole.RECEIVABLE, subkey="dues:1", floor=0
    )
    income = open_account(session, party_id=organisation.id, role=AccountRole.REVENUE, subkey="dues")
    twin = Twin()
    actor = Actor(user.id, user.name, organisation.id, organisation.name, frozenset({Role.BOARD}))
    session.commit()
    return Shop(
        session, organisation, user, actor, at, twin, Provider("sk_test_twin", "", twin), debt, income
    )


@pytest.fixture
def at() -> datetime:
    """The library holds the time of a message against the real clock."""
    return clock.now()


@pytest.fixture
def shop(session, make_organisation, make_user, at) -> Shop:
    """A cooperative with a till."""
    organisation = make_organisation(at=at)
    return build_shop(session, organisation, make_user((Role.BOARD, organisation)), at)
