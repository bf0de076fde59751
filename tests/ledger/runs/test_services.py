"""Long work on files: begun once, done whole or not at all, begun anew when it broke off, told to who asked."""

from io import BytesIO

import pytest
from sqlalchemy import select, text

from cwb.identity.rules import Side
from cwb.notifications.models import Mail
from ledger.columns.rules import ColumnMap
from ledger.rollups import services as rollups
from ledger.runs import services
from ledger.runs.services import start_reading, start_undo, work_on_file
from ledger.spend import rules
from ledger.spend.errors import ImportUndone, ReasonMissing
from ledger.spend.models import SpendImport, SpendLine
from ledger.spend.queries import Wanted, lines
from ledger.suppliers.models import Supplier
from ledger.uploads import queries
from ledger.uploads.errors import FileStillUsed
from ledger.uploads.models import SpendUpload, SpendUploadPart
from ledger.uploads.rules import RunKind, RunState
from ledger.uploads.services import discard_upload, stage_upload

HEAD = "supplier_name,document_number,invoice_date,amount\n"
GOOD = HEAD + "A,1,2026-07-01,100.00\nB,2,2026-10-02,-25.00\n"
COLUMNS = ColumnMap({each: each for each in HEAD.strip().split(",")})


@pytest.fixture
def anchor(make_organisation):
    return make_organisation(Side.ANCHOR)


@pytest.fixture
def user(make_user):
    return make_user()


@pytest.fixture
def begin(session, anchor, user, at):
    def begin(content=GOOD, kind=RunKind.BOOK, upload=None):
        upload = upload or stage_upload(
            session, anchor=anchor, file_name="grootboek.csv", content=BytesIO(content.encode()),
            actor_id=user.id, at=at,
        )  # fmt: skip
        return start_reading(
            session, upload=upload, kind=kind, columns=COLUMNS, period=None, actor_id=user.id, at=at
        )

    return begin


@pytest.fixture
def work(session, at):
    def work(run):
        work_on_file(session, run_id=run.id, at=at)
        session.refresh(run)
        return run

    return work


def asked(session):
    return session.execute(
        text("SELECT args ->> 'run_id' FROM procrastinate_jobs WHERE task_name = 'ledger.work_on_file' AND status = 'todo' ORDER BY id")
    ).scalars().all()  # fmt: skip


def counting(session):
    return session.scalars(
        lines(Wanted()).with_only_columns(SpendLine.net_amount).order_by(None).order_by(SpendLine.id)
    ).all()


def test_a_dry_run_tells_what_is_there_and_stores_nothing_then_the_file_is_booked_once(begin, work, session):
    looked = work(begin(kind=RunKind.LOOK))
    assert (looked.state, looked.result["rows"], looked.result["new"], looked.result["sum"]) == (
        RunState.DONE, 2, 2, 7500,
    )  # fmt: skip
    assert session.scalars(select(SpendLine)).all() == []
    upload = session.get_one(SpendUpload, looked.upload_id)
    booking = begin(upload=upload)
    assert begin(upload=upload) is booking
    assert work(booking).state == RunState.DONE
    assert counting(session) == [10000, -2500]
    assert (booking.rows_done, booking.rows_total) == (2, 3)
    made = session.get_one(SpendImport, booking.import_id)
    assert (made.checksum, made.row_count) == (upload.checksum, 2)
    assert session.scalars(select(SpendUploadPart)).all() == []
    work(booking)
    assert len(session.scalars(select(SpendImport)).all()) == 1
    letters = session.scalars(select(Mail.text).order_by(Mail.id)).all()
    assert ["gelezen" in letters[0], "opgeslagen" in letters[1], len(letters)] == [True, True, 2]


