"""Electronic invoices: from facts to a lawful UBL 2.1 document, or to everything that is wrong with them."""
