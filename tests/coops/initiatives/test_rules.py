from datetime import date, timedelta

import pytest

from coops.initiatives import errors, rules
from coops.initiatives.rules import Shown, Signature, Step, TaskState

START = date(2026, 1, 1)
TWO = [Signature(date(2026, 1, 10)), Signature(date(2026, 1, 20))]


def stands(signatures=(), shown=(), today=date(2026, 2, 1)):
    return rules.ladder(START, signatures, shown, today=today)


def test_one_sentence_is_an_idea_and_two_signatures_are_a_group():
    assert stands().at is Step.IDEA
    assert stands(TWO[:1]).at is Step.IDEA
    found = stands(TWO)
    assert (found.at, found.since, found.next) == (Step.GROUP, date(2026, 1, 20), Step.STATUTES)
    assert found.days == {Step.IDEA: 19, Step.GROUP: 12}


def test_the_group_falls_back_when_one_of_two_leaves():
    left = [TWO[0], Signature(date(2026, 1, 20), left_on=date(2026, 3, 1))]
    assert stands(left, today=date(2026, 2, 28)).at is Step.GROUP
    found = stands(left, today=date(2026, 3, 1))
    assert found.at is Step.IDEA
    assert found.rungs[1].lapsed


def test_who_leaves_a_cooperative_that_exists_takes_no_step_with_them():
    left = [TWO[0], Signature(date(2026, 1, 20), left_on=date(2026, 3, 1))]
    day = date(2026, 2, 1)
    shown = [Shown(Step.STATUTES, day, day, day), Shown(Step.KVK, day, day)]
    assert stands(left, shown, date(2026, 3, 1)).at is Step.IDEA, (
        "a number that nobody checked founds nothing"
    )
    assert stands(left, [*shown, Shown(Step.KVK, day, day, day)], date(2026, 3, 1)).at is Step.KVK


def test_a_step_lapses_on_the_day_after_its_evidence_and_lasts_longer_when_checked():
    told = Shown(Step.STATUTES, date(2026, 2, 1), date(2026, 2, 1))
    last = told.until
    assert stands(TWO, [told], last).at is Step.STATUTES
    assert stands(TWO, [told], last + timedelta(days=1)).at is Step.GROUP
    checked = Shown(Step.STATUTES, date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 5))
    assert checked.until == date(2026, 2, 5) + rules.CHECKED_FOR
    assert stands(TWO, [told, checked], last + timedelta(days=1)).at is Step.STATUTES


def test_no_step_counts_before_those_below_it():
    deed = Shown(Step.STATUTES, date(2026, 2, 1), date(2026, 2, 1))
    found = stands((), [deed])
    assert found.at is Step.IDEA
    assert found.rungs[2].reached_on == date(2026, 2, 1)


@pytest.mark.parametrize("drawn", [(), (Shown(Step.STATUTES, START, START, draft=True),)])
def test_a_kvk_number_is_there_only_after_the_deed(drawn):
    told = Shown(Step.KVK, START, START)
    with pytest.raises(errors.KvkTooSoon) as refused:
        rules.check_evidence(Step.KVK, "uittreksel", "12345678", START, today=START, shown=drawn)
    assert refused.value.field == "step"
    assert stands(TWO, [*drawn, told]).rungs[3].reached_on is None, (
        "what was told too soon counts for nothing"
    )
    deed = Shown(Step.STATUTES, START, START)
    rules.check_evidence(Step.KVK, "uittreksel", "12345678", START, today=START, shown=[*drawn, deed])
    later = Shown(Step.STATUTES, START + timedelta(days=1), START)
    with pytest.raises(errors.KvkEarly) as refused:
        rules.check_evidence(Step.KVK, "uittreksel", "12345678", START, today=START, shown=[*drawn, later])
    assert refused.value.field == "reached_on"
    with pytest.raises(errors.KvkNeeded) as refused:
        rules.check_evidence(Step.KVK, "uittreksel", None, START, today=START, shown=[deed])
    assert refused.value.field == "kvk"
    assert stands(TWO, [*drawn, told, deed]).rungs[3].reached_on == START


def test_the_top_has_no_next_and_never_stalls():
    day, end = date(2026, 2, 1), date(2027, 1, 31)
    below = [Shown(step, day, day, day) for step in rules.LADDER[2:-1]]
    found = stands(TWO, [*below, Shown(Step.EVEN, end, end)], date(2027, 12, 1))
    assert (found.at, found.next, found.stalled) == (Step.EVEN, None, False)
    early = stands(TWO, [*below, Shown(Step.EVEN, end - timedelta(days=1), end)], date(2027, 12, 1))
    assert (early.at, early.even_from) == (Step.CONTRACT, end), "two book years do not fit in less"


def test_a_step_stalls_the_day_after_its_term():
    term = rules.STALLS[Step.IDEA]
    assert not stands(today=START + term).stalled
    assert stands(today=START + term + timedelta(days=1)).stalled


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ((Step.GROUP, "x", None, START), errors.StepBySigning, "step"),
        ((Step.STATUTES, " ", None, START), errors.EvidenceMissing, "text"),
        ((Step.STATUTES, "akte", None, START + timedelta(days=1)), errors.EvidenceAhead, "reached_on"),
        ((Step.STATUTES, "akte", None, START), errors.StatutesMissing, "file"),
        ((Step.EVEN, "boeken", None, START), errors.EvenTooSoon, "step"),
    ],
)
def test_evidence_that_shows_nothing_is_refused_at_its_field(facts, error, field):
    with pytest.raises(error) as refused:
        rules.check_evidence(*facts, today=START)
    assert refused.value.field == field


