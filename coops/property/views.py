"""Pages of the register of first refusal."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from coops.initiatives.queries import initiative
from coops.property import forms, policy, queries, services
from coops.property.errors import NoticeNotFound
from coops.property.gateway import windows
from coops.property.models import PropertyNotice
from coops.property.rules import DEALS, STAGES, Stage, check_second, check_stage, to_test, window_on
from coops.register.forms import places
from coops.support.forms import OWN, party_names
from coops.support.queries import own_initiatives
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, press, submit

bp = Blueprint("property", __name__, url_prefix="/property")

NAMES: dict[str, Any] = {"deals": DEALS, "stages": STAGES}
HEAD = (
    "id", "owner", "deal", "title", "place", "area_m2", "use", "criteria", "sole_reason", "published_at", "closes_on",
    "decide_by", "stage", "decided_at", "reasons", "withdrawn_at", "withdraw_reason",
)  # fmt: skip


@bp.get("")
@public
def index() -> str:
    """Every intended sale or lease, the newest first."""
    who = find_actor()
    mine = queries.own(db(), who.organisation_id) if who is not None and policy.OWN.open_to(who) else ()
    return render_template(
        "coops/property/index.html", page=paged(db(), queries.published()), places=places(), at=now(),
        owns=who is None or policy.OWN.open_to(who), today=local_date(now()),
        window=window_on(windows(), local_date(now())),
        drafts=[each for each in mine if each.published_at is None], **NAMES,
    )  # fmt: skip


@bp.get("/list.csv")
@public
def listing() -> Response:
    """The same as a file; reasons once it was decided."""
    rows = (
        (
            str(each.public_id), each.organisation.name, each.deal, each.title, each.place_code, each.area, each.use,
            each.criteria, each.sole_reason, each.published_at, each.closes_on, each.decide_by,
            each.stage(now()).value, each.decided_at, each.reasons if each.decided_at else "", each.closed_at,
            each.close_reason,
        )
        for each in db().scalars(queries.published())
    )  # fmt: skip
    return csv_file("property", HEAD, rows)


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.OWN)
def new() -> Any:
    """Announce an intended sale or lease."""
    form = forms.NoticeForm()
    return submit(
        form,
        lambda session: services.announce(session, facts=form.facts(), actor=actor(), at=now()).public_id,
        then=lambda made: url_for("property.show", public_id=made),
        said=_("Opgeschreven. Een collega toetst de criteria."),
        page=lambda: render_template("coops/property/new.html", form=form, notice=None),
    )


def _read(public_id: UUID) -> PropertyNotice:
    """A notice that is public, or one's own."""
    found = queries.notice(db(), public_id)
    if found.published_at is None and not policy.owns(find_actor(), found):
        raise NoticeNotFound
    return found


def _owned(public_id: UUID) -> PropertyNotice:
    found = _read(public_id)
    permit(policy.owns(actor(), found))
    return found


def _there(public_id: UUID) -> str:
    return url_for("property.show", public_id=public_id)


@bp.get("/<uuid:public_id>")
@public
def show(public_id: UUID) -> str:
    """One notice with its history; interests are open to the owner after the term, to all after the decision."""
    found, who, at = _read(public_id), find_actor(), now()
    owns, stage = policy.owns(who, found), found.stage(at)
    decided = stage is Stage.DECIDED
    return render_template(
        "coops/property/show.html", notice=found, owns=owns, stage=stage.value, at=at, today=local_date(at),
        interests=queries.standing(found) if decided or (owns and stage is Stage.DECIDING) else (),
        mine=[each for each in found.interests if policy.wants(who, each)],
        wants=who is not None and policy.WANT.open_to(who), user_id=who.user_id if who else 0,
        chosen=next((each for each in found.interests if each.id == found.chosen_id), None), places=places(), **NAMES,
    )  # fmt: skip


@bp.route("/<uuid:public_id>/publish", methods=["GET", "POST"])
@guarded(policy.OWN)
def publish(public_id: UUID) -> Any:
    """Test each criterion as a second person; public when all are fit."""
    found = _owned(public_id)
    check_second(actor().user_id, found.made_by_id)
    check_stage(found.stage(now()), Stage.DRAFT)
    form = forms.TestForm()
    form.show_criteria(to_test(found.criteria, found.sole_reason))
    return submit(
        form,
        lambda session: services.publish(
            session, notice=found, tests=form.said(), windows=windows(), actor=actor(), at=now()
        ),
        then=lambda _done: _there(public_id),
        said=_("Vastgelegd. Klopt elk criterium, dan is het nu openbaar. Anders past uw collega het aan."),
        page=lambda: render_template("coops/property/test.html", form=form, notice=_owned(public_id)),
    )


