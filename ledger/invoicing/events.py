"""What invoicing tells the storeys and subjects above it. All carry the inner id of the invoice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InvoiceSent:
    """An invoice or credit note got its number and went to the buyer."""

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoiceApproved:
    """The buyer accepted an invoice: it is a debt, and stands in the buyer's books.

    Also told for a credit note once it stands in the buyer's books; its amounts then count negative.
    """

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoiceDisputed:
    """The buyer refuses an invoice for now, with a reason."""

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoicePaid:
    """An invoice has been paid whole."""

    invoice_id: int
