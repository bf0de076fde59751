"""Use cases of files with purchase lines: keep, look, book or throw away; and remember how to read them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from ledger.columns.rules import ColumnMap
from ledger.readers.errors import FileRefused
from ledger.readers.gateway import Found, look
from ledger.readers.rules import Reading
from ledger.spend.errors import NotAnAnchor
from ledger.spend.rules import File, LineFacts, Recorded, Row
from ledger.spend.services import record_rows
from ledger.suppliers.rules import SupplierFacts
from ledger.twins import queries as twins
from ledger.uploads import queries
from ledger.uploads.errors import (
    FileStillUsed,
    FileTooLong,
    NothingWaits,
    PartRead,
    StatementNoLedger,
    TooManyWaiting,
)
from ledger.uploads.gateway import on_disk, pieces_of
from ledger.uploads.models import SpendProfile, SpendUpload, SpendUploadPart
from ledger.uploads.rules import FIRST, MOST_ROWS, MOST_WAITING, QUICK_SIZE, Moved, profile_name, told

PAID = "paid_with_vat"
"""The note of a table of payments, VAT included."""


def stage_upload(
    session: Session, *, anchor: Organisation, file_name: str, content: BinaryIO, actor_id: int, at: datetime
) -> SpendUpload:
    """Keep a file, piece by piece, until its owner has seen what it holds. Files of a day ago go.

    Raises:
        FileUnreadable, HeaderMissing: it is no table of purchase lines; nothing is kept.
        NotAnAnchor: the organisation is no anchor.
        TooManyWaiting: at the field.
    """
    if anchor.anchor_type is None:
        raise NotAnAnchor
    with on_disk(pieces_of(content)) as (path, _ends):
        found = look(path)
        read = _read(session, found, at) if path.stat().st_size <= QUICK_SIZE else UNREAD
    session.execute(
        delete(SpendUpload).where(SpendUpload.at < at - timedelta(days=1), ~queries.worked_on(SpendUpload.id))
    )
    session.execute(
        select(Organisation.id).where(Organisation.id == anchor.id).with_for_update(key_share=True)
    )
    waiting = queries.waiting(session, anchor.id, actor_id=actor_id)
    if not read.refused and sum(not each.refused for each in waiting) >= MOST_WAITING:
        raise TooManyWaiting(most=MOST_WAITING, field="file")
    if read.refused:
        _drop(session, [each for each in waiting if each.refused][MOST_WAITING - 1 :])
    made = SpendUpload(
        anchor_id=anchor.id,
        file_name=file_name[-200:],
        size=0,
        checksum="",
        refused=read.refused,
        row_count=read.rows,
        total_amount=read.total,
        actor_id=actor_id,
        at=at,
    )
    session.add(made)
    session.flush()
    checksum = sha256()
    for number, piece in enumerate(pieces_of(content)):
        checksum.update(piece)
        made.size += len(piece)
        session.execute(insert(SpendUploadPart), {"upload_id": made.id, "number": number, "content": piece})
    made.checksum = checksum.hexdigest()
    session.flush()
    return made


class Read(NamedTuple):
    """How a file was read when it came: refused or not, how many good lines, their sum in cents."""

    refused: bool
    rows: int | None = None
    total: int | None = None


UNREAD = Read(refused=False)
"""It is too long to read while one waits, or its columns are to be chosen."""


def _read(session: Session, found: Found, at: datetime) -> Read:
    """How a file reads as it stands. One of which columns are to be chosen yet is not refused."""
    try:
        reading = found.reading(reports=who_reports(session), today=local_date(at))
        for _batch in reading.batches():
            pass
        check_ledger(reading)
    except (FileRefused, StatementNoLedger):
        return Read(refused=True)
    except RuleBroken:
        return UNREAD
    return Read(False, reading.tally.accepted, reading.tally.total)


def _drop(session: Session, some: Sequence[SpendUpload]) -> int:
    """Throw waiting files away, but for those the worker is busy with; how many."""
    keys = [each.id for each in some]
    gone: Any = session.execute(
        delete(SpendUpload).where(SpendUpload.id.in_(keys), ~queries.worked_on(SpendUpload.id))
    )
    return int(gone.rowcount)


def discard_refused(session: Session, *, anchor: Organisation) -> int:
    """Throw all waiting files of an anchor away that are refused; how many."""
    return _drop(session, [each for each in queries.waiting(session, anchor.id) if each.refused])


def discard_waiting(
    session: Session, *, anchor: Organisation, actor_id: int, of_colleagues: bool, at: datetime
) -> int:
    """Throw all waiting files of a person away, or (`of_colleagues`) of the whole anchor; how many. It is logged.

    Raises:
        NothingWaits: none, or the worker is busy with them.
    """
    some = queries.waiting(session, anchor.id, actor_id=None if of_colleagues else actor_id)
    gone = _drop(session, some)
    if not gone:
        raise NothingWaits
    record(
        session, action="spend.waiting_discarded", subject=f"organisation:{anchor.public_id}", actor_id=actor_id,
        facts={"files": gone, "of_colleagues": of_colleagues, "checksums": [each.checksum for each in some]}, at=at,
    )  # fmt: skip
    return gone


def who_reports(session: Session) -> Callable[[SupplierFacts], bool]:
    """Tells of a supplier whether it is an anchor that reports itself (X6)."""
    numbers = queries.reporting_numbers(session)
    return lambda supplier: supplier.kvk_number in numbers


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file would do: read whole, with the first lines as they were understood and how many are new.

    `twins`: what is told of those that seem to count already. `moved`: credit notes that count with their original.
    `refused` says why it cannot be booked; then nothing
    counts as new.
    """

    reading: Reading
    first: Sequence[LineFacts]
    new: int
    refused: RuleBroken | None
    twins: Mapping[str, Any] | None = None
    moved: Moved = ()


