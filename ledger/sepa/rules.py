"""Texts in the signs that every bank in SEPA takes (EPC217-08, Latin character set)."""

import re
import unicodedata

_SIGNS = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_WITHOUT = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "ı": "i", "&": "+"}
)


def sepa_text(text: str) -> str:
    """A text in the signs that all banks in SEPA take: accents go, other signs become blanks."""
    plain = unicodedata.normalize("NFKD", text.translate(_WITHOUT))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_SIGNS.sub(" ", bare).split())
