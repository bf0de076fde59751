"""Reading whether files of transfers hold what is about to change."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from ledger.ahead.models import AheadPayback
from ledger.batches.models import BatchTransfer
from ledger.incoming.models import IncomingInvoice
from ledger.invoicing.models import Invoice


def is_under_way(session: Session, paid: Invoice | IncomingInvoice | AheadPayback) -> bool:
    """Whether an invoice, or a repayment, is in an open file of transfers."""
    columns = {
        Invoice: BatchTransfer.invoice_id,
        IncomingInvoice: BatchTransfer.incoming_id,
        AheadPayback: BatchTransfer.payback_id,
    }
    return bool(session.scalar(select(exists().where(columns[type(paid)] == paid.id, BatchTransfer.live))))


def received_under_way(session: Session, invoices: Sequence[IncomingInvoice]) -> set[int | None]:
    """Those of these received invoices that are in an open file."""
    among = BatchTransfer.incoming_id.in_([each.id for each in invoices])
    return set(session.scalars(select(BatchTransfer.incoming_id).where(among, BatchTransfer.live)))


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
