"""The bank of the small trade, in which somebody pays too much or too early."""

import pytest

from ledger.ahead import queries, services
from tests.ledger.bankdesk.conftest import BUYERS, SELLERS, camt, desk, row  # noqa: F401


class Ahead:
    """Acts with sensible facts."""

    def __init__(self, desk):  # noqa: F811
        self.desk, self.trade, self.session = desk, desk.trade, desk.trade.session
        self.count = 0

    def money(self, amount, reference="", **facts):
        """Money that comes in on the seller's account."""
        self.count += 1
        start = self.__dict__.setdefault("closing", 0)
        self.closing = start + round(float(amount) * 100)
        mark = {"ref": f"A{self.count}"} | facts
        file = camt(
            f"S{self.count}",
            f"{start / 100:.2f}",
            f"{self.closing / 100:.2f}",
            row(amount, reference, **mark),
        )
        self.desk.take(file)
        return self.desk.entry()

    def balance(self, place=-1, *, party=None):
        """What the seller holds, or (`party`) what is held for another."""
        if party is not None:
            return queries.balances(self.session, party.id, holds=False)[place]
        return queries.balances(self.session, self.trade.seller.id, holds=True)[place]

    def over(self, more="100.00"):
        """An invoice that is paid with so much too much."""
        sent = self.trade.approve(self.trade.send())
        self.money(f"{float(sent.open.plain()) + float(more):.2f}", sent.payment_reference)
        return self.balance()

    def set_off(self, one, invoice, **facts):
        """Set off by the seller."""
        known = {"party_id": self.trade.seller.id, "actor": self.trade.member, "at": self.trade.at}
        return services.set_off(
            self.session, booking_id=one.booking_id, invoice_id=invoice.id, **(known | facts)
        )

    def back(self, one, amount, **facts):
        """Ask that it goes back."""
        known = {
            "party_id": self.trade.seller.id, "actor": self.trade.member, "at": self.trade.at, "iban": None,
            "amount": amount,
        }  # fmt: skip
        return services.ask_payback(self.session, booking_id=one.booking_id, **(known | facts))


@pytest.fixture
def ahead(desk):  # noqa: F811
    """The seller's bank."""
    return Ahead(desk)
