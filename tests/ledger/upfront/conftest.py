"""The bank of a buyer that pays a printer from outside before his invoice."""

import pytest

from ledger.ageing.queries import ageing, ahead_by_age
from ledger.ageing.rules import Side
from ledger.bank.queries import entry as entry_of
from ledger.bank.services import add_account
from ledger.incoming.queries import by_id
from ledger.takeback.services import take_back
from ledger.upfront import queries, services
from tests.ledger.bankdesk.conftest import BUYERS, STRANGE, Desk, camt, row
from tests.ledger.incoming.conftest import Inbox

PRINTER = {"name": "Drukkerij van buiten (voorbeeld)", "kvk": "68750110", "vat_id": ""}


class Upfront:
    """Acts with sensible facts."""

    def __init__(self, trade):
        self.trade, self.session, self.at, self.buyer = trade, trade.session, trade.at, trade.buyer
        self.inbox, self.desk, self.actor = Inbox(trade), Desk(trade), trade.purchaser
        add_account(
            self.session, party=self.buyer, number=BUYERS, blocked=False, actor=self.actor, at=self.at
        )
        self.count, self.closing, self._sender = 0, 0, None

    @property
    def sender(self):
        """The printer, of whom no invoice need have come."""
        if self._sender is None:
            seller = self.inbox.take(number="2026-000").sender
            self._sender = seller
        return self._sender

    def money(self, amount, **facts):
        """Money on the buyer's account."""
        self.count += 1
        start = self.closing
        self.closing += round(float(amount) * 100)
        told = {"ref": f"U{self.count}", "iban": STRANGE, "name": "Drukkerij"} | facts
        file = camt(
            f"S{self.count}", f"{start / 100:.2f}", f"{self.closing / 100:.2f}", row(amount, **told), iban=BUYERS
        )  # fmt: skip
        self.desk.take(file)
        return self.desk.entry()

    def book(self, amount, **facts):
        """So much goes upfront, or (above zero) comes back."""
        held = self.money(amount)
        services.book(
            self.session, entry=held, sender=self.sender.public_id, actor=self.actor, at=self.at, **facts
        )
        return held

    def invoice(self, number, price="33.33"):
        """An approved invoice of the printer's, read anew."""
        held = self.inbox.take(number=number, price=price)
        self.inbox.approve(held)
        return by_id(self.session, held.id)

    def set_off(self, invoice, **facts):
        """Set off by the buyer."""
        known = {"party_id": self.buyer.id, "actor": self.actor, "at": self.at}
        return services.set_off(
            self.session, sender=self.sender.public_id, invoice=invoice, **(known | facts)
        )

    def one(self):
        """What the printer holds."""
        return queries.supplier(self.session, self.sender.public_id, self.buyer.id)

    def take_back(self, held):
        """Put an entry back on the list."""
        again = entry_of(self.session, held.public_id, self.buyer.id, lock=True)
        return take_back(self.session, entry=again, reason="Fout", actor=self.actor, at=self.at)

    def ties(self, on):
        """That what stands upfront is what the books say, on every side and by age."""
        self.inbox.settled()
        assert ageing(self.session, self.buyer.id, Side.PAYABLE, on).difference.minor == 0
        lines = ahead_by_age(self.session, self.buyer.id, Side.PAYABLE, on)
        assert [each.difference.minor for each in lines] == [0] * len(lines)
        assert sum(each.total.minor for each in lines) == self.one().upfront


@pytest.fixture
def upfront(trade):
    """The buyer's bank."""
    return Upfront(trade)
