"""One text for one value: canonical JSON (RFC 8785), and hashes over it."""

import hashlib
from collections.abc import Mapping

import rfc8785

GENESIS = "0" * 64


def canonical_json(value: object) -> bytes:
    """RFC 8785 bytes of a JSON value. Amounts and times are handed in as strings or integers below 2**53."""
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # the library checks the value itself


def digest(value: object) -> str:
    """SHA-256 (hex) over the canonical JSON of a value."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def link(previous: str, content: Mapping[str, object]) -> str:
    """The next link of a chain: SHA-256 over the previous hash (hex text) and the canonical JSON."""
    return hashlib.sha256(previous.encode() + canonical_json(content)).hexdigest()
