"""Settings that count from a day."""

from dataclasses import dataclass
from datetime import date

import pytest

from cwb.kernel.dated import DatedTable, on_day


@dataclass(frozen=True)
class Row:
    valid_from: date
    days: int


def test_the_row_of_a_day_counts_and_the_oldest_before_all(tmp_path):
    file = tmp_path / "rows.toml"
    file.write_text(
        "[[rows]]\nvalid_from = 2026-01-01\ndays = 2\n[[rows]]\nvalid_from = 2020-01-01\ndays = 1\n"
    )
    table = DatedTable(file, "rows", Row)
    assert [table(date(year, 6, 1)).days for year in (2019, 2020, 2026)] == [1, 1, 2]
    file.unlink()  # it was read once
    assert table(date(2026, 6, 1)).days == 2
    with pytest.raises(ValueError, match="at least one row"):
        on_day([], date(2026, 1, 1))
