"""A cooperative that collects its dues at the twin, and a member with a mandate."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from coops.capital import queries as capital
from coops.capital import services as dues
from coops.collecting import queries, services
from coops.collecting.models import DuesCollection
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.accounts.models import Account
from ledger.checkout import queries as checkout
from ledger.checkout.gateway import Provider
from ledger.checkout.services import make_call, open_till
from ledger.checkout.services import settle as settle_order
from ledger.mandates import services as debits
from ledger.mandates.models import DebitMandate
from ledger.sandbox.gateway import Twin
from ledger.webhooks.models import Webhook
from ledger.webhooks.services import keep_event, work_on
from tests.coops.conftest import Club, found_club

TILL = "acct_practice01"


@dataclass
class Collecting:
    """A cooperative, its twin, and what the worker does in it."""

    session: Session
    club: Club
    at: datetime
    twin: Twin
    door: Provider

    @property
    def member(self):
        """The first member, with the account of the club's user."""
        return self.club.members[0]

    @property
    def own(self) -> Actor:
        """The member as an actor."""
        home = self.club.organisation
        return Actor(self.club.user.id, "", home.id, home.name, frozenset({Role.MEMBER}))

    def later(self, days: int) -> None:
        """Days pass."""
        self.at += timedelta(days=days)

    def ask(self, wording: str = "Ik geef toestemming.") -> DebitMandate:
        """The member ticks, and gets the page of the provider."""
        made = services.give(
            self.session, member=self.member, agreed=True, wording=wording, actor=self.own, at=self.at
        )
        return self.look(made)

    def look(self, mandate: DebitMandate) -> DebitMandate:
        """Look how a mandate stands."""
        return debits.settle_mandate(
            self.session, mandate_id=mandate.id, door=self.door, at=self.at, back="/back", prefix="LID1-"
        )

    def given(self) -> DebitMandate:
        """A mandate that stands."""
        made = self.ask()
        self.twin.accept(made.session)
        return self.look(made)

    def run(self) -> None:
        """The board asks the dues."""
        dues.run_dues(self.session, actor=self.club.board, at=self.at)

    def announce(self) -> int:
        """What the worker does in the morning."""
        return services.announce(self.session, organisation_id=self.club.organisation.id, at=self.at)

    def collect(self) -> list[DuesCollection]:
        """And after that: what it sent or stopped, with the calls made."""
        found = [
            services.collect(self.session, run_id=run_id, member_id=member_id, at=self.at)
            for run_id, member_id in queries.due(self.session, local_date(self.at))
        ]
        for call_id in checkout.calls_due(self.session, self.at):
            make_call(self.session, call_id=call_id, provider=self.door, at=self.at)
        return [each for each in found if each is not None]

    def sent(self) -> DuesCollection:
        """A collection that went to the bank."""
        self.given()
        self.run()
        self.announce()
        self.later(30)
        [found] = self.collect()
        return found

    def order(self, collection: DuesCollection):
        """Its order, as it stands."""
        return settle_order(self.session, order_id=collection.order_id, provider=self.door, at=self.at)

    def tell(self, event: dict) -> None:
        """The event arrives and is worked on."""
        now = clock.now()
        raw, header = self.twin.sign(event, int(now.timestamp()))
        keep_event(self.session, self.door.parse_event(raw, header, now), self.at)
        for row in self.session.query(Webhook).filter(Webhook.processed_at.is_(None)).order_by(Webhook.id):
            work_on(self.session, webhook_id=row.id, provider=self.door, at=self.at)

    def owed(self) -> int:
        """Dues of the member that are open, in cents."""
        return capital.holdings(self.session, [self.member])[0].pots[dues.Pot.DUES]

    def balances(self) -> dict[str, int]:
        """Role and subkey → balance of what is not zero; an own account without its number."""
        rows = self.session.query(Account).filter(Account.party_id == self.club.organisation.id)
        found: dict[str, int] = {}
        for each in rows.execution_options(populate_existing=True):
            name = f"{each.role}:{each.subkey.split(':')[0]}"
            found[name] = found.get(name, 0) + each.posted
        return {name: value for name, value in found.items() if value}

    def issues(self) -> list[tuple[str, str]]:
        """Reason and code of what stands on the work list."""
        found = checkout.issues(self.session, self.club.organisation.id)
        return [(each.reason.value, each.facts.get("why", "")) for each in found]


def begin_collecting(session: Session, club: Club, at: datetime) -> Collecting:
    """Open the till, begin to collect, and link the first member to the user."""
    open_till(session, organisation_id=club.organisation.id, account=TILL, at=at)
    services.set_terms(session, notice_days=14, words="Contributie", version=0, actor=club.board, at=at)
    club.members[0].user_id = club.user.id
    session.flush()
    twin = Twin()
    return Collecting(session, club, at, twin, Provider("sk_test_twin", "", twin))


@pytest.fixture
def collecting(session, make_organisation, make_user, at) -> Collecting:
    """A cooperative that collects, with one member, whose listeners hear."""
    organisation = make_organisation()
    club = found_club(session, organisation, make_user((Role.BOARD, organisation)), at, count=1)
    made = begin_collecting(session, club, at)
    session.commit()
    return made
