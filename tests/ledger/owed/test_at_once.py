"""Two at the same moment never use more than is owed back."""

from sqlalchemy import func, select, text

from cwb.kernel.money import Money
from ledger.bank.services import add_account
from ledger.invoicing.models import Invoice
from ledger.owed import queries, services
from ledger.payments.models import Payment
from tests.ledger.ahead.conftest import Ahead
from tests.ledger.bankdesk.conftest import SELLERS, Desk
from tests.ledger.owed.conftest import Owed


def test_two_invoices_and_a_repayment_at_once_share_what_is_owed(at_once, build_trade, at):
    with at_once.atomic() as session:
        trade = build_trade(session, at)
        made = Desk(trade)
        made.seller = add_account(
            session, party=trade.seller, number=SELLERS, blocked=False, actor=trade.member, at=trade.at
        )
        owed = Owed(Ahead(made))
        first = owed.credited().public_id
        later = [trade.approve(trade.send(quantity="3")).id for _ in range(2)]
        seller, member = trade.seller.id, trade.member

    def pays(invoice_id):
        def act(session):
            return services.set_off(
                session, credited=first, invoice_id=invoice_id, party_id=seller, actor=member, at=at
            ).amount

        return act

    def back(session):
        return services.ask_payback(
            session, credited=first, amount=Money(9_000), iban=None, party_id=seller, actor=member, at=at
        ).amount

    answers = at_once.run(*map(pays, later), back)
    used = sum(each for each in answers if isinstance(each, int))
    with at_once.sessions() as session:
        one = queries.credit(session, first, seller)
        paid = session.scalar(select(func.sum(Invoice.paid_amount)).where(Invoice.id.in_(later)))
        back = session.scalar(select(func.sum(Payment.amount)).where(Payment.kind == "refund"))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert used <= 15_730
    assert (one.free, one.left) == (15_730 - used, 15_730 - int(back or 0))
    assert paid == back
