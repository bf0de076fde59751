"""What lines add up to while they are written is what they add up to when they are read again."""

from datetime import date

import pytest
from sqlalchemy import event, text

from ledger.rollups import queries, services
from ledger.rollups.gateway import hand_over
from ledger.rollups.rules import Spans, Sums
from ledger.spend.rules import File, Handed
from ledger.spend.services import record_rows

JULY, LATE, SEPTEMBER = date(2026, 7, 6), date(2026, 8, 20), date(2026, 9, 7)
CUT = date(2026, 8, 10)


def book(spend, *lines, told=lambda _done: {}):
    return record_rows(
        spend.session, anchor=spend.anchor, rows=Handed(lines), file=File("a.csv", "x", told=told), actor_id=None,
        at=spend.at,
    )  # fmt: skip


def sums_of(spend):
    return spend.session.execute(
        text("""
            SELECT quarter_on, standing, sum(net_amount), sum(irrecoverable_vat_amount), sum(weight) FROM spend_rollup
            GROUP BY 1, 2 ORDER BY 1, 2
        """)
    ).all()


@pytest.fixture
def folded(session):
    """From where lines are summed up: on their way, from the table, or both."""
    seen = []

    def hear(_connection, _cursor, statement, *_rest):
        if "INSERT INTO spend_rollup" in statement:
            ways = "spend_summed" in statement, "FROM spend_line line" in statement
            seen.append({(True, False): "sums", (False, True): "lines", (True, True): "both"}[ways])

    event.listen(session.get_bind(), "before_cursor_execute", hear)
    yield seen
    event.remove(session.get_bind(), "before_cursor_execute", hear)


def test_a_stretch_ends_with_its_quarter_and_where_something_new_is_proven():
    spans = Spans([CUT, date(2027, 1, 1)])
    assert spans[JULY] == (date(2026, 7, 1), CUT)
    assert spans[CUT] == spans[SEPTEMBER] == (CUT, date(2026, 10, 1))
    assert spans[date(2026, 12, 31)] == (date(2026, 10, 1), date(2027, 1, 1))
    assert spans[None] == (None, None)


def test_sums_of_one_group_add_up_also_when_some_went_before(session):
    sums, group = Sums(), (7, (JULY, LATE), "cleaning", None, "A\\B\tC", None, None)
    sums.add(group, 500, 20)
    sums.add(group, -100, 0)
    hand_over(session, sums)
    assert not sums
    sums.add(group, 1, 1)
    hand_over(session, sums)
    found = session.execute(
        text("""
            SELECT contract_reference, from_on, until_on, sum(net_amount), sum(irrecoverable_vat_amount), sum(weight)
            FROM spend_summed GROUP BY 1, 2, 3
        """)
    ).one()
    assert found == ("A\\B\tC", JULY, LATE, 401, 21, 3)


def test_a_file_is_summed_up_on_its_way(spend, folded):
    spend.record(spend.line("A", "1.00"))
    spend.prove(spend.line("A", "1.00"), "local", valid_from=CUT)
    folded.clear()
    lines = [spend.line("A", "10.00", f"A{on}", on=on) for on in (JULY, LATE, SEPTEMBER, None)]
    lines += [spend.line("B", "2.00", "B1", on=LATE), spend.line("B", "3.00", "B2", on=date(2026, 11, 1))]
    lines += [spend.line("B", "-2.00", "B3", on=date(2026, 11, 2), credits_document="B1")]
    book(spend, *lines)
    assert (folded, queries.verify(spend.session)) == (["sums"], (8, 4_400, 0))
    assert sums_of(spend) == [
        (date(2026, 7, 1), "local", 2_000, 0, 2), (date(2026, 7, 1), "unknown", 1_100, 0, 4),
        (date(2026, 10, 1), "unknown", 300, 0, 1), (None, "unknown", 1_000, 0, 1),
    ]  # fmt: skip


def test_what_was_proven_meanwhile_within_a_stretch_is_read_from_the_lines(spend, folded):
    line, other = spend.line("A", "10.00", on=JULY), spend.line("B", "5.00", on=JULY)

    def told(_done):
        spend.prove(line, "local", valid_from=CUT)
        return {}

    book(spend, line, spend.line("A", "20.00", "A2", on=SEPTEMBER), other, told=told)
    assert (folded, queries.verify(spend.session)) == (["both"], (3, 3_500, 0))
    assert sums_of(spend) == [
        (date(2026, 7, 1), "local", 2_000, 0, 1), (date(2026, 7, 1), "unknown", 1_500, 0, 2),
    ]  # fmt: skip


def test_when_the_lines_are_other_than_what_was_added_up_they_are_read_again(spend, folded):
    again = """
        INSERT INTO spend_line (public_id, anchor_id, supplier_id, source, kind, weight, identity, ordinal,
            document_number, document_key, invoice_on, period_on, net_amount, irrecoverable_vat_amount, currency,
            description, category, contract_reference, tender_reference, reason, recorded_at)
        SELECT gen_random_uuid(), anchor_id, supplier_id, source, kind, weight, identity, ordinal + 1,
            document_number, document_key, invoice_on, period_on, net_amount, irrecoverable_vat_amount, currency,
            description, category, contract_reference, tender_reference, reason, recorded_at
        FROM spend_line
    """

    def told(_done):
        spend.session.execute(text(again))
        return {}

    book(spend, spend.line("A", "10.00"), told=told)
    assert (folded, queries.verify(spend.session)) == (["lines"], (2, 2_000, 0))


def test_signs_that_mean_something_on_the_way_do_not_hide_a_line_from_its_sum(spend, folded):
    lines = [
        spend.line("A", "10.00", f"A{n}", contract_reference="K\\1\t2", description="\\N") for n in (1, 2)
    ]
    book(spend, *lines, spend.line("B", "1.00", contract_reference="K"))
    assert (folded, queries.verify(spend.session)) == (["sums"], (3, 2_100, 0))


def test_an_act_changes_a_quarter_once(spend):
    changes = text("SELECT quarter_on, count(*) FROM spend_change GROUP BY 1 ORDER BY 1")
    book(
        spend,
        *(
            spend.line(name, "1.00", f"{name}{on}", on=on)
            for name in "ABC"
            for on in (JULY, date(2026, 11, 1))
        ),
    )
    assert spend.session.execute(changes).all() == [(date(2026, 7, 1), 1), (date(2026, 10, 1), 1)]
    services.rebuild(spend.session)
    assert spend.session.execute(changes).all() == [(date(2026, 7, 1), 2), (date(2026, 10, 1), 2)]
