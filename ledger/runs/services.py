"""Use cases of long work on files: begin it once, do it whole or not at all, tell how far it is and what came of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, User
from cwb.jobs.services import enqueue
from cwb.kernel.clock import local_date
from cwb.kernel.errors import Refusal, RuleBroken
from cwb.kernel.period import Period
from cwb.kernel.text import N_
from cwb.kernel.transaction import atomic
from cwb.notifications.services import send_mail
from ledger.columns.rules import ColumnMap
from ledger.corrections.services import undo_import
from ledger.readers.gateway import look
from ledger.readers.rules import Reading
from ledger.repeats.queries import elsewhere
from ledger.spend.errors import ImportUndone
from ledger.spend.models import SpendImport
from ledger.spend.queries import undone
from ledger.spend.rules import check_reason
from ledger.twins.queries import told as told_twins
from ledger.uploads import queries
from ledger.uploads.errors import BrokeOff, UploadUnknown
from ledger.uploads.gateway import on_disk
from ledger.uploads.models import SpendRun, SpendUpload
from ledger.uploads.rules import MOST_TRIES, RunKind, RunState, fault, told
from ledger.uploads.services import book_file, file_of, preview, who_reports

WORK = "ledger.work_on_file"

_ONE = 7_301_052
"""One long work at a time, so that the worker has a hand free for mail."""

_LETTERS = {
    (RunKind.LOOK, RunState.DONE): N_("%(file)s is gelezen. Kijk of het klopt, en sla het op."),
    (RunKind.BOOK, RunState.DONE): N_("%(file)s is opgeslagen. De cijfers zijn bijgewerkt."),
    (RunKind.UNDO, RunState.DONE): N_("%(file)s is teruggenomen. De cijfers zijn bijgewerkt."),
}
_REFUSED = N_(
    "%(file)s is niet verwerkt. Er is niets veranderd. Op de pagina leest u waarom, en wat u kunt doen."
)


def start_reading(
    session: Session, *, upload: SpendUpload, kind: RunKind, columns: ColumnMap, period: Period | None,
    actor_id: int, at: datetime,
) -> SpendRun:  # fmt: skip
    """Have the worker read a waiting file (a dry run) or book it. Who asks again gets the same work.

    Raises:
        UploadUnknown: it was booked or thrown away meanwhile.
    """
    if session.scalar(select(SpendUpload.id).where(SpendUpload.id == upload.id).with_for_update()) is None:
        raise UploadUnknown
    as_asked = {"columns": columns.plain(), "period": str(period or "")}
    found = queries.find_run(session, kind, upload_id=upload.id, **(as_asked if kind is RunKind.LOOK else {}))
    return found or _begin(
        session, kind=kind, upload_id=upload.id, anchor_id=upload.anchor_id, file_name=upload.file_name,
        actor_id=actor_id, at=at, **as_asked,
    )  # fmt: skip


def start_undo(session: Session, *, made: SpendImport, reason: str, actor_id: int, at: datetime) -> SpendRun:
    """Have the worker take a booked file back. Who asks again gets the same work.

    Raises:
        ReasonMissing: no reason. ImportUndone: it was taken back already.
    """
    told_reason = check_reason(reason)
    session.execute(select(SpendImport.id).where(SpendImport.id == made.id).with_for_update())
    if made.id in undone(session, made.anchor_id):
        raise ImportUndone
    return queries.find_run(session, RunKind.UNDO, import_id=made.id) or _begin(
        session, kind=RunKind.UNDO, import_id=made.id, anchor_id=made.anchor_id, file_name=made.file_name,
        reason=told_reason, actor_id=actor_id, at=at,
    )  # fmt: skip


def _begin(session: Session, **facts: Any) -> SpendRun:
    made = SpendRun(**facts)
    session.add(made)
    session.flush()
    _ask(session, made.id)
    return made


def _ask(session: Session, run_id: int) -> None:
    enqueue(session, WORK, {"run_id": run_id}, key=f"spend-run-{run_id}")


def ask_again(session: Session) -> None:
    """Have the worker look at all work that is not finished: that of a worker that died begins anew."""
    for each in queries.open_runs(session):
        _ask(session, each.id)


def work_on_file(session: Session, *, run_id: int, at: datetime) -> None:
    """Do one work, whole or not at all, unless some work is being done already.

    How far it is, is written in a transaction of its own, for others to read.
    """
    if not session.scalar(select(func.pg_try_advisory_xact_lock(_ONE))):
        return
    found = session.get_one(SpendRun, run_id, populate_existing=True)
    if not found.is_open:
        return
    found_tries = found.attempts
    _say(session, run_id, state=RunState.RUNNING, attempts=found_tries + 1, started_at=at, rows_done=0)
    result: dict[str, Any] = {}
    if found_tries >= MOST_TRIES:
        state, result = RunState.FAILED, {"fault": fault(BrokeOff(tries=found_tries))}
    else:
        try:
            with session.begin_nested():
                refused = _ACTS[found.kind](session, found, result, at)
                if refused is not None:
                    raise refused
            state = RunState.DONE
        except Refusal as broken:
            state = RunState.REFUSED
            result["fault"] = fault(broken)
            result.pop("import_id", None)
    made = result.pop("import_id", found.import_id)
    session.execute(
        update(SpendRun).where(SpendRun.id == run_id)
        .values(state=state, result=result, import_id=made, finished_at=func.cwb_now())
    )  # fmt: skip
    if state is not RunState.FAILED and found.kind is not RunKind.UNDO:
        session.execute(
            update(SpendUpload).where(SpendUpload.id == found.upload_id)
            .values(refused=state is RunState.REFUSED)
        )  # fmt: skip
    _tell(session, found, state, at)
    for each in queries.open_runs(session)[:1]:
        _ask(session, each.id)


@contextmanager
def _aside(session: Session) -> Iterator[Session]:
    """A transaction beside this one, on a connection of its own."""
    with Session(session.get_bind(), join_transaction_mode="create_savepoint") as other, atomic(other):
        yield other


def _say(session: Session, run_id: int, **facts: Any) -> None:
    with _aside(session) as other:
        other.execute(update(SpendRun).where(SpendRun.id == run_id).values(**facts))


def _progress(session: Session, run: SpendRun) -> Callable[[int], None]:
    run_id = run.id
    return lambda rows: _say(session, run_id, rows_done=rows)


def _tell_length(session: Session, run_id: int, rows: int) -> None:
    _say(session, run_id, rows_total=rows)


@contextmanager
def read(
    session: Session, run: SpendRun, at: datetime, length: Callable[[int], None] = lambda _rows: None
) -> Iterator[Reading]:
    """The file of a work, on disk, as it is to be read; `length` is told how many lines it has.

    Raises:
        UploadUnknown: it was booked or thrown away.
    """
    if run.upload_id is None:
        raise UploadUnknown
    columns = ColumnMap.of(run.columns)
    with on_disk(queries.pieces(session, run.upload_id)) as (path, rows):
        length(rows)
        period = Period.parse(run.period) if run.period else None
        yield look(path, columns).reading(columns, period, who_reports(session), local_date(at))


def _look(session: Session, run: SpendRun, result: dict[str, Any], at: datetime) -> RuleBroken | None:
    anchor = session.get_one(Organisation, run.anchor_id)
    with read(session, run, at, partial(_tell_length, session, run.id)) as reading:
        seen = preview(
            session, anchor=anchor, reading=reading, at=at, most=None, progress=_progress(session, run)
        )
        result |= told(reading.tally, reading.suppliers, seen.new, seen.twins, seen.moved)
    return seen.refused


def _book(session: Session, run: SpendRun, result: dict[str, Any], at: datetime) -> RuleBroken | None:
    anchor = session.get_one(Organisation, run.anchor_id)
    upload = session.get_one(SpendUpload, run.upload_id)
    with read(session, run, at, partial(_tell_length, session, run.id)) as reading:
        try:
            done = book_file(
                session, anchor=anchor, reading=reading, file=file_of(upload, _progress(session, run)),
                actor_id=run.actor_id, at=at,
            )  # fmt: skip
        except RuleBroken as broken:
            result |= told(reading.tally, reading.suppliers, 0)
            return broken
        twins = told_twins(session, done.twins)
        result |= told(reading.tally, reading.suppliers, done.added, twins, done.moved)
    result |= {"import_id": done.import_id, "linked": done.linked, "conflicts": done.conflicts}
    session.delete(upload)
    return None


def _undo(session: Session, run: SpendRun, result: dict[str, Any], at: datetime) -> RuleBroken | None:
    made = session.get_one(SpendImport, run.import_id)
    result["kept"] = sum(each.lines for each in elsewhere(session, made.id))
    _say(session, run.id, rows_total=made.added_count)
    gone = undo_import(
        session, made=made, reason=run.reason, actor_id=run.actor_id, at=at, progress=_progress(session, run)
    )
    result["lines"] = gone.line_count
    return None


_ACTS = {RunKind.LOOK: _look, RunKind.BOOK: _book, RunKind.UNDO: _undo}


def _tell(session: Session, run: SpendRun, state: RunState, at: datetime) -> None:
    """Write to who asked for it."""
    reader = session.get_one(User, run.actor_id)
    send_mail(
        session, to=reader.email, locale=reader.locale, subject=N_("Uw bestand %(file)s"),
        text=_LETTERS.get((run.kind, state), _REFUSED), facts={"file": run.file_name},
        link=f"/spend/upload/runs/{run.public_id}", key=f"spend-run-{run.id}", at=at,
    )  # fmt: skip
