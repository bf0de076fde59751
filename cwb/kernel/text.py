"""Text that is marked for translation below the web, and keys to search by."""

import unicodedata
from collections.abc import Mapping
from typing import TypeVar, cast

Text = TypeVar("Text", bound=str)


def N_(text: str) -> str:  # noqa: N802 (the gettext convention for "translate later")
    """Mark a Dutch source string for translation and return it unchanged."""
    return text


class Marked(str):
    """A marked text that is a fact of another one: each reader gets it in their own language too."""

    __slots__ = ()


UNSEEN = "\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069"
"""Signs nobody types, as a range of a pattern: control characters, and those that turn the direction around them."""


RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
"""A sign written from right to left (Hebrew, Arabic and their like), as a pattern for Python and for the database."""

APART = ("\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}")
"""What goes around a text that is written in another direction than the line it stands in."""


def search_key(text: str) -> str:
    """Lower case without accents, for columns the application searches in (no extension needed)."""
    if text.isascii():
        return " ".join(text.casefold().split())
    folded = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in folded if not unicodedata.combining(c)).split())


def filled(text: Text, facts: Mapping[str, object]) -> Text:
    """A text with its named facts. A fact that ends in a full stop ("Buurtwerk U.A.") needs no second one."""
    for name, value in facts.items():
        if isinstance(value, str) and value.endswith("."):
            text = cast("Text", text.replace(f"%({name})s.", f"%({name})s"))
    return cast("Text", text % facts)
