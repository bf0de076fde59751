"""The demo's receipts: of every second cooperative, one advanced by its board and one paid by card."""

from datetime import datetime, timedelta
from functools import partial
from zlib import compress, crc32

from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Role
from ledger.receipts.rules import PaidBy
from ledger.receipts.services import bring

_BOUGHT = (
    ("Bouwmarkt (voorbeeld)", "materials", PaidBy.MEMBER, 8_470, 0),
    ("Buurtsuper (voorbeeld)", "food", PaidBy.BANK, 0, 3_270),
)


def story(agenda: Agenda) -> None:
    """Bought in the last weeks."""
    for number, facts in enumerate(each for each in agenda.facts["cooperatives"] if each["verified"]):
        if number % 2 == 0:
            for place in range(len(_BOUGHT)):
                agenda.at(
                    agenda.day(4 - 0.1 * place - 0.01 * number, 14),
                    partial(_bring, agenda, facts["key"], place),
                )


def _bring(agenda: Agenda, key: str, place: int, session: Session, at: datetime) -> None:
    supplier, category, paid_by, high, low = _BOUGHT[place]
    bring(
        session, party_id=agenda.cast[key], bought_on=local_date(at) - timedelta(days=1), supplier=supplier,
        category=category, paid_by=paid_by, high=Money(high), low=Money(low), none=Money(0), photo=blank(),
        photo_name="bon.png", actor=agenda.actor(key, "board", Role.BOARD), at=at,
    )  # fmt: skip


def blank(size: int = 8) -> bytes:
    """An empty picture, so many dots high and wide: the demo holds no real receipt."""

    def part(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + name + body + crc32(name + body).to_bytes(4)

    head = size.to_bytes(4) * 2 + bytes((8, 0, 0, 0, 0))
    rows = b"".join(b"\0" + b"\xff" * size for _ in range(size))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", compress(rows)) + part(b"IEND", b"")
