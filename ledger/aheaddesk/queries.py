"""Reading whether files of transfers hold what is about to change."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from ledger.ahead.models import AheadPayback
from ledger.batches.models import BatchTransfer
from ledger.invoicing.models import Invoice


def is_under_way(session: Session, paid: Invoice | AheadPayback) -> bool:
    """Whether an invoice, or a repayment, is in an open file of transfers."""
    column = BatchTransfer.invoice_id if isinstance(paid, Invoice) else BatchTransfer.payback_id
    return bool(session.scalar(select(exists().where(column == paid.id, BatchTransfer.live))))
