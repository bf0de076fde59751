"""Feeds for readers and calendars: Atom (RFC 4287) and iCalendar (RFC 5545), written from plain values. No METHOD."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from flask import Response, request
from markupsafe import escape

from cwb.kernel.text import UNSEEN

_ILLEGAL = re.compile(f"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[{UNSEEN}]")
"""What XML 1.0 cannot hold, escaped or not; and what turns the text around it."""

_CONTROL = re.compile(f"[{UNSEEN}]")
FOLD = 75
"""Most octets of a line of a calendar, its line end left out (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a feed. `id` is an IRI that never changes; `link` is absolute."""

    id: str
    title: str
    summary: str
    link: str
    author: str
    published: datetime
    updated: datetime
    categories: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment in a calendar. `uid` never changes; `sequence` rises with every change."""

    uid: str
    at: datetime
    title: str
    description: str
    link: str
    changed: datetime
    sequence: int = 0
    cancelled: bool = False
    place: str = ""
    categories: Sequence[str] = field(default_factory=tuple)


def _xml(text: str) -> str:
    return str(escape(_ILLEGAL.sub("", text)))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def atom(
    entries: Sequence[Entry],
    *,
    feed_id: str,
    title: str,
    link: str,
    itself: str,
    language: str,
    made: datetime,
) -> str:
    """The document. `updated` is that of the newest entry, `made` where there is none."""
    newest = max((each.updated for each in entries), default=made)
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_xml(language)}">',
        f"<id>{_xml(feed_id)}</id>",
        f'<title type="text">{_xml(title)}</title>',
        f'<link rel="self" type="application/atom+xml" href="{_xml(itself)}"/>',
        f'<link rel="alternate" type="text/html" href="{_xml(link)}"/>',
        f"<updated>{_stamp(newest)}</updated>",
        f"<author><name>{_xml(title)}</name></author>",
    ]
    for each in entries:
        lines += [
            "<entry>",
            f"<id>{_xml(each.id)}</id>",
            f'<title type="text">{_xml(each.title)}</title>',
            f'<link rel="alternate" type="text/html" href="{_xml(each.link)}"/>',
            f"<published>{_stamp(each.published)}</published>",
            f"<updated>{_stamp(each.updated)}</updated>",
            f"<author><name>{_xml(each.author)}</name></author>",
            *(f'<category term="{_xml(term)}"/>' for term in each.categories),
            f'<summary type="text">{_xml(each.summary)}</summary>',
            "</entry>",
        ]
    return "\n".join([*lines, "</feed>", ""])


def _text(value: str) -> str:
    """A TEXT value: what means something to a calendar is escaped (RFC 5545, 3.3.11)."""
    clean = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> str:
    """A content line in pieces of at most 75 octets, never in the middle of a character."""
    pieces, piece, size = [], "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > FOLD:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    return "\r\n".join([*pieces, piece])


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def calendar(moments: Iterable[Moment], *, title: str) -> str:
    """The calendar; moments in UTC, so no time zone needs to be told."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//cwb//NL",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(title)}",
    ]
    for each in moments:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(each.uid)}",
            f"DTSTAMP:{_utc(each.changed)}",
            f"LAST-MODIFIED:{_utc(each.changed)}",
            f"SEQUENCE:{each.sequence}",
            f"DTSTART:{_utc(each.at)}",
            f"SUMMARY:{_text(each.title)}",
            f"DESCRIPTION:{_text(each.description)}",
            f"URL:{_CONTROL.sub('', each.link)}",
            f"STATUS:{'CANCELLED' if each.cancelled else 'CONFIRMED'}",
            "TRANSP:TRANSPARENT",
            *([f"LOCATION:{_text(each.place)}"] if each.place else []),
            *([f"CATEGORIES:{','.join(_text(term) for term in each.categories)}"] if each.categories else []),
            "END:VEVENT",
        ]
    return "\r\n".join([*map(fold, lines), "END:VCALENDAR", ""])


def feed_file(content: str, mimetype: str, changed: datetime | None, name: str | None = None) -> Response:
    """A feed with ETag and Last-Modified: who has it already gets 304 without the text."""
    response = Response(content, mimetype=mimetype)
    response.set_etag(sha256(content.encode()).hexdigest()[:32])
    response.last_modified = changed
    response.headers["Cache-Control"] = "public, max-age=300"
    if name:
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.make_conditional(request)
    return response
