"""An invoice that was paid and then credited."""

from decimal import Decimal

import pytest

from ledger.ageing.queries import ageing, ahead_by_age
from ledger.ageing.rules import Side
from ledger.invoicing import queries as invoicing
from ledger.invoicing.services import credit_invoice
from ledger.owed import queries, services
from tests.ledger.ahead.conftest import ahead  # noqa: F401
from tests.ledger.bankdesk.conftest import desk  # noqa: F401


class Owed:
    """Acts with sensible facts."""

    def __init__(self, ahead):  # noqa: F811
        self.ahead, self.trade, self.session, self.desk = ahead, ahead.trade, ahead.session, ahead.desk
        self.place = None

    def credited(self, hours="4", *, told=True):
        """10 hours (393.25) paid, of which so many are credited; the buyer's people took the note in."""
        trade = self.trade
        sent = trade.approve(trade.send())
        if told:
            self.ahead.money("393.25", sent.payment_reference)
        else:
            trade.pay(sent)
        note = credit_invoice(
            self.session, invoice=sent, quantities={sent.lines[0].id: Decimal(hours)}, reason="Te veel uren",
            actor=trade.member, at=trade.at,
        )  # fmt: skip
        if note.state == "sent":
            trade.approve(note)
        self.place = sent.public_id
        return invoicing.locked(self.session, sent.id)

    def one(self, party=None):
        """What is owed back."""
        return queries.credit(self.session, self.place, (party or self.trade.seller).id)

    def set_off(self, invoice, **facts):
        """Set off by the seller."""
        known = {"party_id": self.trade.seller.id, "actor": self.trade.member, "at": self.trade.at}
        return services.set_off(self.session, credited=self.place, invoice_id=invoice.id, **(known | facts))

    def back(self, amount, **facts):
        """Ask that it goes back."""
        known = {
            "party_id": self.trade.seller.id, "actor": self.trade.member, "at": self.trade.at, "iban": None,
            "amount": amount,
        }  # fmt: skip
        return services.ask_payback(self.session, credited=self.place, **(known | facts))

    def ties(self, on):
        """That both ageings tie to the books, and nothing stands ahead."""
        for party, side in ((self.trade.seller, Side.RECEIVABLE), (self.trade.buyer, Side.PAYABLE)):
            assert ageing(self.session, party.id, side, on).difference.minor == 0
            assert [each for each in ahead_by_age(self.session, party.id, side, on) if each.total.minor] == []


@pytest.fixture
def owed(ahead):  # noqa: F811
    """The seller's bank and a credit note."""
    return Owed(ahead)
