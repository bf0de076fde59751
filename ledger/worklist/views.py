"""The work list: which answers raise the coverage most, and where each is given."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.web.guards import guarded
from cwb.web.i18n import short_day, translated
from cwb.web.pages import Page, asked_page, csv_file
from cwb.web.request import actor, db, now
from ledger.identities.queries import known
from ledger.identities.rules import told_share
from ledger.lookups.views import register
from ledger.novelty.queries import local_suppliers
from ledger.novelty.rules import NOVELTY_TEXT
from ledger.publication.queries import signed_periods
from ledger.rollups.queries import anchors as reporting
from ledger.rollups.queries import quarters
from ledger.share.rules import MIN_COVERAGE
from ledger.spend.rules import public_period
from ledger.suppliers.models import Supplier
from ledger.worklist import policy, queries
from ledger.worklist.forms import WorkFilters
from ledger.worklist.rules import BUYER_TEXT, STEP_TEXT, Open, Step, Work, next_step

bp = Blueprint("worklist", __name__, url_prefix="/spend/suppliers/work")

_READ = {Step.BEGUN, Step.LATER}
"""Nothing can be done but read since when it is proven."""
_SEEN = {Step.PLACE, Step.RENEW}
SIZE = 25
FIRST = 10
"""How many answers the heading counts with."""


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def _asked() -> tuple[Period | None, list[Period], dict[str, tuple[int, str]], str]:
    """Period, all periods, the anchors one may see by public id, and the one that is asked for."""
    offered = quarters(db())
    text = request.args.get("period", "")
    period = public_period(text) if text else _waits(offered)
    everyone = {str(public_id): (key, name) for key, public_id, name in reporting(db())}
    if policy.sees_all(actor()):
        asked = request.args.get("anchor", "")
        return period, offered, everyone, asked if asked in everyone else ""
    mine = {key: each for key, each in everyone.items() if each[0] == actor().organisation_id}
    return period, offered, mine, next(iter(mine), "")


def _waits(offered: list[Period]) -> Period | None:
    """The latest quarter that is over and not signed: that is signed next. Else the latest that is over, or any."""
    over = [each for each in offered if each.end <= local_date(now())]
    signed = signed_periods(db()) if over else frozenset()
    return next((each for each in over if str(each) not in signed), next(iter(over or offered), None))


def _work(period: Period | None, anchors: dict[str, tuple[int, str]], anchor: str) -> Work:
    if period is None or (not anchor and not policy.sees_all(actor())):
        return Work(0, 0, [])
    return queries.open_work(db(), period, anchors[anchor][0] if anchor else None)


@bp.get("")
@guarded(policy.SEE_WORK)
def index() -> Any:
    """What is open, most money at stake first, each with the coverage once it and all before it are answered."""
    period, offered, anchors, anchor = _asked()
    found = _work(period, anchors, anchor)
    number = min(asked_page(), max(1, -(-len(found.rows) // SIZE)))
    part = slice((number - 1) * SIZE, number * SIZE)
    rows = found.rows[part]
    suppliers = queries.suppliers_by_id(db(), [each.supplier_id for each in rows])
    form = WorkFilters(request.args)
    form.offer(
        periods=[str(each) for each in offered],
        anchors={key: name for key, (_id, name) in anchors.items()} if policy.sees_all(actor()) else {},
    )
    form.period.data = str(period) if period else ""
    now_known = _decimal(found.coverage)
    return render_template(
        "ledger/worklist/index.html", form=form, period=period, work=found, coverage=now_known,
        page=Page(rows, number, SIZE, len(found.rows)), suppliers=suppliers, arguments=request.args.to_dict(),
        steps=[_decimal(each) for each in found.steps(part.start, part.stop)],
        do=_steps(suppliers, period, str(now_known or "")[:12]) if period else {},
        first=min(FIRST, len(found.rows)), then=_decimal(found.after(FIRST)), needed=found.needed(),
        gate=_decimal(MIN_COVERAGE), was=told_share(request.args.get("was")), decides=policy.sees_all(actor()),
    )  # fmt: skip


def _steps(suppliers: dict[int, Supplier], period: Period, coverage: str) -> dict[int, tuple[str, str]]:
    """What to do about each, and where."""
    pointed, proofs = known(db(), list(suppliers.values()))[1], queries.proofs(db(), list(suppliers))
    texts = STEP_TEXT if policy.sees_all(actor()) else BUYER_TEXT
    found = {}
    for key, each in suppliers.items():
        step, day = next_step(
            period, proofs.get(key, ()), found=each.register_number is not None or each.party_id is not None,
            pointed=bool(pointed[key]), has_number=each.kvk_number is not None, register_on=register().on,
        )  # fmt: skip
        found[key] = translated(texts[step], {"day": day and short_day(day)}), _where(step, each, coverage)
    return found


def _where(step: Step, supplier: Supplier, coverage: str) -> str:
    if step in _READ or not actor().has(Role.PROGRAMME):
        gives = step is Step.ASK and not policy.sees_all(actor())
        return url_for("identities.number" if gives else "suppliers.show", public_id=supplier.public_id)
    if step in _SEEN:
        return url_for("witnesses.address", public_id=supplier.public_id)
    if step is Step.LOOK_UP:
        return url_for("lookups.ask", number=supplier.kvk_number)
    if step is Step.COPY:
        return url_for("witnesses.extract", number=supplier.kvk_number, name=supplier.name)
    return url_for("identities.who", public_id=supplier.public_id, back="work", was=coverage)


@bp.get("/export.csv")
@guarded(policy.SEE_WORK)
def export() -> Any:
    """The whole list as a file."""
    period, _offered, anchors, anchor = _asked()
    found = _work(period, anchors, anchor)
    suppliers = queries.suppliers_by_id(db(), [each.supplier_id for each in found.rows])
    head = ("name", "code", "kvk_number", "recorded_by", "open", "coverage_after")
    return csv_file(f"werklijst-{period or ''}", head, map(_row(suppliers), found.rows, found.steps()))


def _row(suppliers: dict[int, Supplier]) -> Any:
    def write(one: Open, after: Fraction | None) -> tuple[object, ...]:
        each = suppliers[one.supplier_id]
        share = "" if after is None else f"{_decimal(after):.6f}"
        ledger = each.recorded_by.name if each.recorded_by else ""
        return each.name, each.code, each.kvk_number, ledger, f"{one.net / 100:.2f}", share

    return write


@bp.get("/new")
@guarded(policy.SEE_NEW)
def new() -> Any:
    """Which local suppliers are new, and which were there all along."""
    period, offered, _anchors, _anchor = _asked()
    form = WorkFilters(request.args)
    form.offer(periods=[str(each) for each in offered], anchors={})
    form.period.data = str(period) if period else ""
    found = local_suppliers(db(), period) if period else []
    sums = {each: [row for row in found if row.novelty is each] for each in NOVELTY_TEXT}
    return render_template(
        "ledger/worklist/new.html", form=form, period=period, texts=NOVELTY_TEXT, total=sum(row.net for row in found),
        sums=[(kind, len(rows), sum(row.net for row in rows)) for kind, rows in sums.items()],
    )  # fmt: skip
