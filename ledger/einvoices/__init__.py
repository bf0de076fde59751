"""Invoices made here as electronic documents: which profiles they are lawful in, and the files."""
