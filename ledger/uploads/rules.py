"""How much a page takes, and what saved mappings are called."""

from ledger.uploads.errors import ProfileNameInvalid

MOST_ROWS = 20_000
"""Rows of a file that is handed in on a page; the command line takes any number."""

FIRST = 10
"""Rows that are shown as they were understood."""


def profile_name(text: str) -> str:
    """The name of a saved mapping, cleaned.

    Raises:
        ProfileNameInvalid: none, or too long.
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= 60:
        raise ProfileNameInvalid(field="name")
    return name
