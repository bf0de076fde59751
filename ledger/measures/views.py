"""Pages of what local money did (`/currency/<code>/measures`), and the files to recompute it from."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit
from ledger.books.queries import midnight
from ledger.conditions.rules import GROUPS, Group
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import Code
from ledger.measures import forms, queries, rules, services
from ledger.measures.errors import MeasureUnknown, TooFew
from ledger.measures.models import CirculationMeasure
from ledger.measures.rules import Unit, Window

bp = Blueprint("measures", __name__, url_prefix="/currency")


def _instrument(code: str) -> Instrument:
    try:
        found = instruments.instrument(db(), Code(code))
    except ValueError:
        raise InstrumentUnknown from None
    if found.code not in queries.MEASURED:
        raise MeasureUnknown
    return found


def _window(first: str, until: str) -> Window:
    try:
        return Window(date.fromisoformat(first), date.fromisoformat(until))
    except ValueError:
        raise MeasureUnknown from None


@bp.get("/<code>/measures")
@guarded(LOOK)
def show(code: str) -> Any:
    """What was measured last."""
    found = _instrument(code)
    return _page(found, queries.find_latest(db(), found))


@bp.get("/<code>/measures/<first>/<until>")
@guarded(LOOK)
def window(code: str, first: str, until: str) -> Any:
    """What was measured of a window."""
    found = _instrument(code)
    return _page(found, queries.measure(db(), found, _window(first, until)))


@bp.get("/<code>/measures/practice/<first>/<until>")
@guarded(LOOK)
def practice(code: str, first: str, until: str) -> Any:
    """What was measured while it was a simulation: it stays readable when the money is real, and says so."""
    found = _instrument(code)
    if not found.live:
        return see_other(url_for("measures.window", code=code, first=first, until=until))
    return _page(found, queries.measure(db(), found, _window(first, until), live=False))


def _page(found: Instrument, one: CirculationMeasure | None) -> str:
    live = found.live if one is None else one.live
    kept = one.found if one else {}
    told = kept.get("measured")
    facts: dict[str, Any] = {}
    if one and told:
        cents, minutes = queries.spent(db(), found, Window(one.first_on, one.until_on), live=live)
        volume = Money.of(told["volume"]).minor
        facts = {
            "cost": cents, "minutes": minutes, "cost_each": rules.per_hundred(cents, volume),
            "minutes_each": rules.per_hundred(minutes, volume),
        }  # fmt: skip
    return render_template(
        "ledger/measures/show.html", found=found, live=live, one=one, kept=kept, told=told,
        figures=rules.figures(told) if told else [], groups=GROUPS, group_of=Group, money_of=Money, euros=_euros,
        units=Unit, decimal=Decimal, quarters=queries.quarters(db(), found), before=queries.practice(db(), found),
        runs=may(actor(), RUN), least=rules.LEAST,
        span=[midnight(day).isoformat() for day in (one.first_on, one.until_on)] if one else [], **facts,
    )  # fmt: skip


def _euros(text: str) -> Money:
    """An amount of at most four decimals, rounded half up to cents."""
    return Money.of(Decimal(text).quantize(Decimal("0.01"), ROUND_HALF_UP))


@bp.get("/<code>/measures/<first>/<until>.csv")
@guarded(LOOK)
def listing(code: str, first: str, until: str) -> Any:
    """The figures with their definitions."""
    found = _instrument(code)
    told = queries.measure(db(), found, _window(first, until)).found["measured"]
    if told is None:
        raise TooFew

    def rows() -> Iterator[tuple[object, ...]]:
        for each in rules.figures(told):
            one = each.definition
            yield (
                one.path,
                translated(one.name),
                _text(each.value),
                _text(each.fifo),
                one.version,
                translated(one.about),
            )

    return csv_file(
        f"measures-{code}-{first}-{until}", ("measure", "name", "value", "fifo", "version", "definition"), rows()
    )  # fmt: skip


def _text(value: Any) -> object:
    return " ".join("-" if each is None else each for each in value) if isinstance(value, list) else value


@bp.get("/<code>/measures/<first>/<until>/transfers.csv")
@guarded(LOOK)
def transfers(code: str, first: str, until: str) -> Any:
    """All transfers up to the end of a window as `cwb currency measure` takes them: numbers for names."""
    found, asked = _instrument(code), _window(first, until)
    if queries.measure(db(), found, asked).found["measured"] is None:
        raise TooFew
    read = rules.transfers_of(queries.books(db(), found, midnight(asked.until)).lines)
    return csv_file(
        f"transfers-{code}-{until}", ("at", "from", "to", "amount", "kind", "id", "reverses"),
        (
            (rules.moment(each.at), each.giver, each.taker, Money(each.amount), each.kind.value, each.id, each.reverses)
            for each in read
        ),
    )  # fmt: skip


@bp.get("/<code>/costs")
@guarded(LOOK)
def costs(code: str) -> str:
    """What running it cost, line by line."""
    found = _instrument(code)
    return render_template(
        "ledger/measures/costs.html", found=found, live=found.live, page=paged(db(), queries.costs(found)),
        runs=may(actor(), RUN), money_of=Money,
    )  # fmt: skip


@bp.get("/<code>/costs.csv")
@guarded(LOOK)
def costs_file(code: str) -> Any:
    """The same as a file."""
    rows = (
        (each.spent_on, Money(each.amount), each.minutes, each.what)
        for each in db().scalars(queries.costs(_instrument(code)))
    )
    return csv_file(f"costs-{code}", ("on", "amount", "minutes", "what"), rows)


@bp.route("/<code>/costs/new", methods=["GET", "POST"])
@guarded(RUN)
def note_cost(code: str) -> Any:
    """Write costs down."""
    found, form = _instrument(code), forms.CostForm()
    there = url_for("measures.costs", code=code)
    return submit(
        form,
        lambda session: services.note_cost(
            session, code=Code(found.code), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: there,
        said=_("Opgeschreven. Het telt mee in de kosten per € 100."),
        page=lambda: render_template(
            "ledger/wallets/act.html", title=_("Schrijf kosten op"), form=form, back=there, live=found.live,
            about=_("Euro’s, uren werk, of allebei. Vrijwillige uren tellen mee."),
        ),
    )  # fmt: skip


@bp.post("/<code>/costs/<uuid:public_id>/withdraw")
@guarded(RUN)
def withdraw_cost(code: str, public_id: UUID) -> Any:
    """Take a wrong line off."""
    found = _instrument(code)
    return press(
        lambda session: services.withdraw_cost(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("measures.costs", code=found.code),
        said=_("Weggehaald. Het telt niet meer mee."),
    )
