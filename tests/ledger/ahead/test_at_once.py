"""Two at the same moment never use more than stands ahead."""

from sqlalchemy import select

from cwb.kernel.money import Money
from ledger.ahead import queries, services
from ledger.bank.services import add_account
from ledger.invoicing.models import Invoice
from tests.ledger.ahead.conftest import Ahead
from tests.ledger.bankdesk.conftest import SELLERS, Desk


def test_two_invoices_and_a_repayment_at_once_share_what_there_is(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        made = Desk(trade)
        made.seller = add_account(
            session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
        )
        ahead = Ahead(made)
        one = ahead.over("100.00")
        later = [trade.approve(trade.send(quantity="2")).id for _ in range(2)]
        seller, member = trade.seller.id, trade.member

    def pays(invoice_id):
        def act(session):
            found = services.set_off(
                session, booking_id=one.booking_id, invoice_id=invoice_id, party_id=seller, actor=member, at=at
            )  # fmt: skip
            return found.amount

        return act

    def back(session):
        services.ask_payback(
            session, booking_id=one.booking_id, amount=Money(5_000), iban=None, party_id=seller, actor=member, at=at
        )  # fmt: skip
        return 5_000

    answers = at_once.run(*map(pays, later), back)
    used = sum(each for each in answers if isinstance(each, int))
    with at_once.sessions() as session:
        (left,) = queries.balances(session, seller, holds=True) or [None]
        paid = session.scalars(select(Invoice.paid_amount).where(Invoice.id.in_(later))).all()
    assert used <= 10_000
    assert sum(paid) == used - (5_000 if 5_000 in answers else 0)
    assert left is None or left.free == 10_000 - used
