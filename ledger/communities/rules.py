"""Trading clusters: communities of greatest modularity, found in whole numbers, so that anybody finds the same.

The weight between two members is what they invoiced each other, both ways added, credit notes netted. The method is
greedy and in levels (Blondel and others, 2008): members in the order of their names move, one at a time, to the
neighbouring community with the largest gain, and stay where none is larger; of equal gains the community of the first
name wins. When nobody moves, communities become members and it begins again, until nothing is merged.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

Links = Mapping[tuple[str, str], int]
"""Who paid whom how much, in cents; credit notes are negative."""


class Found(NamedTuple):
    """The clusters, each sorted, by their first names; `inside`: the part of the trade that stays in them."""

    clusters: tuple[tuple[str, ...], ...]
    inside: Fraction | None


def clusters_of(members: Iterable[str], links: Links) -> Found:
    """Every member in one cluster; who trades with no other member is one alone."""
    names = sorted(set(members))
    place = {name: number for number, name in enumerate(names)}
    weights: defaultdict[tuple[int, int], int] = defaultdict(int)
    for (giver, taker), cents in links.items():
        if giver != taker and giver in place and taker in place:
            one, other = sorted((place[giver], place[taker]))
            weights[one, other] += cents
    edges = {pair: cents for pair, cents in weights.items() if cents > 0}
    groups = [[number] for number in range(len(names))]
    level = dict(edges)
    while True:
        label = _moved(len(groups), level)
        numbers = sorted(set(label))
        if len(numbers) == len(groups):
            break
        at = {old: new for new, old in enumerate(numbers)}
        groups = [
            sorted(one for old, group in enumerate(groups) if label[old] == number for one in group)
            for number in numbers
        ]
        merged: defaultdict[tuple[int, int], int] = defaultdict(int)
        for (one, other), cents in level.items():
            low, high = sorted((at[label[one]], at[label[other]]))
            merged[low, high] += cents
        level = merged
    home = {number: which for which, group in enumerate(groups) for number in group}
    whole = sum(edges.values())
    kept = sum(cents for (one, other), cents in edges.items() if home[one] == home[other])
    found = sorted(tuple(names[number] for number in group) for group in groups)
    return Found(tuple(found), Fraction(kept, whole) if whole else None)


def _moved(count: int, edges: Mapping[tuple[int, int], int]) -> list[int]:
    """The community of each node, named by its first node, when no single move gains any more."""
    near: list[dict[int, int]] = [{} for _ in range(count)]
    degree = [0] * count
    for (one, other), cents in edges.items():
        degree[one] += cents
        degree[other] += cents
        if one != other:
            near[one][other] = near[other][one] = cents
    whole = sum(degree)
    label, total = list(range(count)), list(degree)
    moving = True
    while moving:
        moving = False
        for node in range(count):
            own, mine = label[node], degree[node]
            total[own] -= mine
            ties: defaultdict[int, int] = defaultdict(int)
            for other, cents in near[node].items():
                ties[label[other]] += cents
            best, most = own, ties[own] * whole - mine * total[own]
            for each in sorted(ties):
                gain = ties[each] * whole - mine * total[each]
                if gain > most:
                    best, most = each, gain
            total[best] += mine
            label[node] = best
            moving = moving or best != own
    first: dict[int, int] = {}
    return [first.setdefault(each, node) for node, each in enumerate(label)]
