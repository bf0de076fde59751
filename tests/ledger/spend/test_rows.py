"""Rows of a file by the ten thousand: whole or not at all, with every sign they hold, and taken back."""

from datetime import date

import pytest
from psycopg.errors import CheckViolation
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.corrections.services import correct_line, undo_import
from ledger.rollups import queries as rollups
from ledger.share.rules import Standing
from ledger.spend import errors, queries
from ledger.spend.models import SpendImport, SpendLine, SpendUndo
from ledger.spend.queries import Wanted
from ledger.spend.rules import File, Handed, Kind, Row
from ledger.spend.services import record_rows, record_spend
from ledger.suppliers.services import add_evidence, party_supplier

Q3 = Period.parse("2026-Q3")


class Batches:
    """Rows in batches of two, as a reader of a large file hands them over."""

    def __init__(self, *lines, fails_after=None):
        self._handed, self._fails_after = Handed(lines), fails_after
        self._rows = next(self._handed.batches())
        self.suppliers = []

    def batches(self):
        for at in range(0, len(self._rows), 2):
            if self._fails_after is not None and at >= self._fails_after:
                raise errors.DateInvalid
            part: list[Row] = self._rows[at : at + 2]
            known = max(row.supplier for row in part) + 1
            self.suppliers += self._handed.suppliers[len(self.suppliers) : known]
            yield part


def store(spend, *lines, name="ledger.csv", anchor=None, **facts):
    return record_rows(
        spend.session, anchor=anchor or spend.anchor, rows=Batches(*lines, **facts), file=File(name, name * 3),
        actor_id=None, at=spend.at,
    )  # fmt: skip


def undo(spend, done, reason="verkeerd bestand"):
    made = spend.session.get_one(SpendImport, done.import_id)
    return undo_import(spend.session, made=made, reason=reason, actor_id=None, at=spend.at)


def in_period(session, period=Q3):
    found = rollups.purchases(session, period, area_pack())
    return sum(each.amount for each in found), sum(each.lines for each in found)


def sound(session):
    return rollups.verify(session).differences == 0


def test_rows_in_batches_are_one_import(session, spend):
    lines = [spend.line(f"L{n % 3}", "10.00", str(n)) for n in range(7)]
    seen = []
    done = record_rows(
        session, anchor=spend.anchor, rows=Batches(*lines), file=File("a.csv", "sum", seen.append), actor_id=None,
        at=spend.at,
    )  # fmt: skip
    made = session.scalars(select(SpendImport)).one()
    assert (made.id, made.row_count, made.added_count, made.total_amount) == (done.import_id, 7, 7, 7_000)
    assert seen == [2, 4, 6, 7]
    assert set(session.scalars(select(SpendLine.import_id))) == {made.id}
    assert in_period(session) == (7_000, 7)
    assert rollups.papers(session, Q3)["import_checksums"] == ["sum"]
    again = store(spend, *lines)
    assert (again.added, again.duplicates) == (0, 7)
    assert sound(session)


def test_every_sign_comes_back_as_it_was(session, spend):
    signs = ("\t", "\n", "\r", "\\N", "a\\tb", "\\.", "\u2028é\U0001f600", "'\"%(x)s", ",;|")
    spend.record(
        *(spend.line("A", "1.00", f"1{sign}2", description=sign, contract_reference=sign) for sign in signs)
    )
    lines = session.scalars(select(SpendLine).order_by(SpendLine.id)).all()
    assert [(each.document_number, each.description, each.contract_reference) for each in lines] == [
        (f"1{sign}2", sign, sign) for sign in signs
    ]
    assert {(each.tender_reference, each.cpv, each.contract_starts_on) for each in lines} == {
        ("", None, None)
    }
    assert {each.public_id.version for each in lines} == {7}


def test_a_file_that_breaks_off_stores_nothing(session, spend):
    lines = [spend.line("A", "10.00", str(n)) for n in range(6)]
    with pytest.raises(errors.DateInvalid), session.begin_nested():
        store(spend, *lines, fails_after=4)
    with pytest.raises(errors.ExclusionNotAnchor), session.begin_nested():
        store(spend, *lines, spend.line("Gewoon", "1.00", exclusion="X6"))
    assert session.scalar(select(func.count()).select_from(SpendLine)) == 0
    assert rollups.quarters(session) == []


def test_the_first_fault_of_the_database_is_told_however_much_came_behind_it(session, spend):
    rows = Batches(*(spend.line(f"L{n}", "10.00", str(n)) for n in range(16)))
    rows._rows[2] = rows._rows[2]._replace(amount=2 * 10**15)
    with pytest.raises(CheckViolation), session.begin_nested():
        record_rows(session, anchor=spend.anchor, rows=rows, actor_id=None, at=spend.at)
    assert session.scalar(select(func.count()).select_from(SpendLine)) == 0


