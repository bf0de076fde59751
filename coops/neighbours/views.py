"""Pages of what residents offer and seek among each other (`/neighbours`), for holders of a wallet."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from coops.exchange.forms import MONEYS
from coops.exchange.queries import wallets_of
from coops.exchange.rules import DEALS, ITEMS
from coops.neighbours import forms, policy, queries, rules, services
from coops.neighbours.models import Neighbour
from coops.neighbours.queries import Reader
from coops.register.forms import places
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit

bp = Blueprint("neighbours", __name__, url_prefix="/neighbours")

NAMES: dict[str, Any] = {
    "exchanges": rules.EXCHANGES, "items": ITEMS, "deals": DEALS, "moneys": MONEYS, "money_of": Money,
}  # fmt: skip


def _me() -> Reader:
    return queries.reader(db(), actor())


def called(who: Neighbour | None) -> str:
    """How a resident is seen by others."""
    if who is None:
        return _("een bewoner die stopte")
    where = places().get(who.place_code or "")
    if who.called:
        return _("%(name)s uit %(place)s", name=who.called, place=where) if where else who.called
    return _("een bewoner van %(place)s", place=where) if where else _("een bewoner")


NAMES["called"] = called


@bp.get("")
@guarded(policy.TAKE_PART)
def index() -> Any:
    """What stands now, narrowed by what stands in the address."""
    me = queries.find_reader(db(), actor())
    if me is None:
        return passed(url_for("wallets.index"), _("Neem eerst een portemonnee. Dan ziet u vraag en aanbod."))
    form = forms.Filter(request.args)
    page = paged(db(), queries.running(local_date(now()), form.sought()))
    return render_template(
        "coops/neighbours/index.html", me=me, filter_form=form, page=page, places=places(), **NAMES
    )


@bp.get("/list.csv")
@guarded(policy.TAKE_PART)
def listing() -> Response:
    """The same list as a file, without anything of persons or what they wrote."""
    _me()
    found = db().scalars(queries.running(local_date(now()), forms.Filter(request.args).sought()))
    return csv_file(
        "neighbours", ("exchange", "item", "deal", "title", "place", "expires_on", "local_money", "price"),
        [
            (
                each.exchange, each.item, each.deal, each.title, each.place_code, each.expires_on, each.instrument_code,
                each.facts.price,
            )
            for each in found
        ],
    )  # fmt: skip


@bp.get("/mine")
@guarded(policy.TAKE_PART)
def mine() -> str:
    """What one offers and seeks, and with whom one writes."""
    me = _me()
    adverts = queries.own(db(), me.neighbour.id) if me.neighbour else ()
    return render_template(
        "coops/neighbours/mine.html", me=me, adverts=adverts, talks=queries.talks(db(), me.party_id),
        today=local_date(now()), **NAMES,
    )  # fmt: skip


@bp.route("/join", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def join() -> Any:
    """Choose how neighbours see one."""
    me = _me()
    if me.firm:
        return passed(url_for("exchange.index"), _("Uw organisatie heeft een eigen bladzijde."))
    form = forms.JoinForm(neighbour=me.neighbour)
    return submit(
        form, lambda session: services.join(session, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("neighbours.index"), said=_("Bewaard. Zo zien buren u."),
        page=lambda: render_template("coops/neighbours/join.html", form=form, me=me, **NAMES),
    )  # fmt: skip


@bp.post("/leave")
@guarded(policy.TAKE_PART)
def leave() -> Any:
    """Stop, and take away all that one placed and wrote."""
    return press(
        lambda session: services.leave(session, actor=actor()), then=url_for("neighbours.index"),
        said=_("Alles wat u plaatste en schreef, is weg."),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def new() -> Any:
    """Offer or seek something."""
    me = _me()
    if me.firm:
        return passed(url_for("exchange.new"), _("Uw organisatie heeft een eigen bladzijde."))
    if me.neighbour is None:
        return passed(url_for("neighbours.join"), _("Kies eerst hoe buren u zien. Dat doet u één keer."))
    form = forms.AdvertForm(held=frozenset(wallets_of(db(), me.party_id)))
    return submit(
        form,
        lambda session: services.place_advert(session, facts=form.facts(), actor=actor(), at=now()).public_id,
        then=lambda made: url_for("neighbours.show", public_id=made),
        said=_("Het staat erop. Wie een portemonnee heeft, kan het vinden."),
        page=lambda: render_template("coops/neighbours/form.html", form=form, seen_as=called(me.neighbour)),
    )


@bp.get("/<uuid:public_id>")
@guarded(policy.TAKE_PART)
def show(public_id: UUID) -> str:
    """One offer or want; its maker sees who wrote."""
    me, today = _me(), local_date(now())
    found = queries.advert(db(), public_id, today, mine=me.party_id)
    is_own = found.neighbour.person_id == me.party_id
    return render_template(
        "coops/neighbours/show.html", advert=found, is_own=is_own, places=places(),
        is_over=found.ended_at is not None or found.expires_on < today,
        talks=queries.talks(db(), me.party_id, advert_id=found.id), **NAMES,
    )  # fmt: skip


@bp.post("/<uuid:public_id>/end")
@guarded(policy.TAKE_PART)
def end(public_id: UUID) -> Any:
    """Take it away."""
    return press(
        lambda session: services.end_advert(session, public_id=public_id, actor=actor(), at=now()),
        then=url_for("neighbours.mine"), said=_("Weggehaald. Niemand ziet het meer."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def answer(public_id: UUID) -> Any:
    """Write to its maker."""
    me = _me()
    found = queries.advert(db(), public_id, local_date(now()))
    if not me.firm and me.neighbour is None:
        return passed(url_for("neighbours.join"), _("Kies eerst hoe buren u zien. Dat doet u één keer."))
    form = forms.MessageForm()
    return submit(
        form,
        lambda session: services.answer(
            session, public_id=public_id, text=form.text.data or "", actor=actor(), at=now()
        ).public_id,
        then=lambda made: url_for("neighbours.talk", public_id=made),
        said=_("Verstuurd. Wij mailen u als de ander terugschrijft."),
        page=lambda: render_template(
            "coops/neighbours/answer.html", form=form, advert=found,
            seen_as=actor().organisation_name if me.firm else called(me.neighbour), **NAMES,
        ),
    )  # fmt: skip


@bp.route("/talks/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def talk(public_id: UUID) -> Any:
    """What two wrote to each other, and what one writes on."""
    me = _me()
    found = queries.talk(db(), public_id, me.party_id)
    form = forms.MessageForm()
    is_maker = found.advert.neighbour.person_id == me.party_id
    return submit(
        form,
        lambda session: services.write(
            session, talk_id=public_id, text=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("neighbours.talk", public_id=public_id), said=_("Verstuurd."),
        page=lambda: render_template(
            "coops/neighbours/talk.html", form=form, talk=found, is_maker=is_maker,
            other=_other(found, is_maker=is_maker),
            messages=queries.messages(db(), found.id), **NAMES,
        ),
    )  # fmt: skip


def _other(found: Any, *, is_maker: bool) -> str:
    if not is_maker:
        return called(found.advert.neighbour)
    if found.party.kind == "organisation":
        return str(found.party.name)
    return called(queries.find_neighbour(db(), found.party_id))


@bp.post("/talks/<uuid:public_id>/close")
@guarded(policy.TAKE_PART)
def close(public_id: UUID) -> Any:
    """Stop a talk."""
    there = url_for("neighbours.talk", public_id=public_id)
    return press(
        lambda session: services.close_talk(session, talk_id=public_id, actor=actor(), at=now()),
        then=there, said=_("Dit gesprek is gestopt. De ander kan u hier niet meer schrijven."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/report", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def report(public_id: UUID) -> Any:
    """Tell the programme that an offer or want is hostile or false."""
    _me()
    found = queries.advert(db(), public_id, local_date(now()))
    form = forms.ReportForm()
    there = url_for("neighbours.show", public_id=public_id)
    return submit(
        form,
        lambda session: services.report_advert(
            session, public_id=public_id, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: there,
        said=_("Gemeld. Het programma leest het. Niemand anders ziet dat u dit meldde."),
        page=lambda: render_template(
            "coops/neighbours/report.html", form=form, title=found.title, text=found.text, back=there
        ),
    )


@bp.route("/talks/<uuid:public_id>/<int:message_id>/report", methods=["GET", "POST"])
@guarded(policy.TAKE_PART)
def report_message(public_id: UUID, message_id: int) -> Any:
    """Hand a message to the programme."""
    found = queries.talk(db(), public_id, _me().party_id)
    message = queries.message(db(), found, message_id)
    form = forms.ReportForm()
    there = url_for("neighbours.talk", public_id=public_id)
    return submit(
        form,
        lambda session: services.report_message(
            session, talk_id=public_id, message_id=message_id, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: there,
        said=_("Gemeld. Het programma leest het. Niemand anders ziet dat u dit meldde."),
        page=lambda: render_template(
            "coops/neighbours/report.html", form=form, title=found.advert.title, text=message.text, back=there
        ),
    )  # fmt: skip


@bp.get("/reports")
@guarded(policy.DECIDE)
def reports() -> str:
    """What was reported, what waits first."""
    return render_template(
        "coops/neighbours/reports.html", page=paged(db(), queries.reports()), me=actor().user_id
    )


@bp.post("/reports/<int:report_id>/<any(keep, take):choice>")
@guarded(policy.DECIDE)
def decide(report_id: int, choice: str) -> Any:
    """Let it stand, or take it away."""
    return press(
        lambda session: services.decide_report(
            session, report_id=report_id, take_away=choice == "take", actor=actor(), at=now()
        ),
        then=url_for("neighbours.reports"),
        said=_("Weggehaald. De maker krijgt mail.") if choice == "take" else _("Het blijft staan."),
    )
