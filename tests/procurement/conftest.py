"""The worlds of tenders, bids and contracts that tests begin in, and browsers in them."""

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from cwb.identity import services as identity
from cwb.identity.models import Organisation, User
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.policy import Actor, Role
from tests import keeping
from tests.procurement.buying import Buying
from tests.procurement.framework import Framework
from tests.procurement.panel import POINTS, Panel
from tests.procurement.signed import Signed
from tests.procurement.world import Promising, World

keeping.kept("world", World)
keeping.kept("panel", lambda session, folder: Panel(World(session, folder)))
keeping.kept("single", lambda session, folder: Framework(World(session, folder), kind="single"))
keeping.kept("signed", lambda session, folder: Signed(Panel(Promising(session, folder))))


@pytest.fixture
def world(root) -> World:
    """A tender is out, nobody bid yet; with `panel`, `single` or `signed`: what that began with."""
    return root if isinstance(root, World) else root.world


@pytest.fixture
def panel(root) -> Panel:
    """Three opened bids, no panel yet."""
    assert isinstance(root, Panel)
    return root


@pytest.fixture
def signed(root) -> Signed:
    """A contract signed by both, with two promises and two extensions; everyone hears what happens."""
    return root


@pytest.fixture
def points() -> dict[str, dict[str, str]]:
    return POINTS


@pytest.fixture
def walk(panel: Panel, sign_in_user, monkeypatch):
    """`walk(actor)` is a browser of that actor; the clock of the pages is the world's."""
    monkeypatch.setattr(clock, "now", lambda: panel.at)
    return _browsers(panel, sign_in_user)


@pytest.fixture
def walk_signed(signed: Signed, sign_in_user, monkeypatch):
    """The same beside a signed contract."""
    monkeypatch.setattr(clock, "now", lambda: signed.panel.at)
    return _browsers(signed.panel, sign_in_user)


def _browsers(panel: Panel, sign_in_user):
    browsers = {}

    def browser(actor: Actor):
        key = (actor.user_id, panel.at.date())  # weeks later one signs in again
        if key not in browsers:
            browsers[key] = sign_in_user(panel.session.get(User, actor.user_id))
        return browsers[key]

    return browser


@pytest.fixture
def make_panel():
    """`make_panel(world, prices)`: for other bids, or an own database."""
    return Panel


@pytest.fixture
def make_world(tmp_path: Path):
    """For tests on an own database: `make_world(session)`."""
    return lambda session: World(session, tmp_path)


@pytest.fixture
def buying(session, make_organisation, make_user, at) -> Buying:
    """A buyer ready to tender."""
    return Buying(session, make_organisation, make_user, at)


@pytest.fixture
def make_buying(at):
    """For tests on an own database: `make_buying(session)`."""
    numbers = count(1)

    def make(session: Session) -> Buying:
        def organisation(side: Side = Side.SUPPLIER) -> Organisation:
            number = next(numbers)
            return identity.register_organisation(
                session, name=f"Voorbeeld {number}", kvk_number=f"9{number:07}", legal_form="foundation", street="A",
                house_number="1", postcode="1069 AB", city="Amsterdam", email=f"o{number}@voorbeeld.example",
                anchor_type="municipality" if side is Side.ANCHOR else None, is_programme=side is Side.PROGRAMME, at=at,
            )  # fmt: skip

        def user(*held: tuple[Role, Organisation], name: str = "Voorbeeld") -> User:
            made = identity.register_user(
                session,
                email=f"u{next(numbers)}@voorbeeld.example",
                name=name,
                password=None,
                locale="nl",
                at=at,
            )
            for role, home in held:
                identity.grant_mandate(
                    session, user=made, organisation=home, role=role, granted_by=None, at=at
                )
            return made

        return Buying(session, organisation, user, at)

    return make


@pytest.fixture
def make_framework(world):
    return lambda rule=None, **facts: Framework(world, rule, **facts)


@pytest.fixture
def single(root) -> Framework:
    """A framework of one winner."""
    return root


@pytest.fixture
def framework_of():
    """For tests on an own database."""
    return Framework
