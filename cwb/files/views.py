"""How a file is handed out. Pages that keep files stand in the subjects they belong to."""

from flask import Response
from werkzeug.http import dump_options_header

from cwb.files import rules


def download(content: bytes, kind: str, name: str) -> Response:
    """A file that no browser runs or shows inside this site."""
    response = Response(content, mimetype=rules.KINDS[kind][0])
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    response.headers["Content-Disposition"] = dump_options_header(
        "attachment", {"filename": plain, "filename*": name} if plain != name else {"filename": name}
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
