"""Contracts feed the figure without an import: what was approved is counted, what is left is expected."""

from datetime import date
from decimal import Decimal

from cwb.identity.models import User
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.outlook.queries import landed_of, running
from ledger.share.rules import Standing
from ledger.suppliers.services import add_evidence, party_supplier

TODAY = date(2026, 9, 2)


def test_what_is_invoiced_is_no_longer_expected_and_a_draft_is(trade, session):
    agreement = trade.agree(trade.work(quantity=Decimal(100)))
    before = running(session, TODAY)[-1]
    assert before.left == agreement.total.minor
    assert before.standing is Standing.UNKNOWN
    trade.draft("3")
    trade.send(quantity="10")
    after = running(session, TODAY)[-1]
    assert before.left - after.left == Money.of("325.00").minor
    assert running(session, date(2028, 1, 1)) == []


def test_an_approved_invoice_lands_where_its_supplier_is_proven(trade, session, sign_in_user, sign_in):
    def entered(who):
        return sign_in_user(session.get(User, who.user_id))

    trade.agree(trade.work(quantity=Decimal(100)))
    supplier = party_supplier(session, organisation=trade.seller, at=trade.at)
    add_evidence(
        session, supplier=supplier, grade=2, postcode="1063 AA", valid_from=date(2024, 1, 1), source="KvK",
        actor_id=None, at=trade.at,
    )  # fmt: skip
    address = f"/spend/contracts/{trade.agreement.public_id}"
    assert "Nog geen goedgekeurde factuur" in entered(trade.member).get(address).text
    assert "Wij weten nog niet alles" not in entered(trade.member).get(address).text
    trade.approve(trade.send(quantity="10"))
    found = landed_of(session, trade.agreement)
    assert (found.share.lo, found.share.total_low, found.floor) == (1, 325_00, 0)
    assert running(session, TODAY)[0].standing is Standing.LOCAL
    for who in (
        entered(trade.member),
        entered(trade.purchaser),
        sign_in(Role.AUDITOR),
        sign_in(Role.PROGRAMME),
    ):
        assert "325,00" in who.get(address).text
    assert sign_in(Role.PURCHASER).get(address).status_code == 403


def test_who_is_not_known_to_be_local_reads_what_to_do(trade, session, sign_in_user):
    trade.agree(trade.work(quantity=Decimal(100)))
    trade.approve(trade.send(quantity="10"))
    page = sign_in_user(session.get(User, trade.member.user_id)).get(
        f"/spend/contracts/{trade.agreement.public_id}"
    )
    assert "vraag dan het programma om het te controleren" in page.text.lower()


def test_a_forecast_of_few_suppliers_is_not_shown(trade, session, client):
    trade.agree(trade.work(quantity=Decimal(100)))
    session.commit()
    assert "Nog te weinig contracten" in client.get("/spend/outlook").text
    assert '"rows":[]' in client.get("/spend/outlook.json").text
