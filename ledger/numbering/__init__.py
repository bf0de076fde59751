"""How a supplier numbers its invoices: its own series, without gaps."""
