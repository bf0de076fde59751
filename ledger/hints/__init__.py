"""What an entry that waits may be, besides an invoice: a receipt, or a repayment that was paid by hand."""
