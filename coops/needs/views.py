"""Pages of the buying calendar."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template, request, url_for

from coops.needs import forms, policy, queries, rules, services
from coops.needs.gateway import cpv_name
from coops.register.forms import categories, places
from cwb.kernel.money import Money
from cwb.web.feeds import Entry, atom, feed_file
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, language
from cwb.web.kept_pages import kept
from cwb.web.pages import csv_file, found
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit

bp = Blueprint("needs", __name__, url_prefix="/needs")
feed = Blueprint("need_feed", __name__)


@bp.get("")
@public
@kept
def index() -> str:
    """The calendar: what anchors want to buy, first wanted first."""
    form = forms.CalendarFilter(request.args)
    page = found(db(), *queries.listing(form.sought(), find_actor(), now()))
    return render_template(
        "coops/needs/index.html",
        filter_form=form,
        page=page,
        names=categories(),
        places=places(),
        units=forms.UNIT_NAMES,
        state_of=rules.state_of,
        may_post=policy.may(find_actor(), policy.POST),
    )


@bp.get("/list.csv")
@public
def listing() -> Any:
    """The same list as a file; a value that is not public stays out of it for the public."""
    sought = forms.CalendarFilter(request.args).sought()
    needs = db().scalars(queries.calendar(now(), find_actor(), sought)).all()
    head = (
        "number", "title", "owner", "category", "cpv", "place", "volume", "unit", "value_low", "value_high",
        "wanted_from", "contract_ends_on", "divisible", "state",
    )  # fmt: skip
    inside, at = queries.in_alliance(find_actor()), now()
    rows = (
        (
            each.number, each.title, each.owner.name, each.category, each.cpv, each.place_code,
            each.volume, each.unit, *_band(each, inside=inside), each.wanted_from, each.contract_ends_on,
            "yes" if each.divisible else "no", rules.state_of(each, at).value,
        )
        for each in needs
    )  # fmt: skip
    return csv_file("needs", head, rows)


@feed.get("/needs.atom")
@public
def needs() -> Any:
    """Needs that everyone may see, last changed first, for readers of feeds."""
    base: str = current_app.extensions["cwb.config"].base_url
    found = db().scalars(queries.calendar(now(), None).limit(200)).all()
    entries = sorted(
        (
            Entry(
                f"urn:uuid:{each.public_id}", f"{each.number}: {each.title}", each.purpose[:1000],
                base + url_for("needs.show", number=each.number), each.owner.name, each.posted_at, each.changed_at,
                [each.cpv],
            )
            for each in found
        ),
        key=lambda each: (each.updated, each.id),
        reverse=True,
    )  # fmt: skip
    content = atom(
        entries, feed_id=f"tag:{urlsplit(base).hostname or 'localhost'},2026:needs", title=_("Inkoopkalender"),
        link=base + url_for("needs.index"), itself=base + url_for("need_feed.needs"), language=language(), made=now(),
    )  # fmt: skip
    return feed_file(content, "application/atom+xml", max((each.updated for each in entries), default=None))


def _band(need: Any, *, inside: bool) -> tuple[Money | None, Money | None]:
    """The ends of the value band for this reader; nothing when it is not for them."""
    if need.value_low_minor is None or not (inside or need.value_visibility == "public"):
        return None, None
    return Money(need.value_low_minor), Money(need.value_high_minor)


@bp.get("/<number>")
@public
@kept
def show(number: str) -> str:
    """A need: what, how much, when, and what one can do now."""
    need = queries.need(db(), number, find_actor())
    who = find_actor()
    low, high = _band(need, inside=queries.in_alliance(who))
    may_see = policy.may(who, policy.SEE_INTEREST, need)
    own = who is not None and who.organisation_id is not None and policy.may(who, policy.INTEREST)
    shares = queries.shares(db(), need.id)
    others = [(each.organisation.name, each.wanted, each.note) for each in shares]
    parts = [(need.owner.name, need.wanted, ""), *others]
    return render_template(
        "coops/needs/show.html",
        need=need,
        state=rules.state_of(need, now()),
        low=low,
        high=high,
        category=categories().get(need.category, need.category),
        place=places().get(need.place_code or "", ""),
        unit=forms.UNIT_NAMES.get(need.unit or "", ""),
        cpv_name=cpv_name(need.cpv),
        interested=queries.interested(db(), need.id) if may_see else None,
        parts=parts if shares else [],
        sum=rules.together(part for _name, part, _note in parts),
        shows_value=queries.in_alliance(who) or need.value_visibility == "public",
        may_join=policy.may(who, policy.JOIN, need),
        joined=who is not None and any(each.organisation_id == who.organisation_id for each in shares),
        may_say=own,
        said=own and who is not None and queries.is_interested(db(), need.id, who.organisation_id or 0),
        may_change=policy.may(who, policy.CHANGE, need),
    )


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.POST)
def new() -> Any:
    """Put a need on the calendar."""
    permit(policy.may(actor(), policy.POST))
    form = forms.NeedForm()
    return submit(
        form,
        lambda session: services.post_need(
            session,
            owner_id=actor().organisation_id or 0,
            user_id=actor().user_id,
            at=now(),
            **form.values(),
        ),
        then=lambda need: url_for("needs.show", number=need.number),
        said=_("De behoefte staat op de kalender."),
        page=lambda: render_template("coops/needs/form.html", form=form, need=None, hint=forms.cpv_hint()),
    )


@bp.route("/<number>/change", methods=["GET", "POST"])
@guarded(policy.CHANGE)
def change(number: str) -> Any:
    """Change an open need."""
    need = queries.need(db(), number, actor())
    permit(policy.may(actor(), policy.CHANGE, need))
    form = forms.NeedForm(need=need)
    return submit(
        form,
        lambda session: services.change_need(
            session,
            need=need,
            version=form.made_from(),
            user_id=actor().user_id,
            at=now(),
            **form.values(),
        ),
        then=lambda _done: url_for("needs.show", number=number),
        said=_("Bewaard."),
        page=lambda: render_template("coops/needs/form.html", form=form, need=need, hint=forms.cpv_hint()),
    )


@bp.route("/<number>/withdraw", methods=["GET", "POST"])
@guarded(policy.CHANGE)
def withdraw(number: str) -> Any:
    """Take a need off the calendar."""
    need = queries.need(db(), number, actor())
    permit(policy.may(actor(), policy.CHANGE, need))
    form = forms.WithdrawForm()
    return submit(
        form,
        lambda session: services.withdraw_need(
            session, need=need, reason=form.reason.data, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: url_for("needs.show", number=number),
        said=_("De behoefte staat niet meer op de kalender."),
        page=lambda: render_template("coops/needs/withdraw.html", form=form, need=need),
    )


@bp.post("/<number>/interest")
@guarded(policy.INTEREST)
def interest(number: str) -> Any:
    """Say "we could do this", or take it back."""
    need = queries.need(db(), number, actor())
    permit(policy.may(actor(), policy.INTEREST, need))
    form = forms.InterestForm()
    return submit(
        form,
        lambda session: services.show_interest(
            session,
            need=need,
            organisation_id=actor().organisation_id or 0,
            interested=form.interested.data == "yes",
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("needs.show", number=number),
        said=_("Uw belangstelling is bijgewerkt."),
        page=lambda: show(number),
    )


@bp.route("/<number>/join", methods=["GET", "POST"])
@guarded(policy.JOIN)
def join(number: str) -> Any:
    """Take part in another anchor's need, or change one's part."""
    need = queries.need(db(), number, actor())
    permit(policy.may(actor(), policy.JOIN, need))
    mine = [each for each in queries.shares(db(), need.id) if each.organisation_id == actor().organisation_id]
    form = forms.ShareForm(share=mine[0] if mine else None)
    return submit(
        form,
        lambda session: services.join_need(
            session,
            need=need,
            organisation_id=actor().organisation_id or 0,
            user_id=actor().user_id,
            at=now(),
            **form.values(),
        ),
        then=lambda _done: url_for("needs.show", number=number),
        said=_("Uw organisatie doet mee met deze behoefte."),
        page=lambda: render_template(
            "coops/needs/join.html",
            form=form,
            need=need,
            unit=forms.UNIT_NAMES.get(need.unit or "", ""),
            joined=bool(mine),
        ),
    )


@bp.post("/<number>/leave")
@guarded(policy.JOIN)
def leave(number: str) -> Any:
    """No longer take part."""
    need = queries.need(db(), number, actor())
    permit(policy.may(actor(), policy.JOIN, need))
    return submit(
        Button(),
        lambda session: services.leave_need(
            session,
            need=need,
            organisation_id=actor().organisation_id or 0,
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("needs.show", number=number),
        said=_("Uw organisatie doet niet meer mee."),
        page=lambda: show(number),
    )
