"""Reads the words of `patterns.toml` once in a process."""

import re
import tomllib
from functools import cache
from pathlib import Path

from cwb.kernel.text import search_key
from cwb.places.gateway import area_pack
from procurement.counsel.rules import KINDS, Patterns

FILE = Path(__file__).with_name("patterns.toml")


SHORTEST = 4
"""A part of a name ("Noord" is none, "Osdorp" is one) counts from one letter more."""

_BARE = frozenset({
    "noord", "zuid", "oost", "west", "midden", "centrum", "noordoost", "zuidoost", "noordwest", "zuidwest", "nieuw",
    "sloten",
})  # fmt: skip
"""Parts of names that are everyday words too (sloten: ditches)."""


@cache
def patterns() -> Patterns:
    """The words by which a text may prefer bidders for where they sit, with the places of this area."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    pack = area_pack()
    names = {pack.name, "Amsterdam", "Amsterdamse", *(each.name for each in pack.wijken.values())}
    parts = {
        part
        for name in names
        for part in (name, *re.split("[-/ ]", name))
        if len(part) > SHORTEST and search_key(part) not in _BARE
    }
    places = sorted({search_key(part) for part in parts}, key=len, reverse=True)
    return Patterns(
        article=data["article"],
        certainty=data["certainty"],
        words={
            **{kind: _whole_words(data[kind]) for kind in KINDS if kind != "place"},
            "place": _whole_words([re.escape(name) for name in places]),
        },
    )


def _whole_words(entries: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(entries)})(?![\w-])")
