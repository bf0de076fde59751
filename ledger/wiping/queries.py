"""What is to be wiped: of each table which rows, and what then stands in them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from cwb.kernel.clock import LOCAL
from ledger.bank.models import BankEntry
from ledger.bank.rules import EntryState
from ledger.batches.models import BatchTransfer, PaymentBatch
from ledger.batches.rules import BatchState
from ledger.debits.models import DebitFile
from ledger.mandates.models import DebitMandate
from ledger.wiping import rules


class Wipe(NamedTuple):
    """Rows of a table, with what is put in the place of what they held."""

    table: Any
    where: ColumnElement[bool]
    values: dict[str, str]

    @property
    def name(self) -> str:
        """The name of the table."""
        name: str = self.table.__tablename__
        return name


def wipes(today: date) -> Sequence[Wipe]:
    """All that is due on a day, none of it still open."""
    books, proof = rules.books_before(today), rules.mandates_before(today)
    made_before = datetime.combine(books, time(), LOCAL)
    last_use = func.greatest(
        func.date(func.timezone(str(LOCAL), DebitMandate.ended_at)), DebitMandate.last_used_on
    )
    return (
        Wipe(
            DebitMandate,
            DebitMandate.iban.is_not(None) & (DebitMandate.iban != rules.GONE)
            & DebitMandate.ended_at.is_not(None) & (last_use < proof),
            {"iban": rules.GONE, "holder": rules.GONE},
        ),
        Wipe(DebitFile, (DebitFile.made_at < made_before) & (DebitFile.content != ""), {"content": ""}),
        Wipe(
            PaymentBatch,
            (PaymentBatch.made_at < made_before) & (PaymentBatch.state == BatchState.CLOSED)
            & (PaymentBatch.content != ""),
            {"content": ""},
        ),
        Wipe(
            BatchTransfer,
            (BatchTransfer.pays_on < books) & ~BatchTransfer.live & (BatchTransfer.iban != ""),
            {"name": "", "iban": ""},
        ),
        Wipe(
            BankEntry,
            (BankEntry.booked_on < books) & (BankEntry.state != EntryState.OPEN)
            & or_(BankEntry.name != "", BankEntry.iban != "", BankEntry.text != ""),
            {"name": "", "iban": "", "text": ""},
        ),
    )  # fmt: skip


def due(session: Session, today: date) -> dict[str, int]:
    """Table → how many of its rows are due."""
    return {
        each.name: session.scalar(select(func.count()).select_from(each.table).where(each.where)) or 0
        for each in wipes(today)
    }
