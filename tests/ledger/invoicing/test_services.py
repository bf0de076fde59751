"""Invoices through the services, on a real database."""


def test_a_contract_becomes_money_in_both_books(trade):
    sent = trade.send()
    assert (sent.number, sent.net.plain(), sent.vat.plain(), sent.total.plain()) == (
        "2026-0001", "325.00", "68.25", "393.25",
    )  # fmt: skip
    approved = trade.approve(sent)
    assert approved.state == "approved"
    trade.pay(approved)
    trade.session.expire_all()
    assert trade.session.get(type(sent), sent.id).state == "paid"
    trade.session.commit()
