"""Pages of the flags: of one tender, of all, and an answer."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import Page, asked_page, csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.flags import forms, policy, queries, rules, services
from procurement.flags.errors import FlagsNotFound
from procurement.flags.gateway import limits
from procurement.flags.rules import Code
from procurement.flags.services import Flagged, Signal
from procurement.lots.queries import stopped_lots

bp = Blueprint("flags", __name__)

SIZE = 25


def _visible() -> list[Flagged]:
    return services.visible(db(), actor=actor(), law=law(), limits=limits())


def _rows(form: forms.FlagFilter) -> list[Signal]:
    code = form.chosen()
    rows = [
        each
        for each in services.signals(_visible(), queries.answers(db()))
        if code in {None, each.finding.code}
    ]
    return [each for each in rows if each.answer is None] if form.open.data else rows


@bp.get("/flags")
@guarded(policy.OVERVIEW)
def index() -> str:
    """Every question that the figures ask."""
    form = forms.FlagFilter(request.args)
    rows = _rows(form)
    number = min(asked_page(), max(1, -(-len(rows) // SIZE)))
    page = Page(rows[(number - 1) * SIZE : number * SIZE], number, SIZE, len(rows))
    return render_template(
        "procurement/flags/index.html",
        filter_form=form,
        page=page,
        words=forms.WORDS,
        arithmetic=forms.arithmetic,
        limits=rules.limits_on(limits(), local_date(now())),
    )


@bp.get("/flags/list.csv")
@guarded(policy.OVERVIEW)
def listing() -> Response:
    """The same as a file, with the exact values."""
    head = (
        "tender", "lot", "title", "buyer", "flag", "name", "about", "values", "explained", "answer", "answered_at",
    )  # fmt: skip
    rows = (
        (
            case.number, case.lot, case.title, case.buyer, each.finding.code.value,
            str(forms.WORDS[each.finding.code].name), ", ".join(each.finding.about), forms.raw(each.finding.values),
            forms.arithmetic(each.finding), each.answer.reason if each.answer else "",
            each.answer.answered_at if each.answer else "",
        )
        for each in _rows(forms.FlagFilter(request.args))
        for case in each.cases
    )  # fmt: skip
    return csv_file("signalen", head, rows)


def _of(number: str) -> tuple[list[Flagged], list[Flagged]]:
    """The flags of a tender's lots, when this actor may see them now; else they are not known to exist. All beside."""
    every = _visible()
    found = [each for each in every if each.case.number == number]
    if not found:
        raise FlagsNotFound
    return found, every


def _page(
    found: Sequence[Flagged],
    every: Sequence[Flagged],
    answering: tuple[int, Code, forms.AnswerForm] | None = None,
) -> str:
    """Each flag has a form of its own; `answering` is the one that was handed in, with its faults."""
    case, signals = found[0].case, services.signals(every, queries.answers(db()))
    told = {(each.lot_id, signal.finding.code): signal for signal in signals for each in signal.cases}
    return render_template(
        "procurement/flags/show.html",
        found=found, case=case, words=forms.WORDS, outcomes=forms.OUTCOMES, arithmetic=forms.arithmetic,
        stopped=stopped_lots(db(), [case.tender_id]).get(case.tender_id, ()),
        told=told, names=policy.sees_bidders(actor(), case), answering=answering,
        form_of=lambda lot, code: forms.answer_form(lot, code, answering),
        may_answer=policy.may(actor(), policy.ANSWER, case),
        limits=rules.limits_on(limits(), local_date(case.closes_at)),
    )  # fmt: skip


@bp.get("/tenders/<number>/flags")
@guarded(policy.SEE)
def show(number: str) -> str:
    """The flags of one tender with their arithmetic and answers."""
    return _page(*_of(number))


@bp.post("/tenders/<number>/flags/<int:lot>/<code>")
@guarded(policy.ANSWER)
def answer(number: str, lot: int, code: str) -> Any:
    """Say how a flag of a lot came about."""
    found, every = _of(number)
    permit(policy.may(actor(), policy.ANSWER, found[0].case))
    asked = next((each for each in Code if each.value == code), None)
    if asked is None:
        raise FlagsNotFound
    form = forms.AnswerForm()
    forms.name_apart(form, lot, asked)
    return submit(
        form,
        lambda session: services.answer_flag(
            session, tender_id=found[0].case.tender_id, lot=lot, code=asked, law=law(), limits=limits(), actor=actor(),
            at=now(), **form.values(),
        ),
        then=lambda _made: url_for("flags.show", number=number),
        said=_("Uw verklaring is bewaard. De toezichthouder kan haar lezen."),
        page=lambda: _page(found, every, (lot, asked, form)),
    )  # fmt: skip
