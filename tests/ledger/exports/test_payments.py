"""How fast anchors pay stands in the export, follows each payment, and is told of five invoices or more."""

from decimal import Decimal

from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.exports.gateway import export
from ledger.exports.queries import made_from

Q3 = Period.parse("2026-Q3")


def test_a_payment_makes_the_export_anew_and_few_are_not_told(trade, session):
    trade.agree(trade.work(quantity=Decimal(1000)))
    invoices = [trade.approve(trade.send(quantity=str(n))) for n in range(1, 6)]
    for each in invoices[:-1]:
        trade.pay(each)
    session.flush()
    before = made_from(session, Q3, area_pack())
    assert export(session, Q3, area_pack())["payments"] == []
    trade.pay(invoices[-1])
    session.flush()
    assert made_from(session, Q3, area_pack()) != before
    (row,) = export(session, Q3, area_pack())["payments"]
    assert (row["paid"], row["within_30_days"], row["days"]) == (5, 5, 0)
