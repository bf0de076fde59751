"""Decisions about another e-mail address; no database."""

from datetime import timedelta

UNDO_LIFE = timedelta(days=7)
"""How long who reads the old address can undo the change."""

PURPOSE = "new_email"
"""The purpose of the letter that confirms the new address."""


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are one account's: capitals do not matter, as at sign-in."""
    return one.strip().lower() == other.strip().lower()
