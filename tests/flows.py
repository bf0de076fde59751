"""Made-up transfers of a local currency that could have happened: all kinds, reversals among them."""

from collections import Counter
from random import Random

from ledger.flows.rules import Kind

_KINDS = (
    Kind.PAYMENT,
    Kind.PAYMENT,
    Kind.PAYMENT,
    Kind.INTERNAL,
    Kind.CLEARING,
    Kind.REDEEM,
    Kind.FEE,
    Kind.LAPSE,
)


def some_transfers(seed, count, members="ABCDE"):
    """`(at, giver, taker, amount, kind, id, reverses)` of each, several within one instant."""
    random, has, at = Random(seed), Counter(), 0
    rows, undoable = [], []
    for number in range(count):
        last = rows and rows[-1][4] is Kind.REVERSAL  # a reversal is last in its instant
        at += random.choice((0, 1, 3, 30)) + bool(last)
        if undoable and random.random() < 0.15:
            name, giver, taker, amount = undoable.pop(random.randrange(len(undoable)))
            if taker == "I" or has[taker] >= amount:
                row = (taker, giver, amount, Kind.REVERSAL, f"{number}", name)
            else:
                continue
        else:
            holders = [name for name in (*members, "F") if has[name]]
            if not holders or random.random() < 0.2:
                row = ("I", random.choice(members), random.randrange(1, 60), Kind.ISSUE, f"{number}", "")
            else:
                giver = random.choice(holders)
                kind = Kind.PAYMENT if giver == "F" else random.choice(_KINDS)
                others = {Kind.REDEEM: "I", Kind.FEE: "F", Kind.LAPSE: "F"}
                taker = others.get(kind) or random.choice([name for name in members if name != giver])
                row = (giver, taker, random.randrange(1, has[giver] + 1), kind, f"{number}", "")
            undoable.append((row[4], *row[:3]))
        has[row[0]] -= row[2]
        has[row[1]] += row[2]
        rows.append((at, *row))
    return rows
