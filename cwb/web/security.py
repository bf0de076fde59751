"""Headers on every answer, cookies, sizes. Strict: no inline script, no inline style, nothing from elsewhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from cwb.config import Config

MAX_BODY = 2 * 1024 * 1024
"""Bytes of a request, unless its view says that it takes files."""

View = TypeVar("View", bound=Callable[..., Any])

_MOST = "cwb_most_body"


def takes_files(most: int) -> Callable[[View], View]:
    """Mark a view (below its route) that takes up to `most` bytes. More is refused by its length, before reading."""

    def mark(view: View) -> View:
        setattr(view, _MOST, most)
        return view

    return mark


def set_up(app: Flask, config: Config) -> None:
    """Cookies, CSRF, body limit, proxies and headers."""
    app.config.update(
        SESSION_COOKIE_NAME="cwb",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        WTF_CSRF_TIME_LIMIT=12 * 3600,
        WTF_CSRF_SSL_STRICT=False,
    )

    @app.before_request
    def allow_files() -> None:
        """Before anything reads the form, CSRF included."""
        most = getattr(app.view_functions.get(request.endpoint or ""), _MOST, None)
        if most is not None:
            request.max_content_length = most

    CSRFProtect(app)
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    policy = content_policy(config.theme_css)

    @app.before_request
    def refuse_nul() -> None:
        """No database text holds a NUL: an address with one is nobody's (400), not a fault of ours."""
        if "\x00" in request.path or any("\x00" in value for value in request.args.values()):
            raise BadRequest

    @app.after_request
    def harden(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
        if config.secure_cookies:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-store")
        return response


def content_policy(theme_css: str = "") -> str:
    """The Content-Security-Policy; a theme's stylesheet may come from its own origin."""
    parts = urlsplit(theme_css)
    theme = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return "; ".join((
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self'{theme}",
        f"font-src 'self'{theme}",
        f"img-src 'self' data:{theme}",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ))  # fmt: skip
