"""Pages of what running contracts will bring, and of what one contract brought."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from cwb.kernel.canonical import canonical_json
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.charts import Point, line_chart
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, money, number
from cwb.web.request import actor, db, now
from ledger.agreements.queries import agreement
from ledger.beside.views import Picture
from ledger.outlook import policy, queries
from ledger.outlook.rules import ASSUMPTIONS, forecast
from ledger.share.rules import ratio

bp = Blueprint("outlook", __name__, url_prefix="/spend")


def _forecast() -> dict[str, Any]:
    today = local_date(now())
    return forecast(queries.running(db(), today), today)


@bp.get("/outlook")
@public
def index() -> str:
    """What running contracts will still bring to the area, quarter by quarter."""
    found = _forecast()
    shown = [each for each in found["quarters"] if each["rows"]]
    return render_template(
        "ledger/outlook/index.html", picture=_picture(found["quarters"]) if shown else None,
        assumptions=ASSUMPTIONS, made_on=local_date(now()),
    )  # fmt: skip


@bp.get("/outlook.json")
@public
def whole() -> Response:
    """The forecast as data: the page holds nothing more."""
    return Response(canonical_json(_forecast()), mimetype="application/json")


def _picture(quarters: list[dict[str, Any]]) -> Picture:
    sums = {
        name: sum((Money.of(each[name]) for each in quarters), Money(0)) for name in ("lo", "hi", "total")
    }
    finding = _(
        "Van %(total)s aan lopende contracten blijft minstens %(lo)s in het gebied",
        total=_euros(sums["total"]), lo=_euros(sums["lo"]),
    )  # fmt: skip
    points = [
        Point(each["period"], None, _least(each, _euros))
        if each.get("hidden")
        else Point(
            each["period"], _amount(each["lo"]), _least(each, _euros), _amount(each["lo"]), _amount(each["hi"])
        )
        for each in quarters
    ]  # fmt: skip
    rows = [
        [each["period"], _least(each, money), *(money(Money.of(each[name])) for name in ("hi", "total"))]
        for each in [*quarters, {"period": _("Samen"), **{name: sums[name].plain() for name in sums}}]
    ]
    head = [_("Kwartaal"), (_("Minstens lokaal"),), (_("Hooguit lokaal"),), (_("Alle contracten"),)]
    text = _(
        "De lijn is wat minstens in het gebied blijft, per kwartaal. Het vlak erboven is wat het kan zijn."
    )
    chart = line_chart(points, scale=lambda each: number(round(each)))
    return Picture(finding, chart, text, head, rows)


def _least(quarter: Mapping[str, Any], written: Callable[[Money], str]) -> str:
    """What is local at least; what is hidden is not nothing."""
    return _("te klein om te tonen") if quarter.get("hidden") else written(Money.of(quarter["lo"]))


def _amount(text: str) -> Decimal:
    return Decimal(text)


def _euros(amount: Money) -> str:
    return f"€\xa0{number(round(Decimal(amount.minor) / 100))}"


@bp.get("/contracts/<uuid:public_id>")
@guarded(policy.SEE)
def contract(public_id: UUID) -> str:
    """What of one contract is proven local, and what of it landed at least."""
    found = agreement(db(), public_id)
    permit(policy.may(actor(), policy.SEE, found))
    landed = queries.landed_of(db(), found)
    return render_template(
        "ledger/outlook/contract.html", agreement=found, total=Money(landed.share.total_low),
        landed=Money(landed.landed),
        lo=_decimal(landed.share.lo), hi=_decimal(landed.share.hi), coverage=_decimal(landed.share.coverage),
        floor=_decimal(landed.floor), declared=_decimal(landed.declared),
        back=url_for("invoicing.agreement", public_id=public_id),
    )  # fmt: skip


def _decimal(value: Fraction | None) -> Decimal | None:
    text = ratio(value)
    return None if text is None else Decimal(text)
