"""What an answer is worth, to the cent."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.period import Period
from ledger.novelty.rules import Novelty, began_long_ago, novelty
from ledger.share.rules import Standing
from ledger.suppliers.rules import FOREVER
from ledger.worklist.rules import BUYER_TEXT, STEP_TEXT, Bought, Proof, Step, next_step, work

LOCAL, FAR, OPEN = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN


def test_ten_answers_raise_coverage_exactly():
    rows = [Bought("a", 1, LOCAL, 60_00), Bought("b", 2, FAR, 11_00)]
    rows += [Bought(f"u{i}", 10 + i, OPEN, 2_20) for i in range(10)] + [
        Bought(f"v{i}", 30 + i, OPEN, 70) for i in range(10)
    ]
    found = work(rows)
    assert found.coverage == Fraction(71, 100)
    assert found.after(10) == Fraction(93, 100)
    assert found.after(99) == 1
    assert found.steps()[9] == Fraction(93, 100)
    assert found.needed() == 5


def test_a_credit_note_counts_by_size_and_is_netted_when_it_is_proven():
    found = work([Bought("a", 1, LOCAL, 100), Bought("b", 2, OPEN, 90), Bought("b", 3, OPEN, -40)])
    assert (found.coverage, found.rows[0].net, found.rows[0].size, found.rows[0].supplier_id) == (
        Fraction(100, 230), 50, 130, 2,
    )  # fmt: skip
    assert found.after(1) == 1


def test_the_constructed_check_of_the_definition():
    found = work([
        Bought("A", 1, LOCAL, 100_000), Bought("B", 2, FAR, 200_000), Bought("C", 3, OPEN, 50_000),
        Bought("D", 4, OPEN, -10_000), Bought("E", 5, OPEN, 40_000),
    ])  # fmt: skip
    assert found.coverage == Fraction(75, 100)
    assert [each.whose for each in found.rows] == ["C", "E", "D"]
    assert found.needed() == 1


def test_nothing_bought_has_no_coverage():
    found = work([])
    assert (found.coverage, found.after(3), found.steps(), found.needed()) == (None, None, [], None)
    assert work([Bought("a", 1, LOCAL, 5)]).needed() == 0
    assert work([Bought("a", 1, OPEN, 0)]).rows == []


@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(list(Standing)), st.integers(-999, 999)), max_size=30
    )
)
def test_all_answers_together_always_give_all(rows):
    found = work([Bought(f"w{who}", who, standing, net) for who, standing, net in rows])
    every = found.after(len(found.rows))
    assert every in {1, None}
    assert found.steps() == [found.after(n) for n in range(1, len(found.rows) + 1)]
    sizes = [each.size for each in found.rows]
    assert sizes == sorted(sizes, reverse=True)


Q3, START, HALF, END = Period.parse("2026-Q3"), date(2026, 7, 1), date(2026, 8, 15), date(2026, 10, 1)


@pytest.mark.parametrize(
    ("facts", "proofs", "step", "day"),
    [
        ("found pointed number on", (), Step.PLACE, None), ("pointed number on", (), Step.DECIDE, None),
        ("number on", (), Step.LOOK_UP, None), ("number", (), Step.COPY, None), ("on", (), Step.ASK, None),
        ("found on", [(HALF, END, True)], Step.BEGUN, HALF), ("on", [(END, FOREVER, False)], Step.LATER, END),
        ("found on", [(START, HALF, False)], Step.RENEW, None), ("found", [(START, END, True)], Step.PLACE, None),
        ("found", [(START, HALF, True), (date(2026, 9, 1), FOREVER, True)], Step.PLACE, None),
    ],
)  # fmt: skip
def test_what_to_do_next_fits_what_is_known(facts, proofs, step, day):
    known = facts.split()
    said = next_step(
        Q3, [Proof(*each) for each in proofs], found="found" in known, pointed="pointed" in known,
        has_number="number" in known, register_on="on" in known,
    )  # fmt: skip
    assert said == (step, day)


def test_each_step_has_words_for_both_readers():
    assert set(STEP_TEXT) == set(BUYER_TEXT) == set(Step)


SINCE, BEFORE, AFTER = date(2025, 7, 1), date(2024, 1, 1), date(2026, 8, 1)


@pytest.mark.parametrize(
    ("started", "first", "known", "with_the_books", "what"),
    [
        (BEFORE, BEFORE, False, False, Novelty.EXISTING), (None, BEFORE, False, False, Novelty.EXISTING),
        (BEFORE, AFTER, True, False, Novelty.REACHED), (AFTER, AFTER, True, True, Novelty.NEW),
        (SINCE, AFTER, False, False, Novelty.NEW), (BEFORE, AFTER, False, False, Novelty.UNKNOWN),
        (None, AFTER, True, False, Novelty.UNKNOWN), (None, AFTER, False, True, Novelty.EXISTING),
    ],
)  # fmt: skip
def test_attack_16_a_supplier_that_was_there_anyway_is_not_new(started, first, known, with_the_books, what):
    assert novelty(started, first, since=SINCE, known=known, with_the_books=with_the_books) is what


def test_who_is_there_as_soon_as_the_books_begin_was_used_already_when_that_is_half_a_year_ago():
    first, q3 = date(2025, 10, 1), date(2026, 7, 1)
    assert began_long_ago(first, first, q3)
    assert not began_long_ago(first, first, date(2026, 4, 1))
    assert not began_long_ago(date(2026, 1, 1), first, q3)
    assert not began_long_ago(first, None, q3)
