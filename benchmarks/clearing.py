"""How fast the largest set-off of a network is found, read from a file and proven, as `cwb clear` does it.

Made-up power-law networks with a fixed seed. Yardstick: HiGHS (dual simplex) on the same small network in the same
run; for the larger ones, which take it minutes, reading the file with nothing but csv. The memory is the most that the
process held, or that this one held when it began it: never less than it was.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

import highspy
import numpy as np
from highspy._core import _Highs

SIZES = {"small": (1_000, 10_000, 0.2), "normal": (10_000, 100_000, 2.0), "large": (100_000, 1_000_000, 40.0)}
"""Firms, invoices, longest time asked in seconds."""

MOST_MEGABYTES = 600

Row = tuple[str, str, int]
"""Debtor, creditor, cents."""


def run(size: str, _url: str) -> list[dict[str, Any]]:
    """Seconds and memory of one `cwb clear`, and seconds of the yardstick."""
    firms, invoices, most = SIZES[size]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invoices.csv"
        rows = made_up(firms, invoices, seed=7)
        write(rows, path)
        answer, megabytes = _clear(path)
        begun = time.perf_counter()
        if size != "small":
            with path.open(encoding="utf-8", newline="") as file:
                agreed, beside = (
                    sum(1 for _ in csv.reader(file)) == answer["obligations"] + 1,
                    "reading the file with csv",
                )
        else:
            agreed, beside = (
                round(highest(rows)) == round(float(answer["cleared"]) * 100),
                "HiGHS dual simplex",
            )
        bare = time.perf_counter() - begun
    took = answer["seconds"]
    name = f"{firms} firms, {invoices} invoices"
    share = f"{answer['cleared_share']} cleared, proven: {answer['proven']}, as the yardstick: {agreed}"
    return [
        _figure(f"{name}: seconds", "s", took, most, "longest time asked", share, agreed and answer["proven"]),
        _figure(f"{name}: memory", "MB", megabytes, MOST_MEGABYTES, "most memory asked", "", sound=True),
        {
            "name": f"{name}: beside {beside}", "unit": "s", "figure": took, "yardstick": round(bare, 3),
            "yardstick_name": beside, "ratio": round(bare / took, 3), "target": 0, "reached": agreed,
        },
    ]  # fmt: skip


def _figure(
    name: str, unit: str, figure: float, most: float, beside: str, note: str, sound: bool
) -> dict[str, Any]:
    return {
        "name": name, "unit": unit, "figure": round(figure, 3), "yardstick": most, "yardstick_name": beside,
        "ratio": round(most / figure, 3), "target": 1.0, "reached": sound and figure <= most, "note": note,
    }  # fmt: skip


def _clear(path: Path) -> tuple[dict[str, Any], float]:
    """The answer of the command in a process of its own, and its peak of memory in MB."""
    with subprocess.Popen(
        [sys.executable, "-m", "cwb", "clear", str(path), "--json"], stdout=subprocess.PIPE
    ) as process:
        printed = process.stdout.read() if process.stdout else b""
        _, process.returncode, usage = os.wait4(process.pid, 0)
    answer: dict[str, Any] = json.loads(printed)
    return answer, usage.ru_maxrss / 1024


def made_up(firms: int, invoices: int, seed: int) -> list[Row]:
    """Invoices between firms of which few trade much and many little; the same for the same seed."""
    random = Random(seed)
    names = [f"F{number:06d}" for number in range(firms)]
    random.shuffle(names)
    weights = [(place + 1) ** -0.6 for place in range(firms)]
    debtors, creditors = (random.choices(names, weights, k=invoices) for _ in range(2))
    return [
        (debtor, creditor, max(100, int(20_000 * (random.paretovariate(1.3) - 1))))
        for debtor, creditor in zip(debtors, creditors, strict=True)
        if debtor != creditor
    ]


def write(rows: Iterable[Row], path: Path) -> None:
    """The file that `cwb clear` reads."""
    with path.open("w", encoding="utf-8", newline="") as file:
        found = csv.writer(file)
        found.writerow(("debtor", "creditor", "amount"))
        found.writerows(
            (debtor, creditor, f"{cents // 100}.{cents % 100:02d}") for debtor, creditor, cents in rows
        )


def highest(rows: Iterable[Row], credit: Mapping[str, tuple[int, int]] | None = None) -> float:
    """The largest set-off in cents by an independent solver, straight from the rows: nothing of ours takes part.

    What stays open is made least, with every party sending on what it owes more than it is owed; what may be borrowed
    and held are two arcs more per party.
    """
    known = list(rows)
    parties = sorted({name for row in known for name in row[:2]})
    place = {name: number for number, name in enumerate(parties)}
    source = len(parties)
    arcs = [(place[debtor], place[creditor], cents, 1.0) for debtor, creditor, cents in known]
    rest = np.zeros(source + 1)
    for debtor, creditor, cents, _ in arcs:
        rest[debtor] += cents
        rest[creditor] -= cents
    for name, (borrow, hold) in (credit or {}).items():
        if name in place:
            arcs += [(place[name], source, borrow, 0.0), (source, place[name], hold, 0.0)]
    tails, heads, most, worth = (np.array(each) for each in zip(*arcs, strict=True))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(arcs), source + 1
    model.col_cost_, model.col_lower_, model.col_upper_ = worth, np.zeros(len(arcs)), most.astype(float)
    model.row_lower_ = model.row_upper_ = rest
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, 2 * len(arcs) + 1, 2)
    model.a_matrix_.index_ = np.column_stack((tails, heads)).ravel()
    model.a_matrix_.value_ = np.tile([1.0, -1.0], len(arcs))
    solver = _Highs()  # its wrapper prints a banner, which would stand in the JSON
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    return sum(cents for *_, cents in known) - float(solver.getInfo().objective_function_value)
