"""Whole pages for visitors, kept in this process for as long as nothing at all was written.

A public page is made of its address, the language, the committed data and the clock. PostgreSQL names the committed
data (`cwb.kernel.snapshot`), so a page is kept with the snapshot it was made from, and shown again while the server
still answers with that snapshot in the same second. What was written anywhere is seen at the very next request. See
docs/adr/0011-quick-pages.md.

Nobody who signed in gets or fills a kept page, nor does who has anything in the session but a language. What differs
between visitors is one token against forged forms: a kept page has a mark in its place, filled in for each visitor.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from flask import Flask, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from cwb.kernel.ids import uuid7
from cwb.kernel.prepared import Prepared
from cwb.kernel.snapshot import SNAPSHOT
from cwb.web.request import db, now
from cwb.web.words import language

View = TypeVar("View", bound=Callable[..., Any])

MOST_BYTES = 16 * 1024 * 1024
"""What all kept pages of a process together may weigh."""

LARGEST, LONGEST_ADDRESS = 512 * 1024, 300
"""A page of more bytes, or with a longer address in characters, is made anew each time."""

IMPERSONAL = frozenset({"lang", "csrf_token"})
"""What a visitor's session may hold: nothing else leaves a trace in a page."""

_REMEMBERED = "remember_token"  # a cookie by which somebody may be signed in without a session

_MARK = secrets.token_hex(16)
"""Stands in a page being kept where the visitor's own token goes; nobody outside can know it."""


class Stamp(NamedTuple):
    """What a page was made from besides its address: the data and the second."""

    snapshot: str
    second: int


def _same(snapshot: str | None) -> str | None:
    return snapshot


_DATA = Prepared(_same, select(SNAPSHOT))


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page in pieces: between each two of them goes the visitor's token."""

    stamp: Stamp
    pieces: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Its weight in bytes."""
        return sum(map(len, self.pieces))


class KeptPages:
    """The pages of one application in one process: the latest used, up to `most` bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._weight = 0
        self._pages: OrderedDict[tuple[str, ...], KeptPage] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._pages)

    @property
    def weight(self) -> int:
        """What they weigh together, in bytes."""
        return self._weight

    def find(self, key: tuple[str, ...], stamp: Stamp) -> KeptPage | None:
        """The page under a key, if it was made from exactly this."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.stamp != stamp:
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: tuple[str, ...], page: KeptPage) -> None:
        """Keep a page, in the place of what stood under its key."""
        with self._lock:
            before = self._pages.pop(key, None)
            self._weight += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self._weight > self._most:
                _, oldest = self._pages.popitem(last=False)
                self._weight -= oldest.size


def kept(view: View) -> View:
    """Keep what this view shows to visitors. It stands below `@public`; the view returns the text of a page."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:
        stamp = _stamp() if _impersonal() else None
        if stamp is None:
            return view(*args, **kwargs)
        key = (request.script_root, request.full_path, language())
        pages: KeptPages = current_app.extensions["cwb.kept_pages"]
        page = pages.find(key, stamp)
        if page is None:
            g.keeping = True
            try:
                made = view(*args, **kwargs)
            finally:
                keeping = g.pop("keeping")
            if not isinstance(made, str):
                return made if not isinstance(made, tuple) else (_filled(_pieces(made[0])), *made[1:])
            page = KeptPage(stamp, _pieces(made))
            if (
                keeping
                and "csrf_token" not in g
                and page.size <= LARGEST
                and _impersonal()
                and _unchanged(stamp)
            ):
                pages.keep(key, page)
        return _filled(page.pieces)

    return answer  # type: ignore[return-value]  # the same call, answered sooner


def _impersonal() -> bool:
    """Whether the request says nothing of who sends it, and its address is worth keeping a page for."""
    return (
        request.method == "GET"
        and "lang" not in request.args
        and len(request.full_path) <= LONGEST_ADDRESS
        and IMPERSONAL.issuperset(session)
        and _REMEMBERED not in request.cookies
    )


def _stamp() -> Stamp | None:
    """What a page made now is made from; None when this very transaction wrote something."""
    data = _DATA.first(db())
    return None if data is None else Stamp(data, int(now().timestamp()))


def _unchanged(stamp: Stamp) -> bool:
    """Whether nothing was written while the page was made of several statements."""
    return _DATA.first(db()) == stamp.snapshot


def _pieces(page: str) -> tuple[bytes, ...]:
    return tuple(page.encode().split(_MARK.encode()))


def _filled(pieces: tuple[bytes, ...]) -> bytes:
    return pieces[0] if len(pieces) == 1 else str(generate_csrf()).encode().join(pieces)


def csrf_token() -> str:
    """The token against forged forms: the visitor's own, or its place in a page that is being kept."""
    return _MARK if g.get("keeping") else str(generate_csrf())


def once_token() -> str:
    """The token by which a form sent twice is handled once. A page with one is somebody's own and is not kept."""
    if g.get("keeping"):
        g.keeping = False
    return str(uuid7())


def set_up(app: Flask) -> None:
    """Make room for pages, and let templates write tokens that may be filled in later."""
    app.extensions["cwb.kept_pages"] = KeptPages()
    app.jinja_env.globals.update(csrf_token=csrf_token, once_token=once_token)
    app.context_processor(
        lambda: {"csrf_token": csrf_token}
    )  # the library's own stands there too, and comes first
