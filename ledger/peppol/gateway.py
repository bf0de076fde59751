"""The port of an access point, and the twin that takes its place where only practice is kept.

No real access point was ever called: who connects one writes a class with these two methods, and says so in an ADR.
"""

from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.peppol.rules import DeliveryState


class AccessPoint(Protocol):
    """Who brings documents over the network."""

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


class Twin:
    """Answers as an access point would, and sends nothing: what it takes has arrived when it is asked."""

    def send(self, ubl: bytes, *, key: str) -> str:
        """The id is made of the key alone, so a second try gives the same."""
        assert ubl  # noqa: S101 (a caller hands over a document)
        return f"practice-{key}"

    def status(self, provider_id: str) -> DeliveryState:
        """What was taken here has arrived; anything else is refused."""
        return DeliveryState.DELIVERED if provider_id.startswith("practice-") else DeliveryState.REFUSED


def access_point(session: Session) -> AccessPoint | None:
    """The twin in a demo or a test; None where the books are real: nobody is connected yet."""
    return None if session.scalar(text("SELECT kind FROM database_clock")) == "production" else Twin()
