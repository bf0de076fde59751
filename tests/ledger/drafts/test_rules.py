"""What is told of a figure that nobody signed."""

import pytest

from cwb.kernel.policy import Role
from ledger.drafts import policy, rules


@pytest.mark.parametrize(
    ("ratio", "told"),
    [("0.2788", "0.279"), ("0.2785", "0.279"), ("0.2784", "0.278"), ("-0.0004", "-0.000"), ("1.0000", "1.000"),
     (None, None)],
)  # fmt: skip
def test_a_ratio_is_told_to_a_tenth_of_a_percent(ratio, told):
    assert rules.coarse(ratio) == told


def test_attack_19_before_a_signature_nothing_is_told_but_bounds_and_coverage():
    total = {"lo": "0.2788", "hi": "0.3188", "coverage": "0.9601", "total": "44559.44"}
    found = rules.provisional(
        {"figures": {"local_supplier_share": {"total": total, "by_anchor": {"a": total}}}}
    )
    assert found == {"lo": "0.279", "hi": "0.319", "coverage": "0.960"}


def test_who_reads_how_a_figure_stands_before_it_is_signed():
    assert policy.READ.roles == {Role.PROGRAMME, Role.ALLIANCE, Role.AUDITOR}
    assert not policy.may_read(None)
