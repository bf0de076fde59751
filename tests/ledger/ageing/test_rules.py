from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from cwb.documents.rules import Code, Paragraph, Table, Words
from cwb.kernel.money import Money
from ledger.ageing import rules
from ledger.ageing.rules import Bucket, Item, Side, Step

ON = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("late", "bucket"),
    [
        (-5, "not_due"), (0, "not_due"), (1, "1_30"), (30, "1_30"), (31, "31_60"), (60, "31_60"), (61, "61_90"),
        (90, "61_90"), (91, "over_90"), (4000, "over_90"),
    ],
)  # fmt: skip
def test_days_late_fall_in_their_column(late, bucket):
    due = ON - timedelta(days=late)
    assert rules.bucket(due, ON, Money(1)) == bucket
    assert rules.days_late(due, ON) == max(late, 0)
    assert rules.bucket(due, ON, Money(-1)) is Bucket.NOT_DUE


def item(party, cents, late=0):
    due = ON - timedelta(days=late)
    return Item(uuid4(), "1", due - timedelta(days=30), due, party, Money(cents))


def test_what_nothing_explains_is_the_difference_of_its_customer():
    items = [item(1, 100), item(1, 40, 95), item(2, 7, 45)]
    moved = [
        (1, "invoice_sent", Money(200)), (1, "invoice_payment", Money(-60)), (2, "invoice_sent", Money(9)),
        (3, "invoice_payment", Money(5)), (None, "dues_charged", Money(11)),
    ]  # fmt: skip
    found = rules.ageing(items, moved, {1, 2}, side=Side.RECEIVABLE, on=ON)
    assert [(line.party_id, line.total.minor, line.difference.minor) for line in found.lines] == [
        (1, 140, 0), (2, 7, 2), (None, 0, 0),
    ]  # fmt: skip
    assert {key.value: amount.minor for key, amount in found.sums.items()} == {
        "not_due": 100, "1_30": 0, "31_60": 7, "61_90": 0, "over_90": 40,
    }  # fmt: skip
    assert found.others == [("dues_charged", Money(11)), ("invoice_payment", Money(5))]
    assert (found.total, found.booked, found.difference) == (Money(147), Money(165), Money(2))


def test_who_paid_all_stands_on_no_line():
    moved = [(1, "invoice_sent", Money(9)), (1, "invoice_payment", Money(-9))]
    assert rules.ageing([], moved, {1}, side=Side.RECEIVABLE, on=ON).lines == ()


def test_a_statement_runs_in_the_order_of_days_and_invoices_come_before_payments():
    def step(day, kind, cents):
        return Step(date(2026, 1, day), kind, uuid4(), "1", Money(cents))

    found = rules.running(
        [step(2, "payment", -5), step(3, "refund", 1), step(2, "invoice", 9), step(1, "invoice", 1)]
    )
    assert [(each.kind, after.minor) for each, after in found] == [
        ("invoice", 1), ("invoice", 10), ("payment", 5), ("refund", 6),
    ]  # fmt: skip


def account(side=Side.RECEIVABLE, items=(), steps=()):
    at = datetime(2026, 11, 29, tzinfo=UTC)
    return rules.Account(side, ["Schoon", "Straat 1"], ["School"], items, steps, ON, at)


def test_a_statement_to_send_names_what_is_late_and_with_what_reference_to_pay():
    late = item(1, 12_345, 40)._replace(number="2026-7", reference="RF462026000123")
    made = rules.statement(Words("nl"), account(items=[late, item(1, 100)]))
    told = [each for each in made.blocks if isinstance(each, Paragraph)]
    assert told[1].text == "Open: €\u00a0124,45. Daarvan te laat: €\u00a0123,45."
    table = next(each for each in made.blocks if isinstance(each, Table))
    assert table.rows[0][3:] == ("40", Code("RF462026000123"), "€\u00a0123,45")
    assert table.rows[-1][-1] == "€\u00a0124,45"
    assert (made.sender, made.mark) == ("Schoon", "School, 2026-11-29")


def test_a_statement_of_a_supplier_asks_nobody_to_pay_and_one_without_anything_says_so():
    told = str(rules.statement(Words("nl"), account(Side.PAYABLE, items=[item(1, 100)])).blocks)
    assert "Leverancier" in told
    assert "Betaal elke factuur" not in told
    assert "Er staat niets open." in str(rules.statement(Words("nl"), account()).blocks)