def preview(
    session: Session, *, anchor: Organisation, reading: Reading, at: datetime, most: int | None = MOST_ROWS,
    progress: Callable[[int], None] = lambda _rows: None,
) -> Seen:  # fmt: skip
    """A dry run: booked, looked at, and undone. It stops after `most` rows."""
    _whose(reading, anchor)
    kept, again = _First(reading, most, progress), reading.hear_repeats()
    undone = session.begin_nested()
    try:
        done = record_rows(session, anchor=anchor, rows=kept, actor_id=None, at=at, dry=True, again=again)
    except RuleBroken as fault:
        return Seen(reading, kept.lines, 0, fault)
    finally:
        undone.rollback()
    return Seen(reading, kept.lines, done.added, None, twins.told(session, done.twins), done.moved)


def beginning(reading: Reading) -> Seen:
    """How the first rows are read of a file that is too long to read whole while one waits; none is looked up."""
    try:
        batch = next(reading.batches(), [])
    except RuleBroken as fault:
        return Seen(reading, [], 0, fault)
    return Seen(reading, [_line(reading, row) for row in batch[:FIRST]], 0, None)


class _First:
    """The rows on their way, of which the first are remembered."""

    def __init__(self, reading: Reading, most: int | None, progress: Callable[[int], None]) -> None:
        self.reading, self.suppliers, self.most, self.progress = reading, reading.suppliers, most, progress
        self.lines: list[LineFacts] = []

    def batches(self) -> Iterator[list[Row]]:
        """All rows.

        Raises:
            FileTooLong: more than are wanted.
        """
        for batch in self.reading.batches():
            self.lines += [_line(self.reading, row) for row in batch[: FIRST - len(self.lines)]]
            self.progress(self.reading.tally.rows)
            check_length(self.reading, self.most)
            yield batch
        check_length(self.reading, self.most)
        check_ledger(self.reading)


def check_length(reading: Reading, most: int | None) -> None:
    """Refuse a file of more rows than are wanted here.

    Raises:
        FileTooLong: it has more.
    """
    if most is not None and reading.tally.rows > most:
        raise FileTooLong(most=most)


def _whose(reading: Reading, anchor: Organisation) -> None:
    """Flag a file that says by its numbers that it is another buyer's: a person knows whether it belongs here."""
    if reading.table.buyers - {anchor.kvk_number} and anchor.kvk_number:
        reading.tally.flags.add(reading.header_row, "", "other_buyer")


