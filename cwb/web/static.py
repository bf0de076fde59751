"""Style sheets, scripts and pictures, at addresses a browser may keep for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, send_from_directory, url_for

from cwb import paths
from cwb.kernel.ids import uuid7
from cwb.web.guards import public

YEAR = 365 * 24 * 3600


def asset_url(filename: str) -> str:
    """The address of a file under `static/`, with its content's hash; "" for a built file that is not there.

    Raises:
        FileNotFoundError: an own file that does not exist (a typing error in a template).
    """
    file = paths.static() / filename
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        if filename.startswith("vendor/"):
            return ""
        raise
    return url_for("static", filename=filename, v=_hash(file, changed))


@lru_cache(maxsize=256)
def _hash(file: Path, _changed: int) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@public
def serve(filename: str) -> Response:
    """One file. With its hash in the address, or its version in its name, it never changes."""
    response = send_from_directory(paths.static(), filename)
    stamped = "v" in request.args or filename.startswith("vendor/fonts/")
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if stamped else "no-cache"
    return response


def set_up(app: Flask) -> None:
    """Serve the files and offer `asset_url` to the templates."""
    app.add_url_rule("/static/<path:filename>", "static", serve)
    app.jinja_env.globals.update(asset_url=asset_url, once_token=lambda: str(uuid7()))
