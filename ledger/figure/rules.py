"""The published figures of one period, from the rows of its public export alone.

`document` lays out the export, `figures` reads its body and nothing else, `recompute` compares. Whoever holds the
export can check every figure, and a figure can hold nothing that the export does not show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cwb.kernel.canonical import digest
from ledger.disclosure.rules import EXCLUSIONS, LEAST_SUPPLIERS, POOLED, Cell, Public
from ledger.share.rules import (
    DEFINITION,
    Share,
    Standing,
    Sums,
    change,
    euro,
    exact_share,
    landed_floor,
    ratio,
    written,
)

SCHEMA = "cwb-spend-1"

_ROWS = (
    "schema",
    "definition",
    "area",
    "period",
    "anchors",
    "rows",
    "nettings",
    "excluded",
    "influence",
    "facts",
)
"""What a later export vouches for when it compares itself with this one."""

Body = Mapping[str, Any]
Row = Mapping[str, Any]


def document(
    shown: Public,
    *,
    area: Mapping[str, object],
    variants: Sequence[str],
    period: str,
    anchors: Mapping[str, str],
    categories: Mapping[str, str],
    facts: Mapping[str, object],
    previous: Body | None,
) -> dict[str, Any]:
    """The public export: rows, facts, figures and the hash over all of it.

    `variants` are ids in the order of the rows. `previous` is the export of the period before, or None.
    """
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "definition": DEFINITION,
        "least_suppliers": LEAST_SUPPLIERS,
        "average": "pooled",
        "area": dict(area),
        "period": period,
        "anchors": dict(anchors),
        "categories": dict(categories),
        "rows": [_row(cell, variants) for cell in shown.cells],
        "nettings": [
            {
                "class": each.standing.value, "variants": _variants(variants, each.variants),
                "suppliers": each.suppliers, "amount": euro(each.amount),
            }
            for each in shown.nettings
        ],
        "excluded": [
            {"anchor": each.anchor, "code": each.code, "lines": each.lines, "amount": euro(each.amount)}
            for each in shown.excluded
        ],
        "influence": [
            {"anchor": each.anchor, "status": each.status, "amount": euro(each.amount)}
            for each in shown.influence
        ],
        "facts": {
            "top_suppliers": shown.top[0] if shown.top else None,
            "top_amount": euro(shown.top[1]) if shown.top else None,
            "local_suppliers": shown.local_suppliers,
            "withheld_cells": shown.withheld_cells,
            **facts,
        },
        "previous": None if previous is None else _kept(previous),
    }  # fmt: skip
    body["rows_hash"] = digest({name: body[name] for name in _ROWS})
    body["figures"] = figures(body)
    body["hash"] = digest(body)
    return body


def _row(cell: Cell, variants: Sequence[str]) -> dict[str, Any]:
    return {
        "anchor": cell.key.anchor, "category": cell.key.category, "class": cell.key.standing.value,
        "grade": cell.key.grade, "variants": _variants(variants, cell.key.variants),
        "suppliers": cell.suppliers, "lines": cell.lines, "up": euro(cell.up), "down": euro(cell.down),
    }  # fmt: skip


def _variants(names: Sequence[str], standings: Sequence[Standing]) -> dict[str, str]:
    return {name: standing.value for name, standing in zip(names, standings, strict=True)}


def _kept(previous: Body) -> dict[str, Any]:
    """Of the period before only what the change is computed from."""
    rows = [{name: row[name] for name in ("anchor", "class", "up", "down")} for row in previous["rows"]]
    return {"period": previous["period"], "hash": previous["rows_hash"], "rows": rows}


def figures(body: Body) -> dict[str, Any]:
    """Every published figure, from the body of an export."""
    rows: list[Row] = body["rows"]
    third = sum((_minor(row["up"]) + _minor(row["down"]) for row in rows), 0)
    top = body["facts"]["top_amount"]
    return {
        "local_supplier_share": {
            "total": written(exact_share(_sums(rows, _own, body["nettings"]))),
            "variants": {
                variant["id"]: written(exact_share(_sums(rows, _variant(variant["id"]), body["nettings"])))
                for variant in body["area"]["variants"]
            },
            "by_anchor": _by(rows, "anchor"),
            "by_category": _by(rows, "category"),
        },
        "landed_share": _landed(rows, body["nettings"]),
        "bridge": {
            "total": _bridge(body, None),
            "by_anchor": {name: _bridge(body, name) for name in _names(body)},
        },
        "by_grade": {
            grade: euro(sum(_minor(r["up"]) + _minor(r["down"]) for r in rows if r["grade"] == grade))
            for grade in sorted({row["grade"] for row in rows})
        },
        "top_share": ratio(Fraction(_minor(top), third)) if top is not None and third > 0 else None,
        "local_suppliers": body["facts"]["local_suppliers"],
        "change": _change(rows, body["previous"]),
    }


def recompute(export: Body) -> list[str]:
    """Where an export's figures differ from what its rows give; empty when every figure stands.

    Raises:
        KeyError, TypeError, ValueError: it is no export at all.
    """
    body = {name: value for name, value in export.items() if name != "hash"}
    found = list(_differences("figures", export["figures"], figures(export)))
    if export["rows_hash"] != digest({name: export[name] for name in _ROWS}):
        found.append("rows_hash: the rows were changed after the export was made")
    if export["hash"] != digest(body):
        found.append("hash: the export was changed after it was made")
    if export["schema"] != SCHEMA or export["definition"] != DEFINITION:
        found.append(f"definition: {export['schema']} {export['definition']} is not {SCHEMA} {DEFINITION}")
    return found


def _differences(path: str, printed: object, computed: object) -> Iterable[str]:
    if isinstance(printed, Mapping) and isinstance(computed, Mapping):
        for name in sorted({*printed, *computed}, key=str):
            yield from _differences(f"{path}.{name}", printed.get(name), computed.get(name))
    elif printed != computed:
        yield f"{path}: printed {printed}, computed {computed}"


def _minor(text: str) -> int:
    whole, _, cents = text.removeprefix("-").partition(".")
    if not (whole.isascii() and whole.isdigit() and cents.isascii() and cents.isdigit() and len(cents) == 2):
        raise ValueError(f"{text!r} is no amount")
    value = int(whole) * 100 + int(cents)
    return -value if text.startswith("-") else value


def _own(row: Row) -> Standing:
    return Standing(row["class"])


def _variant(name: str) -> Callable[[Row], Standing]:
    return lambda row: Standing(row["variants"][name])


def _sums(rows: Iterable[Row], standing: Callable[[Row], Standing], nettings: Iterable[Row] = ()) -> Sums:
    """The sums of rows; what is netted across anchors is taken off both sides."""
    total = Sums()
    for row in rows:
        total += Sums.of(standing(row), _minor(row["up"])) + Sums.of(standing(row), _minor(row["down"]))
    for row in nettings:
        amount = _minor(row["amount"])
        if standing(row) is Standing.UNKNOWN:
            total += Sums(unknown_up=-amount, unknown_down=amount, unknown_size=-2 * amount)
        else:
            total += Sums(known_size=-2 * amount)
    return total


def _by(rows: Sequence[Row], name: str) -> dict[str, Any]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return {key: written(exact_share(_sums(mine, _own))) for key, mine in sorted(groups.items())}


def _landed(rows: Sequence[Row], nettings: Sequence[Row]) -> dict[str, Any]:
    """No supplier has declared yet: the floor holds nothing but what unproven credit notes take off."""
    floor: Share = landed_floor(Fraction(0), _sums(rows, lambda _row: Standing.UNKNOWN, nettings))
    return {
        "floor": ratio(floor.lo), "hi": ratio(floor.hi), "coverage": ratio(floor.coverage),
        "total": euro(floor.total_low), "measured": False,
        "why": "no supplier has declared wages and purchases yet",
    }  # fmt: skip


def _names(body: Body) -> list[str]:
    return sorted({row["anchor"] for part in ("rows", "excluded") for row in body[part]})


def _bridge(body: Body, anchor: str | None) -> dict[str, Any]:
    """D0 − X1 − … − X7 = D1 − not influenceable = D2, to the cent."""

    def mine(part: str) -> list[Row]:
        return [row for row in body[part] if anchor is None or row["anchor"] == anchor]

    third = sum(_minor(row["up"]) + _minor(row["down"]) for row in mine("rows"))
    steps = []
    for code in EXCLUSIONS:
        amount = sum(_minor(row["amount"]) for row in mine("excluded") if row["code"] == code)
        lines = sum(row["lines"] for row in mine("excluded") if row["code"] == code)
        steps.append({"code": code, "amount": euro(amount), "lines": lines})
    all_off = sum(_minor(row["amount"]) for row in mine("excluded"))
    by_status = {"yes": 0, "no": 0, "unknown": 0}
    for row in mine("influence"):
        by_status[row["status"]] += _minor(row["amount"])
    known = by_status["unknown"] == 0
    return {
        "d0": euro(third + all_off),
        "steps": steps,
        "d1": euro(third),
        "lines": sum(row["lines"] for row in mine("rows")),
        "influenceable": euro(by_status["yes"]),
        "not_influenceable": euro(by_status["no"]),
        "influence_unknown": euro(by_status["unknown"]),
        "d2": euro(by_status["yes"]) if known else None,
        "d2_why": None if known else f"no contract reference for {euro(by_status['unknown'])} of D1",
    }


def _change(rows: Sequence[Row], previous: Body | None) -> dict[str, Any] | None:
    """The change of the share among the anchors of both periods, in two terms, for lo and for hi."""
    if previous is None:
        return None
    cohort = {row["anchor"] for row in rows} & {row["anchor"] for row in previous["rows"]} - {POOLED}
    before = _sums([row for row in previous["rows"] if row["anchor"] in cohort], _own)
    after = _sums([row for row in rows if row["anchor"] in cohort], _own)
    answer: dict[str, Any] = {"from": previous["period"], "cohort": sorted(cohort)}
    for bound, part in (("lo", _lowest), ("hi", _highest)):
        terms = change(part(before), before.total, part(after), after.total)
        if terms is None:
            answer[bound] = None
            continue
        answer[bound] = {
            "before": ratio(Fraction(part(before), before.total)),
            "after": ratio(Fraction(part(after), after.total)),
            "change": ratio(terms[0] + terms[1]),
            "numerator": ratio(terms[0]),
            "denominator": ratio(terms[1]),
        }
    return answer


def _lowest(sums: Sums) -> int:
    return sums.local + sums.unknown_down


def _highest(sums: Sums) -> int:
    return sums.local + sums.unknown_up
