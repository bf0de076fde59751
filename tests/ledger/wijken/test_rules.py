from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ledger.share.rules import Standing
from ledger.wijken.rules import Bought, figures, hidden


def bought(wijk: str, count: int, net: int = 100, standing: Standing = Standing.LOCAL) -> list[Bought]:
    return [Bought(f"{wijk}{standing}{number}", standing, wijk, net) for number in range(count)]


def test_bounds_count_what_may_sit_there_and_coverage_what_is_known():
    rows = [
        *bought("FA", 5), *bought("FB", 5), *bought("", 2), *bought("", 4, standing=Standing.UNKNOWN),
        *bought("", 4, standing=Standing.NOT_LOCAL),
    ]  # fmt: skip
    found = figures(rows, ["FA", "FB", "FC"])
    share = found["FA"].share
    assert (share.lo, share.hi, share.coverage) == (Fraction(5, 20), Fraction(11, 20), Fraction(14, 20))
    assert (found["FA"].here, found["FA"].suppliers, found["FA"].total) == (500, 5, 2000)
    assert found["FC"].share.lo == 0
    assert {(each.doubted, each.doubtful) for each in found.values()} == {(600, 6)}, (
        "what may sit in any of them"
    )


def test_how_many_have_no_proven_wijk_is_told_of_five_or_none():
    for many, told in ((0, 0), (1, None), (4, None), (5, 5)):
        found = figures([*bought("FA", 5), *bought("", many, standing=Standing.UNKNOWN)], ["FA", "FB"])
        assert found["FB"].doubtful == told, many


def test_a_few_suppliers_are_not_shown_nor_what_they_follow_from():
    assert hidden({"FA": 4, "FB": 9, "FC": 7, "FD": 0}, 0) == {"FA", "FC"}
    assert hidden({"FA": 4, "FB": 9}, 1) == {"FA"}
    assert hidden({"FA": 5, "FB": 9}, 1) == frozenset()
    found = figures([*bought("FA", 4), *bought("FB", 6)], ["FA", "FB"])
    assert found["FA"].share is found["FB"].share is found["FA"].here is found["FB"].suppliers is None


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 12)), st.integers(0, 6))
def test_what_is_hidden_is_never_a_small_cell(counts, unplaced):
    shut = hidden(counts, unplaced)
    shown = [count for code, count in counts.items() if code not in shut]
    assert not [count for count in shown if 0 < count < 5]
    left = sum(counts[code] for code in shut) + unplaced
    assert not shut or left >= 5 or not [count for count in shown if count]
