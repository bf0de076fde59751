"""Pages of what is passed on, of what stands out, and of the levels of a supplier."""

from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, render_template, request, url_for
from sqlalchemy import select

from cwb.files import rules as files
from cwb.files.gateway import HouseKeys
from cwb.files.views import download
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.period import Period
from cwb.kernel.transaction import atomic
from cwb.places.gateway import area_pack
from cwb.web.guards import guarded
from cwb.web.i18n import _, language
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, press, submit
from ledger.declarations.models import Subcontract
from ledger.declarations.rules import LEVELS
from ledger.landing import forms, policy, queries, services
from ledger.landing.rules import KINDS, OUTCOMES, Flag, quarters_back
from ledger.rollups.queries import quarters
from ledger.share.rules import ratio
from ledger.spend.rules import public_period
from ledger.suppliers.rules import GRADES


def _decimal(part: Fraction | None) -> Decimal | None:
    return None if part is None else Decimal(ratio(part) or "0")


bp = Blueprint("landing", __name__, url_prefix="/spend/landing")


@bp.get("/passed-on")
@guarded(policy.SEE)
def passed_on() -> Any:
    """What primes passed on: one's own, or for who checks, all."""
    checks = policy.CHECK.open_to(actor())
    page = paged(db(), queries.subcontracts(None if checks else actor().organisation_id or 0))
    return render_template(
        "ledger/landing/passed_on.html", page=page, checks=checks, period_of=Period.quarter_of
    )


@bp.route("/passed-on/new", methods=["GET", "POST"])
@guarded(policy.PASS_ON)
def pass_on() -> Any:
    """Say what went on to a subcontractor."""
    return _pass_on(None)


@bp.route("/passed-on/<uuid:public_id>/change", methods=["GET", "POST"])
@guarded(policy.PASS_ON)
def change(public_id: UUID) -> Any:
    """Say it otherwise, while nobody looked at it yet."""
    one = queries.subcontract(db(), public_id, actor().organisation_id or 0)
    return _pass_on(one) if one.waits else _stands(one)


def _stands(one: Subcontract) -> Any:
    return passed(
        url_for("landing.one_passed", public_id=one.public_id), _("Dit is al nagekeken of ingetrokken.")
    )


def _pass_on(one: Subcontract | None) -> Any:
    own = actor().organisation_id or 0
    buyers = queries.buyers_of(db(), own)
    if not buyers:
        return passed(
            url_for("landing.passed_on"), _("Geen grote koper betaalde u. Er is dus niets door te geven.")
        )
    area = area_pack(current_app.extensions["cwb.config"])
    form = forms.PassForm(one)
    offered = quarters_back(Period.quarter_of(local_date(now())))
    form.offer(
        list(buyers),
        offered if one is None or (was := Period.quarter_of(one.from_on)) in offered else [*offered, was],
        [(each.id, each.name if language() == "nl" else each.name_en) for each in area.categories],
    )
    return submit(
        form,
        lambda session: services.pass_on(
            session, organisation=session.get_one(Organisation, own),
            anchor=session.scalars(select(Organisation).where(Organisation.public_id == form.anchor.data)).one(),
            actor_id=actor().user_id, at=now(), replaces=one, **form.values(),
        ),
        then=lambda made: url_for("landing.add_paper", public_id=made.public_id),
        said=_("Bewaard. Voeg nu het stuk toe: het telt mee als iemand dat zag."),
        page=lambda: render_template("ledger/landing/pass_on.html", form=form, one=one),
    )  # fmt: skip


@bp.get("/passed-on/<uuid:public_id>")
@guarded(policy.SEE)
def one_passed(public_id: UUID) -> Any:
    """One of them: who said so, who looked, when, and why it counts or not; and the round of payments it is part of."""
    checks = policy.CHECK.open_to(actor())
    one = queries.subcontract(db(), public_id, None if checks else actor().organisation_id or 0)
    return render_template(
        "ledger/landing/passed.html", one=one, checks=checks, period=Period.quarter_of(one.from_on),
        rounds=queries.rounds_with(db(), one) if checks and one.withdrawal is None else (),
        may_withdraw=one.counts and policy.WITHDRAW.open_to(actor()), papers=queries.papers(db(), one),
    )  # fmt: skip


