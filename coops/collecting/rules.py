"""Collections on bare values: what may be collected, and where a collection stands. Amounts in euro cents."""

from enum import StrEnum

from cwb.kernel.text import N_
from ledger.checkout.rules import LEAST


class CollectionState(StrEnum):
    """Where a collection stands; only an announced one is stopped, only a sent one fails or is returned."""

    ANNOUNCED = "announced"
    SENT = "sent"
    STOPPED = "stopped"
    FAILED = "failed"
    RETURNED = "returned"


STATE_NAMES = {
    CollectionState.ANNOUNCED: N_("aangekondigd"),
    CollectionState.SENT: N_("verstuurd naar de bank"),
    CollectionState.STOPPED: N_("gestopt"),
    CollectionState.FAILED: N_("niet gelukt"),
    CollectionState.RETURNED: N_("teruggehaald"),
}
"""State → how people read it."""


class Stop(StrEnum):
    """Why an announced collection was not sent."""

    PAID = "paid"
    NO_MANDATE = "no_mandate"
    LEFT = "left"
    BOARD = "board"


STOP_NAMES = {
    Stop.PAID: N_("het bedrag was al betaald"),
    Stop.NO_MANDATE: N_("de machtiging gold niet meer"),
    Stop.LEFT: N_("het lid vertrok"),
    Stop.BOARD: N_("het bestuur stopte haar"),
}
"""Why → how people read it."""


def collectable(announced: int, still_open: int) -> int:
    """What is taken of what was announced: no more than is still open, nothing below the least the provider takes."""
    amount = min(announced, still_open)
    return amount if amount >= LEAST else 0
