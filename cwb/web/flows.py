"""A drawing of money that flows through three columns, and the same as stacked bars for a phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cwb.web.charts import Stack, stacked
from cwb.web.drawings import LINE, NARROW, SOFT, STRONG, TEXT, WIDE, Chart, Drawing, Sheet, wrapped

Place = tuple[float, float]

LEAST, GAP, THICK = 22.0, 8.0, 10.0
"""The least room for a name, the room between two nodes, and how wide a node is."""

PAYER = 160.0
"""How far the names of payers reach; a longer one is written on several lines."""


@dataclass(frozen=True, slots=True)
class Flow:
    """An amount from a payer by way of a sector to a place."""

    payer: str
    sector: str
    place: str
    amount: int


@dataclass(frozen=True, slots=True)
class Node:
    """A name in a column; `kind` colours what flows to it, `text` stands below its name."""

    key: str
    label: str
    kind: str = "other"
    text: str = ""


def flow_chart(
    columns: Sequence[Sequence[Node]], flows: Sequence[Flow], stacks: Sequence[Stack], *, rtl: bool = False
) -> Chart:
    """Three columns of nodes with bands between them; on a phone the stacks. Only what is above zero is drawn."""
    drawn = [each for each in flows if each.amount > 0]
    return Chart("flow", _wide(columns, drawn, rtl=rtl), stacked(stacks, NARROW, rtl=rtl))


def _wide(columns: Sequence[Sequence[Node]], flows: Sequence[Flow], *, rtl: bool) -> Drawing:
    sheet = Sheet(WIDE, rtl)
    whole = sum(each.amount for each in flows) or 1
    scale = 300.0 / whole
    across = (PAYER, PAYER + 180.0, WIDE - 150.0)
    tops, height = [], 0.0
    for number, nodes in enumerate(columns):
        placed, under = _tops(nodes, flows, number, scale)
        tops.append(placed)
        height = max(height, under)
    kinds = {node.key: node.kind for node in columns[2]}
    for left, right in ((0, 1), (1, 2)):
        _bands(sheet, columns, (left, right), (tops, across), flows, scale, kinds if right == 2 else {})
    for number, nodes in enumerate(columns):
        for node in nodes:
            _name(sheet, node, number, across[number], tops[number][node.key])
    return sheet.drawing(height)


def _ends(flow: Flow) -> tuple[str, str, str]:
    return flow.payer, flow.sector, flow.place


def _tops(
    nodes: Sequence[Node], flows: Sequence[Flow], number: int, scale: float
) -> tuple[dict[str, Place], float]:
    """Where each node begins and how high it is, and where the column ends."""
    found, y = {}, 4.0
    for node in nodes:
        high = sum(each.amount for each in flows if _ends(each)[number] == node.key) * scale
        found[node.key] = y, high
        lines = len(wrapped(node.label, PAYER - 12)) if number == 0 else 1
        y += max(high, LEAST * (2 if node.text else 1) + LINE * (lines - 1)) + GAP
    return found, y


def _bands(
    sheet: Sheet,
    columns: Sequence[Sequence[Node]],
    pair: tuple[int, int],
    where: tuple[Sequence[Mapping[str, Place]], Sequence[float]],
    flows: Sequence[Flow],
    scale: float,
    kinds: Mapping[str, str],
) -> None:
    """The bands between two columns, in the order of their nodes so that they cross as little as can be."""
    (left, right), (tops, across) = pair, where
    leaving, coming = ({key: top for key, (top, _high) in tops[side].items()} for side in pair)
    for start in columns[left]:
        for end in columns[right]:
            amount = sum(
                each.amount
                for each in flows
                if (_ends(each)[left], _ends(each)[right]) == (start.key, end.key)
            )
            if not amount:
                continue
            thick = max(amount * scale, 0.6)
            kind = f"cwb-band cwb-band--{kinds.get(end.key, 'plain')}"
            sheet.ribbon(
                kind, (across[left] + THICK, leaving[start.key]), (across[right], coming[end.key]), thick
            )
            leaving[start.key] += amount * scale
            coming[end.key] += amount * scale


def _name(sheet: Sheet, node: Node, column: int, across: float, place: Place) -> None:
    top, high = place
    if high:
        kind = node.kind if column == 2 else "plain"
        sheet.box(f"cwb-part cwb-part--{kind}", (across, top), (THICK, max(high, 1.0)), 0)
    at, anchor = (across - 8, "end") if column == 0 else (across + THICK + 8, "start")
    kind = STRONG if column == 2 else f"{TEXT} cwb-chart-text--over" if column == 1 else TEXT
    if column == 0:
        sheet.lines(kind, (at, top + 15), node.label, PAYER - 12, anchor)
    else:
        sheet.words(kind, (at, top + 15), node.label, anchor)
    if node.text:
        sheet.words(SOFT, (at, top + 34), node.text, anchor)
