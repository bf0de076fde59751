"""Pages of appreciation credits: for who helps, for the host, and for the programme (`/credits`)."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for

from cwb.documents.gateway import pdf
from cwb.documents.rules import Words
from cwb.kernel.clock import local_date
from cwb.web.forms import Form
from cwb.web.guards import guarded
from cwb.web.i18n import _, language
from cwb.web.pages import csv_file, paged, pdf_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from ledger.appreciation import forms, policy, queries, rules, services
from ledger.appreciation.models import CreditHolder, CreditPlace
from ledger.instruments.queries import find_instrument
from ledger.instruments.rules import Code

bp = Blueprint("credits", __name__, url_prefix="/credits")

COMMON: dict[str, Any] = {"shown": rules.shown}


def _live() -> bool:
    found = find_instrument(db(), Code.WIJK)
    return bool(found and found.live)


def _holder() -> CreditHolder | None:
    return queries.find_holder(db(), actor().user_id, live=_live())


def _act(title: str, form: Form, back: str, about: str) -> str:
    return render_template(
        "ledger/wallets/act.html",
        title=title,
        form=form,
        back=back,
        about=about,
        live=_live(),
        simulation="ledger/appreciation/_simulation.html",
    )


@bp.get("")
@guarded(policy.TAKE_PART)
def index() -> str:
    """Where help is asked, and what one has."""
    found = find_instrument(db(), Code.WIJK)
    live = bool(found and found.live)
    holder, today = queries.find_holder(db(), actor().user_id, live=live), local_date(now())
    return render_template(
        "ledger/appreciation/index.html", there=found, live=live, holder=holder, year=today.year,
        tasks=paged(db(), queries.open_tasks(today)) if found else None,
        offers=queries.open_offers(db()) if holder else (), hosts=policy.may(actor(), policy.HOST), **COMMON,
    )  # fmt: skip


@bp.route("/begin", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def begin() -> Any:
    """Read the warning, and take part."""
    form, there = forms.BeginForm(), url_for("credits.index")
    found = find_instrument(db(), Code.WIJK)
    if request.method == "GET" and (found is None or _holder()):
        return passed(there, _("U doet al mee, of er zijn nog geen waarderingspunten."))
    return submit(
        form,
        lambda session: services.begin(session, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("U doet mee."),
        page=lambda: render_template(
            "ledger/appreciation/begin.html", form=form, live=_live(), back=there, month=rules.MONTH_MOST, **COMMON
        ),
    )  # fmt: skip


@bp.route("/tasks/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def hand_in(public_id: UUID) -> Any:
    """Hand hours in for a task."""
    task, form, there = queries.task(db(), public_id), forms.HoursForm(), url_for("credits.index")
    about = _("%(task)s, bij %(place)s.", task=task.title, place=task.budget.place.organisation.name)
    if request.method == "GET" and not _holder():
        return passed(url_for("credits.begin"), _("Lees eerst dit."))
    if request.method == "GET" and task.closed_at:
        return passed(there, _("Deze klus is voorbij."))
    return submit(
        form,
        lambda session: services.hand_in(session, task=task, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("credits.year", year=local_date(now()).year),
        said=_("Uw uren zijn binnen. De plek bevestigt ze."),
        page=lambda: _act(
            _("Geef uw uren door"), form, there,
            about,
        ),
    )  # fmt: skip


@bp.route("/offers/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def spend(public_id: UUID) -> Any:
    """Spend credits at a place."""
    offer, form, there = queries.offer(db(), public_id), forms.SpendForm(), url_for("credits.index")
    if request.method == "GET" and not _holder():
        return passed(url_for("credits.begin"), _("Lees eerst dit."))
    return submit(
        form,
        lambda session: services.spend(
            session, offer_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("credits.year", year=local_date(now()).year),
        said=_("Uitgegeven. Laat dit aan de balie zien."),
        page=lambda: _act(
            _("Geef punten uit"), form, there,
            _("%(offer)s kost %(price)s punten. Terug kan niet.", offer=offer.title, price=rules.shown(offer.price)),
        ),
    )  # fmt: skip


def _statement(year: int) -> dict[str, Any]:
    """What one helped, got, spent and lost in a year."""
    today = local_date(now())
    holder = _holder()
    if holder is None or not 2000 <= year <= today.year:
        abort(404)
    hours = queries.own_hours(db(), holder.id, year)
    spending = queries.own_spending(db(), holder.id, year)
    given = sum(each.credits or 0 for each in hours)
    return {
        "holder": holder, "hours": hours, "spending": spending, "given": given, "worth": rules.worth(given),
        "worked": sum(each.hours for each in hours if each.granted_at),
        "spent": sum(each.amount for each in spending),
        "lapsed": queries.lapsed_in(db(), holder.account_id, year), "live": holder.live, "year": year,
        "last_year": today.year,
    }  # fmt: skip


@bp.get("/year/<int:year>")
@guarded(policy.TAKE_PART)
def year(year: int) -> str:
    """The yearly statement."""
    return render_template(
        "ledger/appreciation/year.html", most=rules.VOLUNTEER_YEAR, **_statement(year), **COMMON
    )


@bp.get("/year/<int:year>.pdf")
@guarded(policy.TAKE_PART)
def year_paper(year: int) -> Any:
    """The same to print, for whoever asks the holder for it."""
    found = _statement(year)
    made = rules.Year(
        year=year, holder=actor().name, live=found["live"], worked=found["worked"], given=found["given"],
        spent=found["spent"], lapsed=found["lapsed"], held=found["holder"].account.posted, worth=found["worth"],
        hours=[
            (
                each.worked_on, each.task.title, each.task.budget.place.organisation.name, each.hours,
                each.credits or 0,
                _("bevestigd") if each.granted_at else _("geweigerd") if each.refused_at else _("wacht op de plek"),
            )
            for each in found["hours"]
        ],
        spending=[
            (local_date(each.spent_at), each.offer.title, each.offer.place.organisation.name, each.amount)
            for each in found["spending"]
        ],
    )  # fmt: skip
    return pdf_file(f"punten-{year}", pdf(rules.statement(Words(language()), made, now())))


@bp.get("/year/<int:year>.csv")
@guarded(policy.TAKE_PART)
def year_file(year: int) -> Any:
    """The same as a file, in hours and credits."""
    found = _statement(year)
    rows: list[tuple[object, ...]] = [
        (
            each.worked_on, "hours", each.task.title, each.task.budget.place.organisation.name,
            "confirmed" if each.granted_at else "refused" if each.refused_at else "waiting", rules.exact(each.hours),
            rules.exact(each.credits or 0),
        )
        for each in found["hours"]
    ]  # fmt: skip
    rows += [
        (
            local_date(each.spent_at), "spent", each.offer.title, each.offer.place.organisation.name, "", "",
            rules.exact(-each.amount),
        )
        for each in found["spending"]
    ]  # fmt: skip
    if found["lapsed"]:
        rows.append((date(year, 12, 31), "lapsed", "", "", "", "", rules.exact(-found["lapsed"])))
    head = ("day", "what", "title", "place", "state", "hours", "credits")
    return csv_file(f"help-{year}", head, rows)


@bp.get("/host")
@guarded(policy.HOST)
def host() -> Any:
    """What was handed in at one's own place, its budgets, and what was spent there."""
    place, live = queries.find_place(db(), actor().organisation_id), _live()
    if place is None:
        return passed(url_for("credits.index"), _("Uw organisatie is nog geen plek. Vraag het programma."))
    return render_template(
        "ledger/appreciation/host.html", place=place, live=live, me=actor().user_id, second=rules.SECOND_ABOVE,
        budgets=queries.budgets(db(), place.id, live=live), page=paged(db(), queries.handed_in(place.id)),
        spent=db().scalars(queries.spent_at(place.id).limit(20)).all(), **COMMON,
        tasks=db().scalars(queries.open_tasks(local_date(now())).where(CreditPlace.id == place.id)).all(),
        offers=queries.open_offers(db(), place.id),
    )  # fmt: skip


