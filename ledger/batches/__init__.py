"""Files of transfers for the bank: approved invoices, paid in one go."""
