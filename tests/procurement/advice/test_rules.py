from datetime import date
from decimal import Decimal

import pytest

from cwb import paths
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from procurement.advice import errors, gateway, rules
from procurement.advice.rules import Purchase

LAW = gateway.law("nieuw_west")
ON = date(2026, 12, 1)


def advise(value, cpv="90910000", anchor="municipality", on=ON, years=None, duty=None):
    length = None if years is None else Decimal(years)
    return rules.advise(Purchase(Money.of(value), Cpv(cpv), anchor, on, length, duty), LAW)


def allowed(advice):
    return {line.id for line in advice.procedures if line.allowed}


@pytest.mark.parametrize(
    ("value", "cpv", "recommended", "refused"),
    [
        ("49999.99", "90910000", "single_quote", set()),
        ("50000", "90910000", "invited_quotes", {"single_quote"}),
        ("215999.99", "90910000", "invited_quotes", {"single_quote"}),
        ("216000", "90910000", "european_open", {"single_quote", "invited_quotes", "national_open"}),
        ("149999", "45000000", "single_quote", set()),
        ("1499999", "45000000", "invited_quotes", {"single_quote"}),
        ("1500000", "45000000", "national_open", {"single_quote", "invited_quotes"}),
        ("5404000", "45000000", "european_open", {"single_quote", "invited_quotes", "national_open"}),
        ("749999", "55520000", "invited_quotes", {"single_quote"}),
        ("750000", "55520000", "light_regime", {"single_quote", "invited_quotes", "national_open"}),
    ],
)
def test_the_bands_decide_at_their_edges(value, cpv, recommended, refused):
    advice = advise(value, cpv)
    assert advice.recommended == recommended
    light = set() if cpv.startswith("55") else {"light_regime"}
    assert {line.id for line in advice.procedures if not line.allowed} == refused | light


def test_own_policy_is_told_apart_from_the_law():
    assert advise("60000").line("single_quote").by == "policy"
    assert advise("216000").line("single_quote").by == "law"
    assert advise("60000").line("nonsense") is None


ADVISED = {each.id for each in LAW.procedures if not each.under_framework}


def test_who_need_not_tender_may_do_anything():
    assert allowed(advise("9000000", anchor="company")) == ADVISED
    assert allowed(advise("9000000", anchor="hospital", duty=False)) == ADVISED
    assert "national_open" not in allowed(advise("9000000", anchor="company", duty=True))


def test_an_anchor_without_bands_is_only_held_to_the_law():
    advice = advise("100000", anchor="company", duty=True)
    assert advice.recommended == "single_quote"


def test_a_contested_duty_is_read_carefully_and_said():
    advice = advise("300000", anchor="housing_corporation")
    assert "national_open" not in allowed(advice)
    assert "contested" in {line.id for line in advice.warnings}
    assert "contested" not in {
        line.id for line in advise("300000", anchor="housing_corporation", duty=True).warnings
    }


@pytest.mark.parametrize("cpv", ["90910000", "77310000", "55520000", "72000000", "85323001"])
def test_282a_is_refused_outside_its_list(cpv):
    line = advise("100000", cpv).reservations[1]
    assert (line.id, line.allowed, line.by) == ("2.82a", False, "law")
    assert cpv in line.text % line.facts


@pytest.mark.parametrize("cpv", ["75121000", "85000000", "85323000", "85312000", "98133110"])
def test_282a_is_open_inside_its_list_for_three_years(cpv):
    assert advise("100000", cpv).reservations[1].allowed
    assert advise("100000", cpv, years="3").reservations[1].allowed
    assert not advise("100000", cpv, years="3.1").reservations[1].allowed


def test_282_is_open_to_any_code():
    line = advise("100000").reservations[0]
    assert (line.id, line.allowed) == ("2.82", True)
    assert "30 %" in line.text % line.facts


@pytest.mark.parametrize(
    ("value", "warned"),
    [
        ("40000", True),
        ("39999", False),
        ("50000", False),
        ("172800", True),
        ("172799", False),
        ("216000", False),
    ],
)
def test_just_under_a_limit_warns_of_splitting(value, warned):
    assert ("splitting" in {line.id for line in advise(value).warnings}) is warned


def test_other_warnings_come_where_they_belong():
    above = {line.id for line in advise("216000").warnings}
    assert {"local_preference", "small_lots", "bands"} <= above
    assert "small_lots" not in {line.id for line in advise("6000000", "45000000").warnings}
    assert "light_regime" in {line.id for line in advise("100000", "55520000").warnings}
    assert {line.id for line in advise("40000", anchor="company").warnings} == {"local_preference"}


def test_no_advice_from_an_expired_or_future_table():
    for on in (date(2023, 12, 31), date(2028, 1, 1)):
        with pytest.raises(errors.NoDatedTable):
            advise("100000", on=on)
    assert advise("100000", on=date(2027, 12, 31))


def test_impossible_questions_are_refused():
    for value in ("0", "-1"):
        with pytest.raises(errors.ValueNotPositive):
            advise(value)
    with pytest.raises(errors.AnchorTypeUnknown):
        advise("1", anchor="bakery")


def test_minimum_terms_come_along():
    assert advise("216000").min_days["european_open"] == 40
    assert advise("216000").min_days["answers_before_closing"] == 10
    assert advise("216000").min_days["standstill"] == 20


def test_a_broken_table_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "area", lambda name: tmp_path / name)
    (tmp_path / "bare").mkdir()
    assert gateway.law("bare").bands == ()
    for content in ("[[bands]", "[[bands]]\nkind = 'x'\n", "[[bands]]\nkind = 'works'\nfoo = 1\n"):
        area = f"broken{len(content)}"
        (tmp_path / area).mkdir()
        (tmp_path / area / "procurement.toml").write_text(content)
        with pytest.raises(errors.LawTableInvalid):
            gateway.law(area)
