"""How a file is handed out. Pages that keep files stand in the subjects they belong to."""

from urllib.parse import quote

from flask import Response
from werkzeug.http import dump_options_header

from cwb.files import rules


def download(content: bytes, kind: str, name: str) -> Response:
    """A file that no browser runs or shows inside this site."""
    response = Response(content, mimetype=rules.KINDS[kind][0])
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    written = {"filename": plain}
    if plain != name:  # RFC 8187: a header itself holds no other letters than ASCII
        written["filename*"] = "UTF-8''" + quote(name, safe="")
    response.headers["Content-Disposition"] = dump_options_header("attachment", written)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
