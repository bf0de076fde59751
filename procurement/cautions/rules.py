"""What a confirmation is about: exactly one scoring, of all lots."""

from collections.abc import Sequence

from cwb.kernel.canonical import digest
from procurement.methods.rules import Scoring, formula


def digest_of(scorings: Sequence[Scoring]) -> str:
    """SHA-256 over everything that decides the winner, lot by lot."""
    return digest([
        {
            "method": each.method.value, "formula": formula(each), "tie_break": each.tie_break,
            "points": [[f"{one.max_points.normalize():f}", f"{one.min_points.normalize():f}"] for one in each.criteria],
        }
        for each in scorings
    ])  # fmt: skip


def is_needed(scorings: Sequence[Scoring]) -> bool:
    """Whether a losing bid can change the winner, so that the buyer confirms it first."""
    return any(not each.is_stable for each in scorings)
