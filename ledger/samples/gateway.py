"""Reads a list of lines back, so that anybody draws the same sample."""

import csv
from pathlib import Path

from ledger.samples.errors import PopulationUnreadable
from ledger.samples.rules import Line
from ledger.share.rules import minor


def read_lines(path: Path) -> list[Line]:
    """The lines of a CSV with the columns id and amount ("1250.00").

    Raises:
        PopulationUnreadable: names the first line that is none.
    """
    found: list[Line] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                try:
                    found.append(Line(row["id"], minor(row["amount"])))
                except (KeyError, ValueError, AttributeError):
                    raise PopulationUnreadable(file=path.name, line=number) from None
    except (OSError, UnicodeDecodeError, csv.Error):
        raise PopulationUnreadable(file=path.name, line=1) from None
    return found
