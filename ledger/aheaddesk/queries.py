"""Reading whether files of transfers hold what is about to change."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from ledger.ahead.models import AheadPayback
from ledger.batches.models import BatchTransfer
from ledger.invoicing.models import Invoice


def is_under_way(session: Session, paid: Invoice | AheadPayback) -> bool:
    """Whether an invoice, or a repayment, is in an open file of transfers."""
    column = BatchTransfer.invoice_id if isinstance(paid, Invoice) else BatchTransfer.payback_id
    return bool(session.scalar(select(exists().where(column == paid.id, BatchTransfer.live))))


class UnderWay(NamedTuple):
    """Which of some invoices and repayments are in an open file of transfers, by their inner ids."""

    invoices: set[int | None]
    paybacks: set[int | None]


def under_way(session: Session, invoices: Sequence[Invoice], paybacks: Sequence[AheadPayback]) -> UnderWay:
    """Those of these that are in an open file, of which nothing can be set off or dropped now."""
    if not invoices and not paybacks:
        return UnderWay(set(), set())
    found = session.execute(
        select(BatchTransfer.invoice_id, BatchTransfer.payback_id).where(
            BatchTransfer.live,
            or_(
                BatchTransfer.invoice_id.in_([each.id for each in invoices]),
                BatchTransfer.payback_id.in_([each.id for each in paybacks]),
            ),
        )
    ).all()
    return UnderWay({one for one, _ in found}, {other for _, other in found})
