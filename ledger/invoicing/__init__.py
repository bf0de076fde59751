"""Invoices and credit notes: made from an agreement, numbered, sent, never changed."""
