"""Pages of relying on another's means: the bidder's own, and that of who is asked."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from procurement.backing import forms, policy, queries, services
from procurement.bids import queries as bids
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.bids.views import again, begin_first, home, keys, own
from procurement.consortia import queries as consortia
from procurement.consortia import rules
from procurement.consortia.models import Backer
from procurement.statements import rules as statements
from procurement.statements.gateway import table
from procurement.statements.services import ready

bp = Blueprint("backing", __name__)


def _place(number: str, lot: int) -> tuple[Opportunity, Bid | None]:
    chance = bids.opportunity(db(), number, lot, actor())
    return chance, own(chance)


@bp.route("/tenders/<number>/bid/backers", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/backers", methods=["GET", "POST"])
@guarded(policy.ASK)
def index(number: str, lot: int) -> Any:
    """On whom the bid relies, and one more."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    form = forms.AskForm()
    form.offer(chance.demand.texts)

    def page() -> str:
        fresh = again(chance)
        return render_template(
            "procurement/backing/index.html", chance=fresh, tender=fresh.tender, form=form, home=home(fresh),
            rows=consortia.backers(db(), bid.id), texts=fresh.demand.texts, article=rules.RELIANCE,
            place={"number": number, "lot": lot}, full=rules.MOST_BACKERS,
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.ask(
            s, chance=chance, bid=bid, actor=actor(), keys=keys(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("backing.index", number=number, lot=lot),
        said=_("Gevraagd. Deze organisatie kreeg een mail."), page=page,
    )  # fmt: skip


@bp.post("/tenders/<number>/bid/backers/<uuid:public_id>/off", defaults={"lot": 1})
@bp.post("/tenders/<number>/lots/<int:lot>/bid/backers/<uuid:public_id>/off")
@guarded(policy.ASK)
def take_off(number: str, lot: int, public_id: UUID) -> Any:
    """Rely no more on somebody."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    there = url_for("backing.index", number=number, lot=lot)
    return press(
        lambda s: services.take_off(
            s, chance=chance, bid=bid, public_id=public_id, actor=actor(), keys=keys(), at=now()
        ),
        then=there, said=_("Eraf gehaald. Dien daarna opnieuw in, als u al had ingediend."),
    )  # fmt: skip


def _asked(public_id: UUID) -> tuple[Backer, Opportunity]:
    backer, lot, tender = queries.asked(db(), public_id, actor().organisation_id)
    return backer, bids.opportunity(db(), tender.number, lot.number, actor())


def _page(public_id: UUID, template: str, form: Any) -> str:
    backer, chance = _asked(public_id)
    far = ready(
        db(), table(), chance.demand, organisation_id=backer.organisation_id, closes_on=chance.closes_on,
        today=local_date(now()), keys=keys(),
    )  # fmt: skip
    return render_template(
        f"procurement/backing/{template}.html", backer=backer, chance=chance, tender=chance.tender, form=form,
        texts=chance.demand.texts, may_promise=policy.may(actor(), policy.PROMISE, backer), article=rules.RELIANCE,
        is_open=not bids.is_closed(chance.tender, chance.moment),
        lacking={url_for("statements.group", group=each): statements.GROUPS[each] for each in far.lacking},
    )  # fmt: skip


@bp.get("/backing/<uuid:public_id>")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """What one's organisation is asked, and what it promised."""
    return _page(public_id, "show", Button())


@bp.route("/backing/<uuid:public_id>/promise", methods=["GET", "POST"])
@guarded(policy.PROMISE)
def promise(public_id: UUID) -> Any:
    """Promise one's means."""
    backer, chance = _asked(public_id)
    permit(policy.may(actor(), policy.PROMISE, backer))
    form = forms.PromiseForm()
    return submit(
        form,
        lambda s: services.promise(
            s, chance=chance, backer=backer, actor=actor(), keys=keys(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("backing.show", public_id=public_id),
        said=_("Toegezegd. De inschrijver kreeg een mail."),
        page=lambda: _page(public_id, "promise", form),
    )  # fmt: skip


@bp.route("/backing/<uuid:public_id>/decline", methods=["GET", "POST"])
@guarded(policy.PROMISE)
def decline(public_id: UUID) -> Any:
    """Say no."""
    backer, chance = _asked(public_id)
    form = Button()
    return submit(
        form,
        lambda s: services.decline(s, chance=chance, backer=backer, actor=actor(), at=now()),
        then=lambda _made: url_for("bids.index"), said=_("U zegt niets toe. De inschrijver kreeg een mail."),
        page=lambda: _page(public_id, "decline", form),
    )  # fmt: skip
