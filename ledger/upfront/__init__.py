"""What a supplier from outside was paid before his invoice: it pays his invoices later, or comes back."""