@bp.route("/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.OWN)
def change(public_id: UUID) -> Any:
    """Write it anew, before it is public."""
    found = _owned(public_id)
    check_stage(found.stage(now()), Stage.DRAFT, Stage.RETURNED)
    form = forms.NoticeForm(notice=found)
    return submit(
        form,
        lambda session: services.change(session, notice=found, facts=form.facts(), actor=actor(), at=now()),
        then=lambda _done: _there(public_id), said=_("Opgeschreven. Een collega toetst de criteria."),
        page=lambda: render_template("coops/property/new.html", form=form, notice=_owned(public_id)),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@guarded(policy.OWN)
def withdraw(public_id: UUID) -> Any:
    """Take it back with a reason."""
    found = _owned(public_id)
    form = forms.ReasonForm()
    return submit(
        form,
        lambda session: services.withdraw_notice(
            session, notice=found, reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _done: _there(public_id),
        said=_("Ingetrokken. Wie belangstelling had, krijgt bericht."),
        page=lambda: render_template("coops/property/withdraw.html", form=form, notice=_owned(public_id)),
    )


@bp.route("/<uuid:public_id>/interest", methods=["GET", "POST"])
@guarded(policy.WANT)
def interest(public_id: UUID) -> Any:
    """Say that one is interested."""
    found, who = _read(public_id), actor()
    if request.method == "GET" and found.stage(now()) is not Stage.OPEN:
        return passed(_there(public_id), _("Belangstelling melden kan nu niet. Hier leest u hoe het staat."))
    there = {
        OWN if each.initiative is None else str(each.initiative.public_id)
        for each in queries.standing(found)
        if policy.wants(who, each)
    }
    groups = {str(each.public_id): each.sentence for each in own_initiatives(db(), who.user_id)}
    parties = party_names(who.organisation_name if who.has(Role.BOARD) else "", groups)
    free = {key: name for key, name in parties.items() if key not in there}
    if request.method == "GET" and there and not free:
        return passed(_there(public_id), _("Uw belangstelling staat er al."))
    form = forms.InterestForm(parties=free)

    def act(session: Any) -> Any:
        chosen = form.initiative_id()
        group = None if chosen is None else initiative(session, chosen)
        return services.show_interest(
            session, notice=found, initiative=group, text=form.text.data or "", actor=who, at=now()
        )

    return submit(
        form, act, then=lambda _done: _there(public_id),
        said=_("Uw belangstelling staat er. U krijgt bericht van het besluit."),
        page=lambda: render_template(
            "coops/property/interest.html", form=form, notice=_read(public_id) if form.is_submitted() else found
        ),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/interest/<uuid:interest_id>/withdraw")
@guarded(policy.WANT)
def withdraw_interest(public_id: UUID, interest_id: UUID) -> Any:
    """Take an interest back."""
    found = _read(public_id)
    return press(
        lambda session: services.withdraw_interest(
            session, notice=found, public_id=str(interest_id), actor=actor(), at=now()
        ),
        then=_there(public_id), said=_("Uw belangstelling is teruggenomen."),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/propose", methods=["GET", "POST"])
@guarded(policy.OWN)
def propose(public_id: UUID) -> Any:
    """Propose a decision."""
    found = _owned(public_id)
    check_stage(found.stage(now()), Stage.DECIDING)
    form = forms.DecisionForm(parties={str(each.public_id): each.party for each in queries.standing(found)})
    return submit(
        form,
        lambda session: services.propose_decision(
            session, notice=found, chosen=form.chosen.data or "", reasons=form.reasons.data or "", actor=actor(),
            at=now(),
        ),
        then=lambda _done: _there(public_id),
        said=_("Voorgesteld. Een collega beslist."),
        page=lambda: render_template(
            "coops/property/propose.html", form=form, notice=_owned(public_id), stage=_owned(public_id).stage(now()),
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/decide", methods=["GET", "POST"])
@guarded(policy.OWN)
def decide(public_id: UUID) -> Any:
    """Take the decision as a second person."""
    found = _owned(public_id)
    form = forms.SecondForm()

    def page() -> str:
        shown = _owned(public_id)
        chosen = next((each for each in shown.interests if each.id == shown.chosen_id), None)
        return render_template("coops/property/decide.html", form=form, notice=shown, chosen=chosen)

    return submit(
        form,
        lambda session: services.decide(
            session, notice=found, agrees=form.agrees.data == "yes", actor=actor(), at=now()
        ),
        then=lambda _done: _there(public_id),
        said=_("Vastgelegd. Bij een besluit krijgt iedereen met belangstelling bericht."),
        page=page,
    )
