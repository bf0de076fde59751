"""How an archive is put together: sorted names, fixed times, a manifest with the hash of every file. Pure."""

import io
import json
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from html import escape

CONFIDENTIAL = "vertrouwelijk/"
"""Folder of what is not for everyone: letters, scores, complaints, who did what. The rest is public already."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP knows: the same content gives the same bytes."""

MANIFEST, INDEX = "manifest.json", "inhoud.htm"


def manifest(files: Mapping[str, bytes], facts: Mapping[str, str]) -> bytes:
    """Facts about the archive, and the SHA-256 and size of each file, as JSON."""
    rows = [
        {"file": name, "sha256": sha256(files[name]).hexdigest(), "bytes": len(files[name])}
        for name in sorted(files)
    ]
    return json.dumps({**facts, "files": rows}, ensure_ascii=False, indent=2).encode() + b"\n"


def index(files: Mapping[str, bytes], title: str, words: Mapping[str, str]) -> bytes:
    """A page that leads to each file, without style or script. `words`: heading, public, confidential, about."""

    def part(heading: str, names: list[str]) -> str:
        links = "".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in names)
        return f"<h2>{escape(heading)}</h2><ul>{links}</ul>" if names else ""

    closed = [name for name in sorted(files) if name.startswith(CONFIDENTIAL)]
    public = [name for name in sorted(files) if not name.startswith(CONFIDENTIAL)]
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title></head><body>'
        f"<h1>{escape(title)}</h1><p>{escape(words['about'])}</p>"
        f"{part(words['public'], public)}{part(words['confidential'], closed)}</body></html>\n"
    )
    return page.encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP whose bytes depend on them alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()
