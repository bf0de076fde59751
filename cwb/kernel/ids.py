"""Identifiers that leave the house: UUID version 7 (RFC 9562), sortable by time, telling no row count."""

import os
import time
import uuid

_DRAWN = 10  # random bytes per identifier: 12 bits, 62 bits, 6 left over


def uuid7() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    return _uuid7(_stamp(), os.urandom(_DRAWN))


def uuid7s(count: int) -> list[uuid.UUID]:
    """So many new ones of this millisecond, with one question to the system."""
    stamp, drawn = _stamp(), os.urandom(_DRAWN * count)
    return [_uuid7(stamp, drawn[place : place + _DRAWN]) for place in range(0, len(drawn), _DRAWN)]


def _stamp() -> int:
    return (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | 0b10 << 62


def _uuid7(stamp: int, random: bytes) -> uuid.UUID:
    drawn = int.from_bytes(random)
    return uuid.UUID(int=stamp | (drawn >> 68) << 64 | drawn >> 6 & 0x3FFF_FFFF_FFFF_FFFF)
