"""Reads the dated table of grounds and papers from this package."""

import tomllib
from functools import cache
from pathlib import Path

from procurement.demands.rules import CODE_TEXTS
from procurement.procedures.rules import EUROPEAN
from procurement.statements.errors import StatementTableInvalid
from procurement.statements.rules import (
    GROUND_TEXTS,
    GROUPS,
    OBLIGED,
    PAPER_TEXTS,
    Ground,
    Paper,
    Table,
)

NATIONAL = Path(__file__).with_name("netherlands.toml")


@cache
def table(path: Path = NATIONAL) -> Table:
    """The table, read once per process.

    Raises:
        StatementTableInvalid: missing, wrong, or a code without words.
    """
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        settings = read["settings"]
        found = Table(
            tuple(Ground(**each) for each in read["grounds"]),
            {each["id"]: Paper(**each) for each in read["papers"]},
            tuple(each["code"] for each in read["criteria"]),
            settings["answers_months"], settings["article"], settings["certainty"],
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as fault:
        raise StatementTableInvalid(fault=repr(fault)) from None
    wordless = {each.code for each in found.grounds} ^ set(GROUND_TEXTS)
    wordless |= set(found.papers) ^ set(PAPER_TEXTS) | set(found.criteria) ^ set(CODE_TEXTS)
    wordless |= {each.group for each in found.grounds} ^ set(GROUPS)
    if tuple(each.code for each in found.grounds if each.mandatory) != OBLIGED or settings["european"] != [
        *EUROPEAN
    ]:
        raise StatementTableInvalid(fault="mandatory")
    if wordless:
        raise StatementTableInvalid(fault=", ".join(sorted(wordless)))
    return found