def test_a_refused_file_stores_nothing_keeps_the_file_and_says_why(begin, work, session):
    run = work(begin(GOOD + "Totaal,,,1.00\n"))
    assert run.state == RunState.REFUSED
    assert run.result["fault"]["facts"] == {
        "declared": {"minor": 100, "currency": "EUR"}, "found": {"minor": 7_500, "currency": "EUR"},
    }  # fmt: skip
    assert (run.result["rows"], run.import_id) == (2, None)
    assert (session.scalars(select(SpendLine)).all(), session.scalars(select(Supplier)).all()) == ([], [])
    assert run.upload_id is not None
    assert session.get_one(SpendUpload, run.upload_id).refused
    assert work(begin(upload=session.get_one(SpendUpload, run.upload_id))).id != run.id


def test_what_broke_off_is_begun_anew_and_after_three_times_given_up(begin, work, session, monkeypatch):
    run = begin()

    def broken(*_arguments, **_facts):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(services, "book_file", broken)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="disk"), session.begin_nested():
            work_on_file(session, run_id=run.id, at=run.at)
        services._say(session, run.id, attempts=run.attempts + 1, state=RunState.RUNNING)
        session.refresh(run)
    assert work(run).state == RunState.FAILED
    assert run.result["fault"]["facts"] == {"tries": "3"}
    assert session.scalars(select(SpendLine)).all() == []


def test_open_work_is_asked_for_again_and_one_work_asks_for_the_next(begin, work, session):
    one, other = begin(), begin(HEAD + "C,3,2026-07-01,1.00\n")
    session.execute(text("DELETE FROM procrastinate_jobs"))
    services.ask_again(session)
    services.ask_again(session)
    assert asked(session) == [str(one.id), str(other.id)]
    session.execute(text("DELETE FROM procrastinate_jobs"))
    work(one)
    assert asked(session) == [str(other.id)]


def test_a_file_that_is_worked_on_is_not_thrown_away(begin, work, session):
    run = begin(kind=RunKind.LOOK)
    upload = session.get_one(SpendUpload, run.upload_id)
    with pytest.raises(FileStillUsed):
        discard_upload(session, upload=upload)
    work(run)
    discard_upload(session, upload=upload)
    session.refresh(run)
    assert run.upload_id is None


def test_after_a_file_that_makes_the_table_another_the_database_looks_at_it_anew(
    begin, work, session, monkeypatch
):
    known = "SELECT reltuples FROM pg_class WHERE oid = 'spend_line'::regclass"
    before = session.scalar(text(known))
    work(begin())
    assert session.scalar(text(known)) == before
    monkeypatch.setattr(rollups, "FEW", 0)
    work(begin(HEAD + "C,3,2026-07-01,1.00\n"))
    assert session.scalar(text(known)) == 3


def test_a_booked_file_is_taken_back_once_with_a_reason(begin, work, session, at, user, monkeypatch):
    monkeypatch.setattr(rules, "SLICE", 1)
    made = session.get_one(SpendImport, work(begin()).import_id)
    assert [(str(each.period), each.lines, each.net) for each in queries.effects(session, made.id)] == [
        ("2026-Q3", 1, 10000), ("2026-Q4", 1, -2500),
    ]  # fmt: skip
    with pytest.raises(ReasonMissing):
        start_undo(session, made=made, reason=" ", actor_id=user.id, at=at)
    run = start_undo(session, made=made, reason="verkeerd jaar", actor_id=user.id, at=at)
    assert start_undo(session, made=made, reason="nog eens", actor_id=user.id, at=at) is run
    told = []
    progress = services._progress

    def breaks_off(*_facts):
        def tell(lines):
            told.append(lines)
            raise RuntimeError("the machine stops")

        return tell

    monkeypatch.setattr(services, "_progress", breaks_off)
    with pytest.raises(RuntimeError, match="stops"), session.begin_nested():
        work_on_file(session, run_id=run.id, at=at)
    assert (told, counting(session)) == ([1], [10000, -2500])
    monkeypatch.setattr(services, "_progress", progress)
    assert (work(run).state, run.result) == (RunState.DONE, {"lines": 2, "kept": 0})
    assert (run.rows_done, run.rows_total) == (2, 2)
    assert (counting(session), queries.effects(session, made.id)) == ([], [])
    with pytest.raises(ImportUndone):
        start_undo(session, made=made, reason="nog eens", actor_id=user.id, at=at)
    assert work(begin()).result["new"] == 2
