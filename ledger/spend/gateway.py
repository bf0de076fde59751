"""The fast way into the table of lines: COPY, in a thread of its own, while the next lines are prepared."""

import os
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, datetime
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple, Self

from sqlalchemy.orm import Session

from cwb.kernel.bulk import ESCAPES
from ledger.rollups.rules import Spans, Sums
from ledger.spend.rules import WEIGHT, Invoiced, Kind, Row, Source, check_exclusion, document_key

NULL = "\x01"
"""Stands for NULL: no file and no form lets this sign through."""

_COLUMNS = (
    "public_id, supplier_id, identity, ordinal, document_number, document_key, invoice_on, period_on, net_amount, "
    "irrecoverable_vat_amount, description, cpv, category, exclusion, coded_by_id, contract_reference, "
    "contract_starts_on, contract_ends_on, tender_reference, kind, weight, same_as_id, anchor_id, source, currency, "
    "import_id, reason, actor_id, recorded_at, row_number"
)
_COPY = f"COPY spend_line ({_COLUMNS}) FROM STDIN (NULL '{NULL}')"
_TABS = _COLUMNS.count(",")
_TURN = 0.0003
"""Seconds that Python lets one thread go on while another waits. A batch goes out in a dozen pieces, and before each
the sender waits that long for the preparer: by Python's own 5 ms the database stood still a fifth of the time."""
_ROOM = 1 << 22
"""Bytes on their way to the database that the kernel holds, if it may: a batch. With the usual fifth of a megabyte the
database waits for the sender a tenth of the time, for the preparer has the interpreter when the rest is asked for."""


class Placed(NamedTuple):
    """A row with all that was found out about it. `exclusion` and `category` stand for those of the row."""

    row: Row
    supplier_id: int
    identity: bytes
    ordinal: int
    document_key: str
    category: str
    exclusion: str | None
    period_on: date | None


class Payee(NamedTuple):
    """A supplier of the rows. It may be a reporting anchor by its number (`reports`), or surely is one.

    `invoices` made here may be purchases of it. `spans`: the stretches of days within which the same is proven of it.
    """

    id: int
    reports: bool
    is_anchor: bool
    invoices: Mapping[str, Invoiced]
    spans: Spans


Aside = tuple[Placed, int | None]
"""A row that cannot go by with the others, and the stored line that it seems to be, if any."""


