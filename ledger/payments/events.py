"""What payments tell the subjects above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentRecorded:
    """Money moved for an invoice; `amount` in cents, below zero for a refund. Inner ids."""

    payment_id: int
    invoice_id: int
    amount: int
