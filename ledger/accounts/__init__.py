"""Accounts: each in one party's set of books, in one currency, within hard limits."""