def test_a_draft_of_the_statutes_is_under_way_and_not_counted():
    drawn, day = Shown(Step.STATUTES, date(2026, 1, 25), date(2026, 1, 25), draft=True), date(2026, 1, 30)
    found = stands(TWO, [drawn])
    assert (found.at, found.next) == (Step.GROUP, Step.STATUTES)
    assert (found.rungs[2].reached_on, found.rungs[2].draft_on) == (None, date(2026, 1, 25))
    final = stands(TWO, [drawn, Shown(Step.STATUTES, day, day)])
    assert (final.at, final.rungs[2].reached_on, final.rungs[2].draft_on) == (Step.STATUTES, day, None)
    rules.check_evidence(Step.STATUTES, "concept", None, START, today=START, draft=True)
    with pytest.raises(ValueError, match="kvk"):
        rules.check_evidence(Step.KVK, "concept", "12345678", START, today=START, draft=True)


@pytest.mark.parametrize(("before", "draft"), [(Step.KVK, False), (Step.STATUTES, True)])
def test_who_is_not_founded_and_has_no_work_covers_no_costs(before, draft):
    end = date(2026, 12, 31)

    def even(*shown, has_file=True, on=end):
        rules.check_evidence(Step.EVEN, "boeken", None, on, today=end, has_file=has_file, shown=shown)

    with pytest.raises(errors.EvenTooSoon):
        even(Shown(before, START, START, draft=draft))
    for step in (Step.STATUTES, Step.CONTRACT):
        even(Shown(step, START, START))
        with pytest.raises(errors.AccountsMissing) as refused:
            even(Shown(step, START, START), has_file=False)
        assert refused.value.field == "file"
        with pytest.raises(errors.EvenEarly) as early:
            even(Shown(step, START, START), on=end - timedelta(days=1))
        assert (early.value.field, early.value.facts["day"]) == ("reached_on", end)


@pytest.mark.parametrize(
    ("told", "first"),
    [
        ([], None),
        ([(Step.STATUTES, date(2024, 2, 29))], date(2025, 2, 27)),
        ([(Step.STATUTES, date(2026, 3, 2)), (Step.STATUTES, date(2026, 9, 1))], date(2027, 3, 1)),
        ([(Step.CONTRACT, date(2025, 1, 1)), (Step.STATUTES, date(2026, 3, 2))], date(2027, 3, 1)),
        ([(Step.CONTRACT, date(2025, 1, 1)), (Step.KVK, date(2024, 1, 1))], date(2025, 12, 31)),
    ],
)
def test_accounts_show_something_a_full_year_after_the_first_deed(told, first):
    assert rules.even_from([Shown(step, day, day) for step, day in told]) == first


def test_a_second_person_neither_told_nor_coaches_nor_founds():
    def may(checker):
        return rules.may_check(checker, told_by_id=1, coach_id=2, founders=[3, 4])

    assert [may(each) for each in (1, 2, 3, 4, 5)] == [False] * 4 + [True]


def test_a_task_is_broken_the_day_after_and_late_when_it_is_done_then():
    due = date(2026, 2, 1)
    after = due + timedelta(days=1)
    assert rules.task_state(due, None, due) is TaskState.OPEN
    assert rules.task_state(due, None, after) is TaskState.BROKEN
    assert rules.task_state(due, due, after) is TaskState.DONE
    assert rules.task_state(due, after, after) is TaskState.LATE


def test_a_task_lies_ahead_and_has_an_owner():
    rules.check_task("Notaris bellen", "coach", START, today=START)
    with pytest.raises(errors.TaskMissing):
        rules.check_task(" ", "coach", START, today=START)
    for day in (START - timedelta(days=1), START + rules.FARTHEST + timedelta(days=1)):
        with pytest.raises(errors.TaskBehind):
            rules.check_task("x", "coach", day, today=START)
    with pytest.raises(ValueError, match="somebody"):
        rules.check_task("x", "somebody", START, today=START)


def test_a_contract_comes_after_kvk_and_one_told_in_words_counts_for_nothing():
    day = date(2026, 2, 1)
    deed, number = Shown(Step.STATUTES, day, day), Shown(Step.KVK, day, day)
    words, paper = Shown(Step.CONTRACT, day, day, day, filed=False), Shown(Step.CONTRACT, day, day)
    for shown, at, following in (
        ([deed, paper], Step.STATUTES, Step.KVK),
        ([deed, number, words], Step.KVK, Step.CONTRACT),
        ([deed, number, paper], Step.CONTRACT, Step.EVEN),
        ([deed, Shown(Step.KVK, day, day, refused=True), paper], Step.STATUTES, Step.KVK),
    ):
        found = stands(TWO, shown)
        assert (found.at, found.next) == (at, following)
    with pytest.raises(errors.ContractTooSoon):
        rules.check_evidence(Step.CONTRACT, "een contract", None, day, today=day, has_file=True, shown=[deed])
    with pytest.raises(errors.ContractMissing) as refused:
        rules.check_evidence(Step.CONTRACT, "een contract", None, day, today=day, shown=[deed, number])
    assert refused.value.field == "file"
    rules.check_evidence(
        Step.CONTRACT, "een contract", None, day, today=day, has_file=True, shown=[deed, number]
    )
