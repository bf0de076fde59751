"""The port of an access point, and the twin that takes its place where only practice is kept.

No real access point was ever called: who connects one writes a class with these methods, and says so in an ADR.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.peppol.rules import DeliveryState

MOST_AT_ONCE = 100


class Arrived(NamedTuple):
    """A document that came, with its number at the access point."""

    number: str
    document: bytes


class AccessPoint(Protocol):
    """Who brings documents over the network, both ways."""

    def send(self, ubl: bytes, *, key: str) -> str:
        """Take a document; its id there. The same key again takes nothing twice and gives the same id.

        Raises:
            PointBusy: no answer.
        """

    def status(self, provider_id: str) -> DeliveryState:
        """Where a document stands.

        Raises:
            PointBusy: no answer.
        """

    def arrived(self) -> Sequence[Arrived]:
        """What came for somebody here and was not thanked for yet.

        Raises:
            PointBusy: no answer.
        """

    def thank(self, number: str) -> None:
        """Say that a document was taken in, so that it comes no more."""


class Twin:
    """Answers as an access point would, and sends nothing: what it takes has arrived when it is asked.

    What "comes" are the files that somebody puts in its box; a file that was thanked for gets another name.
    """

    def __init__(self, box: Path | None = None) -> None:
        self._box = box

    def send(self, ubl: bytes, *, key: str) -> str:
        """The id is made of the key alone, so a second try gives the same."""
        assert ubl  # noqa: S101 (a caller hands over a document)
        return f"practice-{key}"

    def status(self, provider_id: str) -> DeliveryState:
        """What was taken here has arrived; anything else is refused."""
        return DeliveryState.DELIVERED if provider_id.startswith("practice-") else DeliveryState.REFUSED

    def arrived(self) -> Sequence[Arrived]:
        """The files in the box, by name."""
        if self._box is None or not self._box.is_dir():
            return ()
        return [
            Arrived(each.name, each.read_bytes()) for each in sorted(self._box.glob("*.xml"))[:MOST_AT_ONCE]
        ]

    def thank(self, number: str) -> None:
        """The file is kept under another name."""
        if self._box is not None:
            (self._box / number).rename(self._box / f"{number}.taken")


def access_point(session: Session, box: Path | None = None) -> AccessPoint | None:
    """The twin in a demo or a test, with its box; None where the books are real: nobody is connected yet."""
    return None if session.scalar(text("SELECT kind FROM database_clock")) == "production" else Twin(box)
