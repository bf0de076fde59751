"""Closing a period of the books, opening it again, and what these books are: the statutory ones or a sub-ledger."""
