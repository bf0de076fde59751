"""Pages of offers and wants."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, render_template, request, url_for

from coops.exchange import forms, policy, queries, rules, services
from coops.exchange.errors import AdvertNotFound
from coops.exchange.models import Advert
from coops.exchange.rules import DEALS, EXCHANGES, ITEMS
from coops.register.forms import places
from cwb.kernel.clock import LOCAL, local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit
from ledger.instruments.rules import Code

bp = Blueprint("exchange", __name__)

NAMES: dict[str, Any] = {
    "exchanges": EXCHANGES, "items": ITEMS, "deals": DEALS, "moneys": forms.MONEYS, "money_of": Money,
}  # fmt: skip


@bp.get("/exchange")
@public
@kept
def index() -> str:
    """What stands now, narrowed by what stands in the address."""
    form = forms.Filter(request.args)
    page = paged(db(), queries.running(local_date(now()), form.sought()))
    who = find_actor()
    return render_template(
        "coops/exchange/index.html", filter_form=form, page=page, places=places(),
        may_place=who is None or policy.TAKE_PART.open_to(who), **NAMES,
        may_decide=who is not None and policy.DECIDE.open_to(who),
    )  # fmt: skip


@bp.get("/exchange/list.csv")
@public
def listing() -> Response:
    """The same list as a file."""
    sought = forms.Filter(request.args).sought()
    head = (
        "id",
        "exchange",
        "item",
        "deal",
        "title",
        "text",
        "place",
        "organisation",
        "expires_on",
        "local_money",
        "price",
    )
    rows = [
        (
            str(each.public_id), each.exchange, each.item, each.deal, each.title, each.text, each.place_code,
            each.organisation.name, each.expires_on, each.instrument_code, each.facts.price,
        )
        for each in db().scalars(queries.running(local_date(now()), sought))
    ]  # fmt: skip
    return csv_file("exchange", head, rows)


@bp.get("/data/exchange.json")
@public
def murmurations() -> Response:
    """Everything that stands now, in the shape of Murmurations offers_wants v0.1.0."""
    base: str = current_app.extensions["cwb.config"].base_url
    return jsonify(
        [
            rules.murmuration(
                each.facts, url=base + url_for("exchange.show", public_id=each.public_id),
                organisation=each.organisation.name, expires_at=_seconds(each),
            )
            for each in db().scalars(queries.running(local_date(now())))
        ]
    )  # fmt: skip


def _seconds(each: Advert) -> int:
    return int(datetime.combine(each.expires_on, time(23, 59), tzinfo=LOCAL).timestamp())


@bp.get("/exchange/mine")
@guarded(policy.TAKE_PART)
def mine() -> str:
    """What one's own organisation offers and seeks."""
    return render_template(
        "coops/exchange/mine.html", adverts=queries.own(db(), actor().organisation_id or 0),
        today=local_date(now()), **NAMES,
    )  # fmt: skip


@bp.route("/exchange/new", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def new() -> Any:
    """Offer or seek something."""
    form = forms.AdvertForm()
    return submit(
        form,
        lambda session: services.place_advert(session, facts=form.facts(), actor=actor(), at=now()).public_id,
        then=lambda made: url_for("exchange.show", public_id=made),
        said=_("Het staat erop. Iedereen kan het nu vinden."),
        page=lambda: render_template("coops/exchange/form.html", form=form, advert=None),
    )


@bp.get("/exchange/<uuid:public_id>")
@public
def show(public_id: UUID) -> str:
    """One offer or want; its maker reads what others wrote."""
    found = queries.advert(db(), public_id)
    who, today = find_actor(), local_date(now())
    may_take_part = who is not None and policy.TAKE_PART.open_to(who) and who.organisation_id is not None
    is_own = may_take_part and who is not None and found.organisation_id == who.organisation_id
    reply = None
    if may_take_part and not is_own and who is not None:
        reply = queries.find_reply(db(), found.id, who.organisation_id or 0)
    code = None
    if found.instrument_code and who is not None and not is_own and found.exchange == "offer":
        code = queries.wallets_of(db(), found.organisation_id).get(Code(found.instrument_code))
    return render_template(
        "coops/exchange/show.html", advert=found, pay_code=code,
        may_report=who is not None and found.organisation_id != who.organisation_id,
        is_own=is_own, places=places(), reply=reply,
        is_over=found.expires_on < today, may_answer=may_take_part and not is_own,
        replies=queries.replies(db(), found.id) if is_own else (),
        fitting=queries.fitting(db(), found, today), **NAMES,
    )  # fmt: skip


@bp.route("/exchange/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def change(public_id: UUID) -> Any:
    """Say it otherwise."""
    found = _own(public_id)
    form = forms.AdvertForm(advert=found)
    return submit(
        form,
        lambda session: services.change_advert(
            session, advert=found, facts=form.facts(), version=form.seen(), actor=actor(), at=now()
        ),
        then=lambda _made: url_for("exchange.show", public_id=public_id),
        said=_("Bewaard."),
        page=lambda: render_template("coops/exchange/form.html", form=form, advert=found),
    )


def _own(public_id: UUID) -> Advert:
    found = queries.advert(db(), public_id)
    if found.organisation_id != actor().organisation_id:
        raise AdvertNotFound
    return found


@bp.post("/exchange/<uuid:public_id>/end")
@guarded(policy.TAKE_PART)
def end(public_id: UUID) -> Any:
    """Take it away."""
    found = _own(public_id)
    return press(
        lambda session: services.end_advert(session, advert=found, actor=actor(), at=now()),
        then=url_for("exchange.mine"), back=url_for("exchange.show", public_id=public_id),
        said=_("Weggehaald. Niemand ziet het meer."),
    )  # fmt: skip


@bp.route("/exchange/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def answer(public_id: UUID) -> Any:
    """Write to its maker."""
    found = queries.advert(db(), public_id)
    form = forms.ReplyForm()
    return submit(
        form,
        lambda session: services.answer_advert(
            session, advert=found, text=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("exchange.show", public_id=public_id),
        said=_("Uw bericht is bezorgd. De ander krijgt ook mail."),
        page=lambda: render_template("coops/exchange/answer.html", form=form, advert=found, **NAMES),
    )


@bp.route("/exchange/<uuid:public_id>/report", methods=["GET", "POST"])
@guarded(policy.REPORT)
def report(public_id: UUID) -> Any:
    """Tell the programme that it is hostile or false."""
    found = queries.advert(db(), public_id)
    form = forms.ReportForm()
    return submit(
        form,
        lambda session: services.report_advert(
            session, advert=found, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("exchange.show", public_id=public_id),
        said=_("Gemeld. Het programma leest het. Niemand anders ziet dat u dit meldde."),
        page=lambda: render_template("coops/exchange/report.html", form=form, advert=found),
    )


@bp.get("/exchange/reports")
@guarded(policy.DECIDE)
def reports() -> str:
    """What was reported, what waits first."""
    return render_template(
        "coops/exchange/reports.html", page=paged(db(), queries.reports()), me=actor().user_id
    )


@bp.post("/exchange/reports/<int:report_id>/<any(keep, take):choice>")
@guarded(policy.DECIDE)
def decide(report_id: int, choice: str) -> Any:
    """Let it stand, or take it away."""
    return press(
        lambda session: services.decide_report(
            session, report_id=report_id, take_away=choice == "take", actor=actor(), at=now()
        ),
        then=url_for("exchange.reports"),
        said=_("Weggehaald. De maker krijgt mail.") if choice == "take" else _("Het blijft staan."),
    )
