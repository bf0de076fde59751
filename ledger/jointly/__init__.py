"""Invoices of a joint contract in one act: one partner sends for all, each in its own name and series."""
