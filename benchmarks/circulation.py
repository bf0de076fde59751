"""How fast a file of a local currency's transfers is measured: read, checked, followed twice (proportional and FIFO).

Yardstick: the csv module reading the same file. Twenty thousand accounts, of which a few do most of the paying; issues,
redemptions with a fee, demurrage, moves between own accounts, clearing and reversals, in any order of rows. The
measuring process is a fresh one, so that its memory is its own.
"""

import csv
import resource
import time
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from ledger.circulation.gateway import read_transfers
from ledger.circulation.rules import measured

TRANSFERS = {"small": 50_000, "normal": 1_000_000, "large": 2_000_000}
TRANSFERS_OF_AN_ACCOUNT = 50
MOST_SECONDS_FOR_A_MILLION, MOST_MEGABYTES = 60, 1000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def run(size: str, _url: str) -> list[dict[str, Any]]:
    """Transfers per second, beside reading the file; and the memory it takes."""
    count = TRANSFERS[size]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "transfers.csv"
        write_file(file, count)
        start = time.perf_counter()
        with file.open(encoding="utf-8", newline="") as data:
            read = sum(1 for _ in csv.reader(data)) - 1
        bare = time.perf_counter() - start
        with get_context("spawn").Pool(1) as pool:
            took, megabytes, residual = pool.apply(measure_file, (str(file),))
    if read != count or residual != "0.00":
        raise RuntimeError(f"{read} of {count} rows, residual {residual}")
    least = count / (MOST_SECONDS_FOR_A_MILLION * count / 1_000_000)
    return [
        {
            "name": f"lineage and velocity of {count} transfers", "unit": "transfers/s", "figure": round(count / took),
            "yardstick": round(count / bare), "yardstick_name": "csv reading the same file, rows/s",
            "ratio": round(bare / took, 3), "target": round(least * bare / count, 4),
            "reached": count / took >= least, "note": f"{took:.1f} s, asked: 60 s for 1,000,000",
        },
        {
            "name": "memory of the measuring process", "unit": "MB", "figure": round(megabytes),
            "yardstick": MOST_MEGABYTES, "yardstick_name": "most that is asked, in MB",
            "ratio": round(MOST_MEGABYTES / megabytes, 2), "target": 1.0, "reached": megabytes <= MOST_MEGABYTES,
        },
    ]  # fmt: skip


def measure_file(file: str) -> tuple[float, float, object]:
    """Measure a file whole: in how many seconds, with how much memory, with what residual."""
    start = time.perf_counter()
    answer = measured(read_transfers(Path(file)))
    took = time.perf_counter() - start
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, answer["stock_flow_residual"]


def write_file(file: Path, count: int, *, seed: int = 1) -> None:
    """A made-up year, shuffled."""
    random, accounts = Random(seed), max(2, count // TRANSFERS_OF_AN_ACCOUNT)
    balance = [0] * accounts
    rows: list[tuple[str, str, str, str, str, str, str]] = []
    last: tuple[int, int, int, int] | None = None
    while len(rows) < count:
        number = len(rows)
        at = (BEGAN + timedelta(microseconds=number * (365 * 86400 * 10**6 // count))).isoformat()
        who, other = (int(accounts * random.random() ** 3) for _ in range(2))
        if last and number % 200 == 199 and balance[last[2]] >= last[3]:
            undone, giver, taker, amount = last
            balance[taker] -= amount
            balance[giver] += amount
            rows.append((at, f"m{taker}", f"m{giver}", _euro(amount), "reversal", str(number), str(undone)))
            last = None
            continue
        there = balance[who]
        if number % 20 == 0 or there < 100 or who == other:
            amount = int(10 ** (3 + 3 * random.random()))
            balance[who] += amount
            rows.append((at, "issuer", f"m{who}", _euro(amount), "issue", str(number), ""))
            continue
        amount = random.randrange(1, there // random.choice((1, 2, 5, 20)) + 1)
        kind = random.choices(
            ("payment", "redeem", "fee", "demurrage", "internal", "clearing"), (75, 8, 3, 2, 6, 6)
        )[0]
        balance[who] -= amount
        taker = {"redeem": "issuer", "fee": "fund", "demurrage": "fund"}.get(kind, f"m{other}")
        if taker == f"m{other}":
            balance[other] += amount
        if kind == "payment":
            last = (number, who, other, amount)
        rows.append((at, f"m{who}", taker, _euro(amount), kind, str(number), ""))
    random.shuffle(rows)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("at", "from", "to", "amount", "kind", "id", "reverses"))
        writer.writerows(rows)


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