class LineWriter:
    """Writes lines of one anchor: `write` prepares them, `start` sends them, while the next are prepared.

    Nothing else may use the connection between `start` or `then` and `wait`. `payees`: who the suppliers of the rows
    are, in their order. `sums`: what the lines that count add up to.
    """

    def __init__(
        self, session: Session, *, anchor_id: int, import_id: int | None, actor_id: int | None, at: datetime,
        categories: Mapping[str | None, str],
    ) -> None:  # fmt: skip
        self.payees: list[Payee] = []
        self.sums = Sums()
        self._categories = categories
        self._connection: Any = session.connection().connection.driver_connection
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._running: deque[Future[None]] = deque()
        self._ready: list[str] = []
        self._days = _Days()
        self._coder = NULL if actor_id is None else str(actor_id)
        who = NULL if actor_id is None or import_id is not None else str(actor_id)
        file = NULL if import_id is None else str(import_id)
        self._in_file = import_id is not None
        self._end = f"\t{anchor_id}\t{Source.RECORDED.value}\tEUR\t{file}\t\t{who}\t{at.isoformat()}"
        self._booked = f"\t{Kind.BOOKED.value}\t{WEIGHT[Kind.BOOKED]}\t{NULL}{self._end}"

    def __enter__(self) -> Self:
        with socket.socket(fileno=os.dup(self._connection.fileno())) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        sys.setswitchinterval(self._turn)

    def write(
        self, batch: Sequence[Row], identities: Sequence[bytes], ordinals: Sequence[int | None],
        twins: Iterable[int | None],
    ) -> tuple[int, list[Aside]]:  # fmt: skip
        """Prepare the new ones (those with an ordinal); how many, and which cannot go by with them.

        Raises:
            ExclusionNotAnchor: X6 for a payee that does not report.
        """
        rows = list(zip(_public_ids(len(batch)), batch, identities, ordinals, twins, strict=False))
        texts, aside = self._new(rows, self.sums)
        data = "\n".join(texts)
        if not _is_plain(data, len(texts)):
            data = "\n".join(self._new(rows, Sums(), escape=True)[0])
        self._ready += [data] if texts else []
        return len(texts), aside

    def _new(
        self,
        rows: Sequence[tuple[str, Row, bytes, int | None, int | None]],
        sums: Sums,
        *,
        escape: bool = False,
    ) -> tuple[list[str], list[Aside]]:
        """One loop for all that is to be done with a line, for a million of them; `sums` take in those that count."""
        day, coder, in_file, end = self._days, self._coder, self._in_file, self._booked
        payees, categories = self.payees, self._categories
        texts: list[str] = []
        aside: list[Aside] = []
        for public_id, row, identity, ordinal, twin in rows:
            if ordinal is None:
                continue
            (
                number, supplier, document, on, net, vat, note, cpv, code, contract, starts, ends, tender, credited,
            ) = row  # fmt: skip
            payee_id, reports, is_anchor, invoices, spans = payees[supplier]
            coded_by = NULL
            if code is not None:
                coded_by = coder
                check_exclusion(code, payee_is_anchor=reports)
            elif is_anchor:
                code = "X6"
            key = document.casefold().lstrip("0") if document.isalnum() else document_key(document)
            category = categories[cpv]
            if credited or twin is not None or key in invoices:
                place = Placed(row, payee_id, identity, ordinal, key, category, code, on)
                aside.append((place, twin))
                continue
            group = payee_id, spans[on], category, code, contract, starts, ends
            so_far = sums.get(group)
            if so_far is None:
                sums[group] = [net, vat, 1]
            else:
                so_far[0] += net
                so_far[1] += vat
                so_far[2] += 1
            if escape:
                document, key, note, contract, tender = (
                    each.translate(ESCAPES) for each in (document, key, note, contract, tender)
                )
            texts.append(
                f"{public_id}\t{payee_id}\t{identity.hex()}\t{ordinal}\t{document}\t{key}\t{day[on]}\t{day[on]}"
                f"\t{net}\t{vat}\t{note}\t{cpv or NULL}\t{category}\t{code or NULL}"
                f"\t{coded_by}\t{contract}\t{day[starts]}\t{day[ends]}\t{tender}{end}"
                f"\t{number if in_file else NULL}"
            )
        return texts, aside

    def write_matched(self, lines: Sequence[tuple[Placed, Kind, int | None]]) -> None:
        """Prepare lines each with its kind and the line it is the same purchase as."""
        self._ready += map(self._matched, _public_ids(len(lines)), lines)

    def _matched(self, public_id: str, line: tuple[Placed, Kind, int | None]) -> str:
        (row, supplier_id, identity, ordinal, key, category, exclusion, period_on), kind, same_as = line
        day = self._days
        number, _, document, on, net, vat, note, cpv, code, contract, starts, ends, tender, _ = row
        if kind is Kind.BOOKED:
            span = self.payees[row.supplier].spans[period_on]
            self.sums.add((supplier_id, span, category, exclusion, contract, starts, ends), net, vat)
        document, key, note, contract, tender = (
            each.translate(ESCAPES) for each in (document, key, note, contract, tender)
        )
        return (
            f"{public_id}\t{supplier_id}\t{identity.hex()}\t{ordinal}\t{document}\t{key}\t{day[on]}"
            f"\t{day[period_on]}\t{net}\t{vat}\t{note}\t{cpv or NULL}\t{category}\t{exclusion or NULL}"
            f"\t{self._coder if code else NULL}\t{contract}\t{day[starts]}\t{day[ends]}\t{tender}"
            f"\t{kind.value}\t{WEIGHT[kind]}\t{NULL if same_as is None else same_as}{self._end}"
            f"\t{number if self._in_file else NULL}"
        )

    def start(self) -> None:
        """Send what was prepared."""
        if self._ready:
            lines, self._ready = self._ready, []
            self.then(partial(self._copy, lines))

    def then(self, act: Callable[[], None]) -> Future[None]:
        """Do this with the connection, behind what was sent."""
        self._running.append(self._thread.submit(copy_context().run, act))
        return self._running[-1]

    def _copy(self, lines: list[str]) -> None:
        data = "\n".join(lines).encode() + b"\n"
        with self._connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write(data)

    def wait(self, act: Future[None] | None = None) -> None:
        """Until this act, or all that was sent or to follow it, is done; the first fault of it, if there was one."""
        while self._running and (act is None or act in self._running):
            self._running.popleft().result()


class _Days(dict[date | None, str]):
    """Days as COPY reads them."""

    def __missing__(self, day: date | None) -> str:
        self[day] = text = NULL if day is None else day.isoformat()
        return text


def _is_plain(data: str, lines: int) -> bool:
    """Whether no sign in these lines means something to COPY but the tabs between columns and the ends of lines."""
    return (
        "\\" not in data
        and "\r" not in data
        and data.count("\t") == _TABS * lines
        and data.count("\n") == lines - 1
    )


def _public_ids(count: int) -> list[str]:
    """So many UUIDv7 of this millisecond, as text, each above the one before: an index grows at its end alone."""
    stamp, drawn = f"{time.time_ns() // 1_000_000:012x}7", os.urandom(10 * count).hex()
    return sorted(
        [f"{stamp}{drawn[at : at + 3]}8{drawn[at + 3 : at + 18]}" for at in range(0, 20 * count, 20)]
    )
