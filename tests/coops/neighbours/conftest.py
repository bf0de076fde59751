"""Two residents, a shop and somebody without a wallet."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from coops.neighbours import services
from coops.neighbours.models import NeighbourAdvert
from cwb.identity import services as identity
from cwb.identity.models import User
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor, Role
from ledger.instruments.rules import Code
from ledger.instruments.services import set_up
from ledger.wallets.services import open_wallet


@dataclass
class Street:
    """Who lives and works there, and short ways to act."""

    session: Any
    at: datetime
    users: list[User] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)

    def resident(self, name: str, *, wallet: bool = True) -> Actor:
        """A resident, with a wallet unless told otherwise."""
        number = len(self.users)
        user = identity.register_user(
            self.session, email=f"bewoner{number}@voorbeeld.example", name=name, password=None, locale="nl", at=self.at
        )  # fmt: skip
        actor = Actor(user.id, name, None, "", frozenset({Role.RESIDENT}))
        if wallet:
            party = identity.person_of(self.session, user=user, at=self.at)
            open_wallet(self.session, code=Code.NWE, party=party, actor=actor, at=self.at)
        self.users.append(user)
        self.actors.append(actor)
        return actor

    def facts(self, **more: Any) -> AdvertFacts:
        """A ladder to lend."""
        known: dict[str, Any] = {
            "exchange": Exchange.OFFER, "item": Item.TOOL, "deal": Deal.BORROW, "title": "Ladder te leen",
            "text": "Vier meter. Dit is een voorbeeld.", "place_code": None,
            "expires_on": local_date(self.at) + timedelta(days=30),
        }  # fmt: skip
        return AdvertFacts(**(known | more))

    def join(self, actor: Actor, called: str = "") -> None:
        """Choose a name."""
        services.join(self.session, called=called, place_code=None, of_age=True, actor=actor, at=self.at)

    def place(self, actor: Actor, **more: Any) -> NeighbourAdvert:
        """Offer a ladder."""
        return services.place_advert(self.session, facts=self.facts(**more), actor=actor, at=self.at)


@pytest.fixture
def street(session: Any, make_organisation: Any) -> Street:
    """Samira lends a ladder, Karim has a wallet too, Noor has none."""
    at, keeper = clock.now(), make_organisation()
    made = build_street(session, keeper.kvk_number, at)
    session.commit()
    return made


def build_street(session: Any, kvk_number: str | None, at: datetime) -> Street:
    """The same in any session; `actors` are Noor, Samira and Karim."""
    made = Street(session, at)
    noor = made.resident("Noor Voorbeeld", wallet=False)
    set_up(
        session, code=Code.NWE, keeper_kvk=kvk_number or "",
        actor=Actor(noor.user_id, "", None, "", frozenset({Role.PROGRAMME})), at=at,
    )  # fmt: skip
    samira, karim = made.resident("Samira Voorbeeld"), made.resident("Karim El Voorbeeld")
    made.join(samira, "Samira")
    made.join(karim)
    return made
