"""Invoices that come back: a plan makes the same invoice every month, quarter or year, once per period."""
