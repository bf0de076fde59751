"""What payments tell the subjects above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaymentRecorded:
    """Money moved for an invoice; `amount` in cents, below zero for a refund. Inner ids."""

    payment_id: int
    invoice_id: int
    amount: int


@dataclass(frozen=True, slots=True)
class PaymentUndone:
    """A payment or refund was taken back: its invoice is open again. Inner ids."""

    payment_id: int
    invoice_id: int
