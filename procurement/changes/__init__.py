"""Changing a signed contract: tested against the law, decided by two people, signed by both sides, never erased."""
