"""The shape of the public export, as a JSON Schema (draft 7) that others can validate with."""

from collections.abc import Mapping
from typing import Any

from ledger.disclosure.rules import POOLED
from ledger.figure.rules import NOVELTIES, SCHEMAS
from ledger.share.rules import Standing

Shape = dict[str, Any]

AMOUNT: Shape = {
    "type": "string",
    "pattern": r"^-?[0-9]+\.[0-9]{2}$",
    "description": "Euros, exact, without VAT.",
}
RATIO: Shape = {
    "type": ["string", "null"],
    "pattern": r"^-?[0-9]+\.[0-9]{4}$",
    "description": "Null: undefined.",
}
COUNT: Shape = {"type": "integer", "minimum": 0}
WHOLE: Shape = {"type": "integer"}
TEXT: Shape = {"type": "string"}
HASH: Shape = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
PERIOD: Shape = {"type": "string", "pattern": "^[0-9]{4}(-Q[1-4])?$"}
CLASS: Shape = {"enum": [each.value for each in Standing]}


def _object(description: str, **properties: Shape) -> Shape:
    """An object with at least these keys. More may come with the same schema name."""
    return {
        "type": "object", "description": description, "properties": properties, "required": sorted(properties),
    }  # fmt: skip


def _list(of: Shape) -> Shape:
    return {"type": "array", "items": of}


def _map(of: Shape) -> Shape:
    return {"type": "object", "additionalProperties": of}


def _null(of: Shape) -> Shape:
    return {"anyOf": [of, {"type": "null"}]}


SHARE = _object(
    "A share with its bounds: what is proven local at least, and at most.",
    lo=RATIO, hi=RATIO, coverage=RATIO, total=AMOUNT, publishable={"type": "boolean"}, why={"type": ["string", "null"]},
)  # fmt: skip

FLOOR = _object(
    "What landed at least, and of which part of the spend it was declared.",
    floor=RATIO, hi=RATIO, coverage=RATIO, total=AMOUNT, measured={"type": "boolean"}, why={"type": ["string", "null"]},
)  # fmt: skip

BRIDGE = _object(
    "From all that was invoiced (D0) less X1 to X7 to third-party purchasing (D1) and what could be influenced (D2).",
    d0=AMOUNT, d1=AMOUNT, d2=_null(AMOUNT), lines=WHOLE, influenceable=AMOUNT, not_influenceable=AMOUNT,
    influence_unknown=AMOUNT, steps=_list(_object("One reason.", code=TEXT, amount=AMOUNT, lines=WHOLE)),
)  # fmt: skip


def _cut(description: str, ids: Shape) -> Shape:
    return _list(_object(description, id=ids, suppliers=COUNT, up=AMOUNT, down=AMOUNT))


def _landed(classes: Shape) -> Shape:
    return _list(_object(
        "A class of an anchor, split into what was declared and what was not. Since cwb-spend-6 small classes of an "
        "anchor are joined (*).", anchor=TEXT, suppliers=COUNT, declared_up=AMOUNT, declared_down=AMOUNT, landed=AMOUNT,
        silent_suppliers=COUNT, silent_up=AMOUNT, silent_down=AMOUNT, **{"class": classes},
    ))  # fmt: skip


