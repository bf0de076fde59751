"""Which stored line a line of a file is once more."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

BY_HAND = 0
"""Stands for no file: lines that were handed in without one, which nobody takes back."""


class Handed(Protocol):
    """A row of a file, as far as it is looked for: its physical line, its day, cents net of VAT."""

    @property
    def number(self) -> int:
        """From 1."""

    @property
    def invoice_on(self) -> date | None:
        """None: without a date."""

    @property
    def amount(self) -> int:
        """Signed."""


class Again(NamedTuple):
    """A row that is there already: the `nth` line, from 1, of its identity that stands."""

    place: int
    nth: int


def again(
    identities: Sequence[bytes], ordinals: Sequence[int | None], seen: Callable[[bytes], int]
) -> list[Again]:
    """The rows of a batch that are there already (without an ordinal), each with which of its likes it is.

    `seen`: how often an identity came by in the file, this batch included. The first of the file is the first that
    stands, and so on: so files that hold a line twice and once share the first.
    """
    left: Mapping[bytes, list[int]] = {
        identity: [] for identity, ordinal in zip(identities, ordinals, strict=True) if ordinal is None
    }
    for place, identity in enumerate(identities):
        if identity in left:
            left[identity].append(place)
    return [
        Again(place, nth)
        for identity, places in left.items()
        for nth, place in enumerate(places, start=seen(identity) - len(places) + 1)
        if ordinals[place] is None
    ]
