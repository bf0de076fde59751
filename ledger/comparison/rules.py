"""Two periods compared among the anchors of both, all periods since the first in one index, and what shielding does.

A newcomer would make a share jump, and so would who handed in half a period. So a change is told for those that are
whole in both periods only, and the index is a chain of such changes: `I₀ = 100; I_t = I_{t−1} × share_t(C) /
share_{t−1}(C)`, one on lo and one on hi. Links carry exact amounts, so that the whole chain recomputes from one export.

Groups of fewer than five suppliers count as not proven. One line of a newcomer may so take the proof of others along:
the bounds then move though nobody bought elsewhere. How much of them is shielding is told apart, coarsely.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ledger.disclosure.rules import LEAST_SUPPLIERS, POOLED, Part, Purchase
from ledger.rows.rules import Body, own, partial, sums_of
from ledger.share.rules import Standing, Sums, change, euro, minor, ratio

BOUNDS = ("lo", "hi")


def bound(sums: Sums, name: str) -> int:
    """The local amount at one bound."""
    return sums.local + (sums.unknown_down if name == "lo" else sums.unknown_up)


def _cohort(body: Body, previous: Body) -> tuple[list[str], Sums, Sums]:
    """Anchors that are shown in both periods, and whole in both, with their sums before and after."""
    rows = body["rows"]
    cohort = {row["anchor"] for row in rows} & {row["anchor"] for row in previous["rows"]} - {POOLED}
    cohort -= partial(body) | frozenset(previous.get("partial", ()))
    before = sums_of([row for row in previous["rows"] if row["anchor"] in cohort], own)
    after = sums_of([row for row in rows if row["anchor"] in cohort], own)
    return sorted(cohort), before, after


def change_of(body: Body) -> dict[str, Any] | None:
    """The change of the share among the anchors of both periods, in two terms, for lo and for hi."""
    previous = body["previous"]
    if previous is None:
        return None
    cohort, before, after = _cohort(body, previous)
    answer: dict[str, Any] = {"from": previous["period"], "cohort": cohort}
    if "shielding" in body["facts"]:
        answer["shielding"] = shielding_change(previous.get("shielding"), body["facts"]["shielding"])
    for name in BOUNDS:
        was, now = bound(before, name), bound(after, name)
        terms = change(was, before.total, now, after.total)
        if terms is None:
            answer[name] = None
            continue
        answer[name] = {
            "before": ratio(Fraction(was, before.total)),
            "after": ratio(Fraction(now, after.total)),
            "change": ratio(terms[0] + terms[1]),
            "numerator": ratio(terms[0]),
            "denominator": ratio(terms[1]),
        }
    return answer


def links_of(body: Body) -> list[dict[str, Any]]:
    """The links of earlier periods (`body["links"]`) and the one to this period."""
    previous = body["previous"]
    if previous is None:
        return []
    cohort, before, after = _cohort(body, previous)
    link: dict[str, Any] = {"from": previous["period"], "to": body["period"], "anchors": len(cohort)}
    for name in BOUNDS:
        pairs = (bound(before, name), before.total, bound(after, name), after.total)
        link[name] = [euro(amount) for amount in pairs]
    return [*body["links"], link]


def index_of(body: Body) -> dict[str, Any]:
    """The index of both bounds. Where a link is undefined (a share of zero or less) it starts anew at 100.

    A period that no anchor handed in whole has none, and is no base.
    """
    links = links_of(body)
    found: dict[str, Any] = {"links": links}
    half = partial(body)
    if half and not {row["anchor"] for row in body["rows"]} - half - {POOLED}:
        return found | {name: {"base": None, "value": None} for name in BOUNDS}
    for name in BOUNDS:
        base, value = links[0]["from"] if links else body["period"], Fraction(100)
        for link in links:
            was, total_was, now, total_now = (minor(text) for text in link[name])
            if min(was, total_was, now, total_now) <= 0:
                base, value = link["to"], Fraction(100)
            else:
                value *= Fraction(now * total_was, total_now * was)
        found[name] = {"base": base, "value": ratio(value, 2)}
    return found


SHIELDING_PLACES = 3
"""Decimals of what is told of shielding: a tenth of a percentage point, so that no amount follows from it."""


def shielding(purchases: Sequence[Purchase], parts: Sequence[Part]) -> dict[str, str | None] | None:
    """How much the bounds of all that is shown differ from what was proven before small groups were folded.

    Ratios of D1, to a tenth of a percentage point: `lo` is zero or less, `hi` zero or more. What cancels out between
    anchors is left out. None where the proof of fewer than five suppliers was set aside, or there is no total.
    """
    proven: dict[tuple[str, str, str], Standing] = {}
    for each in purchases:
        if each.exclusion is None:
            proven.setdefault((each.anchor, each.supplier, each.verdict), each.standing)
    moved = [part for part in parts if part.key.standing is not proven[part.unit]]
    total = sum(part.amount for part in parts)
    if total <= 0 or 0 < len({part.supplier for part in moved}) < LEAST_SUPPLIERS:
        return None
    return {
        name: ratio(
            Fraction(
                sum(
                    bound(Sums.of(part.key.standing, part.amount), name)
                    - bound(Sums.of(proven[part.unit], part.amount), name)
                    for part in moved
                ),
                total,
            ),
            SHIELDING_PLACES,
        )
        for name in BOUNDS
    }


def shielding_change(
    before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> dict[str, dict[str, str] | None]:
    """What shielding did to each bound before and does after, and the difference; None where one is not told."""
    if before is None or after is None:
        return dict.fromkeys(BOUNDS)
    return {
        name: {
            "before": before[name],
            "after": after[name],
            "change": str(Decimal(after[name]) - Decimal(before[name])),
        }
        for name in BOUNDS
    }


def shielded(before: Body, after: Body) -> dict[str, dict[str, str] | None] | None:
    """The same between two exports of one period; None where one is of before this was told."""
    facts = before["facts"], after["facts"]
    if not all("shielding" in each for each in facts):
        return None
    return shielding_change(facts[0]["shielding"], facts[1]["shielding"])
