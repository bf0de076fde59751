"""The published figures of one period, from the rows of its public export alone.

`document` lays out the export, `figures` reads its body and nothing else, `recompute` compares. Whoever holds the
export can check every figure, and a figure can hold nothing that the export does not show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cwb.kernel.canonical import digest
from ledger.comparison.rules import change_of, index_of
from ledger.cuts.rules import check_cuts, cut, net, shares, shares_around
from ledger.disclosure.rules import EXCLUSIONS, LEAST_SUPPLIERS, Cell, Part, Public
from ledger.rows.rules import Body, Row, own, partial, sums_of
from ledger.share.rules import (
    DEFINITION,
    DEFINITIONS,
    Share,
    Standing,
    euro,
    exact_share,
    minor,
    ratio,
    written,
)
from ledger.splits.rules import Split, branches, check_splits, exact_floor, landed_share, splits

SCHEMA = "cwb-spend-6"
SCHEMAS = ("cwb-spend-3", "cwb-spend-4", "cwb-spend-5", SCHEMA)
"""Shapes that are recomputed: what was signed in an earlier one stays checked."""

NOVELTIES = ("new", "reached", "existing")

_ROWS = (
    "schema", "definition", "area", "period", "anchors", "rows", "nettings", "landed", "levels", "wijken",
    "rings", "novelty", "payments", "excluded", "influence", "facts", "links",
)  # fmt: skip
"""What a later export vouches for when it compares itself with this one."""

_SINCE_4 = ("contracts", "without_euros")
_SINCE_5 = ("deliveries",)
"""Parts that an export of the shapes before does not have."""


def document(
    shown: Public,
    *,
    area: Mapping[str, Any],
    variants: Sequence[str],
    period: str,
    anchors: Mapping[str, str],
    categories: Mapping[str, str],
    facts: Mapping[str, object],
    previous: Body | None,
    novelty: Mapping[str, str] | None = None,
    payments: Sequence[Row] = (),
    contracts: Sequence[Row] = (),
    without_euros: Sequence[Row] | None = None,
    deliveries: Sequence[Row] = (),
) -> dict[str, Any]:
    """The public export: rows, facts, figures and the hash over all of it.

    `variants` are ids in the order of the rows. `previous` is the export of the period before, or None. `novelty` says
    of suppliers whether they are new, `payments` how fast each anchor paid, `contracts` what each committed for how
    long, `without_euros` what was paid in local currency or cleared (None: not in use), `deliveries` how whole the
    period is at each anchor.
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
        **_nested(shown.parts, area, novelty or {}),
        "payments": [dict(each) for each in payments],
        "contracts": [dict(each) for each in contracts],
        "without_euros": None if without_euros is None else [dict(each) for each in without_euros],
        "deliveries": [dict(each) for each in deliveries],
        **_taken_off(shown),
        "facts": {
            "top_suppliers": shown.top[0] if shown.top else None,
            "top_amount": euro(shown.top[1]) if shown.top else None,
            "local_suppliers": shown.local_suppliers,
            "withheld_cells": shown.withheld_cells,
            **facts,
        },
        "previous": None if previous is None else _kept(previous),
        "links": [] if previous is None else previous["figures"]["index"]["links"],
    }  # fmt: skip
    body["rows_hash"] = _rows_hash(body)
    body["figures"] = figures(body)
    body["hash"] = digest(body)
    return body


def _taken_off(shown: Public) -> dict[str, Any]:
    """What is no third-party purchasing, and what of it could be influenced."""
    return {
        "excluded": [
            {"anchor": each.anchor, "code": each.code, "lines": each.lines, "amount": euro(each.amount)}
            for each in shown.excluded
        ],
        "influence": [
            {"anchor": each.anchor, "status": each.status, "amount": euro(each.amount)}
            for each in shown.influence
        ],
    }


def _rows_hash(body: Body) -> str:
    names = (
        *_ROWS,
        *(_SINCE_4 if body["schema"] != SCHEMAS[0] else ()),
        *(_SINCE_5 if body["schema"] in SCHEMAS[2:] else ()),
    )
    return digest({name: body[name] for name in names})


