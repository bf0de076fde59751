"""Pages of fair work under a contract, and the reports behind a figure."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from coops.wages.gateway import wages
from coops.wages.rules import FullTime
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, text_of, translated
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.pay_statements import policy as pay_policy
from procurement.pay_statements import queries as pay
from procurement.pay_statements.rules import GRADES
from procurement.resident_work import forms, policy, queries, rules, services
from procurement.resident_work.errors import HoursUnlikely
from procurement.resident_work.models import WorkDraft, WorkReport
from procurement.resident_work.rules import Numbers
from procurement.wage_floors.queries import find_floor

bp = Blueprint("resident_work", __name__)


def _contract(number: str) -> Contract:
    found = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    return found


@bp.get("/contracts/<number>/fair-work")
@guarded(contract_policy.SEE)
def show(number: str) -> str:
    """Wages, hours, jobs and training places under one contract, for its parties and auditors."""
    contract, today = _contract(number), local_date(now())
    return render_template(
        "procurement/resident_work/show.html", contract=contract, floor=find_floor(db(), contract.tender_id),
        statements=pay.of_contract(db(), contract.id), grades=GRADES, today=today,
        reports=queries.of_contract(db(), contract.id), stages=rules.STAGES, year=wages().year(today),
        signed=contract.agreement_id is not None, me=actor(),
        begun=queries.find_draft(db(), contract.id, actor().organisation_id, None),
        may_state=pay_policy.may_state(actor(), contract), may_report=policy.may(actor(), policy.REPORT, contract),
        may_verify=policy.may(actor(), policy.VERIFY, contract),
    )  # fmt: skip


def _asked(number: str, corrects: UUID | None) -> tuple[Contract, WorkReport | None, WorkDraft | None]:
    """The contract, the own report that is corrected, and what was kept of the new one."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.REPORT, contract))
    old = None if corrects is None else queries.report(db(), contract.id, corrects)
    replaced = None if old is None else old.id
    return contract, old, queries.find_draft(db(), contract.id, actor().organisation_id, replaced)


def _address(number: str, corrects: UUID | None, page: str) -> str:
    """Where a page of a report is."""
    if corrects is None:
        return url_for("resident_work.report", number=number, page=page)
    return url_for("resident_work.correct", number=number, public_id=corrects, page=page)


