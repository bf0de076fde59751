from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from cwb.kernel.money import Money
from ledger.vouchers import errors, rules

AT = datetime(2026, 9, 1, 10, 0, tzinfo=UTC)


@dataclass
class Sheet:
    expires_at: datetime = AT + timedelta(days=1)
    ended_at: datetime | None = None
    reason: str = ""


def test_a_code_is_read_as_people_type_it_and_a_typing_error_is_told():
    draw = Random(7)
    for _ in range(50):
        code = rules.new_code(draw.randrange)
        assert len(code) == 16
        assert rules.read_code(f" {rules.shown(code).lower()} ") == code
        place = draw.randrange(15)
        other = "2" if code[place] != "2" else "3"
        with pytest.raises(errors.CodeWrong):
            rules.read_code(code[:place] + other + code[place + 1 :])
        for here, (one, next_one) in enumerate(pairwise(code)):
            if one != next_one:
                with pytest.raises(errors.CodeWrong):
                    rules.read_code(code[:here] + next_one + one + code[here + 2 :])
                break
    for wrong in ("", "ABC", "0" * 16, "é" * 16):
        with pytest.raises(errors.CodeWrong):
            rules.read_code(wrong)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"amount": Money(99)}, errors.AmountUnfit),
        ({"amount": Money(50_01)}, errors.AmountUnfit),
        ({"count": 0}, errors.CountUnfit),
        ({"count": 51}, errors.CountUnfit),
        ({"last_on": date(2026, 9, 1)}, errors.DayUnfit),
        ({"last_on": date(2027, 9, 3)}, errors.DayUnfit),
    ],
)
def test_a_sheet_is_small_and_ends(facts, refused):
    known = {"amount": Money(50_00), "count": 50, "last_on": date(2027, 9, 2), "today": date(2026, 9, 1)}
    rules.check_sheet(**known)
    with pytest.raises(refused):
        rules.check_sheet(**known | facts)


def test_what_was_used_says_so_whatever_became_of_its_sheet():
    used = (AT, "Bakkerij Voorbeeld")
    for sheet in (Sheet(), Sheet(ended_at=AT, reason="kwijt"), Sheet(expires_at=AT)):
        with pytest.raises(errors.VoucherUsed):
            rules.check_redeem(sheet, used, AT)
    rules.check_redeem(Sheet(), None, AT)
    with pytest.raises(errors.SheetEnded):
        rules.check_redeem(Sheet(ended_at=AT, reason="kwijt"), None, AT)
    for over in (Sheet(expires_at=AT), Sheet(expires_at=AT, ended_at=AT)):
        with pytest.raises(errors.VoucherExpired):
            rules.check_redeem(over, None, AT)


def test_how_a_sheet_stands():
    assert rules.state(Sheet(), 3, AT) == "open"
    assert rules.state(Sheet(), 0, AT) == "done"
    assert rules.state(Sheet(), 3, AT + timedelta(days=2)) == "expired"
    assert rules.state(Sheet(ended_at=AT, reason="kwijt"), 3, AT) == "withdrawn"
    assert rules.state(Sheet(ended_at=AT), 3, AT) == "expired"
    assert rules.last_day(datetime(2026, 9, 9, 22, 0, tzinfo=UTC)) == date(2026, 9, 9)
