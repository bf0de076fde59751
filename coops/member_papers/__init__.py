"""Papers of a cooperative for its members, as PDF: the statement of a year, a receipt, minutes."""
