"""Money: books, invoices, payments, spend."""
