"""What buyers and suppliers agreed, as far as invoices need it."""
