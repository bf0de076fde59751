"""Reads the dated tables: national law from this package, own bands from the area pack."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from cwb import paths
from cwb.config import Config
from cwb.kernel.money import Money
from procurement.advice.errors import LawTableInvalid
from procurement.advice.rules import Band, Kind, Law, Obliged, Passage, Settings, Threshold
from procurement.procedures.rules import Articles, Exempt, Procedure

NATIONAL = Path(__file__).with_name("netherlands.toml")


def law(area: str | None = None) -> Law:
    """The tables of an area (default: this installation's), read once per process.

    Raises:
        LawTableInvalid: a file is missing or wrong; names it.
    """
    return _read(area or Config.from_environment().area)


@cache
def _read(area: str) -> Law:
    own = paths.area(area) / "procurement.toml"
    national, local = _load(NATIONAL), _load(own) if own.is_file() else {}
    try:
        terms = national["terms"]
        return Law(
            thresholds=tuple(_made(Threshold, each) for each in national["thresholds"]),
            bands=tuple(_made(Band, each | {"kind": Kind(each["kind"])}) for each in local.get("bands", ())),
            procedures=tuple(_made(Procedure, each) for each in national["procedures"]),
            obliged={name: Obliged(value) for name, value in national["anchors"].items()},
            **{
                name: _made(Passage, national[name][0])
                for name in ("light", "reserved_services", "reserved_workplaces", "small_lots")
            },
            terms=Passage(national["terms"]["article"], national["terms"]["certainty"]),
            articles=Articles(
                terms["answers_article"], terms["standstill_article"], terms["standstill"], terms["certainty"]
            ),
            standstill_exceptions=tuple(
                Exempt(
                    each["id"],
                    each["text"],
                    terms["standstill_article"],
                    each.get("certainty", terms["certainty"]),
                )
                for each in national["standstill_exceptions"]
            ),
            answers_before_closing=national["terms"]["answers_before_closing"],
            standstill=national["terms"]["standstill"],
            settings=Settings(**{**national["settings"], **local.get("settings", {})}),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise LawTableInvalid(file=own.name, fault=repr(fault)) from None


_AMOUNTS = frozenset({"services", "works", "light", "below", "below_works", "single_below", "invited_below"})


def _made(kind: type[Any], facts: dict[str, Any]) -> Any:
    return kind(
        **{
            name: Money.of(str(value))
            if name in _AMOUNTS
            else tuple(value)
            if isinstance(value, list)
            else value
            for name, value in facts.items()
        }
    )


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise LawTableInvalid(file=path.name, fault=str(fault)) from None
