"""Own and built assets, addressed with a stamp so that browsers may keep them for a year."""

import hashlib
import time
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, send_from_directory

from cwb import paths
from cwb.web.guards import public

YEAR = 365 * 24 * 3600

AGAIN = 5_000_000_000
"""After so many nanoseconds a file is looked at again: assets may be built while the server runs."""

bp = Blueprint("static", __name__)


@bp.get("/static/<path:filename>")
@public
def file(filename: str) -> Response:
    """An asset. With its stamp in the address, or its version in its name, it never changes."""
    response = send_from_directory(paths.static(), filename)
    stamped = "v" in request.args or filename.startswith("vendor/fonts/")
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if stamped else "no-cache"
    return response


def asset_url(filename: str) -> str:
    """The address of an asset with its stamp; empty for a built one that is not there.

    Raises:
        FileNotFoundError: an own asset that does not exist (a typing error in a template).
    """
    return _looked_up(filename, f"{request.script_root}/static/", time.monotonic_ns() // AGAIN)


@lru_cache(maxsize=256)
def _looked_up(filename: str, folder: str, _moment: int) -> str:
    path = paths.static() / filename
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        if filename.startswith("vendor/"):
            return ""
        raise
    return f"{folder}{filename}?v={_stamp(path, changed)}"


@lru_cache(maxsize=256)
def _stamp(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def set_up(app: Flask) -> None:
    """Serve the assets and let templates name them."""
    app.register_blueprint(bp)
    app.jinja_env.globals["asset_url"] = asset_url
