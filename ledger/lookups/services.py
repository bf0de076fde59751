"""Use cases of looking up: ask, take in a file whole or not at all, keep an extract two people saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import involved_in, programme_people
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import BranchNumber, KvkNumber
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from cwb.places.rules import Verdict
from ledger.extracts.gateway import KvkRegister, RegisterFile, read_register_file
from ledger.extracts.queries import latest
from ledger.extracts.rules import Extract, Stay, carried, stays
from ledger.extracts.services import keep_extracts
from ledger.identities.services import settle
from ledger.lookups import queries, rules
from ledger.lookups.errors import RegisterFileHasFaults, SecondReaderMissing
from ledger.lookups.models import RegisterUpload
from ledger.suppliers import queries as suppliers_of
from ledger.suppliers.errors import CheckerInvolved
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.services import placed, tell_register

SHOWN = 10
"""Of as many legal persons of a file it is told what each would change."""

WAITS = timedelta(days=30)
"""As long a file waits for a second person."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking extracts in did: suppliers newly found to be one of them, those that were, those that wait."""

    extracts: int
    found: int
    renewed: int
    waiting: int


def take_extracts(
    session: Session,
    *,
    extracts: Sequence[Extract],
    looked_up_on: date,
    via: str,
    source: str,
    checked_by_id: int | None = None,
    actor_id: int | None,
    at: datetime,
) -> Taken:
    """Keep what a register said, and let it count for the suppliers that it is sure of; the others wait for a person.

    Raises:
        LookUpDayInvalid: a day to come or of long ago. LookUpSourceMissing: no source.
        SecondReaderMissing, CheckerInvolved: a paper or a file needs a second, uninvolved person.
    """
    rules.check_looked_up(looked_up_on, today=local_date(at))
    rules.check_source(source)
    concerned = _concerned(session, extracts)
    if via in rules.SEEN_BY_TWO:
        _check_reader(session, concerned, checked_by_id, actor_id)
    kept = keep_extracts(
        session, extracts=extracts, looked_up_on=looked_up_on, via=via, source=source,
        checked_by_id=checked_by_id, actor_id=actor_id, at=at,
    )  # fmt: skip
    fresh = {number: each for number, each in kept.items() if each.created_at == at}
    renewed = [(each, fresh[n]) for each in concerned if (n := each.register_number or "") in fresh]
    for each, extract in renewed:
        each.kvk_confirmed_on, each.natural_person = extract.looked_up_on, extract.natural_person
    session.flush()
    tell_register(session, found=renewed, actor_id=actor_id, at=at)
    found = settle(session, suppliers=concerned, actor_id=actor_id, at=at)
    done = Taken(
        len(extracts), len(found), len(renewed), sum(each.register_number is None for each in concerned)
    )
    record(
        session, action="supplier.looked_up", subject=f"register:{via}", actor_id=actor_id,
        facts={"extracts": done.extracts, "found": done.found, "renewed": done.renewed, "waiting": done.waiting},
        at=at,
    )  # fmt: skip
    return done


def _check_reader(
    session: Session, concerned: Sequence[Supplier], checked_by_id: int | None, actor_id: int | None
) -> None:
    if checked_by_id is None or checked_by_id == actor_id:
        raise SecondReaderMissing(field="checked_by")
    sides = {side for each in concerned for side in (each.recorded_by_id, each.party_id) if side is not None}
    if involved_in(session, checked_by_id, sides):
        raise CheckerInvolved(field="checked_by")


def _concerned(session: Session, extracts: Sequence[Extract]) -> list[Supplier]:
    """Suppliers of ledgers that carry a number of one of these."""
    found: dict[int, Supplier] = {}
    for start in range(0, len(extracts), 5000):
        part = extracts[start : start + 5000]
        some = suppliers_of.with_numbers(
            session, kvk={each.kvk_number for each in part},
            branches={b.number for each in part for b in each.branches if b.number},
            vat_ids={each.vat_id for each in part if each.vat_id}, ibans={each.iban for each in part if each.iban},
        )  # fmt: skip
        found |= {each.id: each for each in some}
    return list(found.values())


def look_up(
    session: Session, *, register: KvkRegister, number: KvkNumber, actor_id: int | None, at: datetime
) -> Taken:
    """Ask the register's API about a number, and about the establishments our ledgers name with it.

    Raises:
        RegisterOff, NumberNotInRegister, RegisterSilent: no answer; nothing is changed.
    """
    named = {each.branch_number for each in suppliers_of.with_numbers(
        session, kvk={number}, branches=set(), vat_ids=set(), ibans=set()
    ) if each.branch_number}  # fmt: skip
    told = register.look_up(number, [BranchNumber(each) for each in sorted(named)[:10]])
    return take_extracts(
        session, extracts=[told], looked_up_on=local_date(at), via="api", source="KvK Handelsregister, API",
        actor_id=actor_id, at=at,
    )  # fmt: skip


