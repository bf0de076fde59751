"""Tenders as open data: one release per event, kept as it was published."""
