"""Pages of milestones: reporting, verifying, the evidence, and what everyone may read."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import passed, submit
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.milestones import forms, policy, queries, rules, services
from procurement.milestones.errors import MilestoneNotFound
from procurement.milestones.models import Milestone
from procurement.tenders import queries as tenders

bp = Blueprint("milestones", __name__)


def _contract(number: str) -> Contract:
    found = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    return found


def _again(milestone: Milestone, contract_id: int) -> Milestone:
    """The same, read again after a refusal: a refusal forgets what was read."""
    if request.method == "GET":
        return milestone
    return queries.milestone(db(), contract_id, position=int((request.view_args or {})["position"]))


def _done(number: str) -> str:
    return url_for("performance.show", number=number, _anchor="milestones")


@bp.route("/contracts/<number>/milestones/<int:position>/report", methods=["GET", "POST"])
@guarded(policy.REPORT)
def report(number: str, position: int) -> Any:
    """Say what was reached."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.REPORT, contract))
    form, milestone = forms.ReportForm(), queries.milestone(db(), contract.id, position)
    stage = milestone.stage(local_date(now()))
    if request.method == "GET" and stage in {rules.Stage.REPORTED, rules.Stage.MET}:
        told = (
            _("Deze belofte is gehaald.")
            if stage is rules.Stage.MET
            else _("Dit is al gemeld. De koper controleert het eerst.")
        )
        return passed(_done(number), told)
    return submit(
        form,
        lambda session: services.report(
            session, contract=contract, position=position, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: _done(number),
        said=_("Gemeld. De koper controleert het."),
        page=lambda: render_template(
            "procurement/milestones/report.html", form=form, number=number, stages=rules.STAGE_TEXTS,
            milestone=_again(milestone, contract.id), today=local_date(now()),
        ),
    )  # fmt: skip


@bp.route("/contracts/<number>/milestones/<int:position>/verify", methods=["GET", "POST"])
@guarded(policy.VERIFY)
def verify(number: str, position: int) -> Any:
    """Say what came of it."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.VERIFY, contract))
    milestone = queries.milestone(db(), contract.id, position)
    waiting = milestone.waiting
    if (
        request.method == "GET"
        and waiting is None
        and milestone.stage(local_date(now())) is not rules.Stage.OVERDUE
    ):
        return passed(_done(number), _("Er is nu niets te controleren."))
    form = forms.VerifyForm(data={"seen": "" if waiting is None else str(waiting.id)})
    return submit(
        form,
        lambda session: services.verify(
            session, contract=contract, position=position, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: _done(number),
        said=_("Vastgelegd. De uitkomst is openbaar."),
        page=lambda: render_template(
            "procurement/milestones/verify.html", form=form, number=number, stages=rules.STAGE_TEXTS,
            milestone=_again(milestone, contract.id), today=local_date(now()),
        ),
    )  # fmt: skip


@bp.get("/contracts/<number>/reports/<uuid:public_id>/file")
@guarded(contract_policy.SEE)
def evidence(number: str, public_id: UUID) -> Response:
    """The file of a report: for the two parties and auditors, always as a download."""
    found = queries.report(db(), _contract(number).id, public_id)
    if found.file is None or found.file_type is None:
        raise MilestoneNotFound
    made = Response(found.file, mimetype=found.file_type)
    ending = found.file_type.rpartition("/")[2].replace("jpeg", "jpg")
    made.headers["Content-Disposition"] = f'attachment; filename="bewijs-{number}-{found.id}.{ending}"'
    made.headers["Cache-Control"] = "private, no-store"
    return made


@bp.get("/tenders/<number>/promises")
@public
def promises(number: str) -> str:
    """What the winner promised the neighbourhood, and what came of it."""
    tender = tenders.tender(db(), number, find_actor())
    found = db().scalars(queries.public_rows(tender.id)).all()
    return render_template(
        "procurement/milestones/promises.html", tender=tender, found=found, stages=rules.STAGE_TEXTS,
        outcomes=rules.OUTCOME_TEXTS, today=local_date(now()),
    )  # fmt: skip


@bp.get("/tenders/<number>/promises.csv")
@public
def listing(number: str) -> Response:
    """The same as a file: what was verified; reports that wait are nobody else's yet."""
    tender = tenders.tender(db(), number, find_actor())
    head = (
        "contract",
        "supplier",
        "what",
        "amount",
        "unit",
        "due_on",
        "status",
        "reached",
        "reason",
        "verified_at",
    )
    rows = []
    for each in db().scalars(queries.public_rows(tender.id)):
        last = each.verdicts[-1] if each.verdicts else None
        reached = next((r.reached for r in each.reports if last and r.id == last.report_id), None)
        rows.append((
            each.contract.number, each.contract.supplier_name, each.what, each.amount, each.unit, each.due_on,
            last.outcome.value if last else "scheduled", reached, last.reason if last else None,
            last.verified_at if last else None,
        ))  # fmt: skip
    return csv_file(f"beloften-{tender.number}", head, rows)
