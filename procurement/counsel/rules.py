"""What may be unlawful in the words or the size of a draft. Pure; a finding is a question to the buyer, no verdict.

Local preference: bidders for where they sit, or workers for where they live, are not preferred (Aanbestedingswet
2012, art. 1.8 and 1.12). The place of the work, and invitations below the threshold, are something else.
Splitting: purchases of the same kind count together (art. 2.14; how long and how alike is a setting).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from cwb.kernel.canonical import digest
from cwb.kernel.money import Money
from cwb.kernel.text import N_, search_key

KINDS = ("bidder", "local", "preference", "duty", "seat", "dwelling", "distance", "excused", "place")
"""Kinds of words in patterns.toml; `place` comes from the area."""

LEAST_ANSWER = 15
"""Characters of the shortest answer that can be a reason."""


class About(StrEnum):
    """What a finding is about."""

    LOCAL_PREFERENCE = "local_preference"
    SPLITTING = "splitting"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Words by kind, with the article that makes them matter."""

    article: str
    certainty: str
    words: Mapping[str, re.Pattern[str]]

    def has(self, kind: str, sentence: str) -> bool:
        """Whether a sentence (as `search_key` writes it) holds a word of a kind."""
        return self.words[kind].search(sentence) is not None


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another purchase of the same kind of the same buyer. `number` leads to it; `on` is the day that counts.

    `facts` fill `title` where it is a text of ours and not the name of a purchase.
    """

    number: str
    title: str
    value: Money
    on: date
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """Its title in words, as it is kept."""
        return self.title % self.facts if self.facts else self.title


LEDGER = "inkoopboek"
"""The number of what the purchase ledger tells of the same kind of work, all lines together."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A question to the buyer. `where` is the field, `quote` its words; `text` is a marked text with `facts`."""

    about: About
    where: str
    quote: str
    text: str
    article: str
    certainty: str
    facts: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[Earlier, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What an answer is about, in 64 hexadecimal digits: another text or another sum asks anew.

        A purchase ledger grows with every invoice: it asks anew when another limit is passed.
        """
        limit = self.facts.get("limit")
        ledger = limit.minor if isinstance(limit, Money) else 0
        sums = [[each.number, ledger if each.number == LEDGER else each.value.minor] for each in self.lines]
        content = [self.about, search_key(self.quote), sums]
        return digest(content)


LAWFUL: Mapping[About, tuple[str, ...]] = {
    About.LOCAL_PREFERENCE: (
        N_("Verdeel de opdracht in percelen die een kleine coöperatie aankan."),
        N_("Nodig onder de drempel ook lokale coöperaties uit, binnen uw beleid en met een reden."),
        N_(
            "Vraag sociale prestaties over het werk zelf: leerplekken, werk voor mensen met afstand tot werk."
        ),
        N_(
            "Voorbehouden volgens artikel 2.82 kan bij elke procedure, ook voor sociale ondernemers van elders."
        ),
        N_("Noem een aanrijtijd of bereikbaarheid, als het werk dat echt vraagt."),
    ),
    About.SPLITTING: (
        N_("Neem het samen in één aanbesteding met percelen."),
        N_("Kies de procedure die bij het hele bedrag hoort."),
        N_(
            "Gebruik de uitzondering voor kleine percelen: onder 80.000 euro, samen hooguit 20 % van het geheel."
        ),
        N_("Leg uit waarom het om een ander soort werk gaat, of om iets wat u niet kon voorzien."),
    ),
}
"""What the law leaves, to be read beside a finding."""

_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;](?=\d)[^.!?;\n]+)*[.!?;]?")


def sentences(text: str) -> list[str]:
    """The sentences and list lines of a text, in order."""
    return [found.strip(" -•*\t") for found in _SENTENCE.findall(text) if found.strip(" -•*\t.!?;")]


_ONLY_FROM = re.compile(r"(?:alleen|uitsluitend|enkel|only|exclusively) (?:\w+ ){0,2}(?:uit|from) ")


def prefers_local(sentence: str, patterns: Patterns) -> str | None:
    """Why a sentence may prefer bidders for their place, as a marked text; None when it does not."""
    key = search_key(sentence)

    def has(*kinds: str) -> bool:
        return all(patterns.has(kind, key) for kind in kinds)

    if has("excused"):
        return None
    placed, asked = has("place") or has("local"), has("preference") or has("duty")
    reasons = (
        (
            has("distance", "seat") and (asked or has("bidder")),
            N_("Hier staat een afstand tot de inschrijver."),
        ),
        (
            placed and has("seat") and (asked or has("bidder")),
            N_("Hier staat waar een inschrijver gevestigd moet zijn."),
        ),
        (placed and has("dwelling") and asked, N_("Hier staat waar mensen moeten wonen.")),
        (
            placed and has("bidder", "preference"),
            N_("Hier krijgen inschrijvers uit één gebied een voordeel."),
        ),
        (placed and _ONLY_FROM.search(key) is not None, N_("Hier mag alleen iemand uit één gebied meedoen.")),
    )
    return next((why for holds, why in reasons if holds), None)


def scan(texts: Iterable[tuple[str, str]], patterns: Patterns) -> tuple[Finding, ...]:
    """The sentences of these texts, as (where, text), that may prefer bidders for their place; each once."""
    found: dict[str, Finding] = {}
    for where, text in texts:
        for sentence in sentences(text):
            why = prefers_local(sentence, patterns)
            if why is not None:
                made = Finding(
                    About.LOCAL_PREFERENCE, where, sentence[:300], why, patterns.article, patterns.certainty
                )
                found.setdefault(made.fingerprint, made)
    return tuple(found.values())


def splits(value: Money, earlier: Sequence[Earlier], limits: Sequence[Money], months: int) -> Finding | None:
    """The highest limit that this purchase stays under and all of the same kind together do not; None otherwise."""
    total = sum((each.value for each in earlier), value)
    passed = [limit for limit in limits if value < limit and not total < limit]
    if not passed or not earlier:
        return None
    text = N_(
        "Samen met ander werk van dezelfde soort is dit %(total)s. Dat is niet minder dan %(limit)s."
        " Geteld zijn %(months)s maanden terug en vooruit."
    )
    return Finding(
        About.SPLITTING, "value", "", text, "Aanbestedingswet 2012, art. 2.14", "unverified",
        {"total": total, "limit": max(passed), "months": months}, tuple(earlier),
    )  # fmt: skip


def is_reason(text: str) -> bool:
    """Whether an answer can be a reason: not two or three words."""
    return len(" ".join(text.split())) >= LEAST_ANSWER
