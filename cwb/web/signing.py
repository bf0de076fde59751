"""Signed cookies and tokens, with what is the same for each of them made once.

The library makes a serializer, and derives its key anew, for every cookie that it reads or writes: a seventh of what a
small request costs. Salt, digest and format are the library's own, so cookies stay readable either way.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, g
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import _FlaskFormCSRF
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from wtforms.csrf.core import CSRFTokenField


class _Signer(TimestampSigner):
    """The library's signer; a key is derived once per secret and salt in a process."""

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """The key that signs."""
        secret = self.secret_keys[-1] if secret_key is None else secret_key
        return _derived(secret, self.salt, self.key_derivation, self.digest_method)


@lru_cache(maxsize=16)
def _derived(secret: str | bytes, salt: bytes, derivation: str, digest: Any) -> bytes:
    plain = TimestampSigner(secret, salt=salt, key_derivation=derivation, digest_method=digest)
    return plain.derive_key()


class Sessions(SecureCookieSessionInterface):
    """Sessions in signed cookies, as the library keeps them."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[Any, ...], URLSafeTimedSerializer] | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """What signs and reads, made anew only when the secret is another."""
        keys = (*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key)
        if self._kept is None or self._kept[0] != keys:
            made = super().get_signing_serializer(app)
            if made is None:
                return None
            made.signer = _Signer
            self._kept = keys, made
        return self._kept[1]


class _Token(CSRFTokenField):
    """The field of the token against forged forms; the token is made when somebody reads it."""

    made: str | None = None

    @property
    def current_token(self) -> str:
        """The token of this reader."""
        if self.made is None:
            self.made = str(_FlaskFormCSRF.generate_csrf_token(self.csrf_impl, self))
        return self.made

    @current_token.setter
    def current_token(self, token: str | None) -> None:
        self.made = token


class Tokens(_FlaskFormCSRF):
    """Tokens against forged forms: a request whose own was good needs a new one only if the form is shown again."""

    field_class = _Token

    def generate_csrf_token(self, csrf_token_field: _Token) -> str | None:
        """The token of the form; none yet for a request that was checked."""
        if g.get("csrf_valid", False):
            return None
        return str(super().generate_csrf_token(csrf_token_field))
