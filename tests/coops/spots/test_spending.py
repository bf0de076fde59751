"""From a wallet to a place that accepts it: by what one buys, with nobody's home told."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coops.register.services import register_cooperative
from coops.spots import queries
from cwb.identity.rules import Side
from cwb.identity.services import person_of
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.places.gateway import area_pack
from ledger.conditions.rules import BEGUN, Group, Terms
from ledger.instruments.rules import Code
from ledger.instruments.services import set_up
from ledger.pins.rules import Hand, How
from ledger.receipts.demo import blank
from ledger.receipts.rules import PaidBy
from ledger.receipts.services import bring
from ledger.shops.services import give_back
from ledger.wallets.models import WalletPayment
from ledger.wallets.services import issue, open_wallet, pay
from tests.ledger.desk.pages import text
from tests.ledger.wallets.test_views import press


@pytest.fixture
def town(session, make_organisation, sign_in):
    """A resident with money, a bakery, a gardener, a foundation that is in no register, and the keeper."""
    resident = sign_in(Role.RESIDENT)
    keeper, bakery, garden = (make_organisation() for _ in range(3))
    at = clock.now()
    other = make_organisation(legal_form="foundation", name="Zorgstichting Voorbeeld")
    actor = Actor(resident.user.id, "", None, "", frozenset({Role.PROGRAMME}))
    set_up(session, code=Code.NWE, keeper_kvk=keeper.kvk_number, actor=actor, at=at)
    for firm, sector in ((bakery, "food"), (garden, "green")):
        register_cooperative(
            session, organisation=firm, kind="worker", description="Voorbeeld", sectors=[sector], languages=["nl"],
            place_code="FB", user_id=resident.user.id, at=at,
        )  # fmt: skip
    person = person_of(session, user=resident.user, at=at)
    opened = {
        party.id: open_wallet(session, code=Code.NWE, party=party, actor=actor, at=at)
        for party in (keeper, bakery, garden, other, person)
    }
    issue(
        session, code=Code.NWE, wallet_code=opened[person.id].code, amount=Money(50_00), reference="R",
        actor=actor, at=at,
    )  # fmt: skip
    return resident, person, opened, actor, (keeper, bakery, garden, other)


def spend(session, opened, person, firm, cents, actor, at):
    pay(
        session, payer=opened[person.id], to=opened[firm.id].code, amount=Money(cents), note="", token=uuid4(),
        actor=actor, at=at,
    )  # fmt: skip


def test_the_page_begins_with_what_one_buys_and_leads_to_paying(session, town, sign_in, make_user):
    resident, person, opened, actor, (keeper, bakery, garden, other) = town
    neighbour = make_user()
    open_wallet(
        session,
        code=Code.NWE,
        party=person_of(session, user=neighbour, at=clock.now()),
        actor=actor,
        at=clock.now(),
    )
    spend(session, opened, person, garden, 12_50, actor, clock.now())
    spend(session, opened, person, bakery, 30_00, actor, clock.now() - timedelta(days=366))  # too long ago
    session.commit()
    assert "/wallet/where" in resident.get("/wallet").text
    page = text(resident.get("/wallet/where"))
    assert page.index(garden.name) < page.index(bakery.name) < page.index(other.name)
    assert "€ 12,50 in een jaar" in page.replace("\xa0", " ")
    assert "12.50" in resident.get("/wallet/where/list.csv").text
    assert "hele prijs" in page
    assert f'/payment/to/{opened[bakery.id].code}"' in resident.get("/wallet/where").text
    assert keeper.name not in page
    assert neighbour.name not in page
    found = text(resident.get("/wallet/where?sector=food"))
    assert bakery.name in found
    assert garden.name not in found
    assert "Niemand die dit verkoopt" in text(resident.get("/wallet/where?sector=ict"))
    assert "een wijk verder" in text(resident.get("/wallet/where?place=FA"))
    give_back(
        session, public_id=session.query(WalletPayment).filter_by(amount=12_50).one().public_id, party_id=garden.id,
        amount=Money(5_00), token=uuid4(), hand=Hand(How.PASSKEY, above=None), actor=actor, at=clock.now(),
    )  # fmt: skip
    session.commit()
    assert "€ 7,50 in een jaar" in text(resident.get("/wallet/where")).replace("\xa0", " ")
    press(resident, "/wallet", "/wallet/balance/hide")
    assert "in een jaar" not in text(resident.get("/wallet/where"))
    file = resident.get("/wallet/where/list.csv").text
    assert bakery.name in file
    assert "7.50" not in file
    press(resident, "/wallet", "/wallet/balance/show")
    rows = resident.get("/wallet/where/list.csv").text.splitlines()
    assert rows[1].endswith("green,7.50")
    stranger = sign_in(Role.RESIDENT)
    assert "nog geen portemonnee" in text(stranger.get("/wallet/where"))
    assert "/wallet/where" not in stranger.get("/wallet").text


def test_who_may_not_accept_it_is_not_listed(session, town):
    _, person, _, _, (_, bakery, garden, other) = town
    today, area = local_date(clock.now()), area_pack()
    found = {
        each.party_id for each in queries.spots(session, {Code.NWE: BEGUN[Code.NWE]}, person.id, area, today)
    }
    assert found == {bakery.id, garden.id, other.id}
    only = Terms(accept_where=(Group.COOPERATIVE,))
    found = {each.party_id for each in queries.spots(session, {Code.NWE: only}, bakery.id, area, today)}
    assert found == {garden.id}


def test_a_cooperative_is_known_by_its_receipts_too(session, town, make_user, make_organisation):
    *_, (_, bakery, _, _) = town
    board = make_user((Role.BOARD, bakery))
    who, at = Actor(board.id, "", bakery.id, "", frozenset({Role.BOARD})), clock.now()
    bring(
        session, party_id=bakery.id, bought_on=local_date(at), supplier="Winkel", category="travel",
        paid_by=PaidBy.BANK, high=Money(12_10), low=Money(0), none=Money(0), photo=blank(), photo_name="bon.png", actor=who, at=at,
    )  # fmt: skip
    assert queries.bought(session, bakery.id, [], at) == [(("transport",), 12_10)]
    assert queries.place_of(session, bakery.id) == "FB"
    assert queries.bought(session, make_organisation(Side.ANCHOR).id, [], at) == []
