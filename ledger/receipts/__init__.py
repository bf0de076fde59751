"""Purchases without an invoice made here: a receipt with its photo, paid by a member or by bank."""