def check_ledger(reading: Reading) -> None:
    """Refuse payments of a bank, once they were read: what they are is shown, and they are not booked.

    Raises:
        StatementNoLedger: they are.
    """
    if PAID in reading.table.notes:
        raise StatementNoLedger


def book_upload(
    session: Session,
    *,
    anchor: Organisation,
    upload: SpendUpload,
    reading: Reading,
    actor_id: int,
    at: datetime,
) -> Recorded:
    """Book a waiting file as it was shown.

    Raises:
        FileRefused, FileTooLong, PartRead, StatementNoLedger: nothing was booked.
        FileStillUsed: the worker is booking it.
    """
    if queries.is_worked_on(session, upload.id):
        raise FileStillUsed
    done = book_file(
        session, anchor=anchor, reading=reading, file=file_of(upload), actor_id=actor_id, at=at,
    )  # fmt: skip
    check_length(reading, MOST_ROWS)
    session.delete(upload)
    session.flush()
    return done


def file_of(upload: SpendUpload, progress: Callable[[int], None] = lambda _rows: None) -> File:
    """A waiting file as the one that lines come from: it is known under the same id once it is booked."""
    return File(upload.file_name, upload.checksum, progress, upload.public_id)


def book_file(
    session: Session,
    *,
    anchor: Organisation,
    reading: Reading,
    file: File,
    actor_id: int | None,
    at: datetime,
    with_payments: bool = False,
) -> Recorded:
    """Book what a file holds; rows with faults are left out. Refused: whoever opened the transaction undoes it.

    `with_payments`: payments of a bank, VAT included, are lines too, with a flag that says so.

    Raises:
        FileRefused: the file as a whole cannot be booked. PartRead: only its beginning was read.
        StatementNoLedger: it holds payments of a bank.
        NotAnAnchor: the organisation is no anchor.
    """
    if reading.table.is_part:
        raise PartRead
    if PAID in reading.table.notes and not with_payments:
        for _batch in reading.batches():
            pass
        check_ledger(reading)
    _whose(reading, anchor)
    kept = replace(file, told=lambda done: told(reading.tally, reading.suppliers, 0, moved=done.moved))
    return record_rows(
        session,
        anchor=anchor,
        rows=reading,
        file=kept,
        actor_id=actor_id,
        at=at,
        again=reading.hear_repeats(),
    )


def _line(reading: Reading, row: Row) -> LineFacts:
    return LineFacts(
        supplier=reading.suppliers[row.supplier], document_number=row.document_number, invoice_on=row.invoice_on,
        amount=Money(row.amount), irrecoverable_vat=Money(row.irrecoverable_vat), description=row.description,
        cpv=Cpv(row.cpv) if row.cpv else None, exclusion=row.exclusion, contract_reference=row.contract_reference,
        contract_starts_on=row.contract_starts_on, contract_ends_on=row.contract_ends_on,
        tender_reference=row.tender_reference, credits_document=row.credits_document,
    )  # fmt: skip


def discard_upload(session: Session, *, upload: SpendUpload) -> None:
    """Throw a waiting file away.

    Raises:
        FileStillUsed: the worker is busy with it.
    """
    if queries.is_worked_on(session, upload.id):
        raise FileStillUsed
    session.delete(upload)
    session.flush()


def save_profile(
    session: Session,
    *,
    anchor: Organisation,
    name: str,
    columns: ColumnMap,
    actor_id: int | None,
    at: datetime,
) -> SpendProfile:
    """Remember a mapping; one of that name is replaced.

    Raises:
        ProfileNameInvalid: no name, or a long one.
    """
    found = queries.find_profile(session, anchor.id, profile_name(name))
    if found is None:
        found = SpendProfile(
            anchor_id=anchor.id, name=name, columns=columns.plain(), actor_id=actor_id, at=at
        )
        session.add(found)
    else:
        found.columns, found.actor_id, found.at = columns.plain(), actor_id, at
    session.flush()
    return found
