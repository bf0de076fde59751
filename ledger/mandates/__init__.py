"""Mandates for SEPA direct debit: given, seen, withdrawn, lapsed; taking money by one through the payment provider."""
