"""Pages of the wijken: where anchors, cooperatives, initiatives and residents of a place meet."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for

from coops.alliances import forms, policy, queries, services
from coops.alliances.models import PlacePost
from coops.alliances.rules import OUTCOMES, Kind, State, is_late
from coops.commitments.forms import STATES
from coops.obstacles.queries import anchors
from coops.register import policy as register_policy
from coops.register.forms import KINDS, places
from cwb.boundaries.views import boundary_map
from cwb.kernel.clock import local_date
from cwb.kernel.feature import Feature
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Actor
from cwb.places.gateway import area_pack
from cwb.places.rules import Wijk
from cwb.web.charts import Tile, tile_map
from cwb.web.feeds import Moment, calendar, feed_file
from cwb.web.guards import guarded, public
from cwb.web.i18n import _, _l
from cwb.web.kept_pages import kept
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, see_other, submit
from ledger.cuts.rules import ceiling, net
from ledger.drafts.services import newest_signed

bp = Blueprint("wijken", __name__, url_prefix="/wijken")


def _wijk(code: str) -> Wijk:
    return queries.wijk(area_pack(current_app.extensions["cwb.config"]), code)


@bp.get("")
@public
@kept
def index() -> str:
    """Every wijk with what is there."""
    counts = queries.overview(db(), now())
    rows = [
        (each, counts.get(each.code, {}), sum(counts.get(each.code, {}).values()))
        for each in area_pack(current_app.extensions["cwb.config"]).wijken.values()
    ]
    shown = [
        Tile(
            each.code, each.name, each.tile_column, each.tile_row, str(total), min(4, (total + 2) // 3),
            url_for("wijken.show", code=each.code),
        )
        for each, _counts, total in rows
    ]  # fmt: skip
    return render_template(
        "coops/alliances/index.html", rows=rows, drawing=tile_map(shown), outlined=boundary_map(shown)
    )


@bp.get("/<code>")
@public
@kept
def show(code: str) -> str:
    """The page of one wijk."""
    wijk, at, who = _wijk(code), now(), find_actor()
    there = queries.meeting_there(db(), wijk.code, at)
    every = queries.posts(db(), wijk.code, who)
    dates = queries.meetings(db(), wijk.code)
    return render_template(
        "coops/alliances/show.html", wijk=wijk, there=there, kinds=KINDS,
        items=[each for each in every if each.post.kind == Kind.ITEM and each.post.state is not State.REMOVED],
        promises=[each for each in every if each.post.kind == Kind.PROMISE and each.post.state is not State.REMOVED],
        removed=[each.post for each in every if each.post.state is State.REMOVED],
        ahead=sorted((each for each in dates if each.starts_at > at), key=lambda each: each.starts_at),
        commitments=queries.commitments(db(), wijk.code, local_date(at)), states=STATES, outcomes=OUTCOMES,
        spend=_spend(wijk.code), is_late=is_late, today=local_date(at),
        panels=_panels(wijk.code), may_put=_may(who),
        may_keep=who is not None and policy.KEEP.open_to(who),
        may_register=register_policy.may(who, register_policy.REGISTER),
    )  # fmt: skip


_WHY = {
    "undefined": _l("Er is niet genoeg inkoop om een deel te berekenen."),
    "coverage": _l("Van te veel inkoop weten wij de plaats niet."),
    "interval": _l("De bandbreedte is te groot."),
}
"""A word of `Share.why` → what it means to a reader."""


def _spend(code: str) -> dict[str, Any] | None:
    """The share of a wijk as its page shows it: of the latest quarter that was signed; None while none was."""
    newest = newest_signed(db())
    if newest is None:
        return None
    period, found = Period.parse(newest[0].period), newest[1]
    area = area_pack(current_app.extensions["cwb.config"])
    share = found["figures"]["local_supplier_share"]["by_wijk"].get(code)
    row = next((each for each in found["wijken"] if each["id"] == code), None)
    written = [share[part] for part in ("lo", "hi", "coverage")] if share else []
    here, most = 0 if row is None else net(row), ceiling(found, code)
    return {
        "period": period, "bounds": [None if each is None else Decimal(each) for each in written],
        "publishable": share is not None and share["publishable"], "suppliers": row and row["suppliers"],
        "why": " ".join(str(text) for word, text in _WHY.items() if share and word in (share["why"] or "")),
        "here": Money(here), "most": Money(most), "doubted": Money(most - here),
        "total": Money.of(found["figures"]["local_supplier_share"]["total"]["total"]),
        "has_houses": area.addresses is not None,
    }  # fmt: skip


def _may(who: Actor | None) -> bool:
    return who is None or policy.PUT.open_to(who)


def _panels(code: str) -> list[tuple[str, Any]]:
    """What the other storeys have in this place."""
    features: Sequence[Feature] = current_app.extensions["cwb.features"]
    found = sorted((panel for each in features for panel in each.places), key=lambda panel: panel.order)
    return [
        (panel.template, facts) for panel in found if (facts := panel.facts(db(), code, now())) is not None
    ]


@bp.get("/<code>/agenda.ics")
@public
def feed(code: str) -> Any:
    """The dates of a wijk for a calendar; what was cancelled is told."""
    wijk = _wijk(code)
    base: str = current_app.extensions["cwb.config"].base_url
    dates = queries.meetings(db(), wijk.code)
    title = _("Wijkalliantie %(name)s", name=wijk.name)
    moments = [
        Moment(
            f"{each.public_id}@wijken", each.starts_at, title, each.cancel_reason or _("Bijeenkomst van de wijk."),
            base + url_for("wijken.show", code=wijk.code), each.changed_at, sequence=int(each.cancelled_at is not None),
            cancelled=each.cancelled_at is not None, place=each.place,
        )
        for each in dates
    ]  # fmt: skip
    last = max((each.changed_at for each in dates), default=None)
    return feed_file(calendar(moments, title=title), "text/calendar", last, f"wijk-{wijk.code.lower()}.ics")


@bp.route("/<code>/<any(item, promise):kind>", methods=["GET", "POST"])
@guarded(policy.PUT)
def put(code: str, kind: str) -> Any:
    """Put an item on the agenda, or report a promise."""
    wijk = _wijk(code)
    form = forms.ItemForm() if kind == Kind.ITEM else forms.PromiseForm()
    return submit(
        form,
        lambda s: (
            services.put_post(s, place=wijk.code, facts=form.facts(), actor=actor(), at=now()).public_id
        ),
        then=lambda made: url_for("wijken.post", public_id=made),
        said=_("Dank u. Iemand van het programma leest het eerst."),
        page=lambda: render_template(
            "coops/alliances/put.html",
            form=form,
            wijk=wijk,
            kind=kind,
            anchors=anchors(db()) if kind == Kind.PROMISE else (),
        ),
    )


@bp.get("/posts/<uuid:public_id>")
@public
def post(public_id: UUID) -> str:
    """One item or promise."""
    who = find_actor()
    return _post(queries.post(db(), public_id, who), who)


def _post(found: PlacePost, who: Actor | None, form: forms.PublishForm | None = None) -> str:
    keeps = who is not None and policy.KEEP.open_to(who) and found.put_by_id != who.user_id
    may_reply = (
        who is not None and policy.REPLY.open_to(who) and found.organisation_id == who.organisation_id is not None
        and found.replied_at is None and found.state is not State.REMOVED
    )  # fmt: skip
    return render_template(
        "coops/alliances/post.html", post=found, name=places().get(found.place_code, found.place_code), keeps=keeps,
        outcomes=OUTCOMES[Kind(found.kind)], may_reply=may_reply,
        form=form or (_publish_form(found) if keeps else None),
        late=is_late(found.due_on, found.answered_at, local_date(now())),
    )  # fmt: skip


def _publish_form(found: PlacePost) -> forms.PublishForm:
    """Who may be named in a promise that nobody read yet."""
    names = found.kind == Kind.PROMISE and found.state is State.WAITING
    return forms.PublishForm(proposed=queries.proposed(db(), found.who) if names else ())


@bp.post("/posts/<uuid:public_id>/<any(support, take_back):act>")
@guarded(policy.PUT)
def support(public_id: UUID, act: str) -> Any:
    """Support it, or take that back."""
    found = queries.post(db(), public_id, actor())
    there = url_for("wijken.show", code=found.place_code, _anchor="agenda")
    return press(
        lambda s: services.support(s, post=found, actor=actor(), at=now(), takes_back=act == "take_back"), then=there,
        said=_("U steunt dit.") if act == "support" else _("Uw steun is weg."),
    )  # fmt: skip


@bp.post("/posts/<uuid:public_id>/publish")
@guarded(policy.KEEP)
def publish(public_id: UUID) -> Any:
    """Make it public."""
    found = queries.post(db(), public_id, actor())
    there, form = url_for("wijken.post", public_id=public_id), _publish_form(found)
    return submit(
        form,
        lambda s: services.publish_post(s, post=found, actor=actor(), at=now(), named=form.named()),
        then=lambda _made: there,
        said=_("Iedereen kan dit nu lezen en steunen."),
        page=lambda: _post(found, actor(), form),
    )


@bp.route("/posts/<uuid:public_id>/reply", methods=["GET", "POST"])
@guarded(policy.REPLY)
def reply(public_id: UUID) -> Any:
    """Reply in the name of the organisation that a promise names."""
    found, form = queries.post(db(), public_id, actor()), forms.ReplyForm()
    there = url_for("wijken.post", public_id=public_id)
    if request.method == "GET" and (found.organisation_id != actor().organisation_id or found.replied_at):
        return see_other(there)
    return submit(
        form,
        lambda s: services.reply_post(s, post=found, text=form.text.data or "", actor=actor(), at=now()),
        then=lambda _made: there,
        said=_("Uw reactie is openbaar."),
        page=lambda: render_template("coops/alliances/reply.html", form=form, post=found),
    )


@bp.route("/posts/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.KEEP)
def answer(public_id: UUID) -> Any:
    """Answer it with a reason."""
    found = queries.post(db(), public_id, actor())
    form = forms.AnswerForm(kind=Kind(found.kind))
    return submit(
        form,
        lambda s: services.answer_post(s, post=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("wijken.post", public_id=public_id),
        said=_("Uw antwoord is openbaar."),
        page=lambda: render_template("coops/alliances/answer.html", form=form, post=found),
    )


@bp.route("/posts/<uuid:public_id>/remove", methods=["GET", "POST"])
@guarded(policy.KEEP)
def remove(public_id: UUID) -> Any:
    """Take it off the page with a reason."""
    found, form = queries.post(db(), public_id, actor()), forms.ReasonForm()
    return submit(
        form,
        lambda s: services.remove_post(s, post=found, reason=form.text.data or "", actor=actor(), at=now()),
        then=lambda _made: url_for("wijken.show", code=found.place_code),
        said=_("Het staat niet meer op de bladzijde. De reden wel."),
        page=lambda: render_template("coops/alliances/remove.html", form=form, post=found),
    )


@bp.route("/<code>/meeting", methods=["GET", "POST"])
@guarded(policy.KEEP)
def meet(code: str) -> Any:
    """Set a date."""
    wijk, form = _wijk(code), forms.MeetingForm()
    return submit(
        form,
        lambda s: services.set_meeting(s, place=wijk.code, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("wijken.show", code=wijk.code),
        said=_("De datum staat op de bladzijde en in de agenda."),
        page=lambda: render_template("coops/alliances/meet.html", form=form, wijk=wijk),
    )


@bp.route("/meetings/<uuid:public_id>/cancel", methods=["GET", "POST"])
@guarded(policy.KEEP)
def cancel(public_id: UUID) -> Any:
    """Cancel a date with a reason."""
    found, form = queries.meeting(db(), public_id), forms.ReasonForm()
    return submit(
        form,
        lambda s: services.cancel_meeting(
            s, meeting=queries.meeting(s, public_id), reason=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _done: url_for("wijken.show", code=found.place_code),
        said=_("Afgezegd. Wie de agenda volgt, ziet het."),
        page=lambda: render_template("coops/alliances/cancel.html", form=form, meeting=found),
    )
