"""What is to be wiped: of each table which rows, and what then stands in them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from cwb.kernel.clock import LOCAL
from ledger.ahead.models import AheadPayback
from ledger.bank.models import BankBooking, BankEntry
from ledger.bank.rules import BookingKind, EntryState
from ledger.batches.models import BatchTransfer, PaymentBatch
from ledger.batches.rules import BatchState
from ledger.customers.models import Customer
from ledger.debits.models import DebitFile
from ledger.incoming.models import IncomingAccount, IncomingInvoice
from ledger.incoming.rules import IncomingState
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import open_amount
from ledger.invoicing.rules import InvoiceKind
from ledger.mandates.models import DebitMandate
from ledger.wiping import rules


class Wipe(NamedTuple):
    """Rows of a table, with what is put in the place of what they held; no values: the rows go."""

    table: Any
    where: ColumnElement[bool]
    values: dict[str, Any]

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
            & ~exists().where(
                BankBooking.entry_id == BankEntry.id, BankBooking.kind == BookingKind.CREDIT,
                BankBooking.undone_at.is_(None), BankBooking.amount > func.ahead_used(BankBooking.id),
            )
            & or_(BankEntry.name != "", BankEntry.iban != "", BankEntry.text != ""),
            {"name": "", "iban": "", "text": ""},
        ),
        *_purchases(books, made_before),
        Wipe(
            Customer,
            Customer.iban.is_not(None)
            & exists().where(Invoice.buyer_id == Customer.id)
            & ~exists().where(
                Invoice.buyer_id == Customer.id,
                or_(
                    func.coalesce(Invoice.issued_on, today) >= books, Invoice.paid_on >= books,
                    (Invoice.kind == InvoiceKind.INVOICE) & (open_amount() != 0),
                ),
            ),
            {"iban": None},
        ),
    )  # fmt: skip


def _purchases(books: date, made_before: datetime) -> Sequence[Wipe]:
    """What came from suppliers, and what went back to customers."""
    last = func.greatest(IncomingInvoice.issued_on, IncomingInvoice.paid_on)
    over = IncomingInvoice.state.in_((IncomingState.SETTLED, IncomingState.REFUSED))
    gone = {"ibans": [], "wiped": True}
    return (
        Wipe(
            IncomingInvoice,
            over & (last < books) & ~IncomingInvoice.facts.has_key("wiped"),
            {"iban": "", "document": b"", "facts": IncomingInvoice.facts.op("||")(literal(gone, JSONB))},
        ),
        Wipe(
            IncomingAccount,
            (IncomingAccount.checked_at < made_before)
            & ~exists().where(
                IncomingInvoice.sender_id == IncomingAccount.sender_id, or_(~over, last >= books)
            ),
            {},
        ),
        Wipe(
            AheadPayback,
            (AheadPayback.asked_at < made_before) & (AheadPayback.iban != "")
            & or_(
                AheadPayback.dropped_at.is_not(None),
                exists().where(BankBooking.id == AheadPayback.booked_id, BankBooking.undone_at.is_(None)),
            ),
            {"iban": "", "name": ""},
        ),
    )  # fmt: skip


def due(session: Session, today: date) -> dict[str, int]:
    """Table → how many of its rows are due."""
    return {
        each.name: session.scalar(select(func.count()).select_from(each.table).where(each.where)) or 0
        for each in wipes(today)
    }
