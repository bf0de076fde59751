"""A line of a ledger that counts beside an invoice made here: a person says whether it is one purchase."""

import pytest
from sqlalchemy import func, select

from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from ledger.conflicts import queries
from ledger.conflicts.errors import ConflictDecided
from ledger.conflicts.services import decide_beside
from ledger.identities.services import link_supplier
from ledger.remarks.queries import to_tell
from ledger.rollups.queries import verify
from ledger.spend.models import SpendLine
from ledger.suppliers.models import Supplier


def counted(session):
    return session.scalar(select(func.sum(SpendLine.net_amount)).where(SpendLine.weight != 0))


def doubles(session):
    """Of how many invoices a signer reads that they may count twice."""
    export = {"figures": {"local_supplier_share": {"total": {"publishable": True, "why": ""}}}}
    told = to_tell(session, Period.parse("2026"), export)
    return [each["invoices"] for each in told if each["kind"] == "double"]


@pytest.fixture
def double(session, trade, spend):
    """The invoice says 325, the ledger 330, of a supplier without a number."""
    invoice = trade.approve(trade.send())
    spend.record(spend.line("Zomaar iemand", "330.00", invoice.number), anchor=trade.buyer)
    return session.scalars(select(Supplier).where(Supplier.name == "Zomaar iemand")).one()


def link(session, trade, double, at):
    link_supplier(session, supplier=double, party=trade.seller, reason="nagevraagd", actor_id=None, at=at)


def test_a_supplier_recognised_later_brings_its_other_amounts_to_the_list_and_one_decision_counts_once(
    session, trade, double, make_user, at
):
    assert queries.beside(session, trade.buyer.id) == []
    link(session, trade, double, at)
    (found,) = queries.beside(session, trade.buyer.id)
    assert (found.invoiced, found.recorded, found.lines, found.by) == (32_500, 33_000, 1, "party")
    assert counted(session) == 65_500
    assert doubles(session) == [1]
    facts = {"anchor": trade.buyer, "invoice": found.public_id, "reason": "nagevraagd"}
    decide_beside(session, same=True, actor_id=make_user().id, at=at, **facts)
    assert (counted(session), queries.beside(session, trade.buyer.id)) == (32_500, [])
    assert doubles(session) == []
    assert verify(session).differences == 0
    with pytest.raises(ConflictDecided):
        decide_beside(session, same=False, actor_id=make_user().id, at=at, **facts)


def test_a_name_only_proposes_and_two_purchases_both_count_on(session, trade, spend, sign_in):
    invoice = trade.approve(trade.send())
    spend.record(spend.line(trade.seller.name, "325.00", invoice.number), anchor=trade.buyer)
    (found,) = queries.beside(session, trade.buyer.id)
    assert (found.by, counted(session)) == ("name", 65_000)
    session.commit()
    buyer = sign_in(Role.PURCHASER, trade.buyer)
    assert "twee keer tellen: 1" in buyer.get("/").text
    assert "Zelfde naam en zelfde factuurnummer" in buyer.get("/spend/conflicts").text
    page = f"/spend/conflicts/invoices/{found.public_id}"
    assert "tellen beide bedragen" in buyer.get(page).text
    assert buyer.post(page, data={"answer": "no", "reason": "andere levering"}).status_code == 303
    assert (counted(session), queries.beside(session, trade.buyer.id)) == (65_000, [])
