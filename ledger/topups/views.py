"""Pages of top-ups: the resident's (`/wallet/…/top-up`), and the programme's desk (`/currency/…/top-ups`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.identity.queries import user as user_by_id
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.checkout.queries import find_till, running
from ledger.instruments import policy as instrument_policy
from ledger.instruments import queries as instruments
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.topups import forms, queries, rules, services
from ledger.wallets import policy as wallet_policy
from ledger.wallets import queries as wallets
from ledger.wallets.rules import shown

bp = Blueprint("topups", __name__)


def _instrument(code: str) -> Instrument:
    try:
        found = instruments.instrument(db(), Code(code))
    except ValueError:
        raise InstrumentUnknown from None
    if not found.rule.backed:
        raise InstrumentUnknown
    return found


@bp.route("/wallet/<uuid:public_id>/top-up", methods=["GET", "POST"])
@guarded(wallet_policy.HOLD)
def new(public_id: UUID) -> Any:
    """Choose how much, and on to the page where one pays."""
    party_id = wallet_policy.holds_for(actor()) or user_by_id(db(), actor().user_id).person_id
    own = wallets.wallet(db(), public_id, party_id)
    found = instruments.instrument(db(), Code(own.instrument_code))
    there, form = url_for("wallets.show", public_id=public_id), forms.TopUpForm()
    if request.method == "GET":
        if under_way := running(db(), f"topup:{own.public_id}"):
            return passed(
                url_for("tills.show", public_id=under_way.public_id),
                _("Er loopt al een betaling. Maak die eerst af."),
            )
        if (
            own.firm
            or found.stopped
            or found.live != own.live
            or not found.rule.backed
            or not find_till(db(), found.keeper_id)
        ):
            return passed(there, _("Online opwaarderen kan hier nu niet. Vraag het programma."))
    return submit(
        form,
        lambda session: services.place_topup(session, wallet=own, actor=actor(), at=now(), **form.values()),
        then=lambda order: url_for("tills.back", public_id=order.public_id),
        page=lambda: render_template(
            "ledger/topups/new.html", form=form, back=there, live=own.live, least=rules.LEAST,
            room=queries.room(wallets.account(db(), own)), days=rules.BACK_WITHIN.days,
        ),
    )  # fmt: skip


@bp.route("/online-payments/<uuid:public_id>/take-back", methods=["GET", "POST"])
@guarded(wallet_policy.HOLD)
def take_back(public_id: UUID) -> Any:
    """Ask what is left of an own top-up back, the way it came."""
    found, there = queries.own(db(), public_id, actor().user_id), url_for("tills.show", public_id=public_id)
    rest, live = services.rest(db(), found, now()), found.wallet.live
    form = forms.BackForm(rest=rest)
    if request.method == "GET" and not rest:
        return passed(there, _("Hiervan is nu niets terug te vragen. Vraag euro’s terug bij uw portemonnee."))
    return submit(
        form,
        lambda session: services.give_back(
            session, public_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _order: url_for("tills.back", public_id=public_id),
        said=_("Gevraagd. Het geld gaat terug zoals het kwam. Dat kost u niets."),
        page=lambda: render_template(
            "ledger/wallets/act.html", form=form, back=there, live=live, title=_("Vraag uw geld terug"),
            about=_(
                "Wat er nog in uw portemonnee staat, kunt u %(days)s dagen lang terugvragen: %(rest)s.",
                days=rules.BACK_WITHIN.days, rest=rules.shown(rest),
            ),
        ),
    )  # fmt: skip


@bp.get("/currency/<code>/top-ups")
@guarded(instrument_policy.LOOK)
def desk(code: str) -> str:
    """The float, what the provider still has, and what was spent before its payment went back."""
    found = _instrument(code)
    return render_template(
        "ledger/topups/desk.html", found=found, live=found.live, pot=queries.pot(db(), found), money_of=Money,
        low=rules.LOW.minor, page=paged(db(), queries.claims(found.code, live=found.live), scalar=False), shown=shown,
        till=find_till(db(), found.keeper_id), runs=instrument_policy.may(actor(), instrument_policy.RUN),
    )  # fmt: skip


@bp.get("/currency/<code>/top-ups.csv")
@guarded(instrument_policy.LOOK)
def listing(code: str) -> Response:
    """The same list as a file."""
    found = _instrument(code)
    return csv_file(
        "topups", ("wallet", "made_at", "amount", "owed", "lost", "repaid"),
        [
            (shown(wallet.code), each.made_at, Money(each.amount), Money(each.owed), Money(each.lost),
             Money(each.repaid))
            for each, wallet in db().execute(queries.claims(found.code, live=found.live))
        ],
    )  # fmt: skip


@bp.route("/currency/<code>/top-ups/fill", methods=["GET", "POST"])
@guarded(instrument_policy.RUN)
def fill(code: str) -> Any:
    """Put euros into the float."""
    found, form, there = _instrument(code), forms.FloatForm(), url_for("topups.desk", code=code)
    return submit(
        form,
        lambda session: services.fill_float(
            session, code=found.code, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: there,
        said=_("Het geld zit in de pot."),
        page=lambda: render_template(
            "ledger/wallets/act.html", form=form, back=there, live=found.live, title=_("Vul de pot"),
            about=_("Alleen euro’s die op de aparte rekening staan. Elk kenmerk telt één keer."),
        ),
    )  # fmt: skip


@bp.post("/currency/<code>/top-ups/<uuid:public_id>/<any(paid, lost):how>")
@guarded(instrument_policy.RUN)
def settle(code: str, public_id: UUID, how: str) -> Any:
    """Write down that what was owed was paid, or is lost."""
    return press(
        lambda session: services.settle_claim(
            session, public_id=public_id, paid=how == "paid", actor=actor(), at=now()
        ),
        then=url_for("topups.desk", code=code),
        said=_("Het staat in de boeken."),
    )