def stage_file(
    session: Session,
    *,
    file_name: str,
    content: bytes,
    looked_up_on: date | None,
    source: str,
    actor_id: int,
    at: datetime,
) -> RegisterUpload:
    """Keep a register's file until a second person confirmed it; ask the others to look. Old files go.

    Raises:
        RegisterFileUnreadable: no CSV of extracts; nothing is kept.
        LookUpDayInvalid: a day to come or of long ago. LookUpSourceMissing: no source.
    """
    day = looked_up_on or local_date(at)
    rules.check_looked_up(day, today=local_date(at))
    told = rules.check_source(source)
    read = read_register_file(content, day)
    session.execute(delete(RegisterUpload).where(RegisterUpload.at < at - WAITS))
    made = RegisterUpload(
        file_name=file_name[-200:],
        content=content,
        sha256=sha256(content).hexdigest(),
        looked_up_on=day,
        source=told,
        actor_id=actor_id,
        at=at,
    )
    session.add(made)
    session.flush()
    record(
        session, action="supplier.register_file", subject=f"register_upload:{made.public_id}", actor_id=actor_id,
        facts={"sha256": made.sha256, "rows": read.count}, at=at,
    )  # fmt: skip
    if not read.faults:
        mail_each(
            session, [each for each in programme_people(session) if each.id != actor_id],
            subject=N_("Kijk een bestand van het register na"),
            text=N_("Een collega leverde %(name)s aan, uit het register. Het telt pas als u het nakeek."),
            facts={"name": made.file_name}, link=f"/spend/register/file/{made.public_id}", at=at,
            key=f"register-file-{made.id}",
        )  # fmt: skip
    return made


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: what it holds, and how many suppliers carry its numbers under the same or another name."""

    read: RegisterFile
    same_name: int
    other_name: int
    first: list["Change"]


@dataclass(frozen=True, slots=True)
class Change:
    """What one legal person of a file would change: where its seat is said to be, since when, and what that proves.

    `suppliers` are those with its number: each with what is proven of it now, and whether its name is the same.
    """

    extract: Extract
    places: list[tuple[Stay, Verdict]]
    suppliers: list[tuple[Supplier, SupplierStanding | None, bool]]


def preview(session: Session, *, upload: RegisterUpload) -> Preview:
    """A dry run: nothing is written. Of the first legal persons it tells what each would change."""
    read = read_register_file(upload.content, upload.looked_up_on)
    by_number = {each.kvk_number: each for each in read.extracts}
    carrying = [each for each in _concerned(session, read.extracts) if each.kvk_number in by_number]
    same = sum(by_number[KvkNumber(each.kvk_number or "")].agrees_with(each.name) for each in carrying)
    return Preview(
        read, same, len(carrying) - same, _changes(session, upload, read.extracts[:SHOWN], carrying)
    )


def _changes(
    session: Session, upload: RegisterUpload, first: Sequence[Extract], carrying: Sequence[Supplier]
) -> list[Change]:
    numbers = {each.kvk_number for each in first}
    mine = [each for each in carrying if each.kvk_number in numbers]
    now = suppliers_of.grades_now(session, [each.id for each in mine], upload.looked_up_on)
    before = latest(session, [each.kvk_number for each in first if not each.dated])
    found = []
    for each in first:
        old = before.get(each.kvk_number)
        told = stays(carried(old.told() if old else None, each, upload.looked_up_on))
        theirs = [one for one in mine if one.kvk_number == each.kvk_number]
        found.append(
            Change(
                each, [(stay, placed(stay, upload.looked_up_on)) for stay in told],
                [(one, now.get(one.id), each.agrees_with(one.name)) for one in theirs],
            )
        )  # fmt: skip
    return found


def take_file(session: Session, *, public_id: UUID, actor_id: int, at: datetime) -> Taken:
    """Confirm a waiting file as the second person and take it in, all of it or nothing.

    Raises:
        RegisterFileUnknown: none waits. OwnRegisterFile: who handed it in. CheckerInvolved: one of a buyer in it.
        RegisterFileHasFaults: a row cannot be taken in; nothing was.
    """
    upload = queries.upload(session, public_id, lock=True)
    rules.check_confirmer(told_by_id=upload.actor_id, actor_id=actor_id)
    read = read_register_file(upload.content, upload.looked_up_on)
    if read.faults:
        raise RegisterFileHasFaults(count=len({fault.row for fault in read.faults}))
    done = take_extracts(
        session, extracts=read.extracts, looked_up_on=upload.looked_up_on, via="file",
        source=f"{upload.source} (sha256 {upload.sha256}, {upload.file_name})"[:300], checked_by_id=actor_id,
        actor_id=upload.actor_id, at=at,
    )  # fmt: skip
    session.delete(upload)
    session.flush()
    return done


def discard_file(session: Session, *, upload: RegisterUpload) -> None:
    """Throw a waiting file away."""
    session.delete(upload)
    session.flush()
