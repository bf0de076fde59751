from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from procurement.terms import errors, rules
from procurement.terms.rules import Extensions


@pytest.mark.parametrize(
    ("day", "months", "on"),
    [
        (date(2027, 12, 31), 6, date(2028, 6, 30)), (date(2028, 6, 30), 6, date(2028, 12, 31)),
        (date(2027, 1, 15), 1, date(2027, 2, 15)), (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)), (date(2027, 1, 30), 1, date(2027, 2, 28)),
    ],
)  # fmt: skip
def test_months_on(day, months, on):
    assert rules.add_months(day, months) == on


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ((-1, 6, 0), errors.TimesWrong), ((7, 6, 0), errors.TimesWrong), ((1, 0, 0), errors.MonthsWrong),
        ((1, 61, 0), errors.MonthsWrong), ((1, 6, -1), errors.NoticeWrong), ((1, 6, 366), errors.NoticeWrong),
    ],
)  # fmt: skip
def test_what_cannot_be(facts, fault):
    with pytest.raises(fault):
        rules.check(*facts)


def test_none_and_some():
    assert rules.check(0, 0, 0) is None
    told = rules.check(2, 6, 60)
    assert told == Extensions(2, 6, 60)
    assert told.until(date(2027, 12, 31)) == date(2027, 11, 1)
    assert told.end_after(date(2027, 12, 31), 2) == date(2028, 12, 31)


def test_once_published_the_extensions_stay(signed):
    for statement in ("UPDATE tender_extension SET times = 6", "DELETE FROM tender_extension"):
        with pytest.raises(DBAPIError) as fault, signed.session.begin_nested():
            signed.session.execute(text(statement))
        assert fault.value.orig.sqlstate == "CW024"
