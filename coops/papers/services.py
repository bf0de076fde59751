"""Use cases of papers: keep a file, read it, hand it over to the organisation, remove it."""

import hashlib
from datetime import datetime
from uuid import UUID

from psycopg import Error
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from coops.papers import errors, policy, queries, rules
from coops.papers.models import CooperativePaper
from cwb.audit.services import record
from cwb.files import gateway
from cwb.files import rules as files
from cwb.files.gateway import HouseKeys
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor


def add_paper(
    session: Session, *, kind: str, name: str, content: bytes, keys: HouseKeys, actor: Actor, at: datetime,
    organisation_id: int | None = None, draft_key: UUID | None = None,
) -> CooperativePaper:  # fmt: skip
    """Keep a paper, locked; the kind of file is told by its content. The very same file again is the first one.

    Raises:
        FileKindRefused, FileEmpty, FileTooLarge, FileDisguised, FileActive, FileBomb, FileBroken: what it is.
        TooManyPapers: more than anybody reads.
    """
    clean, file_kind = files.clean_name(name)
    gateway.check_content(content, clean, file_kind)
    digest = hashlib.sha256(content).hexdigest()
    there = queries.papers(session, organisation_id=organisation_id, draft_key=draft_key)
    same = next((each for each in there if each.digest == digest and each.kind == kind), None)
    if same is not None:
        return same
    if len(there) >= rules.MOST_PAPERS:
        raise errors.TooManyPapers(field="file", most=rules.MOST_PAPERS)
    public_id, (key, master) = uuid7(), keys.current()
    made = CooperativePaper(
        public_id=public_id, organisation_id=organisation_id, draft_key=draft_key, kind=rules.PaperKind(kind).value,
        name=clean, file_kind=file_kind, size=len(content), digest=digest, content_key=key,
        content=files.lock_text(master, _context(public_id), content), added_by_id=actor.user_id, added_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _context(public_id: UUID) -> dict[str, object]:
    return {"paper": str(public_id), "purpose": "cooperative"}


def read_paper(
    session: Session, *, paper: CooperativePaper, keys: HouseKeys, actor: Actor, at: datetime
) -> bytes:
    """The file of a paper; that somebody else than its owner read it is written down.

    Raises:
        PaperNotFound: not for this reader.
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    if not policy.may_read(actor, paper):
        raise errors.PaperNotFound
    if paper.organisation_id not in (None, actor.organisation_id):
        _note_read(session, paper, actor, at)
    return _unlocked(paper, keys)


def read_evidence(
    session: Session, *, paper: CooperativePaper, keys: HouseKeys, actor: Actor, at: datetime
) -> bytes:
    """The file of a paper that shows a step of an initiative; who may, its caller decides. Reading is written down.

    Raises:
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    if paper.added_by_id != actor.user_id:
        _note_read(session, paper, actor, at)
    return _unlocked(paper, keys)


def _note_read(session: Session, paper: CooperativePaper, actor: Actor, at: datetime) -> None:
    record(
        session, action="cooperative.paper_read", subject=f"paper:{paper.public_id}", actor_id=actor.user_id,
        facts={"kind": paper.kind}, at=at,
    )  # fmt: skip


def _unlocked(paper: CooperativePaper, keys: HouseKeys) -> bytes:
    return files.unlock_text(keys.key(paper.content_key), _context(paper.public_id), paper.content)


def remove_paper(session: Session, *, paper: CooperativePaper) -> None:
    """Take a paper away.

    Raises:
        PaperUsed: something stands on it.
    """
    if what_rests(session, paper=paper):
        raise errors.PaperUsed
    session.delete(paper)
    session.flush()


def what_rests(session: Session, *, paper: CooperativePaper) -> str:
    """What stands on a paper, as a text; "" for nothing.

    The database is asked, which knows every table that names a paper: the row goes and comes back.
    """
    trial = session.begin_nested()
    try:
        session.execute(delete(CooperativePaper).where(CooperativePaper.id == paper.id))
    except IntegrityError as fault:
        return rules.rests(fault.orig.diag.table_name if isinstance(fault.orig, Error) else None)
    finally:
        trial.rollback()
    return ""


def hand_over(session: Session, *, draft_key: UUID, organisation_id: int) -> None:
    """The papers of a registration become those of the organisation that it made."""
    session.execute(
        update(CooperativePaper)
        .where(CooperativePaper.draft_key == draft_key)
        .values(draft_key=None, organisation_id=organisation_id)
    )


def carry(session: Session, *, paper_id: int | None, organisation_id: int) -> None:
    """A paper of an initiative is of the organisation that it became as well; once, and of one organisation."""
    session.execute(
        update(CooperativePaper)
        .where(CooperativePaper.id == paper_id, CooperativePaper.organisation_id.is_(None))
        .values(organisation_id=organisation_id)
    )


def forget(session: Session, *, draft_key: UUID) -> None:
    """Remove the papers of a registration that is given up."""
    session.execute(delete(CooperativePaper).where(CooperativePaper.draft_key == draft_key))


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every paper with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, master = keys.current()
    moved = session.scalars(
        select(CooperativePaper)
        .where(CooperativePaper.content_key != name)
        .options(undefer(CooperativePaper.content))
        .with_for_update()
    ).all()
    for each in moved:
        text = files.unlock_text(keys.key(each.content_key), _context(each.public_id), each.content)
        each.content, each.content_key = files.lock_text(master, _context(each.public_id), text), name
    session.flush()
    return len(moved)
