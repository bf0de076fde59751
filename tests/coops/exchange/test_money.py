"""Offers and wants in local money, and what readers report."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from coops.exchange import errors, queries, rules, services
from coops.exchange.models import Advert, AdvertReport
from coops.exchange.rules import AdvertFacts, Deal, Exchange, Item
from cwb.identity.rules import Side
from cwb.kernel import clock
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor, Role
from cwb.notifications.models import Mail
from ledger.instruments.rules import Code
from ledger.instruments.services import set_up
from ledger.wallets.services import open_wallet

DAY = local_date(clock.now()) + timedelta(days=30)
BREAD = AdvertFacts(
    Exchange.OFFER, Item.OTHER, Deal.BUY, "Brood", "Elke dag", "FB", DAY, Code.NWE, Money(3_50)
)


@pytest.mark.parametrize(
    ("facts", "wallets", "refused"),
    [
        ({"price": Money(0)}, {Code.NWE}, errors.PriceInvalid),
        ({"money": None}, {Code.NWE}, errors.PriceWithoutMoney),
        ({"deal": Deal.GIVE}, {Code.NWE}, errors.MoneyUnfit),
        ({"deal": Deal.BORROW, "price": None}, {Code.NWE}, errors.MoneyUnfit),
        ({}, {Code.KRE}, errors.NoWalletOfMoney),
        ({"money": Code.WIJK}, {Code.NWE, Code.KRE}, errors.NoWalletOfMoney),
    ],
)
def test_local_money_fits_what_is_sold_by_who_has_a_wallet(facts, wallets, refused):
    with pytest.raises(refused):
        rules.check_money(replace(BREAD, **facts), frozenset(wallets))


def test_what_is_lent_or_paid_in_euros_needs_no_wallet():
    rules.check_money(replace(BREAD, money=None, price=None, deal=Deal.GIVE), frozenset())
    rules.check_money(replace(BREAD, price=None), frozenset({Code.NWE}))


@pytest.fixture
def bakery(session, make_organisation, make_user):
    """A bakery with a wallet, somebody of its board, and a programme of two."""
    at, firm, home = clock.now(), make_organisation(Side.SUPPLIER), make_organisation(Side.PROGRAMME)
    user = make_user((Role.BOARD, firm))
    runs = [make_user((Role.PROGRAMME, home)) for _ in range(2)]
    actor = Actor(user.id, user.name, firm.id, firm.name, frozenset({Role.BOARD}))
    set_up(
        session, code=Code.NWE, keeper_kvk=make_organisation().kvk_number,
        actor=Actor(runs[0].id, "", home.id, "", frozenset({Role.PROGRAMME})), at=at,
    )  # fmt: skip
    wallet = open_wallet(session, code=Code.NWE, party=firm, actor=actor, at=at)
    advert = services.place_advert(session, facts=BREAD, actor=actor, at=at)
    session.commit()
    return user, actor, wallet, advert, runs


def test_an_offer_leads_to_paying_and_is_found_by_its_money(session, bakery, sign_in, client, sign_in_user):
    user, _, wallet, advert, _ = bakery
    address = f"/exchange/{advert.public_id}"
    pay = f"/payment/to/{wallet.code}?amount=3.50&amp;note=Brood"
    assert pay in sign_in(Role.RESIDENT).get(address).text
    own = sign_in_user(user)
    for reader in (client, own):  # a code of a wallet is for who signed in, and nobody pays oneself
        assert wallet.code not in reader.get(address).text
        assert "Nieuw-Westgeld" in reader.get(address).text
    assert "Brood" in client.get("/exchange?money=NWE").text
    assert "Brood" not in client.get("/exchange?money=KRE").text.split("<main")[-1]
    assert client.get("/exchange/list.csv").text.strip().endswith("NWE,3.50")
    assert client.get("/data/exchange.json").json[0]["cwb"]["price"] == "3.50"
    assert "3,50" in own.get(f"{address}/change").text
    data = {
        "exchange": "offer", "item": "other", "deal": "receive-donate", "title": "Brood", "text": "Elke dag",
        "expires_on": DAY.strftime("%d-%m-%Y"), "place": "", "money": "NWE", "price": "3,50", "version": "1",
    }  # fmt: skip
    answer = own.post(f"{address}/change", data=data)
    assert answer.status_code == 422
    assert "alleen bij kopen of huren" in answer.text
    assert own.post(f"{address}/change", data={**data, "deal": "buy-sell", "price": ""}).status_code == 303
    session.expire_all()
    assert (advert.instrument_code, advert.price) == ("NWE", None)


@pytest.mark.parametrize("wrong", ["price = 0", "instrument_code = NULL", "deal = 'receive-donate'"])
def test_the_database_holds_what_a_price_is(session, bakery, wrong):
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(f"UPDATE advert SET {wrong}"))


def test_a_report_is_read_by_the_programme_and_decided_once_by_another(
    session, bakery, sign_in, sign_in_user, client
):
    user, _, _, advert, (one, other) = bakery
    address = f"/exchange/{advert.public_id}"
    resident = sign_in(Role.RESIDENT)
    assert "iets mis" in resident.get(address).text
    assert "Meld dat" not in client.get(address).text
    assert resident.post(f"{address}/report", data={"reason": " "}).status_code == 422
    assert resident.post(f"{address}/report", data={"reason": "Scheldt mij uit."}).status_code == 303
    assert "meldde dit al" in resident.post(f"{address}/report", data={"reason": "Nog eens."}).text
    assert sign_in_user(user).post(f"{address}/report", data={"reason": "Zelf."}).status_code == 422
    assert resident.get("/exchange/reports").status_code == 403
    runs = sign_in_user(one)
    assert "Kijk naar een melding over “Brood”" in runs.get("/").text
    page = runs.get("/exchange/reports").text
    assert "Scheldt mij uit." in page
    assert resident.user.name not in page
    assert "Brood" in client.get("/exchange").text  # it stands until somebody decided
    made = session.scalars(select(AdvertReport)).one()
    assert runs.post(f"/exchange/reports/{made.id}/take").status_code == 303
    assert "Brood" not in client.get("/exchange").text
    assert session.scalars(select(Mail).where(Mail.recipient == user.email)).one()
    actor = Actor(other.id, "", None, "", frozenset({Role.PROGRAMME}))
    with pytest.raises(errors.ReportDecided):
        services.decide_report(session, report_id=made.id, take_away=False, actor=actor, at=clock.now())
    assert session.get_one(Advert, advert.id, populate_existing=True).ended_at


def test_who_reported_does_not_decide_and_what_stands_stays(session, bakery):
    _, board, _, advert, (one, other) = bakery
    at = clock.now()
    first, second = (Actor(each.id, "", None, "", frozenset({Role.PROGRAMME})) for each in (one, other))
    made = services.report_advert(session, advert=advert, reason="Klopt niet", actor=first, at=at)
    with pytest.raises(Forbidden):
        services.decide_report(session, report_id=made.id, take_away=True, actor=board, at=at)
    with pytest.raises(errors.ReportDecided):
        services.decide_report(session, report_id=made.id, take_away=True, actor=first, at=at)
    with pytest.raises(IntegrityError, match="ck_advert_report_other"), session.begin_nested():
        session.execute(
            text(
                "UPDATE advert_report SET decided_at = now(), decided_by_id = reported_by_id, taken_away = true"
            )
        )
    services.decide_report(session, report_id=made.id, take_away=False, actor=second, at=at)
    assert queries.advert(session, advert.public_id).ended_at is None
    with pytest.raises(DatabaseError, match="kept as it is"), session.begin_nested():
        session.execute(text("UPDATE advert_report SET taken_away = true"))
