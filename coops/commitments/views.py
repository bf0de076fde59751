"""Pages of commitments: all of them for everyone, one's own to keep."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.clusters import views as clusters
from coops.clusters.policy import LOOK
from coops.clusters.rules import Reach
from coops.commitments import forms, policy, queries, services
from coops.commitments.models import AnchorCommitment
from coops.commitments.rules import Kind
from coops.initiatives.queries import initiative
from coops.register.forms import categories, places
from coops.viability.gateway import settings
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import submit

bp = Blueprint("commitments", __name__, url_prefix="/commitments")


@bp.get("")
@public
def index() -> str:
    """Every commitment of every anchor: kept, broken, withdrawn, still open."""
    return render_template("coops/commitments/index.html", rows=_rows(queries.commitments(db())), **_words())


def _rows(found: Sequence[AnchorCommitment]) -> list[tuple[AnchorCommitment, str, bool]]:
    today, who = local_date(now()), find_actor()
    return [(each, queries.state_of(each, today).value, policy.may(who, each)) for each in found]


def _words() -> dict[str, Any]:
    """Names of what commitments say, for templates."""
    return {"kinds": forms.KINDS, "states": forms.STATES, "names": categories(), "places": places()}


@bp.get("/list.csv")
@public
def listing() -> Any:
    """The same list as a file."""
    head = (
        "organisation", "initiative", "cluster_work", "cluster_place", "kind", "what", "due_on", "state", "kept_at",
        "proof", "withdrawn_at", "reason",
    )  # fmt: skip
    today = local_date(now())
    rows = (
        (
            each.organisation.name, each.initiative.sentence if each.initiative else "",
            *((each.cluster.category, each.cluster.centre) if each.cluster else ("", "")), each.kind, each.what,
            each.due_on, queries.state_of(each, today).value, each.kept_at, each.proof, each.withdrawn_at,
            each.withdraw_reason,
        )
        for each in queries.commitments(db())
    )  # fmt: skip
    return csv_file("commitments", head, rows)


@bp.route("/for/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.COMMIT)
def make(public_id: UUID) -> Any:
    """Say what one's organisation will do for an initiative."""
    permit(policy.may(actor()))
    found = initiative(db(), public_id)
    form = forms.CommitForm()
    return submit(
        form,
        lambda session: services.make_commitment(
            session, initiative=found, organisation_id=actor().organisation_id or 0, user_id=actor().user_id, at=now(),
            **form.values(),
        ),
        then=lambda _done: url_for("incubator.show", public_id=public_id),
        said=_("Uw toezegging is openbaar. De oprichters krijgen bericht."),
        page=lambda: render_template("coops/commitments/make.html", form=form, initiative=found),
    )  # fmt: skip


@bp.route("/cluster/<any(place, neighbours, area):reach>/<number>", methods=["GET", "POST"])
@guarded(LOOK)
def of_cluster(reach: str, number: str) -> Any:
    """What anchors commit to about one cluster of demand; a purchaser adds one."""
    cluster = clusters.named(number, Reach(reach))
    form, may_commit, today = forms.CommitForm(), policy.may(actor()), local_date(now())

    def commit(session: Any) -> Any:
        permit(may_commit)
        assumed = settings().assumptions(cluster.category, today)
        return services.commit_to_cluster(
            session, cluster=cluster, assumed=assumed, organisation_id=actor().organisation_id or 0,
            user_id=actor().user_id, at=now(), **form.values(),
        )  # fmt: skip

    here = [member.wish.need_id for member in cluster.members]
    return submit(
        form, commit, then=lambda _done: url_for("commitments.of_cluster", reach=reach, number=number),
        said=_("Uw toezegging is openbaar. Groepen die dit werk willen doen, krijgen bericht."),
        page=lambda: render_template(
            "coops/commitments/of_cluster.html", form=form, cluster=cluster, may_commit=may_commit,
            rows=_rows(queries.commitments(db(), need_ids=here)), **_words(),
        ),
    )  # fmt: skip


def _own(public_id: UUID) -> AnchorCommitment:
    """One's own commitment to show; read again for every page, for a refusal lets go of what was read."""
    return queries.own_commitment(db(), public_id, actor().organisation_id, held=False)


def _finish_page(form: forms.KeepForm, public_id: UUID) -> str:
    found = _own(public_id)
    return render_template(
        "coops/commitments/finish.html", form=form, commitment=found,
        state=queries.state_of(found, local_date(now())).value, **_words(),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/finish", methods=["GET", "POST"])
@guarded(policy.COMMIT)
def finish(public_id: UUID) -> Any:
    """Say that it was done, and what shows it."""
    own = _own(public_id)
    form = forms.KeepForm(
        proof=_("Uitnodiging verstuurd") if own.kind == Kind.INVITE and own.likely else own.likely
    )
    return submit(
        form,
        lambda session: services.keep_commitment(
            session,
            commitment=queries.own_commitment(session, public_id, actor().organisation_id),
            proof=form.proof.data or "",
            user_id=actor().user_id,
            at=now(),
        ),
        then=lambda _done: url_for("commitments.index"),
        said=_("Nagekomen. Iedereen kan het nu zien."),
        page=lambda: _finish_page(form, public_id),
    )


@bp.route("/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@guarded(policy.COMMIT)
def withdraw(public_id: UUID) -> Any:
    """Take it back with a reason."""
    _own(public_id)
    form = forms.WithdrawForm()
    return submit(
        form,
        lambda session: services.withdraw_commitment(
            session, commitment=queries.own_commitment(session, public_id, actor().organisation_id),
            reason=form.reason.data or "", user_id=actor().user_id, at=now(),
        ),
        then=lambda _done: url_for("commitments.index"),
        said=_("Ingetrokken. De oprichters krijgen bericht met uw reden."),
        page=lambda: render_template(
            "coops/commitments/withdraw.html", form=form, commitment=_own(public_id), **_words()
        ),
    )  # fmt: skip