def test_a_line_for_nobody_is_refused_by_the_database(session, spend):
    spend.record(spend.line("A", "10.00"))
    columns = ", ".join(
        each.name for each in SpendLine.__table__.columns if each.name not in {"id", "public_id", "identity"}
    )
    for name in ("supplier_id", "anchor_id"):
        wrong = columns.replace(name, "999999")
        with pytest.raises(DBAPIError, match="names somebody"), session.begin_nested():
            session.execute(
                text(
                    f"INSERT INTO spend_line (public_id, identity, {columns}) "
                    f"SELECT gen_random_uuid(), gen_random_uuid(), {wrong} FROM spend_line"
                )
            )
    for name, kind, weight in (
        ("replaces_id", "reversal", -1), ("same_as_id", "conflict", 0), ("coded_by_id", "booked", 1),
        ("actor_id", "booked", 1), ("invoice_id", "booked", 1),
    ):  # fmt: skip
        changed = {name: "999999", "kind": f"'{kind}'", "weight": str(weight), "reason": "'fout'"}
        wrong = ", ".join(changed.get(each, each) for each in columns.split(", "))
        with pytest.raises(DBAPIError, match="names somebody"), session.begin_nested():
            session.execute(
                text(
                    f"INSERT INTO spend_line (public_id, identity, {columns}) "
                    f"SELECT gen_random_uuid(), gen_random_uuid(), {wrong} FROM spend_line"
                )
            )
    for table, column in (("supplier", "supplier_id"), ("organisation", "anchor_id")):
        gone = text(f"DELETE FROM {table} WHERE id IN (SELECT {column} FROM spend_line)")
        with pytest.raises(DBAPIError, match="lines of spend name it"), session.begin_nested():
            session.execute(gone)


def test_who_wrote_a_line_cannot_be_deleted(session, spend, make_user):
    writer = make_user(name="Voorbeeld Schrijver")
    record_spend(
        session, anchor=spend.anchor, lines=[spend.line("A", "1.00")], actor_id=writer.id, at=spend.at
    )
    with pytest.raises(DBAPIError, match="lines of spend name it"), session.begin_nested():
        session.execute(text("DELETE FROM user_account WHERE id = :id"), {"id": writer.id})


@pytest.mark.parametrize(
    ("column", "value"),
    [("cpv", "9091000"), ("cpv", "9091000A"), ("cpv", "909100001"), ("exclusion", "X8"), ("exclusion", "")],
)
def test_the_database_refuses_codes_of_another_shape(session, spend, column, value):
    spend.record(spend.line("A", "10.00"))
    columns = [
        each.name for each in SpendLine.__table__.columns if each.name not in {"id", "public_id", "identity"}
    ]
    wrong = ", ".join(":value" if each == column else each for each in columns)
    with pytest.raises(DBAPIError, match=f"ck_spend_line_{column}"), session.begin_nested():
        session.execute(
            text(
                f"INSERT INTO spend_line (public_id, identity, {', '.join(columns)}) "
                f"SELECT gen_random_uuid(), gen_random_uuid(), {wrong} FROM spend_line"
            ),
            {"value": value},
        )


def test_a_credit_note_finds_its_original_anywhere_in_the_file(session, spend):
    late = date(2026, 11, 1)
    store(
        spend, spend.line("A", "-30.00", "C1", late, credits_document="f 1"), spend.line("B", "1.00", "F1"),
        spend.line("C", "1.00", "x"), spend.line("A", "100.00", "F1"),
    )  # fmt: skip
    assert in_period(session) == (7_200, 4)


def test_a_file_taken_back_counts_no_more_and_can_come_again(session, spend):
    lines = [spend.line("A", "10.00", "1"), spend.line("B", "20.00", "2"), spend.line("B", "20.00", "2")]
    done = store(spend, *lines)
    fixed = session.scalars(select(SpendLine).where(SpendLine.document_number == "1")).one()
    correct_line(session, line=fixed, reason="tikfout", actor_id=None, at=spend.at, net_amount=1_500)
    taken = undo(spend, done)
    assert taken.line_count == 3
    assert in_period(session) == (0, 0)
    assert session.execute(queries.lines(Wanted())).all() == []
    assert sound(session)
    for reason, error in ((" ", errors.ReasonMissing), ("nog eens", errors.ImportUndone)):
        with pytest.raises(error):
            undo(spend, done, reason)
    again = store(spend, *lines, name="again.csv")
    assert (again.added, again.duplicates) == (3, 0)
    assert in_period(session) == (5_000, 3)
    assert store(spend, *lines).added == 0
    undo(spend, again)
    assert store(spend, *lines[:2], name="third.csv").added == 2
    assert in_period(session) == (3_000, 2)
    assert sound(session)
    assert session.scalar(select(func.count()).select_from(SpendUndo)) == 2


