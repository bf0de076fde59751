"""Identifiers that leave the house: UUID version 7 (RFC 9562), sortable by time, telling no row count."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    drawn = int.from_bytes(os.urandom(10))  # one question to the system: 12 bits, 62 bits, 6 left over
    value = (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | (drawn >> 68) << 64
    return uuid.UUID(int=value | 0b10 << 62 | drawn >> 6 & 0x3FFF_FFFF_FFFF_FFFF)
