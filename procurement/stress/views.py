"""The stress test of a tender's scoring, for its own buyers: before and after publication."""

import json
from fractions import Fraction
from typing import Any

from flask import Blueprint, Response, render_template, request

from cwb.kernel.exact import Number
from cwb.kernel.money import Money
from cwb.web.charts import Bar, bar_chart
from cwb.web.guards import guarded, permit
from cwb.web.i18n import RIGHT_TO_LEFT, _, language, percent, translated
from cwb.web.request import actor, db
from procurement.methods.rules import scoring_of
from procurement.simulation.errors import NothingToTest
from procurement.simulation.rules import Played, Setup
from procurement.stress import gateway, rules
from procurement.stress.rules import Report
from procurement.tenders import policy, queries
from procurement.tenders.models import Lot, Tender

bp = Blueprint("stress", __name__, url_prefix="/tenders/<number>/stress")


def _setup(tender: Tender) -> Setup:
    if tender.method is None:
        raise NothingToTest
    lot = _lot(tender)
    minor = lot.value_minor or tender.value_minor
    return rules.setup_of(scoring_of(tender, lot), None if minor is None else Money(minor), _seed())


def _lot(tender: Tender) -> Lot:
    """The lot that is asked for in the address, else the first."""
    asked = request.args.get("lot", "")
    return next((each for each in tender.lots if str(each.number) == asked), tender.lots[0])


def _seed() -> int:
    text = request.args.get("seed", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _tender(number: str) -> Tender:
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.SEE_DRAFT, tender))
    return tender


@bp.get("")
@guarded(policy.SEE_DRAFT)
def show(number: str) -> str:
    """What the scoring does with simulated bids, in words and figures."""
    tender = _tender(number)
    report = rules.test(_setup(tender))
    return render_template(
        "procurement/stress/show.html", tender=tender, lot=_lot(tender), report=report, seed=report.setup.seed,
        euro=_euro,
        verdict=[
            (each.tone, translated(rules.TEXTS[each.id], _named(each.facts))) for each in report.findings
        ],
        finding=_finding(report.played),
        chart=bar_chart(_bars(report.played), rtl=language() in RIGHT_TO_LEFT), rows=_wins(report.played),
        percent_worth=report.setup.method in rules.PARTS, by_value=report.setup.method.value == "value_award",
        figure=_figure, by_euro=report.setup.method.value == "value_award", example=_example(report),
    )  # fmt: skip


def _named(facts: Any) -> dict[str, object]:
    return {name: (value or _("Prijs")) if name == "name" else value for name, value in facts.items()}


_KINDS = ("both", "cheapest", "best", "between", "none")


def _names() -> dict[str, str]:
    return {
        "both": _("Goedkoopste en beste tegelijk"),
        "cheapest": _("De goedkoopste"),
        "best": _("De beste kwaliteit"),
        "between": _("Iets daartussen"),
        "none": _("Niemand: gelijk of alles afgevallen"),
    }


def _wins(played: Played) -> list[list[str]]:
    names = _names()
    return [
        [names[kind], str(played.wins[kind]), percent(played.wins[kind] / played.rounds, 0)]
        for kind in _KINDS
    ]


def _finding(played: Played) -> str:
    """Who wins most, for the heading of the chart."""
    kind = max(_KINDS, key=lambda each: played.wins[each])
    share = percent(played.wins[kind] / played.rounds, 0)
    return _("Dit wint het vaakst: %(what)s, in %(share)s van de spellen", what=_names()[kind], share=share)


def _bars(played: Played) -> list[Bar]:
    names = _names()
    return [
        Bar(names[kind], share := played.wins[kind] / played.rounds, percent(share, 0))
        for kind in _KINDS
        if played.wins[kind]
    ]


def _euro(value: Fraction | None) -> Money | None:
    """Euro, to the cent."""
    return None if value is None else Money(round(value * 100))


def _figure(value: Number | None) -> float | None:
    """A figure with at most two decimals, to be written in the reader's way."""
    return None if value is None else round(float(value), 2)


def _example(report: Report) -> list[dict[str, Any]]:
    """The bids of the example of a reversal with their totals before and after."""
    found = report.played.example
    if found is None:
        return []
    bids = [*found.bids, found.loser] if found.added else found.bids
    return [
        {
            "id": each.id, "price": _euro(each.price), "before": _figure(found.totals.get(each.id)),
            "after": _figure(found.totals_then.get(each.id)), "is_loser": each.id == found.loser.id,
            "first": each.id == found.winner, "then": each.id == found.then,
        }
        for each in bids
    ]  # fmt: skip


@bp.get("/test.json")
@guarded(policy.SEE_DRAFT)
def download(number: str) -> Response:
    """Everything the test found, as a file."""
    report = rules.test(_setup(_tender(number)))
    text = json.dumps(gateway.written(report), ensure_ascii=False, indent=2) + "\n"
    made = Response(text, mimetype="application/json")
    made.headers["Content-Disposition"] = f'attachment; filename="{number}-stress-{report.setup.seed}.json"'
    return made