def _nested(parts: Sequence[Part], area: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """What is nested in the rows: what landed, by which level, in which wijk, how far off, and who is new."""
    rings = *(each["id"] for each in area["around"]), "outside"
    return {
        "landed": [_landed_row(each) for each in splits(parts)],
        "levels": {
            level: None if found is None else {"suppliers": found[0], "amount": euro(found[1])}
            for level, found in branches(parts).items()
        },
        "wijken": cut(parts, area.get("wijken", {}), lambda part: part.wijk),
        "rings": cut(parts, rings, lambda part: part.ring, local=False),
        "novelty": cut(parts, NOVELTIES, lambda part: known.get(part.supplier, "unknown")),
    }


def _row(cell: Cell, variants: Sequence[str]) -> dict[str, Any]:
    return {
        "anchor": cell.key.anchor, "category": cell.key.category, "class": cell.key.standing.value,
        "grade": cell.key.grade, "variants": _variants(variants, cell.key.variants),
        "suppliers": cell.suppliers, "lines": cell.lines, "up": euro(cell.up), "down": euro(cell.down),
    }  # fmt: skip


def _landed_row(split: Split) -> dict[str, Any]:
    return {
        "anchor": split.anchor, "class": split.standing, "suppliers": split.suppliers,
        "declared_up": euro(split.declared_up), "declared_down": euro(split.declared_down),
        "landed": euro(split.landed), "silent_suppliers": split.silent_suppliers,
        "silent_up": euro(split.silent_up), "silent_down": euro(split.silent_down),
    }  # fmt: skip


def _variants(names: Sequence[str], standings: Sequence[Standing]) -> dict[str, str]:
    return {name: standing.value for name, standing in zip(names, standings, strict=True)}


def _kept(previous: Body) -> dict[str, Any]:
    """Of the period before only what the change is computed from."""
    rows = [{name: row[name] for name in ("anchor", "class", "up", "down")} for row in previous["rows"]]
    return {
        "period": previous["period"],
        "hash": previous["rows_hash"],
        "rows": rows,
        "partial": sorted(partial(previous)),
        "shielding": previous["facts"].get("shielding"),
    }


def figures(body: Body) -> dict[str, Any]:
    """Every published figure, from the body of an export."""
    rows: list[Row] = body["rows"]
    third = sum((minor(row["up"]) + minor(row["down"]) for row in rows), 0)
    top = body["facts"]["top_amount"]
    return {
        "local_supplier_share": {
            "total": written(exact_share(sums_of(rows, own, body["nettings"]))),
            "variants": {
                variant["id"]: written(exact_share(sums_of(rows, _variant(variant["id"]), body["nettings"])))
                for variant in body["area"]["variants"]
            },
            "by_anchor": _by(rows, "anchor"),
            "by_category": _by(rows, "category"),
            "by_wijk": shares(body),
            "around": shares_around(body),
        },
        "by_novelty": _novelty(body),
        "payment_days": {
            row["anchor"]: ratio(Fraction(row["days"], row["paid"]), 1) for row in body["payments"]
        },
        "landed_share": landed_share(body),
        "by_level": {
            level: None if found is None or third <= 0 else ratio(Fraction(minor(found["amount"]), third))
            for level, found in body["levels"].items()
        },
        "bridge": {
            "total": _bridge(body, None),
            "by_anchor": {name: _bridge(body, name) for name in _names(body)},
        },
        "by_grade": {
            grade: euro(sum(minor(r["up"]) + minor(r["down"]) for r in rows if r["grade"] == grade))
            for grade in sorted({row["grade"] for row in rows})
        },
        "top_share": ratio(Fraction(minor(top), third)) if top is not None and third > 0 else None,
        "local_suppliers": body["facts"]["local_suppliers"],
        "change": change_of(body),
        "index": index_of(body),
        **({} if body["schema"] == SCHEMAS[0] else {"commitments": _commitments(body["contracts"])}),
    }


def exact(body: Body, *, anchor: str | None = None, landed: bool = False) -> Share | None:
    """A published share as exact fractions; None for an anchor that is not shown by itself.

    `landed`: the floor of what landed, else the share of local suppliers.
    """
    if anchor is None:
        if landed:
            return exact_floor(body["landed"])
        return exact_share(sums_of(body["rows"], own, body["nettings"]))
    by_anchor = body["figures"]["landed_share" if landed else "local_supplier_share"]["by_anchor"]
    if anchor not in by_anchor:
        return None
    if landed:
        return exact_floor([row for row in body["landed"] if row["anchor"] == anchor])
    return exact_share(sums_of([row for row in body["rows"] if row["anchor"] == anchor], own))


def exact_over(bodies: Sequence[Body], *, anchor: str | None = None, landed: bool = False) -> Share | None:
    """A share over several exports that have no day in common; None where none of them shows the anchor.

    The sums of their rows are added, as when each was published: what a supplier got back in a later quarter is not
    netted with what it got in an earlier one, which can only widen the bounds.
    """
    shown = [each for each in bodies if exact(each, anchor=anchor, landed=landed) is not None]
    if not shown:
        return None
    part = "landed" if landed else "rows"
    rows = [row for body in shown for row in body[part] if anchor in {None, row["anchor"]}]
    if landed:
        return exact_floor(rows)
    nettings = [row for body in shown for row in body["nettings"]] if anchor is None else []
    return exact_share(sums_of(rows, own, nettings))


def as_published(
    export: Body,
    *,
    version: int,
    restates: Mapping[str, object] | None,
    tables: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """An export as it is signed: its version, and of the version before its number, hash and reason.

    `tables`: those of addresses and municipalities by which places were found.
    """
    signed = {name: value for name, value in export.items() if name != "hash"}
    signed["publication"] = {
        "version": version, "restates": None if restates is None else dict(restates), "tables": [*tables],
    }  # fmt: skip
    return signed | {"hash": digest(signed)}


def as_measured(export: Body) -> str:
    """The hash of an export without what publishing added to it: that of the export it was made of."""
    if "publication" not in export:
        return str(export["hash"])
    return digest({name: value for name, value in export.items() if name not in {"hash", "publication"}})


def same_figures(one: Body, other: Body) -> bool:
    """Whether two exports of one period give the same figures, of what the shapes of both know."""
    first, second = one["figures"], other["figures"]
    return all(first[name] == second[name] for name in first.keys() & second.keys())


_PAPERS = frozenset({"import_checksums", "corrections", "restatement"})


def same_numbers(one: Body, other: Body) -> bool:
    """Whether two exports of one period say the same of every group, whatever files and corrections stand behind it."""
    return _numbers(one) == _numbers(other)


def _numbers(body: Body) -> dict[str, Any]:
    said = {name: value for name, value in body.items() if name not in {"hash", "rows_hash", "publication"}}
    said["facts"] = {name: value for name, value in body["facts"].items() if name not in _PAPERS}
    if body["previous"] is not None:
        said["previous"] = {name: value for name, value in body["previous"].items() if name != "hash"}
    return said


def recompute(export: Body) -> list[str]:
    """Where an export's figures differ from what its rows give; empty when every figure stands.

    Raises:
        KeyError, TypeError, ValueError: it is no export at all.
    """
    body = {name: value for name, value in export.items() if name != "hash"}
    found = [*_differences("figures", export["figures"], figures(export))]
    found += [*check_splits(export), *check_cuts(export)]
    if export["rows_hash"] != _rows_hash(export):
        found.append("rows_hash: the rows were changed after the export was made")
    if export["hash"] != digest(body):
        found.append("hash: the export was changed after it was made")
    if export["schema"] not in SCHEMAS or export["definition"] not in DEFINITIONS:
        found.append(f"definition: {export['schema']} {export['definition']} is not {SCHEMA} {DEFINITION}")
    return found


def _differences(path: str, printed: object, computed: object) -> Iterable[str]:
    if isinstance(printed, Mapping) and isinstance(computed, Mapping):
        for name in sorted({*printed, *computed}, key=str):
            yield from _differences(f"{path}.{name}", printed.get(name), computed.get(name))
    elif printed != computed:
        yield f"{path}: printed {printed}, computed {computed}"


def _novelty(body: Body) -> dict[str, str | None]:
    """Which part of what is local went to suppliers that are new, newly reached or there before; "*" is not known."""
    whole = sum(net(row) for row in body["novelty"])
    return {row["id"]: ratio(Fraction(net(row), whole)) if whole > 0 else None for row in body["novelty"]}


def _commitments(contracts: Sequence[Row]) -> dict[str, Any]:
    """How many contracts ran, how many months on average (weighed by nothing), and what was committed with them."""
    return {
        "total": _committed(contracts),
        "by_anchor": {row["anchor"]: _committed([row]) for row in contracts},
    }


def _committed(rows: Sequence[Row]) -> dict[str, Any]:
    count, days = sum(row["contracts"] for row in rows), sum(row["days"] for row in rows)
    return {
        "contracts": count,
        "months": ratio(Fraction(days * 12 * 100, count * 36525), 1) if count else None,
        "amount": euro(sum(minor(row["amount"]) for row in rows)),
    }


def _variant(name: str) -> Callable[[Row], Standing]:
    return lambda row: Standing(row["variants"][name])


def _by(rows: Sequence[Row], name: str) -> dict[str, Any]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[name], []).append(row)
    return {key: written(exact_share(sums_of(mine, own))) for key, mine in sorted(groups.items())}


def _names(body: Body) -> list[str]:
    return sorted({row["anchor"] for part in ("rows", "excluded") for row in body[part]})


def _bridge(body: Body, anchor: str | None) -> dict[str, Any]:
    """D0 − X1 − … − X7 = D1 − not influenceable = D2, to the cent."""

    def mine(part: str) -> list[Row]:
        return [row for row in body[part] if anchor is None or row["anchor"] == anchor]

    third = sum(minor(row["up"]) + minor(row["down"]) for row in mine("rows"))
    steps = []
    for code in EXCLUSIONS:
        amount = sum(minor(row["amount"]) for row in mine("excluded") if row["code"] == code)
        lines = sum(row["lines"] for row in mine("excluded") if row["code"] == code)
        steps.append({"code": code, "amount": euro(amount), "lines": lines})
    all_off = sum(minor(row["amount"]) for row in mine("excluded"))
    by_status = {"yes": 0, "no": 0, "unknown": 0}
    for row in mine("influence"):
        by_status[row["status"]] += minor(row["amount"])
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
