"""Pages of the member register: the board's list, a member's own row, counts for everybody."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for

from coops.members import forms, policy, queries, rules, services
from coops.members.models import Member
from coops.register.queries import cooperative
from cwb.identity.queries import people_with
from cwb.kernel.policy import Role
from cwb.people.queries import open_invitations
from cwb.sign_in.views import limit
from cwb.web.forms import Button, Form
from cwb.web.guards import guarded, public
from cwb.web.i18n import _, language
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("members", __name__)


def home() -> int:
    """The cooperative acted for; no cooperative has the number 0."""
    return actor().organisation_id or 0


def refused(form: Form, back: str) -> str:
    """Why a button did nothing, and the way back."""
    return render_template("coops/members/refused.html", form=form, back=back)


@bp.get("/members")
@guarded(policy.KEEP)
def index() -> str:
    """The register of the own cooperative."""
    with_left = request.args.get("left") == "yes"
    page = paged(db(), queries.register(home(), with_left=with_left))
    return render_template(
        "coops/members/index.html", page=page, kinds=forms.KINDS, with_left=with_left,
        counts=queries.counts(db(), home()),
    )  # fmt: skip


@bp.get("/members/list.csv")
@guarded(policy.KEEP)
def listing() -> Any:
    """The whole register as a file, who left as well."""
    head = ("number", "name", "contact", "kind", "joined_on", "left_on")
    found = queries.members(db(), home(), with_left=True)
    rows = ((each.number, each.name, each.contact, each.kind, each.joined_on, each.left_on) for each in found)
    return csv_file("members", head, rows)


@bp.route("/members/add", methods=["GET", "POST"])
@guarded(policy.KEEP)
def add() -> Any:
    """Write a member down."""
    form = forms.MemberForm()
    return submit(
        form,
        lambda session: services.add_member(session, facts=form.facts(), actor=actor(), at=now()),
        then=lambda made: url_for("members.show", public_id=made.public_id),
        said=_("Dit lid staat in het register."),
        page=lambda: render_template("coops/members/form.html", form=form, member=None),
    )


@bp.route("/members/import", methods=["GET", "POST"])
@guarded(policy.KEEP)
def load() -> Any:
    """Write a list down."""
    form = forms.ListForm()
    return submit(
        form,
        lambda session: services.import_members(session, rows=form.found.rows, actor=actor(), at=now()),
        then=lambda done: url_for("members.index", added=done.added, known=done.known),
        page=lambda: render_template("coops/members/import.html", form=form),
    )


@bp.get("/members/<uuid:public_id>")
@guarded(policy.KEEP)
def show(public_id: UUID) -> str:
    """One member."""
    found = queries.member(db(), public_id, home())
    reachable = found.user_id is None and found.left_on is None and "@" in found.contact
    invited = reachable and any(each.email == found.contact for each in open_invitations(db(), home()))
    return render_template(
        "coops/members/show.html", member=found, kinds=forms.KINDS, is_invited=invited,
        may_invite=reachable and not invited,
    )  # fmt: skip


@bp.post("/members/<uuid:public_id>/invite")
@guarded(policy.KEEP)
def invite(public_id: UUID) -> Any:
    """Ask a member by mail to make an account here."""
    back = url_for("members.show", public_id=public_id)
    form = Button()
    limit(mail=queries.member(db(), public_id, home()).contact)
    return submit(
        form,
        lambda session: services.invite_member(
            session, member=queries.member(session, public_id, home()), actor=actor(), locale=language(), at=now()
        ),
        then=lambda _done: back,
        said=_("De uitnodiging is onderweg."),
        page=lambda: refused(form, back),
    )  # fmt: skip


@bp.route("/members/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.KEEP)
def change(public_id: UUID) -> Any:
    """Write a member down otherwise."""
    found = queries.member(db(), public_id, home())
    form = forms.MemberForm(member=found, accounts=people_with(db(), home(), Role.BOARD, Role.MEMBER))
    return submit(
        form,
        lambda session: services.change_member(
            session, member=queries.member(session, public_id, home()), facts=form.facts(),
            user_id=form.account_id(), version=form.seen(), actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("members.show", public_id=public_id),
        said=_("Bewaard."),
        page=lambda: render_template("coops/members/form.html", form=form, member=found),
    )  # fmt: skip


@bp.route("/membership/change", methods=["GET", "POST"])
@guarded(policy.OWN)
def mend() -> Any:
    """A member mends the own name and contact."""
    found = queries.own(db(), actor())
    form = forms.OwnForm(member=found)
    return submit(
        form,
        lambda session: services.mend_own(
            session, member=queries.own(session, actor()), name=form.name.data or "",
            contact=form.contact.data or "", version=form.seen(), actor=actor(), at=now(),
        ),
        then=lambda _done: url_for("members.own"),
        said=_("Bewaard. Het bestuur ziet uw nieuwe gegevens."),
        page=lambda: render_template("coops/members/mend.html", form=form, member=found),
    )  # fmt: skip


@bp.get("/membership")
@guarded(policy.OWN)
def own() -> str:
    """The reader's own row."""
    found: Member | None = queries.find_own(db(), actor())
    return render_template("coops/members/own.html", member=found, kinds=forms.KINDS)


@bp.get("/cooperatives/<public_id>/members")
@public
def of(public_id: str) -> str:
    """How many members a cooperative has, never fewer than five in one number."""
    found = cooperative(db(), public_id)
    total, parts = rules.shown(queries.counts(db(), found.organisation_id))
    return render_template(
        "coops/members/of.html", organisation=found.organisation, total=total, parts=parts, kinds=forms.KINDS
    )
