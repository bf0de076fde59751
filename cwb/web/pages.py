"""Lists in pages, and lists as files."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

from flask import Response, request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from cwb.kernel.money import Money
from cwb.kernel.prepared import Listing, Prepared
from cwb.kernel.text import UNSEEN
from cwb.web.templates import url_for

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list: its rows, which page this is (from 1), how many rows and pages there are."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    def url(self, number: int) -> str:
        """The address of another page of the same list with the same filters."""
        values: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), "page": number}
        return url_for(request.endpoint or "", **values)


def asked_page() -> int:
    """Which page the address asks for; rubbish means the first."""
    text = request.args.get("page", "1")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 and int(text) else 1


def paged(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    *,
    size: int = 25,
    scalar: bool = True,
    total: int | None = None,
) -> Page[Any]:
    """The asked page of a statement; `total` is how many rows there are, where that is known."""

    def part(number: int) -> Sequence[Any]:
        rows = session.execute(statement.limit(size).offset((number - 1) * size))
        return rows.scalars().unique().all() if scalar else rows.all()

    def count() -> int:
        if total is not None:
            return total
        return session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0

    return _page(part, count, size)


def listed(
    session: Session,
    rows: Prepared[Row],
    count: Callable[[], int],
    values: Mapping[str, object],
    size: int = 25,
) -> Page[Row]:
    """The asked page of a prepared list, whose statement ends in `.limit(SIZE).offset(SKIPPED)`."""
    return _page(
        lambda number: rows.all(session, size=size, skipped=(number - 1) * size, **values), count, size
    )


def found(session: Session, asked: Listing[Row], values: Mapping[str, object], size: int = 25) -> Page[Row]:
    """The asked page of a list narrowed by filters."""
    return listed(session, asked.rows, lambda: asked.total.one(session, **values), values, size)


def _page(part: Callable[[int], Sequence[Row]], count: Callable[[], int], size: int) -> Page[Row]:
    """A list is counted only where it has more than one page."""
    number = asked_page()
    rows = part(number)
    if (rows and len(rows) < size) or (number == 1 and not rows):
        return Page(rows, number, size, (number - 1) * size + len(rows))
    total = count()
    last = max(1, -(-total // size))
    return Page(rows if number <= last else part(last), min(number, last), size, total)


_UNSEEN = re.compile(f"[{UNSEEN}]")
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")


def cell(value: object) -> object:
    """A value in a file: exact amounts, ISO dates, and text that no spreadsheet runs as a formula.

    Blanks in front do not hide a formula, nor do signs that nobody sees; wide signs start one too.
    """
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, str):
        text = _UNSEEN.sub("", value)
        return "'" + text if text[:1].isspace() or text.lstrip()[:1] in _FORMULA else text
    return "" if value is None else value


def csv_file(
    name: str, head: Sequence[str], rows: Iterable[Sequence[object]], write: Callable[[object], object] = cell
) -> Response:
    """A list as a CSV download (UTF-8 with BOM, so that spreadsheets read it).

    Written whole before it is sent. Once the view has answered, the session is closed and no row can be
    read; and a file that breaks off halfway looks whole to whoever gets it.
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    writer.writerow([write(name) for name in head])
    writer.writerows([write(value) for value in row] for row in rows)
    response = Response(buffer.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


class _Written(Protocol):
    def write(self, text: str, /) -> object:
        """Take a piece of text."""


def csv_rows(out: _Written) -> Callable[[Sequence[object]], None]:
    """Writes rows of a list that is sent while it is made, each value as in `csv_file`: for what no memory holds."""
    writer = csv.writer(out)
    return lambda row: writer.writerow([cell(value) for value in row])


def pdf_file(name: str, content: bytes) -> Response:
    """A document, shown in the browser, with a name to keep it by. Never kept by a cache in between."""
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
