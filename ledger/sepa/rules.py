"""Texts in the signs that every bank in SEPA takes (EPC217-08, Latin character set)."""

import re
import unicodedata

MOST_NAME, MOST_TEXT = 70, 140
"""Longest name and longest text in a file to a bank, in characters (EPC130-08, EPC115-06)."""

_SIGNS = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_WITHOUT = str.maketrans(
    {"ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "ı": "i", "&": "+"}
)


def sepa_text(text: str, most: int | None = None) -> str:
    """A text in the signs that all banks in SEPA take: accents go, other signs become blanks.

    What is longer than `most` is cut. "" where nothing of it can be written so, as of a name in Arabic.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_WITHOUT))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(_SIGNS.sub(" ", bare).split())[:most].strip()
