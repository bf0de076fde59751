from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from coops.needs import errors, rules
from coops.needs.rules import NeedFacts, NeedState
from cwb.kernel.money import Money

ON = date(2026, 9, 1)
GOOD = NeedFacts(
    title="Schoonmaak", wanted_from=date(2027, 1, 1), expires_on=date(2026, 12, 31), volume=Decimal(40),
    unit="hour_week", value_low=Money.of("1"), value_high=Money.of("1"), contract_ends_on=date(2026, 12, 31),
    notice_on=date(2026, 10, 1),
)  # fmt: skip


def test_a_good_need_is_accepted():
    rules.check(GOOD, on=ON)
    rules.check(NeedFacts(title="x", wanted_from=ON, expires_on=ON), on=ON)


@pytest.mark.parametrize(
    ("change", "fault", "field"),
    [
        ({"title": " \t"}, errors.TitleMissing, "title"),
        ({"volume": None}, errors.VolumeIncomplete, "volume"),
        ({"unit": None}, errors.VolumeIncomplete, "unit"),
        ({"volume": Decimal(0)}, errors.VolumeInvalid, "volume"),
        ({"value_low": None}, errors.ValueBandIncomplete, "value_low"),
        ({"value_high": None}, errors.ValueBandIncomplete, "value_high"),
        ({"value_high": Money.of("0.99")}, errors.ValueBandReversed, "value_high"),
        ({"contract_ends_on": None}, errors.NoticeWithoutEnd, "contract_ends_on"),
        ({"notice_on": date(2027, 1, 1)}, errors.NoticeAfterEnd, "notice_on"),
        ({"wanted_from": ON - timedelta(days=1)}, errors.WantedInPast, "wanted_from"),
        ({"expires_on": ON - timedelta(days=1)}, errors.ExpiryInvalid, "expires_on"),
        ({"expires_on": ON + timedelta(days=1099)}, errors.ExpiryInvalid, "expires_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change, fault, field):
    with pytest.raises(fault) as refused:
        rules.check(replace(GOOD, **change), on=ON)
    assert refused.value.field == field


def test_an_old_need_keeps_its_day():
    rules.check(replace(GOOD, wanted_from=ON - timedelta(days=1)), on=ON, keeps_wanted_from=True)


@dataclass
class Standing:
    withdrawn_at: datetime | None = None
    converted_at: datetime | None = None
    expires_on: date = ON


def test_the_state_follows_from_moments():
    night = datetime(2026, 9, 1, 21, 59, tzinfo=UTC)
    assert rules.state_of(Standing(), night) is NeedState.OPEN
    assert rules.state_of(Standing(), night + timedelta(minutes=1)) is NeedState.EXPIRED
    assert rules.state_of(Standing(withdrawn_at=night), night) is NeedState.WITHDRAWN
    assert rules.state_of(Standing(withdrawn_at=night), night - timedelta(minutes=1)) is NeedState.OPEN
    assert rules.state_of(Standing(converted_at=night, withdrawn_at=night), night) is NeedState.CONVERTED


def test_parts_add_up_and_a_band_only_when_everyone_has_one():
    first = rules.Wanted(Decimal(40), Money(1000), Money(2000))
    second = rules.Wanted(Decimal("10.5"), Money(500), Money(700))
    assert rules.together([first, second]) == rules.Wanted(Decimal("50.5"), Money(1500), Money(2700))
    assert rules.together([first, rules.Wanted()]) == rules.Wanted(Decimal(40), None, None)
    assert rules.together([]) == rules.Wanted()


def test_a_part_speaks_the_unit_of_the_need():
    rules.check_share(rules.Wanted(Decimal(1)), has_unit=True)
    for part, has_unit, fault in (
        (rules.Wanted(Decimal(1)), False, errors.UnitNeeded),
        (rules.Wanted(Decimal(0)), True, errors.VolumeInvalid),
        (rules.Wanted(None, Money(2), Money(1)), True, errors.ValueBandReversed),
        (rules.Wanted(None, Money(2)), True, errors.ValueBandIncomplete),
    ):
        with pytest.raises(fault):
            rules.check_share(part, has_unit=has_unit)
