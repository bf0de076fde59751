"""Matching every cooperative of a register with every open lot, and who serves each lot.

Pure decisions on made-up values with a fixed seed: no database takes part. The yardstick is two seconds, the time that
a page of the programme may take for 500 cooperatives and 500 lots.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

from coops.experience.rules import JobFacts
from cwb.kernel.money import Money
from procurement.demands.gateway import table
from procurement.demands.rules import DemandFacts
from procurement.lots.rules import Candidate
from procurement.matching import rules
from procurement.matching.rules import Work

SIZES = {"small": 100, "normal": 500, "large": 1000}
"""Cooperatives, and lots."""

MOST_SECONDS = 2.0
"""For 500 of each; it grows with the pairs."""

ON = date(2026, 12, 1)
SECTORS, CPV = ("cleaning", "green", "catering", "ict"), ("90919300", "77310000", "55500000", "72000000")


def run(size: str, _url: str) -> list[dict[str, Any]]:
    """Seconds for all pairs, and for the programme's overview with its search for teams."""
    number = SIZES[size]
    random, law = Random(7), table()
    firms = [_firm(random, each) for each in range(number)]
    works = [_work(random, each) for each in range(number)]
    most = MOST_SECONDS * (number / SIZES["normal"]) ** 2
    return [
        _figure(f"{number} x {number}, all pairs", most,
                lambda: [rules.matches(each, works, law, ON) for each in firms]),
        _figure(f"{number} x {number}, who serves what", most, lambda: rules.supply(works, firms, law, ON)),
    ]  # fmt: skip


def _figure(name: str, most: float, work: Callable[[], object]) -> dict[str, Any]:
    start = time.process_time()
    work()
    took = time.process_time() - start
    return {
        "name": name, "unit": "s of CPU", "figure": round(took, 3), "yardstick": round(most, 3),
        "yardstick_name": "longest time asked, in seconds", "ratio": round(most / took, 3), "target": 1.0,
        "reached": took <= most,
    }  # fmt: skip


def _firm(random: Random, number: int) -> Candidate:
    jobs = tuple(
        JobFacts("Werk", "Voor", random.randrange(100_000, 20_000_000), random.choice(CPV), date(2024, 1, 1))
        for _ in range(random.randrange(8))
    )
    return Candidate(
        f"Coöperatie {number} (voorbeeld)", UUID(int=number + 1), tuple(random.sample(SECTORS, random.randrange(1, 4))),
        random.random() < 0.5, random.choice((None, random.randrange(30_000_000))),
        random.choice((None, random.randrange(200))), jobs, number + 1, random.choice(("FA", "FB", None)),
    )  # fmt: skip


def _work(random: Random, number: int) -> Work:
    demands = [
        DemandFacts(
            "slc-abil-ref-services", "Werk", "Nodig.", "", random.randrange(1_000_000, 12_000_000), times
        )
        for times in range(1, random.randrange(1, 4))
    ]
    return Work(
        number, f"T-{number}", 1, "Werk", "Koper", random.choice(SECTORS), random.choice(CPV),
        random.choice((None, "FB")), Money(random.randrange(2_000_000, 90_000_000)), demands,
        datetime(2027, 1, 1, tzinfo=UTC),
    )  # fmt: skip
