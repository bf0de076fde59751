"""The door to the solver's library, and to files of obligations and credit lines."""

import csv
import re
from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import ortools
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from cwb.kernel.money import MAX_MINOR
from ledger.netting.errors import ObligationsRefused, ObligationsUnreadable, SolverGaveUp
from ledger.netting.rules import Cleared, Network, cleared, flow_of, network
from ledger.share.rules import euro

SOLVER = f"OR-tools {ortools.__version__} SimpleMinCostFlow"

OBLIGATION = ("debtor", "creditor", "amount")
CREDIT = ("party", "may_borrow", "may_hold")
_AMOUNT = re.compile(r"(-?)([0-9]{1,13})(?:\.([0-9]{1,2}))?")
_FAULTS = 20


def solve(net: Network) -> Cleared:
    """The largest set-off of a network, checked.

    Raises:
        SolverGaveUp: the library found no answer.
        AnswerWrong: it found one that does not hold.
    """
    flow = flow_of(net)
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(flow.tail, flow.head, flow.capacity, flow.cost)
    solver.set_nodes_supplies(np.arange(len(flow.supply), dtype=np.int32), flow.supply)
    status = solver.solve()
    if status != SimpleMinCostFlow.OPTIMAL:
        raise SolverGaveUp(status=status.name)
    return cleared(net, flow, solver.flows(arcs))


def read_obligations(path: Path, credit: Path | None = None) -> tuple[Network, int]:
    """The network of a CSV `debtor,creditor,amount`, with credit lines of a CSV `party,may_borrow,may_hold`; its rows.

    Raises:
        ObligationsUnreadable: names the faults by line.
        ObligationsRefused: it can be read, but an obligation is to oneself, or of nothing or less.
        TooMuchTogether: see there.
    """
    places: dict[str, int] = {}
    owing, owed, cents = array("i"), array("i"), array("q")
    faults, refused = _Faults(), _Faults()
    for line, (debtor, creditor, written) in _rows(path, OBLIGATION, faults):
        amount = _minor(written)
        if amount is None or not debtor or not creditor:
            faults.add(line, _unreadable(written) if debtor and creditor else "a party is empty")
        elif amount <= 0:
            refused.add(line, f"amount {written} is not above zero")
        elif debtor == creditor:
            refused.add(line, f"{debtor[:60]} owes itself")
        else:
            owing.append(places.setdefault(debtor, len(places)))
            owed.append(places.setdefault(creditor, len(places)))
            cents.append(amount)
    faults.refuse(path)
    if refused.number:
        raise ObligationsRefused(file=path.name, faults=refused.text())
    lines = _credit(credit) if credit else {}
    return network(list(places), owing, owed, cents, credit=lines), len(cents)


def write_cleared(answer: Cleared, path: Path) -> None:
    """A CSV with what is set off per pair; it appears when it is whole."""
    net = answer.network
    unfinished = path.with_name(f".{path.name}.unfinished")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("debtor", "creditor", "cleared", "owed"))
        for at in range(0, len(net.amount), 10_000):
            part = slice(at, at + 10_000)
            columns = (net.debtor, net.creditor, answer.amount, net.amount)
            rows.writerows(
                (net.parties[owing], net.parties[owed], euro(off), euro(whole))
                for owing, owed, off, whole in zip(*(each[part].tolist() for each in columns), strict=True)
            )
    unfinished.replace(path)


class _Faults:
    """The first faults of a file by line, and how many there are."""

    def __init__(self) -> None:
        self.number, self._first = 0, list[str]()

    def add(self, line: int | None, fault: str) -> None:
        """One more."""
        self.number += 1
        if self.number <= _FAULTS:
            self._first.append(f"line {line}: {fault}" if line else fault)

    def text(self) -> str:
        """All in one line."""
        more = self.number - len(self._first)
        return "; ".join(self._first) + (f"; and {more} more" if more else "")

    def refuse(self, path: Path) -> None:
        """Stop when there are any."""
        if self.number:
            raise ObligationsUnreadable(file=path.name, faults=self.text())


def _rows(path: Path, columns: tuple[str, ...], faults: _Faults) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV (UTF-8, comma) with each of these columns once, in any order, each with its line.

    Other columns (an invoice number, a due date) are the reader's own and are not looked at; but a column `currency`
    holds one currency all through, or cents of two would add up.
    """
    found, money = 0, None
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            head = [cell.strip().lower() for cell in next(reader, [])]
            if any(head.count(name) != 1 for name in columns):
                faults.add(None, f"the columns are not {','.join(columns)}" if head else "empty file")
                return
            order = [head.index(name) for name in columns]
            told = head.index("currency") if "currency" in head else None
            for row in reader:
                if len(row) == len(head):
                    found += 1
                    if told is not None:
                        said = row[told].strip().upper()
                        if said != (money := said if money is None else money):
                            faults.add(reader.line_num, f"currency {said[:10]!r} after {money[:10]!r}")
                            continue
                    yield reader.line_num, [row[place].strip() for place in order]
                elif any(cell.strip() for cell in row):
                    faults.add(reader.line_num, "another number of cells than the head")
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        faults.add(None, str(getattr(fault, "strerror", None) or fault))
    if not found and not faults.number:
        faults.add(None, "no rows")


def _credit(path: Path) -> dict[str, tuple[int, int]]:
    """What each party may borrow and hold; several rows of one party add up."""
    lines: dict[str, tuple[int, int]] = {}
    faults, refused = _Faults(), _Faults()
    for line, (party, *written) in _rows(path, CREDIT, faults):
        borrow, hold = map(_minor, written)
        if borrow is None or hold is None or not party:
            wrong = written[0] if borrow is None else written[1]
            faults.add(line, _unreadable(wrong) if party else "a party is empty")
        elif borrow < 0 or hold < 0:
            refused.add(line, "a limit below zero")
        else:
            before = lines.get(party, (0, 0))
            lines[party] = before[0] + borrow, before[1] + hold
    faults.refuse(path)
    if refused.number:
        raise ObligationsRefused(file=path.name, faults=refused.text())
    return lines


def _unreadable(written: str) -> str:
    return f"{written[:40]!r} is no amount such as 1250.00"


def _minor(text: str) -> int | None:
    found = _AMOUNT.fullmatch(text)
    if not found:
        return None
    sign, whole, part = found.groups("")
    value = int(whole) * 100 + int(part.ljust(2, "0"))
    return None if value > MAX_MINOR else (-value if sign else value)