def test_an_invoice_counts_itself_when_the_file_that_stood_for_it_is_taken_back(session, trade, spend):
    sent = trade.send()
    line = spend.line(trade.seller.name, "325.00", sent.number, supplier_kvk_number=trade.seller.kvk_number)
    done = store(spend, line, anchor=trade.buyer)
    trade.approve(sent)
    assert in_period(session) == (32_500, 1)
    undo(spend, done)
    assert in_period(session) == (32_500, 1)
    again = store(spend, line, anchor=trade.buyer)
    assert (again.added, again.linked) == (1, 1)
    assert in_period(session) == (32_500, 1)
    assert sound(session)


def test_a_conflict_of_a_file_taken_back_waits_no_more(session, trade, spend):
    invoice = trade.approve(trade.send())
    line = spend.line(
        trade.seller.name, "400.00", invoice.number, supplier_kvk_number=trade.seller.kvk_number
    )
    done = store(spend, line, anchor=trade.buyer)
    assert queries.sums(session, Wanted(kind=Kind.CONFLICT)) == (1, 40_000)
    undo(spend, done)
    assert queries.sums(session, Wanted(kind=Kind.CONFLICT)) == (0, 0)


def test_undated_lines_come_once_as_well(session, spend):
    line = spend.line("A", "10.00", on=None)
    assert store(spend, line, line).added == 2
    assert store(spend, line, line, line).added == 1
    assert rollups.quarters(session) == []
    assert sound(session)


def test_what_an_import_finds_out_counts_for_earlier_lines(session, trade, spend):
    invoice = trade.approve(trade.send())

    def line(euros, number):
        return spend.line(trade.seller.name, euros, number, supplier_kvk_number=trade.seller.kvk_number)

    store(spend, line("10.00", "early"), anchor=trade.buyer)
    add_evidence(
        session, supplier=party_supplier(session, organisation=trade.seller, at=spend.at), grade=2, postcode="1063 AA",
        valid_from=date(2024, 1, 1), source="KvK", actor_id=None, at=spend.at,
    )  # fmt: skip
    local = rollups.Narrowed(standing=Standing.LOCAL)
    assert rollups.totals(session, local)[:2] == (1, 32_500)
    assert store(spend, line("325.00", invoice.number), anchor=trade.buyer).linked == 1
    assert rollups.totals(session, local)[:2] == (2, 33_500)
    assert sound(session)


@pytest.mark.parametrize(
    ("kind", "weight", "replaces", "same_as", "reason"),
    [
        ("booked", 0, "NULL", "NULL", ""), ("booked", 1, "id", "NULL", ""), ("booked", 1, "NULL", "id", ""),
        ("same", 1, "NULL", "id", ""), ("same", 0, "NULL", "NULL", ""), ("conflict", 0, "id", "id", ""),
        ("conflict", -1, "NULL", "id", ""), ("reversal", 1, "id", "NULL", "weg"), ("reversal", -1, "id", "NULL", ""),
        ("reversal", -1, "NULL", "NULL", "weg"), ("correction", -1, "id", "NULL", "anders"),
        ("correction", 1, "NULL", "NULL", "anders"), ("correction", 1, "id", "id", "anders"),
        ("correction", 1, "id", "NULL", ""), ("other", 1, "NULL", "NULL", ""),
    ],
)  # fmt: skip
def test_the_database_holds_each_kind_to_what_it_demands(
    session, spend, kind, weight, replaces, same_as, reason
):
    spend.record(spend.line("A", "10.00"))
    said = {
        "kind": f"'{kind}'", "weight": str(weight), "replaces_id": replaces, "same_as_id": same_as,
        "reason": f"'{reason}'",
    }  # fmt: skip
    columns = [
        each.name for each in SpendLine.__table__.columns if each.name not in {"id", "public_id", "identity"}
    ]
    wrong = ", ".join(said.get(each, each) for each in columns)
    with pytest.raises(DBAPIError, match="ck_spend_line_kind"), session.begin_nested():
        session.execute(
            text(
                f"INSERT INTO spend_line (public_id, identity, {', '.join(columns)}) "
                f"SELECT gen_random_uuid(), gen_random_uuid(), {wrong} FROM spend_line"
            )
        )
