"""Reading what entries that wait may be, besides an invoice."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy.orm import Session

from ledger.ahead import queries as ahead
from ledger.ahead.models import AheadPayback
from ledger.bank.models import BankEntry
from ledger.receipts import queries as receipts
from ledger.receipts.models import Receipt


class Hint(NamedTuple):
    """Receipts that an entry may have paid, one or a set of one member's, and repayments that it may be.

    `several`: more than one of all that fits, so that a person looks which it is.
    """

    receipts: Sequence[Receipt] = ()
    sets: Sequence[Sequence[Receipt]] = ()
    paybacks: Sequence[AheadPayback] = ()

    @property
    def several(self) -> bool:
        """Whether more than one thing fits."""
        return len(self.receipts) + len(self.sets) + len(self.paybacks) > 1


def hints(
    session: Session, party_id: int, entries: Sequence[BankEntry], *, keeps: bool
) -> Mapping[int, Hint]:
    """By entry, each of them; `keeps`: the reader keeps the receipts, and sees them."""
    bought = receipts.like(session, party_id, entries) if keeps else {}
    backs = ahead.like(session, party_id, entries)
    none = receipts.Like()
    return {each.id: Hint(*bought.get(each.id, none), backs.get(each.id, ())) for each in entries}