def _kept(number: str, corrects: UUID | None, page: str) -> Any:
    """One short page of a report: what is filled in is kept."""
    contract, old, draft = _asked(number, corrects)
    answers = draft.answers if draft is not None else {}
    if not answers and old is not None:
        answers = rules.answers(old.starts_on, old.ends_on, old.numbers)
    if page != "hours" and not answers:
        return see_other(_address(number, corrects, "hours"))
    form = forms.PAGES[page](
        data=forms.shown(page, answers) or ({"starts_on": _next_day(contract)} if page == "hours" else {})
    )
    return submit(
        form,
        lambda session: services.keep_answers(
            session, contract=contract, corrects=corrects, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _draft: _address(number, corrects, "jobs" if page == "hours" else "check"),
        page=lambda: render_template(
            "procurement/resident_work/report.html", form=form, number=number, corrects=corrects, page=page,
            steps=_steps(page), doubt=_doubt(number, corrects), back=_address(number, corrects, "hours"),
        ),
    )  # fmt: skip


def _steps(here: str) -> list[dict[str, str]]:
    """The pages of a report, and which is this one."""
    names = {"hours": _("Uren"), "jobs": _("Banen en leerplekken"), "check": _("Controleren")}
    place = list(names).index(here)
    return [
        {"label": name, "state": "current" if at == place else "done" if at < place else "todo"}
        for at, name in enumerate(names.values())
    ]


def _sent(number: str, corrects: UUID | None) -> Any:
    """The last page: read it over, and send it."""
    contract, _old, draft = _asked(number, corrects)
    if draft is None:
        return see_other(_address(number, corrects, "hours"))
    form, (starts_on, ends_on, numbers) = forms.SendForm(), rules.begun(draft.answers)
    year = wages().year(ends_on)
    return submit(
        form,
        lambda session: services.report_work(
            session, contract=contract, corrects=corrects, starts_on=starts_on, ends_on=ends_on, numbers=numbers,
            year=year, actor=actor(), at=now(), **form.values(),
        ),
        then=lambda _made: url_for("resident_work.show", number=number),
        said=_("Gemeld. De koper controleert de uren."),
        page=lambda: render_template(
            "procurement/resident_work/send.html", form=form, number=number, corrects=corrects, steps=_steps("check"),
            starts_on=starts_on, ends_on=ends_on, numbers=numbers, year=year, doubt=_doubt(number, corrects),
            unlikely=_unlikely(numbers, starts_on, ends_on, year),
            places=[(_("Uren veranderen"), _address(number, corrects, "hours")),
                    (_("Banen veranderen"), _address(number, corrects, "jobs"))],
        ),
    )  # fmt: skip


def _unlikely(numbers: Numbers, starts_on: date, ends_on: date, year: FullTime) -> str:
    """Why the hours look wrong, or nothing."""
    try:
        rules.check_likely(numbers, starts_on, ends_on, year, is_sure=False)
    except HoursUnlikely as fault:
        return text_of(fault)
    return ""


def _next_day(contract: Contract) -> date:
    """The first day that the actor's organisation did not report yet."""
    mine = [
        each.ends_on
        for each in queries.of_contract(db(), contract.id)
        if each.organisation_id == actor().organisation_id
    ]
    return max(mine) + timedelta(days=1) if mine else contract.starts_on


def _doubt(number: str, corrects: UUID | None) -> str:
    """Why the buyer doubts what is corrected; read again, for a refusal forgets what was read."""
    if corrects is None:
        return ""
    verdict = queries.report(db(), contracts.contract(db(), number).id, corrects).verdict
    return verdict.reason if verdict is not None else ""


_PAGES = "<any(hours, jobs, check):page>"


@bp.route(f"/contracts/<number>/fair-work/report/{_PAGES}", methods=["GET", "POST"])
@bp.route("/contracts/<number>/fair-work/report", methods=["GET", "POST"])
@guarded(policy.REPORT)
def report(number: str, page: str = "hours") -> Any:
    """Report the hours of a period, over three short pages."""
    return _sent(number, None) if page == "check" else _kept(number, None, page)


@bp.route(f"/contracts/<number>/fair-work/<uuid:public_id>/correct/{_PAGES}", methods=["GET", "POST"])
@bp.route("/contracts/<number>/fair-work/<uuid:public_id>/correct", methods=["GET", "POST"])
@guarded(policy.REPORT)
def correct(number: str, public_id: UUID, page: str = "hours") -> Any:
    """Put a better report in the place of one's own."""
    return _sent(number, public_id) if page == "check" else _kept(number, public_id, page)


@bp.route("/contracts/<number>/fair-work/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.VERIFY)
def verify(number: str, public_id: UUID) -> Any:
    """Verify a report, or doubt it."""
    contract = _contract(number)
    permit(policy.may(actor(), policy.VERIFY, contract))
    form = forms.VerdictForm()
    return submit(
        form,
        lambda session: services.judge_work(
            session, contract=contract, report_id=public_id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("resident_work.show", number=number),
        said=_("Vastgelegd. De leverancier krijgt bericht."),
        page=lambda: render_template(
            "procurement/resident_work/verify.html", form=form, number=number, stages=rules.STAGES,
            each=queries.report(db(), contracts.contract(db(), number).id, public_id),
            year=wages().year(local_date(now())),
        ),
    )  # fmt: skip


@bp.get("/fair-work/lines")
@guarded(policy.LINES)
def lines() -> str:
    """The reports behind a figure, for who may see them."""
    buyer, sector, year = forms.TableFilter(request.args).picked()
    found = queries.lines(actor(), buyer=buyer, sector=sector, year=year)
    return render_template(
        "procurement/resident_work/lines.html", page=paged(db(), found), stages=rules.STAGES,
        full_time=wages().year(local_date(now())), query=request.args.to_dict(),
        may_follow=contract_policy.SEE.open_to(actor()),
    )  # fmt: skip


@bp.get("/fair-work/lines.csv")
@guarded(policy.LINES)
def line_listing() -> Response:
    """The same as a file."""
    buyer, sector, year = forms.TableFilter(request.args).picked()
    names = tuple(rules.Numbers.__slots__)
    found = db().scalars(queries.lines(actor(), buyer=buyer, sector=sector, year=year)).all()
    return csv_file("eerlijk-werk-meldingen", ("contract", "supplier", "starts_on", "ends_on", *names, "stage"), [
        (
            each.contract.number, each.organisation.name, each.starts_on, each.ends_on,
            *(getattr(each, name) for name in names), translated(rules.STAGES[each.stage][0]),
        )
        for each in found
    ])  # fmt: skip