@bp.get("/host.csv")
@guarded(policy.HOST)
def host_file() -> Any:
    """What was handed in and spent at one's own place; who spent is nobody's business."""
    place = queries.place_of(db(), actor().organisation_id)
    rows: list[tuple[object, ...]] = [
        (
            each.worked_on, "hours", each.task.title, each.holder.user.name,
            "confirmed" if each.granted_at else "refused" if each.refused_at else "waiting", rules.exact(each.hours),
            rules.exact(each.credits or 0),
        )
        for each in db().scalars(queries.handed_in(place.id))
    ]  # fmt: skip
    rows += [
        (local_date(each.spent_at), "spent", each.offer.title, "", "", "", rules.exact(-each.amount))
        for each in db().scalars(queries.spent_at(place.id))
    ]
    return csv_file("place", ("day", "what", "title", "name", "state", "hours", "credits"), rows)


@bp.post("/tasks/<uuid:public_id>/close")
@guarded(policy.HOST)
def close_task(public_id: UUID) -> Any:
    """Take a task off the list."""
    return press(
        lambda session: services.close(
            session, found=queries.task(session, public_id), actor=actor(), at=now()
        ),
        then=url_for("credits.host"),
        said=_("De klus staat er niet meer bij. Uren die al binnen zijn, kunt u nog bevestigen."),
    )