_PARTS: Mapping[str, Shape] = {
    "definition": TEXT,
    "least_suppliers": COUNT,
    "average": {"const": "pooled"},
    "area": _object(
        "The area and its register.", id=TEXT, version=TEXT, variants=_list(_object("A part of it.", id=TEXT)),
        around=_list(_object("An area around it; each holds those before it.", id=TEXT)),
    ),
    "period": PERIOD,
    "anchors": _map(TEXT),
    "categories": _map(TEXT),
    "rows": _list(_object(
        "A group of five suppliers or more at one anchor; * stands for any.",
        anchor=TEXT, category=TEXT, grade=TEXT, variants=_map(CLASS), suppliers=COUNT, lines=WHOLE, up=AMOUNT,
        down=AMOUNT, **{"class": CLASS},
    )),
    "nettings": _list(_object(
        "What the same suppliers cancel out between anchors.", variants=_map(CLASS), suppliers=COUNT, amount=AMOUNT,
        **{"class": CLASS},
    )),
    "landed": _landed(CLASS),
    "levels": _map(_null(_object("Local by seat (L1a), by branch (L1b).", suppliers=COUNT, amount=AMOUNT))),
    "wijken": _cut("What is local, by the wijk that is proven; * is none, or too few suppliers to show.", TEXT),
    "rings": _cut(
        "What is not local, by the smallest area around in which it is, or outside; * is not known, or too few.", TEXT
    ),
    "novelty": _cut("What is local, by whether the supplier is new; * is not known.", {"enum": [*NOVELTIES, "*"]}),
    "payments": _list(_object(
        "How fast an anchor paid what it paid here.", anchor=TEXT, paid=COUNT, within_30_days=COUNT, days=WHOLE,
    )),
    "excluded": _list(_object("What was taken off, by reason.", anchor=TEXT, code=TEXT, lines=WHOLE, amount=AMOUNT)),
    "influence": _list(_object("Whether a contract could be changed.", anchor=TEXT, status=TEXT, amount=AMOUNT)),
    "facts": _object(
        "What the figures rest on. `shielding`, where it is told: how much lo and hi differ from what was proven "
        "before small groups were folded, to a tenth of a percentage point; null: of fewer than five suppliers.",
        top_suppliers=_null(COUNT), top_amount=_null(AMOUNT),
        local_suppliers=_null(COUNT), withheld_cells=COUNT,
    ),
    "previous": _null(_object("The rows of the period before.", period=PERIOD, hash=HASH, rows={"type": "array"})),
    "links": {"type": "array"},
    "rows_hash": HASH,
    "figures": _object(
        "Every published figure. All follow from the parts above.",
        local_supplier_share=_object(
            "The share of local suppliers.", total=SHARE, variants=_map(SHARE), around=_map(SHARE),
            by_anchor=_map(SHARE), by_category=_map(SHARE), by_wijk=_map(SHARE),
        ),
        landed_share={**FLOOR, "properties": {**FLOOR["properties"], "by_anchor": _map(FLOOR)}},
        by_level=_map(RATIO), by_novelty=_map(RATIO), payment_days=_map(TEXT),
        bridge=_object("The bridge.", total=BRIDGE, by_anchor=_map(BRIDGE)), by_grade=_map(AMOUNT), top_share=RATIO,
        local_suppliers=_null(COUNT), change={"type": ["object", "null"]}, index={"type": "object"},
    ),
    "hash": HASH,
}  # fmt: skip

_COMMITTED = _object(
    "Contracts that ran in the period: how many, months on average, euros committed without VAT.",
    contracts=COUNT, months={"type": ["string", "null"]}, amount=AMOUNT,
)  # fmt: skip

_SINCE_4: Mapping[str, Shape] = {
    "contracts": _list(_object(
        "The contracts of an anchor that ran in the period; days: of all of them together.", anchor=TEXT,
        contracts=COUNT, days=COUNT, amount=AMOUNT,
    )),
    "without_euros": _null(_list(_object(
        "Paid in a local currency or cleared; null: no anchor can.", currency=TEXT, paid=TEXT,
    ))),
}  # fmt: skip

_SINCE_5: Mapping[str, Shape] = {
    "deliveries": _list(_object(
        "How whole the period is at an anchor: quarters that it handed in half or not (by: null), and since when all "
        "its purchases before the period are known. Who has gaps is in no change and no index.", anchor=TEXT, name=TEXT,
        known_since=_null(TEXT), gaps=_list(_object(
            "A quarter that is not whole.", quarter=TEXT, months=_list(TEXT),
            by={"enum": ["months", "declared", "year_before", "running", None]},
        )),
    )),
}  # fmt: skip


_PUBLICATION = _object(
    "In a signed export alone: which version of the period this is, and which it restates. In later ones also "
    "`tables` of addresses and municipalities: kind, valid_from, source, checksum (SHA-256).", version=COUNT,
    restates=_null(_object("The version before, and why it is restated.", version=COUNT, hash=HASH, reason=TEXT)),
)  # fmt: skip


def shape(schema: str) -> Shape:
    """The whole schema of one version of the export."""
    parts: dict[str, Shape] = {**_PARTS, "schema": {"const": schema}}
    if schema != SCHEMAS[0]:
        figures = _PARTS["figures"]
        commitments = _object("What was committed.", total=_COMMITTED, by_anchor=_map(_COMMITTED))
        parts |= {
            **_SINCE_4, **(_SINCE_5 if schema in SCHEMAS[2:] else {}),
            "figures": {
                **figures, "properties": figures["properties"] | {"commitments": commitments},
                "required": sorted([*figures["required"], "commitments"]),
            }
        }  # fmt: skip
    if schema == SCHEMAS[-1]:
        figures = parts["figures"]
        share = figures["properties"]["landed_share"]
        share = {**share, "properties": {**share["properties"], "untold": _map(TEXT)}}
        parts |= {
            "landed": _landed({"enum": [*CLASS["enum"], POOLED]}),
            "figures": {**figures, "properties": {**figures["properties"], "landed_share": share}},
        }
    found = _object("The public export of local spend of one period.", **parts)
    if schema != SCHEMAS[0]:
        found["properties"] = {**parts, "publication": _PUBLICATION}
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": schema, **found}
