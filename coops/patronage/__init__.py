"""Patronage: a surplus divided by work or use, decided by the members, posted as one transfer that can be undone."""
