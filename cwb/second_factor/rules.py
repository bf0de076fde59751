"""One-time codes (RFC 6238) and recovery codes; time handed in."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs that are not mistaken for one another


def new_secret() -> str:
    """160 random bits in base32, as apps want it (RFC 4226, R6)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, *, account: str, issuer: str) -> str:
    """The `otpauth:` address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def step_of(at: datetime) -> int:
    """The number of the half minute in which an instant falls."""
    return int(at.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, at: datetime, last_step: int | None) -> int | None:
    """The half minute that a code belongs to: this one or a neighbour (clocks differ), and later than the last used.

    None when it fits none of them: also when it was used before, so a code seen over a shoulder is worth nothing.
    """
    totp = pyotp.TOTP(secret)
    now = step_of(at)
    for step in (now, now - 1, now + 1):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode("utf-8", "replace"))
        if fits and (last_step is None or step > last_step):
            return step
    return None


def grouped(text: str, size: int = 4) -> str:
    """A secret or code in groups, to be read and typed."""
    return "-".join(text[i : i + size] for i in range(0, len(text), size))


def new_recovery_codes() -> list[str]:
    """Ten codes of 80 random bits, in groups of four."""
    return [grouped("".join(secrets.choice(_ALPHABET) for _ in range(16))) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> bytes:
    """What is kept of a recovery code; blanks, hyphens and small letters do not matter."""
    return hashlib.sha256(re.sub(r"[^A-Z0-9]+", "", code.upper()).encode()).digest()
