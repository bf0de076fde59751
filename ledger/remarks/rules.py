"""What who signs a figure should read first. None of it stops the signature."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from ledger.handed.rules import Silent
from ledger.rows.rules import Gaps


class Quarter(NamedTuple):
    """How far one buyer is with one quarter; `net` is the sum of its lines, `declared` what its ledger says (cents).

    `owes`: it was there in that quarter, so it owes its purchases. `undecided`: how many lines may count already, so
    that they do not count until it decides. `double`: how many invoices made here may count twice.
    """

    name: str
    quarter: str
    net: int
    declared: int | None
    handed_in: bool
    nothing: bool
    owes: bool
    undecided: int = 0
    double: int = 0


def remarks(
    quarters: Iterable[Quarter],
    *,
    insufficient: str | None,
    gaps: Iterable[Gaps] = (),
    silent: Iterable[Silent] = (),
) -> list[dict[str, Any]]:
    """What is to be told, as it is kept with a signature. `insufficient`: the code why the gate fails, if it does.

    `gaps`: what the export says of quarters that are not whole; who handed in nothing is told from `quarters`.
    `silent`: whole quarters with a month without lines.
    """
    told: list[dict[str, Any]] = [{"kind": "gate", "why": insufficient}] if insufficient else []
    told += [{"kind": "half", "anchor": name, "quarter": each.quarter} for each in gaps for name in each.half]
    told += [
        {"kind": "silent", "anchor": name, "quarter": quarter, "months": [f"{each:%Y-%m}" for each in months]}
        for name, quarter, months in silent
    ]
    for each in quarters:
        whose = {"anchor": each.name, "quarter": each.quarter}
        if each.owes and not each.handed_in and not each.nothing:
            told.append({"kind": "missing", **whose})
        if each.declared is not None and each.declared != each.net:
            told.append({"kind": "difference", **whose, "cents": each.declared - each.net})
        elif each.declared is None and each.handed_in:
            told.append({"kind": "no_total", **whose})
        if each.undecided:
            told.append({"kind": "undecided", **whose, "lines": each.undecided})
        if each.double:
            told.append({"kind": "double", **whose, "invoices": each.double})
    return told
