"""What a sealed text holds and where it belongs, and what can be wrong with it: pure functions on values."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cwb.kernel.canonical import canonical_json
from cwb.kernel.money import Money

FORMAT, FIRST_FORMAT = "cwb-bid-2", "cwb-bid-1"
"""Name of the sealed text's form; the first form knew no lots: it belongs to lot 1. Old ones stay readable."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a sealed text belongs to: public ids of tender and bid, the number of the lot, and the version."""

    tender: str
    lot: int
    bid: str
    version: int


def envelope(place: Place, content: Mapping[str, Any]) -> bytes:
    """The text that is sealed: the content, where it belongs, and a nonce that makes its hash unguessable."""
    return canonical_json({
        "format": FORMAT, "tender": place.tender, "lot": place.lot, "bid": place.bid, "version": place.version,
        "nonce": secrets.token_hex(32), "content": dict(content),
    })  # fmt: skip


def commitment(text: bytes) -> str:
    """SHA-256 (hex) of a sealed text's inside: on the receipt, checked again at the opening."""
    return hashlib.sha256(text).hexdigest()


def content_of_text(text: bytes) -> dict[str, Any]:
    """The content in a sealed text's inside, for the bidder's own eyes."""
    return dict(json.loads(text)["content"])


class Fault(StrEnum):
    """Why an envelope is not what was handed in."""

    UNREADABLE = "unreadable"
    HASH = "hash"
    OTHER_TENDER = "other_tender"
    OTHER_LOT = "other_lot"
    OTHER_BID = "other_bid"
    OTHER_VERSION = "other_version"
    CONTENT = "content"
    REPLACED = "replaced"


def verify(
    text: bytes, place: Place, digest: str, copy: bytes | None
) -> tuple[Fault | None, dict[str, Any] | None]:
    """The content of an opened envelope, or what is wrong with it.

    `copy` is the bidder's own copy, locked with a key outside the database: an envelope that was swapped inside
    the database, hash and all, differs from it. None when it cannot be read; then only the hash speaks.
    """
    try:
        inside = json.loads(text)
        said = (inside["format"], inside["tender"], inside["bid"], inside["version"], inside["content"])
        lot = 1 if said[0] == FIRST_FORMAT else inside["lot"]
    except (ValueError, KeyError, TypeError):
        return Fault.CONTENT, None
    for wrong, fault in (
        (said[1] != place.tender, Fault.OTHER_TENDER),
        (lot != place.lot, Fault.OTHER_LOT),
        (said[2] != place.bid, Fault.OTHER_BID),
        (said[3] != place.version, Fault.OTHER_VERSION),
        (commitment(text) != digest, Fault.HASH),
        (copy is not None and copy != text, Fault.REPLACED),
        (said[0] not in {FORMAT, FIRST_FORMAT} or not _is_content(said[4]), Fault.CONTENT),
    ):
        if wrong:
            return fault, None
    return None, dict(said[4])


def _is_content(content: Any) -> bool:
    try:
        minor, answers, wish = content["price"]["minor"], content["answers"], content.get("wish")
        Money(minor, content["price"]["currency"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    if wish is not None and not isinstance(wish, int):
        return False
    costs = content.get("costs", {})
    if not isinstance(costs, dict) or not all(isinstance(each, int) and each >= 0 for each in costs.values()):
        return False
    labour = content.get("labour", {})
    if not isinstance(labour, dict) or not all(isinstance(each, int | str) for each in labour.values()):
        return False
    return minor > 0 and isinstance(answers, dict) and all(isinstance(text, str) for text in answers.values())