@bp.post("/offers/<uuid:public_id>/close")
@guarded(policy.HOST)
def close_offer(public_id: UUID) -> Any:
    """Take what can be had off the list."""
    return press(
        lambda session: services.close(
            session, found=queries.offer(session, public_id), actor=actor(), at=now()
        ),
        then=url_for("credits.host"),
        said=_("Dit staat er niet meer bij."),
    )


@bp.post("/hours/<uuid:public_id>/confirm")
@guarded(policy.HOST)
def confirm(public_id: UUID) -> Any:
    """Confirm hours."""
    return press(
        lambda session: services.confirm(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("credits.host"),
        said=_("Bevestigd. Boven vier uur bevestigt nog iemand."),
    )


@bp.route("/hours/<uuid:public_id>/refuse", methods=["GET", "POST"])
@guarded(policy.HOST)
def refuse(public_id: UUID) -> Any:
    """Refuse hours, with why."""
    form, there = forms.RefuseForm(), url_for("credits.host")
    return submit(
        form,
        lambda session: services.refuse(
            session, public_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _none: there,
        said=_("Geweigerd. Wie hielp, leest waarom."),
        page=lambda: _act(_("Weiger deze uren"), form, there, _("Wie hielp, leest uw reden.")),
    )


@bp.route("/host/task", methods=["GET", "POST"])
@guarded(policy.HOST)
def offer_task() -> Any:
    """Ask help."""
    place, there = queries.place_of(db(), actor().organisation_id), url_for("credits.host")
    choices = [
        (
            each.id,
            _("tot en met %(day)s: %(num)s punten", day=f"{each.ends_on:%d-%m-%Y}", num=rules.shown(each.credits)),
        )
        for each, _given in queries.budgets(db(), place.id, live=_live())
    ]  # fmt: skip
    form = forms.TaskForm(budgets=choices)
    return submit(
        form,
        lambda session: services.offer_task(session, place=place, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("De klus staat erbij."),
        page=lambda: _act(_("Vraag hulp"), form, there, _("Alleen hulp die niemand anders betaald doet.")),
    )


@bp.route("/host/offer", methods=["GET", "POST"])
@guarded(policy.HOST)
def make_offer() -> Any:
    """Say what can be had."""
    place, form, there = (
        queries.place_of(db(), actor().organisation_id),
        forms.OfferForm(),
        url_for("credits.host"),
    )
    return submit(
        form,
        lambda session: services.make_offer(session, place=place, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("Dit staat er nu bij."),
        page=lambda: _act(
            _("Zet iets neer voor punten"), form, there, _("Een activiteit, een kaartje of iets kleins. Nooit geld.")
        ),
    )  # fmt: skip


@bp.get("/places")
@guarded(policy.SEE_PLACES)
def places() -> str:
    """All places with their budgets."""
    return render_template(
        "ledger/appreciation/places.html", page=paged(db(), queries.places(), scalar=False), live=_live(),
        runs=policy.may(actor(), policy.RECOGNISE), **COMMON,
    )  # fmt: skip


@bp.get("/places.csv")
@guarded(policy.SEE_PLACES)
def places_file() -> Any:
    """The same as a file."""
    rows = (
        (
            place.organisation.name, place.organisation.kvk_number, place.host, place.accepts, rules.exact(budget),
            "" if given is None else rules.exact(given),
        )
        for place, budget, given in db().execute(queries.places())
    )  # fmt: skip
    return csv_file("places", ("name", "kvk_number", "host", "accepts", "budget", "given"), rows)


@bp.route("/places/new", methods=["GET", "POST"])
@guarded(policy.RECOGNISE)
def recognise() -> Any:
    """Recognise a place."""
    form, there = forms.PlaceForm(), url_for("credits.places")
    return submit(
        form,
        lambda session: services.recognise(session, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("Deze plek doet mee."),
        page=lambda: _act(_("Voeg een plek toe"), form, there, _("Een organisatie die hier al staat.")),
    )


@bp.route("/places/<uuid:public_id>/budget", methods=["GET", "POST"])
@guarded(policy.RECOGNISE)
def give_budget(public_id: UUID) -> Any:
    """Give a host a budget."""
    place, form, there = queries.place(db(), public_id), forms.BudgetForm(), url_for("credits.places")
    about = _("Voor %(place)s.", place=place.organisation.name)
    if request.method == "GET" and not place.host:
        return passed(there, _("Deze plek geeft geen punten."))
    return submit(
        form,
        lambda session: services.give_budget(session, place=place, actor=actor(), at=now(), **form.values()),
        then=lambda _made: there,
        said=_("Het budget staat er."),
        page=lambda: _act(_("Geef een budget"), form, there, about),
    )
