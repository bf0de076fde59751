"""Pages of a panel: who is in it, and the declaration."""

from typing import Any

from flask import Blueprint, render_template, url_for

from coops.arrangements.queries import supported_by
from cwb.identity.queries import people_with
from cwb.kernel.policy import Action, Role
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.panels import forms, policy, queries, services
from procurement.panels.errors import PanelMemberNotFound
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender

bp = Blueprint("panels", __name__, url_prefix="/tenders/<number>/panel")


def _tender(number: str, action: Action) -> Tender:
    found = tenders.find_tender(db(), number)
    if found is None or found.published_at is None:
        raise PanelMemberNotFound
    permit(policy.may(actor(), action, found))
    return found


@bp.route("", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def index(number: str) -> Any:
    """The panel, and asking somebody in."""
    tender = _tender(number, policy.COMPOSE)
    people = people_with(db(), tender.buyer_id, Role.PURCHASER, Role.ASSESSOR)
    panel = queries.panel(db(), tender.id)
    form = forms.InviteForm(people=people, panel=panel)
    return submit(
        form,
        lambda session: services.invite_assessor(
            session, tender=tender, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("panels.index", number=number),
        said=_("Gevraagd. Deze persoon kreeg een mail."),
        page=lambda: render_template(
            "procurement/evaluation/panel.html",
            form=form,
            tender=tender,
            panel=panel,
            least=services.LEAST_MEMBERS,
            saw=(saw := queries.saw_names(db(), tender)),
            openers=[each.name for each in people if each.id in saw],
            gone=queries.gone_of(panel, people),
            replaced=queries.replacements(db(), tender.id),
        ),
    )


@bp.route("/<int:member_id>/release", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def release(number: str, member_id: int) -> Any:
    """Let a member go."""
    tender = _tender(number, policy.COMPOSE)
    member = queries.member(db(), tender.id, member_id)
    form = forms.ReasonForm()
    return submit(
        form,
        lambda session: services.release_assessor(
            session, tender=tender, member=member, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("panels.index", number=number),
        said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/evaluation/release.html",
            form=form,
            tender=tender,
            member=queries.member(db(), tender.id, member_id),
        ),
    )


@bp.route("/<int:member_id>/replace", methods=["GET", "POST"])
@guarded(policy.COMPOSE)
def replace(number: str, member_id: int) -> Any:
    """Put somebody in the place of who cannot assess any more, after the freeze."""
    tender = _tender(number, policy.COMPOSE)
    member, people = queries.member(db(), tender.id, member_id), services.successors(db(), tender, member_id)
    form = forms.ReplaceForm(people=[each for each in people if each.id != actor().user_id])
    return submit(
        form,
        lambda session: services.replace_assessor(
            session, tender=tender, member_id=member_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("panels.index", number=number),
        said=_("Bewaard. Deze persoon kreeg een mail en verklaart eerst."),
        page=lambda: render_template(
            "procurement/evaluation/replace.html", form=form, tender=tender, member=member, people=people,
            may=member in queries.gone(db(), tender) and tender.scores_frozen_at is not None,
            is_own=member.user_id == actor().user_id,
        ),
    )  # fmt: skip


@bp.route("/declare", methods=["GET", "POST"])
@guarded(policy.ASSESS)
def declare(number: str) -> Any:
    """Say whether one has an interest."""
    tender = _tender(number, policy.ASSESS)
    form = forms.DeclareForm()
    return submit(
        form,
        lambda session: services.declare(session, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("evaluation.show", number=number),
        said=_("Uw verklaring is bewaard."),
        page=lambda: render_template(
            "procurement/evaluation/declare.html",
            form=form,
            tender=tender,
            supported=supported_by(db(), actor().user_id, tender.published_at or now()),
        ),
    )
