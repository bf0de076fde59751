from datetime import date

import pytest

from cwb.kernel.words import TextTooShort
from procurement.milestones import errors, rules
from procurement.milestones.rules import Outcome, Stage

DUE = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("outcomes", "waits", "today", "stage"),
    [
        ([], False, DUE, Stage.SCHEDULED), ([], False, date(2027, 4, 1), Stage.OVERDUE),
        ([], True, date(2027, 4, 1), Stage.REPORTED), ([Outcome.MET], False, date(2028, 1, 1), Stage.MET),
        ([Outcome.PARTIALLY_MET], True, DUE, Stage.REPORTED),
        ([Outcome.NOT_MET, Outcome.PARTIALLY_MET], False, DUE, Stage.PARTIALLY_MET),
    ],
)  # fmt: skip
def test_where_a_milestone_stands(outcomes, waits, today, stage):
    assert rules.stage_of(outcomes, waits=waits, due_on=DUE, today=today) is stage


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
)
def test_a_file_is_known_by_its_first_bytes(content, kind):
    assert rules.type_of(content) == kind


@pytest.mark.parametrize("content", [b"", b"<html>", b"MZ", b" %PDF-", b"%PDF-" + b"x" * rules.MOST_FILE])
def test_other_files_are_refused(content):
    with pytest.raises(errors.FileUnfit):
        rules.type_of(content)


def test_without_a_report_only_not_met_and_only_after_the_day():
    assert rules.check_outcome(Outcome.MET, " ", is_reported=True, is_due=False) == ""
    with pytest.raises(errors.NothingReported):
        rules.check_outcome(Outcome.NOT_MET, "Niets gezien dit jaar", is_reported=False, is_due=False)
    with pytest.raises(errors.OutcomeNeedsReport):
        rules.check_outcome(Outcome.MET, "Niets gezien dit jaar", is_reported=False, is_due=True)
    with pytest.raises(TextTooShort):
        rules.check_outcome(Outcome.PARTIALLY_MET, "half", is_reported=True, is_due=True)
    assert (
        rules.check_outcome(Outcome.NOT_MET, " Niets gemeld. ", is_reported=False, is_due=True)
        == "Niets gemeld."
    )
