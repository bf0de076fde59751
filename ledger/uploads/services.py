"""Use cases of files with purchase lines: keep, look, book whole or throw away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from ledger.spend.errors import ExclusionNotAnchor, NotAnAnchor
from ledger.spend.queries import stored, undone
from ledger.spend.rules import Counting, Handed, check_exclusion
from ledger.spend.services import File, Recorded, record_rows
from ledger.suppliers.queries import organisations_by_kvk
from ledger.uploads.errors import FileHasFaults
from ledger.uploads.gateway import Fault, Read, read_lines
from ledger.uploads.models import SpendUpload


def stage_upload(
    session: Session, *, anchor: Organisation, file_name: str, content: bytes, actor_id: int, at: datetime
) -> SpendUpload:
    """Keep a file until its owner has seen what it holds. Files of a day ago go.

    Raises:
        FileUnreadable: it is no clean CSV of purchase lines; nothing is kept.
        NotAnAnchor: the organisation is no anchor.
    """
    if anchor.anchor_type is None:
        raise NotAnAnchor
    read_lines(content)
    session.execute(delete(SpendUpload).where(SpendUpload.at < at - timedelta(days=1)))
    made = SpendUpload(
        anchor_id=anchor.id, file_name=file_name[-200:], content=content, actor_id=actor_id, at=at
    )
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: its rows, the faults by row, how many rows are new, and the sums (cents)."""

    read: Read
    faults: Sequence[Fault]
    new: int
    total: int
    negatives: int
    undated: int


def preview(session: Session, *, anchor: Organisation, content: bytes) -> Preview:
    """A dry run: nothing is written.

    Raises:
        FileUnreadable: no clean CSV.
    """
    read = read_lines(content)
    facts = [line for _, line in read.rows]
    counting = Counting()
    identities = [bytes.fromhex(line.identity) for line in facts]
    days = {identity: line.invoice_on for identity, line in zip(identities, facts, strict=True)}
    counting.know(stored(session, anchor.id, days, undone(session, anchor.id)))
    numbers = [
        line.supplier.kvk_number for line in facts if line.exclusion == "X6" and line.supplier.kvk_number
    ]
    reporting = {
        number
        for number, each in organisations_by_kvk(session, numbers).items()
        if each.anchor_type is not None
    }
    faults = list(read.faults)
    for number, line in read.rows:
        try:
            check_exclusion(line.exclusion, payee_is_anchor=line.supplier.kvk_number in reporting)
        except ExclusionNotAnchor as fault:
            faults.append(Fault(number, "exclusion", fault))
    new = sum(counting.ordinal(each) is not None for each in identities)
    return Preview(
        read, sorted(faults, key=lambda fault: fault.row), new,
        sum(line.amount.minor for line in facts), sum(line.amount.minor < 0 for line in facts),
        sum(line.invoice_on is None for line in facts),
    )  # fmt: skip


def book_upload(
    session: Session, *, anchor: Organisation, upload: SpendUpload, actor_id: int, at: datetime
) -> Recorded:
    """Book a waiting file, all of it or nothing.

    Raises:
        FileHasFaults: a row cannot be booked; nothing was.
    """
    session.execute(
        select(Organisation.id).where(Organisation.id == anchor.id).with_for_update(key_share=True)
    )
    seen = preview(session, anchor=anchor, content=upload.content)
    if seen.faults:
        raise FileHasFaults(count=len({fault.row for fault in seen.faults}))
    done = record_rows(
        session, anchor=anchor, rows=Handed([line for _, line in seen.read.rows]),
        file=File(upload.file_name, sha256(upload.content).hexdigest()), actor_id=actor_id, at=at,
    )  # fmt: skip
    session.delete(upload)
    session.flush()
    return done


def discard_upload(session: Session, *, upload: SpendUpload) -> None:
    """Throw a waiting file away."""
    session.delete(upload)
    session.flush()
