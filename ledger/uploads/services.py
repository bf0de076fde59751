"""Use cases of files with purchase lines: keep, look, book or throw away; and remember how to read them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.errors import RuleBroken
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from ledger.columns.rules import ColumnMap
from ledger.readers.gateway import look
from ledger.readers.rules import Reading
from ledger.spend.errors import NotAnAnchor
from ledger.spend.rules import LineFacts, Row
from ledger.spend.services import File, Recorded, record_rows
from ledger.suppliers.rules import SupplierFacts
from ledger.uploads.errors import FileTooLong
from ledger.uploads.models import SpendProfile, SpendUpload
from ledger.uploads.queries import find_profile, reporting_numbers
from ledger.uploads.rules import FIRST, MOST_ROWS, profile_name


def stage_upload(
    session: Session, *, anchor: Organisation, file_name: str, content: bytes, actor_id: int, at: datetime
) -> SpendUpload:
    """Keep a file until its owner has seen what it holds. Files of a day ago go.

    Raises:
        FileUnreadable, HeaderMissing: it is no table of purchase lines; nothing is kept.
        NotAnAnchor: the organisation is no anchor.
    """
    if anchor.anchor_type is None:
        raise NotAnAnchor
    look(content)
    session.execute(delete(SpendUpload).where(SpendUpload.at < at - timedelta(days=1)))
    made = SpendUpload(
        anchor_id=anchor.id, file_name=file_name[-200:], content=content, actor_id=actor_id, at=at
    )
    session.add(made)
    session.flush()
    return made


def who_reports(session: Session) -> Callable[[SupplierFacts], bool]:
    """Tells of a supplier whether it is an anchor that reports itself (X6)."""
    numbers = reporting_numbers(session)
    return lambda supplier: supplier.kvk_number in numbers


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file would do: read whole, with the first lines as they were understood and how many are new.

    `refused` says why it cannot be booked; then nothing counts as new.
    """

    reading: Reading
    first: Sequence[LineFacts]
    new: int
    refused: RuleBroken | None


def preview(session: Session, *, anchor: Organisation, reading: Reading, at: datetime) -> Seen:
    """A dry run: booked, looked at, and undone."""
    kept = _First(reading)
    undone = session.begin_nested()
    try:
        done = record_rows(session, anchor=anchor, rows=kept, actor_id=None, at=at)
        if reading.tally.rows > MOST_ROWS:
            raise FileTooLong(most=MOST_ROWS)
    except RuleBroken as fault:
        return Seen(reading, kept.lines, 0, fault)
    finally:
        undone.rollback()
    return Seen(reading, kept.lines, done.added, None)


class _First:
    """The rows on their way, of which the first are remembered."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.suppliers = reading, reading.suppliers
        self.lines: list[LineFacts] = []

    def batches(self) -> Iterator[list[Row]]:
        """All rows."""
        for batch in self.reading.batches():
            self.lines += [_line(self.reading, row) for row in batch[: FIRST - len(self.lines)]]
            yield batch


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
        FileRefused, FileTooLong: nothing was booked.
    """
    done = book_file(
        session, anchor=anchor, reading=reading, file_name=upload.file_name,
        checksum=sha256(upload.content).hexdigest(), actor_id=actor_id, at=at,
    )  # fmt: skip
    if reading.tally.rows > MOST_ROWS:
        raise FileTooLong(most=MOST_ROWS)
    session.delete(upload)
    session.flush()
    return done


def book_file(
    session: Session, *, anchor: Organisation, reading: Reading, file_name: str, checksum: str,
    actor_id: int | None, at: datetime, progress: Callable[[int], None] = lambda _rows: None,
) -> Recorded:  # fmt: skip
    """Book what a file holds; rows with faults are left out. Refused: whoever opened the transaction undoes it.

    Raises:
        FileRefused: the file as a whole cannot be booked.
        NotAnAnchor: the organisation is no anchor.
    """
    file = File(file_name[-200:], checksum, progress)
    return record_rows(session, anchor=anchor, rows=reading, file=file, actor_id=actor_id, at=at)


def _line(reading: Reading, row: Row) -> LineFacts:
    return LineFacts(
        supplier=reading.suppliers[row.supplier], document_number=row.document_number, invoice_on=row.invoice_on,
        amount=Money(row.amount), irrecoverable_vat=Money(row.irrecoverable_vat), description=row.description,
        cpv=Cpv(row.cpv) if row.cpv else None, exclusion=row.exclusion, contract_reference=row.contract_reference,
        contract_starts_on=row.contract_starts_on, contract_ends_on=row.contract_ends_on,
        tender_reference=row.tender_reference, credits_document=row.credits_document,
    )  # fmt: skip


def discard_upload(session: Session, *, upload: SpendUpload) -> None:
    """Throw a waiting file away."""
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
    found = find_profile(session, anchor.id, profile_name(name))
    if found is None:
        found = SpendProfile(
            anchor_id=anchor.id, name=name, columns=columns.plain(), actor_id=actor_id, at=at
        )
        session.add(found)
    else:
        found.columns, found.actor_id, found.at = columns.plain(), actor_id, at
    session.flush()
    return found
