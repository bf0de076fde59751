"""The one door to password hashing (argon2id, the library's defaults: RFC 9106, second recommended choice)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """An argon2id hash; takes about 0.2 s of work, so attempts are counted before this is called."""
    return _HASHER.hash(password)


def password_matches(kept: str | None, password: str) -> bool:
    """Whether a password fits a kept hash. Without one, the same work is done for nothing (no timing tell)."""
    try:
        return _HASHER.verify(kept or _decoy(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def wants_rehash(kept: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(kept)


@cache
def _decoy() -> str:
    return _HASHER.hash("nobody's password")
