"""Invoices without an agreement, of lines that a seller types."""
