"""Lines of a joint contract taken together again, and who may send for whom."""

from decimal import Decimal

import pytest

from ledger.agreements.rules import AgreementLine, split_lines
from ledger.jointly import errors, rules

THREE = [(1, 3_334), (2, 3_333), (3, 3_333)]


def parts(*lines):
    split = split_lines(lines, THREE)
    return rules.parts((each.description, each.party_id, each) for each in split)


def test_what_was_split_is_one_line_again_to_the_cent():
    line = AgreementLine("Termijn", "LS", Decimal(1), Decimal("100.00"))
    found = parts(line, line, AgreementLine("Klein", "LS", Decimal(1), Decimal("0.01")))
    assert [(each.place, each.description, len(each.lines)) for each in found] == [
        (1, "Termijn", 3), (2, "Termijn", 3), (3, "Klein", 1),
    ]  # fmt: skip
    assert [sum(line.net.minor for line in each.lines) for each in found] == [10_000, 10_000, 1]
    assert [line.net.minor for line in found[0].lines] == [3_334, 3_333, 3_333]


def test_lines_of_all_were_never_divided():
    assert rules.parts([("Uren", None, "x")]) == []


def test_who_may_send_for_whom():
    names = {1: "Een", 2: "Twee", 3: "Drie"}
    rules.check_mandates(1, [1, 2, 3], {2: 1, 3: 1}, names)
    with pytest.raises(errors.MandateMissing) as found:
        rules.check_mandates(1, [1, 2, 3], {2: 1, 3: 2}, names)
    assert found.value.facts == {"name": "Drie"}
    for agent, party in ((1, 1), (1, 9), (9, 1)):
        with pytest.raises(errors.NoPartner):
            rules.check_agent(agent, party, [1, 2, 3])
