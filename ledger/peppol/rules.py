"""Where a document on the network stands, on bare values."""

from collections.abc import Mapping
from enum import StrEnum

from cwb.kernel.text import N_


class DeliveryState(StrEnum):
    """Waits for us, is with the access point, arrived, or came back. The last two are ends."""

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    REFUSED = "refused"


NAMES: Mapping[str, str] = {
    DeliveryState.WAITING: N_("staat klaar"),
    DeliveryState.SENT: N_("onderweg"),
    DeliveryState.DELIVERED: N_("aangekomen"),
    DeliveryState.REFUSED: N_("geweigerd"),
}
TONES: Mapping[str, str] = {
    DeliveryState.WAITING: "neutral", DeliveryState.SENT: "info", DeliveryState.DELIVERED: "good",
    DeliveryState.REFUSED: "bad",
}  # fmt: skip

ENDS = frozenset({DeliveryState.DELIVERED, DeliveryState.REFUSED})


def after(now: DeliveryState, told: DeliveryState) -> DeliveryState:
    """Where a document stands once the access point told of it: an end stays, and nothing goes back."""
    return now if now in ENDS or told is DeliveryState.WAITING else told
