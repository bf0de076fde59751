"""Reads the dated table of the advice from this package."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from procurement.demands.errors import DemandTableInvalid
from procurement.demands.rules import Passage, Table

NATIONAL = Path(__file__).with_name("netherlands.toml")


@cache
def table(path: Path = NATIONAL) -> Table:
    """The table, read once per process.

    Raises:
        DemandTableInvalid: missing or wrong; says what.
    """
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        turnover, reference, insurance = read["turnover"], read["reference"], read["insurance"]
        return Table(
            times=turnover["times"], usual_times=turnover["usual_times"], reference_percent=reference["percent"],
            reference_number=reference["number"], reference_years=reference["years"],
            same_digits=reference["same_digits"], insurance_percent=insurance["percent"],
            turnover=_passage(turnover), reference=_passage(reference), insurance=_passage(insurance),
            certificate=_passage(read["certificate"]),
            usual=Passage(turnover["usual_article"], turnover["usual_certainty"]),
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as fault:
        raise DemandTableInvalid(fault=repr(fault)) from None


def _passage(read: dict[str, Any]) -> Passage:
    return Passage(read["article"], read["certainty"], read["source"])
