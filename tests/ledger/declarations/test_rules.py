"""What may be declared, how long it counts, and what it makes of purchases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cwb.kernel.period import Period
from cwb.places.gateway import area_pack
from ledger.declarations import errors, rules
from ledger.declarations.rules import Amounts, Landing, Passed
from ledger.disclosure.rules import Purchase
from ledger.share.rules import Standing

L, N, U = Standing.LOCAL, Standing.NOT_LOCAL, Standing.UNKNOWN
Q3 = Period.parse("2026-Q3")


def bought(supplier="p1", amount=10_000_000, **other):
    facts = {
        "anchor": "A", "verdict": "1", "category": "x", "standing": L, "grade": "E2", "variants": (L,), "lines": 1,
    }  # fmt: skip
    return Purchase(supplier=supplier, amount=amount, **(facts | other))


def landing(amounts, who="p1", contract="", start=date(2026, 1, 1), end=date(2028, 1, 1), order=1):
    return Landing(who, contract, start, end, amounts.landed, amounts.turnover, order)


def landed(amounts):
    return rules.land([bought()], rules.landings_of([landing(amounts)], Q3))[0].landed


def test_constructed_check_3_a_cooperative_lands_59_percent_and_a_mailbox_2():
    coop = Amounts(
        turnover=10_000_000,
        wages=4_500_000,
        purchases=1_000_000,
        surplus=500_000,
        members=100,
        resident_members=80,
    )
    assert landed(coop) == 5_900_000
    assert landed(Amounts(turnover=10_000_000, wages=200_000)) == 200_000


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"turnover": 0}, errors.TurnoverMissing), ({"turnover": -1}, errors.PartNegative),
        ({"turnover": 100, "wages": -1}, errors.PartNegative),
        ({"turnover": 100, "wages": 60, "purchases": 30, "surplus": 11}, errors.PartsTooLarge),
        ({"turnover": 100, "members": 1, "resident_members": 2}, errors.MoreThanAll),
        ({"turnover": 100, "hours": 1, "local_hours": 2}, errors.MoreThanAll),
        ({"turnover": 100, "votes": 1, "resident_votes": 2}, errors.MoreThanAll),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_are_refused(facts, error):
    with pytest.raises(error):
        Amounts(**facts)


def test_a_surplus_without_members_lands_nowhere():
    assert Amounts(turnover=100, surplus=50).landed == 0


def test_the_payroll_is_counted_by_postcode_and_small_cells_fold_at_once():
    text = "1063 AB 12\n1063ac; 3\n\n1063 AD,4\n1069 AA 2"
    assert rules.payroll(text, area_pack(), date(2026, 1, 1)) == [("", 2), ("1063", 7), ("1063 AB", 12)]
    assert rules.payroll("", area_pack(), date(2026, 1, 1)) == []


def test_what_was_kept_of_a_payroll_comes_back_as_it_was_told():
    area, on = area_pack(), date(2026, 1, 1)
    kept = rules.payroll("1063 AB 12\n1063ac; 3\n1063 AD,4\n1069 AA 2", area, on)
    told = rules.payroll_lines(kept)
    assert told == "overig 2\n1063 7\n1063 AB 12"
    assert rules.payroll(told, area, on, kept) == kept
    assert rules.payroll(f"{told}\n1063 AC 1", area, on, kept) == [("", 2), ("1063", 8), ("1063 AB", 12)]
    for line in ("1063 8", "1063 7\n1063 7", "overig 3"):
        with pytest.raises(errors.PayrollUnreadable):
            rules.payroll(line, area, on, kept)


@pytest.mark.parametrize("line", ["1063 AB", "12", "1063 AB twaalf", "1063 AB 0", "0063 AB 3", "1063 AB -4"])
def test_a_line_of_the_payroll_that_cannot_be_read_is_named(line):
    with pytest.raises(errors.PayrollUnreadable):
        rules.payroll(line, area_pack(), date(2026, 1, 1))


def test_attack_14_somebody_who_lives_elsewhere_is_no_resident():
    with pytest.raises(errors.PayrollOutside):
        rules.payroll("1081 AB 12", area_pack(), date(2026, 1, 1))


def test_attack_14_wages_need_people_and_papers():
    with pytest.raises(errors.PayrollMissing):
        rules.check_complete(Amounts(turnover=100, wages=1), 0, "loonstaat")
    with pytest.raises(errors.SourceMissing):
        rules.check_complete(Amounts(turnover=100), 0, " ")
    rules.check_complete(Amounts(turnover=100, wages=1), 1, "loonstaat")


def test_a_check_is_by_somebody_of_neither_side_in_words():
    with pytest.raises(errors.CheckerInvolvedHere):
        rules.check_check(3, "gezien", involved=True)
    with pytest.raises(errors.CheckGradeInvalid):
        rules.check_check(2, "gezien", involved=False)
    with pytest.raises(errors.CheckReasonMissing):
        rules.check_check(3, " ", involved=False)
    assert rules.check_check(4, " gezien ", involved=False) == "gezien"


def test_a_year_that_cannot_be_is_refused():
    today = date(2026, 9, 1)
    assert rules.term(2025, today=today) == (date(2025, 1, 1), date(2026, 1, 1))
    for year in (2027, 2020, 0):
        with pytest.raises(errors.TermInvalid):
            rules.term(year, today=today)


def test_a_checked_declaration_counts_for_two_years_whatever_its_grade():
    assert rules.counts_until(3, date(2026, 9, 1)) == date(2028, 9, 1)
    assert rules.counts_until(4, date(2026, 9, 1)) == date(2028, 9, 1)


def test_a_declaration_counts_only_for_periods_it_covers_whole_and_the_latest_goes_first():
    old = landing(Amounts(turnover=100, wages=10), start=date(2025, 1, 1))
    new = landing(Amounts(turnover=100, wages=30), order=2)
    expired = landing(Amounts(turnover=100, wages=90), end=date(2026, 9, 30), order=3)
    found = rules.landings_of([new, expired, old], Q3)
    assert found["p1", ""].landed == 30
    assert rules.landings_of([new], Period.parse("2025-Q4")) == {}
    assert rules.landings_of([landing(Amounts(turnover=1), start=date(2026, 7, 2))], Q3) == {}


def test_a_contracts_own_declaration_goes_before_that_of_the_year():
    found = rules.landings_of(
        [landing(Amounts(turnover=100, wages=10)), landing(Amounts(turnover=100, wages=50), contract="C-1")],
        Q3,
    )
    year, contract, other = rules.land(
        [bought(amount=100), bought(amount=100, contract="C-1"), bought("p2", amount=100)], found
    )
    assert [(each.declared, each.landed) for each in (year, contract, other)] == [
        (100, 10),
        (100, 50),
        (0, 0),
    ]


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**9), st.integers(1, 10**9))
def test_rounding_never_adds_a_cent_to_the_floor(amount, part, turnover):
    one = landing(Amounts(turnover=max(part, turnover), wages=part))
    exact = amount * one.landed
    assert one.of(amount) * one.turnover <= exact < (one.of(amount) + 1) * one.turnover


def passed(amount=3_000_000, sub="p2", **other):
    facts = {"category": "", "standing": L, "grade": "E2", "variants": (L,), "verdict": "9"}
    return Passed("A", "p1", sub, amount, **(facts | other))


def test_attack_09_passing_on_moves_the_place_and_leaves_the_total():
    prime = bought(standing=N, variants=(N,))
    rest, moved = rules.pass_on([prime], [passed()])
    assert (rest.amount, rest.supplier, rest.standing) == (7_000_000, "p1", N)
    assert (moved.amount, moved.supplier, moved.standing, moved.lines) == (3_000_000, "p2", L, 0)


def test_attack_09_a_local_mailbox_that_passes_all_on_keeps_nothing():
    found = rules.pass_on([bought()], [passed(10_000_000, standing=N, variants=(N,))])
    assert sum(each.amount for each in found if each.standing is L) == 0
    assert sum(each.amount for each in found) == 10_000_000


def test_what_is_more_than_the_prime_got_is_not_moved_at_all():
    rows = [bought(amount=5_000_000), bought(amount=-3_000_000)]
    assert rules.pass_on(rows, [passed(2_000_001)]) == rows
    assert sum(each.amount for each in rules.pass_on(rows, [passed(2_000_000)])) == 2_000_000


def test_what_is_excluded_or_of_another_anchor_is_not_passed_on():
    rows = [bought(exclusion="X1"), bought(anchor="B")]
    assert rules.pass_on(rows, [passed()]) == rows


@given(st.lists(st.integers(1, 10**9), max_size=5), st.lists(st.integers(-(10**6), 10**9), max_size=5))
def test_passing_on_never_changes_the_total(amounts, prime):
    rows = [bought(amount=each) for each in prime]
    found = rules.pass_on(rows, [passed(each) for each in amounts])
    assert sum(each.amount for each in found) == sum(prime)
    assert all(each.amount >= 0 for each in found if each.supplier == "p2")
