"""What an answer of a bank means for the lines of a file, and that only such an answer is read."""

import pytest

from ledger.verdicts import errors
from ledger.verdicts.gateway import groups_of, read
from ledger.verdicts.rules import Line, Report, Skip, Standing, Told, judge
from tests.ledger.verdicts.conftest import answer, line

LINES = [Line(1, "RF1", "G1", 1_000), Line(2, "RF2", "G1", 2_000), Line(3, "RF3", "G2", 3_000)]


def report(whole="", groups=(), lines=(), count=None, total=None, code=""):
    return Report("S1", "M1", Told(whole, code), count, total, dict(groups), lines)


def test_a_file_refused_as_a_whole_is_refused_line_by_line_with_its_reason():
    found = judge(report("RJCT", code="FF01"), LINES)
    assert found.refused == {1: "FF01", 2: "FF01", 3: "FF01"}
    assert found.standing is Standing.REFUSED


def test_a_group_or_a_line_is_refused_and_the_rest_stands():
    found = judge(report("PART", {"G1": Told("RJCT", "DT01"), "G2": Told("ACCP")}), LINES)
    assert (found.refused, found.standing) == ({1: "DT01", 2: "DT01"}, Standing.PARTLY)
    found = judge(report("PART", lines=[Told("RJCT", "AC04", "rf2", 2_000), Told("ACSP", "", "RF1")]), LINES)
    assert (found.refused, found.skipped) == ({2: "AC04"}, [])


@pytest.mark.parametrize(
    ("whole", "standing"),
    [("ACTC", "accepted"), ("ACSC", "accepted"), ("PDNG", "pending"), ("RCVD", "pending"), ("", "pending")],
)
def test_what_refuses_nothing_changes_nothing(whole, standing):
    found = judge(report(whole), LINES)
    assert (found.refused, found.skipped, found.standing.value) == ({}, [], standing)


def test_two_words_about_one_line_another_amount_or_a_strange_mark_leave_it_alone():
    told = [
        Told("RJCT", "AC04", "RF1"), Told("ACCP", "", "RF1"), Told("RJCT", "AC04", "RF2", 2_001),
        Told("RJCT", "", "RF9"),
    ]  # fmt: skip
    found = judge(report("PART", lines=told), LINES)
    assert found.refused == {}
    assert sorted(found.skipped) == [("RF1", Skip.UNCLEAR), ("RF2", Skip.AMOUNT), ("RF9", Skip.UNKNOWN)]
    found = judge(report("RJCT", lines=[Told("ACCP", "", "RF1")]), LINES)
    assert (set(found.refused), found.skipped) == ({2, 3}, [("RF1", Skip.UNCLEAR)])


@pytest.mark.parametrize(("count", "total"), [(2, 6_000), (3, 6_001), (4, None)])
def test_an_answer_that_counts_otherwise_is_about_no_file_of_ours(count, total):
    with pytest.raises(errors.ReportDiffers):
        judge(report("RJCT", count=count, total=total), LINES)
    assert judge(report("RJCT", count=3, total=6_000), LINES).refused


@pytest.mark.parametrize("version", ["03", "10", "14"])
def test_an_answer_is_read_with_groups_lines_reasons_and_amounts(version):
    content = answer(
        "M1", "PART", line("RF1", "RJCT", "AC04", "10.00"), line("RF2", "ACCP"), group=("G1", "PART"), version=version,
        count="2", total="30.00",
    )  # fmt: skip
    assert read(content) == Report(
        "STS-1", "M1", Told("PART"), 2, 3_000, {"G1": Told("PART")},
        [Told("RJCT", "AC04", "RF1", 1_000), Told("ACCP", "", "RF2")],
    )  # fmt: skip


GOOD = answer("M1", "ACCP")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", errors.ReportUnreadable),
        (b"\x00\xff<", errors.ReportUnreadable),
        (GOOD[:-30], errors.ReportUnreadable),
        (GOOD.replace(b"pain.002.001", b"pain.001.001"), errors.ReportUnreadable),
        (GOOD.replace(b"<OrgnlMsgId>M1</OrgnlMsgId>", b""), errors.ReportUnreadable),
        (GOOD.replace(b"<MsgId>STS-1</MsgId>", b""), errors.ReportUnreadable),
        (GOOD.replace(b">M1<", b">" + b"M" * 36 + b"<"), errors.ReportUnreadable),
        (answer("M1", "ACCP", count="many"), errors.ReportUnreadable),
        (answer("M1", "ACCP", total="1.234"), errors.ReportUnreadable),
        (answer("M1", "PART", line("RF1", "RJCT", "AC04", "-1.00")), errors.ReportUnreadable),
        (GOOD.replace(b"?>", b'?><!DOCTYPE Document [<!ENTITY e "x">]>', 1), errors.ReportDangerous),
        (
            GOOD.replace(
                b"?>", b'?><!DOCTYPE Document [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1
            ).replace(b">M1<", b">&e;<"),
            errors.ReportDangerous,
        ),
        (GOOD + b" " * (8 * 1024 * 1024), errors.ReportTooLarge),
    ],
)
def test_what_is_no_answer_or_dangerous_is_refused_whole(content, fault):
    with pytest.raises(fault) as found:
        read(content)
    assert type(found.value) is fault


def test_a_reason_that_is_no_code_is_left_out():
    content = answer("M1", "RJCT").replace(
        b"</GrpSts>", b"</GrpSts><StsRsnInf><Rsn><Prtry>&lt;b&gt;</Prtry></Rsn></StsRsnInf>"
    )
    assert read(content).whole == Told("RJCT", "")


def test_the_groups_of_a_file_of_our_own_are_known_by_their_marks():
    content = (
        '<D xmlns="x"><PmtInf><PmtInfId>G1</PmtInfId><T><EndToEndId>A</EndToEndId></T></PmtInf>'
        "<PmtInf><PmtInfId>G2</PmtInfId><T><EndToEndId>B</EndToEndId></T></PmtInf></D>"
    )
    assert groups_of(content) == {"A": "G1", "B": "G2"}
