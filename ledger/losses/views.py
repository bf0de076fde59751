"""Pages of losses of mutual credit (`/currency/<code>/losses`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _, text_of
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.policy import LOOK, RUN, may
from ledger.instruments.rules import Code
from ledger.losses import forms, queries, services
from ledger.losses.errors import CoverTooSmall, LossUnknown
from ledger.losses.models import CreditLoss

bp = Blueprint("losses", __name__, url_prefix="/currency")


def _instrument(code: str) -> Instrument:
    try:
        found = instruments.instrument(db(), Code(code))
    except ValueError:
        raise InstrumentUnknown from None
    if found.rule.kind != "mutual":
        raise LossUnknown
    return found


@bp.get("/<code>/losses")
@guarded(LOOK)
def index(code: str) -> str:
    """What was agreed, and every loss."""
    found = _instrument(code)
    return render_template(
        "ledger/losses/index.html", found=found, live=found.live, covers=queries.covers(db(), found),
        cover=queries.find_cover(db(), found), page=paged(db(), queries.losses(found), scalar=False),
        runs=may(actor(), RUN), me=actor().user_id, money_of=Money,
    )  # fmt: skip


@bp.get("/<code>/losses.csv")
@guarded(LOOK)
def listing(code: str) -> Any:
    """Every loss as a file."""
    rows = (
        (name, Money(each.amount), each.written_at, each.confirmed_at, each.withdrawn_at, each.why)
        for each, name in db().execute(queries.losses(_instrument(code)))
    )
    return csv_file(f"losses-{code}", ("holder", "amount", "written", "booked", "withdrawn", "why"), rows)


@bp.route("/<code>/losses/agree", methods=["GET", "POST"])
@guarded(RUN)
def agree(code: str) -> Any:
    """Write down what was agreed."""
    return _act(
        code, forms.CoverForm(), services.agree, _("Schrijf een afspraak over verlies op"),
        _("Leden spreken vooraf af wat ieder hoogstens draagt. Een ander bevestigt het."),
        _("Opgeschreven. Een ander bevestigt het."),
    )  # fmt: skip


@bp.route("/<code>/losses/new", methods=["GET", "POST"])
@guarded(RUN)
def write_down(code: str) -> Any:
    """Write a loss down."""
    found = _instrument(code)
    if request.method == "GET" and queries.find_cover(db(), found) is None:
        return passed(
            url_for("losses.index", code=code), _("Er is nog niets afgesproken over verlies. Spreek dat eerst af.")
        )  # fmt: skip
    return _act(
        code, forms.LossForm(), services.write_down, _("Schrijf een verlies op"),
        _("Dit lid neemt vanaf nu geen krediet meer op. Een ander boekt het verlies."),
        _("Opgeschreven. Een ander boekt het."),
    )  # fmt: skip


def _act(code: str, form: Any, act: Any, title: str, about: str, said: str) -> Any:
    found, there = _instrument(code), url_for("losses.index", code=code)
    return submit(
        form,
        lambda session: act(session, code=Code(found.code), actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=said,
        page=lambda: render_template(
            "ledger/wallets/act.html", title=title, form=form, back=there, live=found.live, about=about
        ),
    )


@bp.post("/<code>/losses/covers/<uuid:public_id>/confirm")
@guarded(RUN)
def confirm_cover(code: str, public_id: UUID) -> Any:
    """Confirm what another wrote."""
    found = _instrument(code)
    return press(
        lambda session: services.confirm_cover(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("losses.index", code=found.code),
        said=_("Bevestigd. Dit geldt vanaf nu."),
    )


def _loss(code: str, public_id: UUID) -> CreditLoss:
    found, one = _instrument(code), queries.loss(db(), public_id)
    if (one.wallet.instrument_code, one.wallet.live) != (found.code, found.live):
        raise LossUnknown
    return one


@bp.get("/<code>/losses/<uuid:public_id>")
@guarded(LOOK)
def show(code: str, public_id: UUID) -> str:
    """One loss, with who bears what: as booked, or as it would be now."""
    one = _loss(code, public_id)
    booked = db().execute(queries.shares(one.id)).all() if one.confirmed_at else []
    would: dict[int, int] = {}
    short = ""
    if not one.confirmed_at and not one.withdrawn_at:
        try:
            would = services.spread(db(), one)
        except CoverTooSmall as fault:
            short = str(text_of(fault))
    return render_template(
        "ledger/losses/show.html", found=_instrument(code), live=one.wallet.live, one=one, booked=booked, would=would,
        short=short, runs=may(actor(), RUN), own=one.written_by_id == actor().user_id, money_of=Money,
    )  # fmt: skip


@bp.get("/<code>/losses/<uuid:public_id>.csv")
@guarded(LOOK)
def shares(code: str, public_id: UUID) -> Any:
    """Who bore what, as a file."""
    one = _loss(code, public_id)
    rows = ((sign, name, Money(cents)) for sign, name, cents in db().execute(queries.shares(one.id)))
    return csv_file(f"loss-{public_id}", ("wallet", "holder", "borne"), rows)


@bp.post("/<code>/losses/<uuid:public_id>/<any(confirm, withdraw):act>")
@guarded(RUN)
def decide(code: str, public_id: UUID, act: str) -> Any:
    """Book it as a second person, or take it back."""
    _loss(code, public_id)
    book = act == "confirm"
    do = services.confirm if book else services.withdraw
    return press(
        lambda session: do(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("losses.show", code=code, public_id=public_id),
        said=_("Geboekt. Elk lid dat meedraagt, krijgt bericht.") if book else _("Ingetrokken."),
    )
