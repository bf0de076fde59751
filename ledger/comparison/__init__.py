"""Periods compared: the change in two terms, and an index that newcomers enter without a jump."""
