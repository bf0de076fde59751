"""Pages and buttons of what shows a step."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from coops.initiatives import policy
from coops.initiatives.forms import STEPS
from coops.initiatives.models import Initiative
from coops.initiatives.queries import initiative, ladder_of
from coops.papers.services import read_evidence
from coops.papers.views import keys
from coops.steps import forms, queries, services
from cwb.files import rules as files
from cwb.files.views import download
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import press, submit

bp = Blueprint("steps", __name__, url_prefix="/incubator")


def _own(public_id: UUID) -> Initiative:
    found = initiative(db(), public_id)
    permit(policy.may(actor(), policy.WORK, found))
    return found


def _page(public_id: UUID) -> str:
    return url_for("incubator.show", public_id=public_id)


@bp.route("/<uuid:public_id>/step", methods=["GET", "POST"])
@takes_files(files.MOST_FILE + files.MEGA)
@guarded(policy.WORK)
def step(public_id: UUID) -> Any:
    """Say what shows that a step was reached."""
    found = _own(public_id)
    contracts = {each.id: f"{each.reference} {each.title}" for each in queries.contracts_to_show(db(), found)}
    today = local_date(now())
    ladder = ladder_of(found, today)
    even_from = ladder.even_from if ladder.even_from is not None and today < ladder.even_from else None
    form = forms.EvidenceForm(
        following=ladder.next, shown=[each.shown for each in found.evidence], contracts=contracts,
        too_early=even_from is not None,
    )  # fmt: skip

    def tell(session: Any) -> Any:
        given = form.upload()
        return services.show_step(
            session, initiative=found, user_id=actor().user_id, at=now(), **form.values(),
            file=None if given is None else services.Upload(*given, keys()),
        )  # fmt: skip

    return submit(
        form, tell, then=lambda _done: _page(public_id),
        said=_("Bewaard. Een tweede persoon van het programma kijkt het na."),
        page=lambda: render_template(
            "coops/steps/step.html", form=form, initiative=found, contracts=contracts,
            most=files.MOST_FILE // files.MEGA, even_from=even_from,
        ),
    )  # fmt: skip


@bp.get("/<uuid:public_id>/evidence/<uuid:evidence_id>/file")
@guarded(policy.READ_FILE)
def file(public_id: UUID, evidence_id: UUID) -> Response:
    """The paper of a piece of evidence, for its own people, the programme and auditors."""
    found = initiative(db(), public_id)
    permit(policy.may(actor(), policy.READ_FILE, found))
    with atomic(db()) as session:
        paper = queries.paper(session, found.id, evidence_id)
        content = read_evidence(session, paper=paper, keys=keys(), actor=actor(), at=now())
    return download(content, paper.file_kind, paper.name)


@bp.route("/<uuid:public_id>/evidence/<uuid:evidence_id>/check", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID, evidence_id: UUID) -> Any:
    """Say as a second person that the paper was seen, or what is not right."""
    found, form = initiative(db(), public_id), forms.CheckForm()
    shown = queries.evidence(db(), found.id, evidence_id)
    services.check_second(db(), initiative=found, evidence=shown, user_id=actor().user_id)
    seen = form.verdict.data == "seen"

    def judge(session: Any) -> Any:
        about: dict[str, Any] = {
            "initiative": found, "evidence": queries.evidence(session, found.id, evidence_id),
            "user_id": actor().user_id, "at": now(),
        }  # fmt: skip
        if seen:
            return services.check_evidence(session, **about, proof=form.proof())
        return services.refuse_evidence(session, **about, reason=form.reason.data or "")

    return submit(
        form, judge, then=lambda _done: _page(public_id),
        said=_("Gecontroleerd. Dit bewijs telt nu 24 maanden.") if seen
        else _("Bewaard. De oprichters lezen waarom het niet klopt."),
        page=lambda: render_template(
            "coops/steps/check.html", form=form, initiative=found, shown=shown, steps=STEPS
        ),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/evidence/<uuid:evidence_id>/take-back")
@guarded(policy.WORK)
def take_back(public_id: UUID, evidence_id: UUID) -> Any:
    """Take back what one told oneself and nobody judged yet."""
    found = _own(public_id)
    return press(
        lambda session: services.take_back(
            session, initiative=found, evidence=queries.evidence(session, found.id, evidence_id),
            user_id=actor().user_id, at=now(),
        ),
        then=_page(public_id), said=_("Teruggenomen. Dit bewijs staat er niet meer."),
    )  # fmt: skip