def _keys() -> HouseKeys:
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


@bp.route("/passed-on/<uuid:public_id>/papers", methods=["GET", "POST"])
@takes_files(files.MOST_FILE + files.MEGA)
@guarded(policy.PASS_ON)
def add_paper(public_id: UUID) -> Any:
    """Show what was passed on: the invoice or contract, while nobody looked."""
    one = queries.subcontract(db(), public_id, actor().organisation_id or 0)
    if not one.waits:
        return _stands(one)
    form = forms.PaperForm()
    return submit(
        form,
        lambda session: services.add_paper(
            session, subcontract=one, keys=_keys(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("landing.one_passed", public_id=public_id),
        said=_("Het stuk is bewaard, versleuteld. Alleen u en wie controleert lezen het."),
        page=lambda: _show_it(form, queries.subcontract(db(), public_id)),
    )


def _show_it(form: forms.PaperForm, one: Subcontract) -> str:
    return render_template(
        "ledger/landing/paper.html", form=form, one=one, papers=queries.papers(db(), one),
        most=files.MOST_FILE // files.MEGA, period=Period.quarter_of(one.from_on),
    )  # fmt: skip


@bp.get("/passed-on/<uuid:public_id>/papers/<uuid:paper_id>")
@guarded(policy.SEE)
def paper(public_id: UUID, paper_id: UUID) -> Any:
    """A paper as a file: for its supplier, the programme and the auditor."""
    checks = policy.CHECK.open_to(actor())
    one = queries.subcontract(db(), public_id, None if checks else actor().organisation_id or 0)
    found = queries.paper(db(), one, paper_id)
    with atomic(db()) as session:
        content = services.read_paper(
            session, subcontract=one, paper=found, keys=_keys(), actor=actor(), at=now()
        )
    return download(content, found.kind, found.name)


@bp.post("/passed-on/<uuid:public_id>/papers/<uuid:paper_id>/remove")
@guarded(policy.PASS_ON)
def remove_paper(public_id: UUID, paper_id: UUID) -> Any:
    """Take a wrong paper away, while nobody looked."""
    one = queries.subcontract(db(), public_id, actor().organisation_id or 0)
    return press(
        lambda session: services.remove_paper(
            session, subcontract=one, public_id=paper_id, actor=actor(), at=now()
        ),
        then=url_for("landing.one_passed", public_id=public_id),
        said=_("Het stuk is weg."),
    )


@bp.post("/passed-on/<uuid:public_id>/back")
@guarded(policy.PASS_ON)
def take_back(public_id: UUID) -> Any:
    """Take it back, while nobody looked at it yet."""
    one = queries.subcontract(db(), public_id, actor().organisation_id or 0)
    return press(
        lambda session: services.take_back(session, subcontract=one, actor_id=actor().user_id, at=now()),
        then=url_for("landing.one_passed", public_id=public_id),
        said=_("Ingetrokken. Het wordt niet meer nagekeken."),
    )


@bp.route("/passed-on/<uuid:public_id>/withdraw", methods=["GET", "POST"])
@guarded(policy.WITHDRAW)
def withdraw(public_id: UUID) -> Any:
    """Take an approval back, with the reason."""
    one = queries.subcontract(db(), public_id)
    if not one.counts:
        return passed(
            url_for("landing.one_passed", public_id=public_id),
            _("Hier is geen goedkeuring om in te trekken."),
        )
    form, period = forms.WithdrawForm(), Period.quarter_of(one.from_on)
    return submit(
        form,
        lambda session: services.withdraw_approval(
            session, subcontract=one, reason=form.reason.data or "", actor_id=actor().user_id, at=now()
        ),
        then=lambda _done: url_for("landing.one_passed", public_id=public_id),
        said=_("Opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: render_template(
            "ledger/landing/withdraw.html", form=form, one=queries.subcontract(db(), public_id), period=period
        ),
    )


@bp.route("/passed-on/<uuid:public_id>/check", methods=["GET", "POST"])
@guarded(policy.CHECK)
def check(public_id: UUID) -> Any:
    """Agree or not."""
    one = queries.subcontract(db(), public_id)
    if not one.waits:
        return _stands(one)
    form = forms.PassCheckForm()
    return submit(
        form,
        lambda session: services.check_pass(
            session, subcontract=one, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("landing.passed_on"),
        said=_("Opgeslagen. De cijfers zijn bijgewerkt."),
        page=lambda: _ask(form, queries.subcontract(db(), public_id)),
    )


def _ask(form: forms.PassCheckForm, one: Subcontract) -> str:
    return render_template(
        "ledger/landing/check.html", form=form, one=one, period=Period.quarter_of(one.from_on),
        rounds=queries.rounds_with(db(), one), papers=queries.papers(db(), one),
    )  # fmt: skip


@bp.get("/flags")
@guarded(policy.SEE_FLAGS)
def flags() -> Any:
    """What stands out in a period: questions to ask, never a reason to leave money out."""
    offered = quarters(db())[:12]
    text = request.args.get("period", "")
    period = public_period(text) if text else next(iter(offered), Period.quarter_of(local_date(now())))
    form = forms.FlagFilters(request.args)
    form.offer(offered if period in offered else [period, *offered])
    form.period.data = str(period)
    found = queries.flags(db(), period)
    return render_template(
        "ledger/landing/flags.html", form=form, found=found.found[:200], names=found.names, kinds=KINDS,
        total=len(found.found), decimal=_decimal, period=period, outcomes=OUTCOMES,
        answers=queries.answers(db(), period),
    )  # fmt: skip


@bp.get("/flags/<period>.csv")
@guarded(policy.SEE_FLAGS)
def flags_file(period: str) -> Any:
    """The same as a file, with what came of each."""
    span = public_period(period)
    found, answers = queries.flags(db(), span), queries.answers(db(), span)
    head = ("kind", "parties", "amount", "share", "outcome", "reason", "by", "at")

    def row(each: Flag) -> tuple[object, ...]:
        told = answers[each.key][0] if each.key in answers else None
        said = ("", "", "", "") if told is None else (
            told.outcome, told.reason, told.by.name if told.by else "", told.at.isoformat()
        )  # fmt: skip
        parties = " > ".join(found.names.get(party, party) for party in each.parties)
        return each.kind, parties, f"{each.amount / 100:.2f}", _decimal(each.share), *said

    return csv_file(f"wat-opvalt-{span}", head, map(row, found.found))


@bp.route("/flags/<period>/<key>", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(period: str, key: str) -> Any:
    """Write down what came of a question."""
    span = public_period(period)
    found, names = queries.flag(db(), span, key)
    form = forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer_flag(
            session, flag=found, period=span, actor_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _made: url_for("landing.flags", period=span),
        said=_("Opgeschreven. Wie het cijfer controleert, leest dit."),
        page=lambda: render_template(
            "ledger/landing/answer.html", form=form, flag=found, names=names, kinds=KINDS, period=span,
            outcomes=OUTCOMES, answers=queries.answers(db(), span).get(key, ()),
        ),
    )  # fmt: skip


@bp.get("/levels")
@guarded(policy.PASS_ON)
def levels() -> Any:
    """What is proven of one's own organisation, level by level."""
    found = {
        each.level: each for each in queries.levels_of(db(), actor().organisation_id or 0, local_date(now()))
    }
    return render_template(
        "ledger/landing/levels.html", levels=LEVELS, found=found, grades=GRADES, decimal=_decimal
    )
