"""Own and built assets, addressed with a stamp so that browsers may keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, send_from_directory

from cwb import paths
from cwb.kernel.ids import uuid7
from cwb.web.guards import public

bp = Blueprint("static", __name__)


@bp.get("/static/<path:filename>")
@public
def file(filename: str) -> Response:
    """An asset."""
    return send_from_directory(paths.static(), filename, max_age=31_536_000)


def asset_url(filename: str) -> str:
    """The address of an asset with its stamp; empty when it has not been built."""
    stamp = _stamp(paths.static() / filename)
    return f"/static/{filename}?v={stamp}" if stamp else ""


@lru_cache(maxsize=256)
def _stamp(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def set_up(app: Flask) -> None:
    """Serve the assets and let templates name them."""
    app.register_blueprint(bp)
    app.jinja_env.globals.update(asset_url=asset_url, once_token=lambda: str(uuid7()))
