"""Who lacks what, for a purchaser who does not assess; the request as both sides read it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.files.views import download
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import passed, submit
from procurement.enclosures.queries import opened_tender
from procurement.enclosures.services import check_not_on_panel
from procurement.repairs import forms, policy, queries, rules, services
from procurement.repairs.gateway import settings
from procurement.repairs.models import RepairRequest
from procurement.repairs.rules import Kind, Settings, State
from procurement.statements import queries as statements
from procurement.tenders.models import Tender

bp = Blueprint("repairs", __name__)


def _settings() -> Settings:
    return settings(local_date(now()))


def _tender(number: str) -> Tender:
    """An opened tender, for its purchasers who do not assess, and for auditors."""
    tender = opened_tender(db(), number)
    permit(policy.may_list(actor(), tender))
    check_not_on_panel(db(), tender, actor())
    return tender


def _is_running(tender: Tender) -> bool:
    return tender.scores_frozen_at is None and not tender.cancelled_at and not tender.unsuccessful_at


@bp.get("/tenders/<number>/repairs")
@guarded(policy.LIST)
def index(number: str) -> str:
    """The bids by name: what did not come along, and what was asked."""
    tender = _tender(number)
    listed = services.listed(db(), tender)
    able = any(each.takes_part and each.request is None for each in listed)
    return render_template(
        "procurement/repairs/index.html", tender=tender, listed=listed, about=rules.ABOUT, states=rules.STATES,
        verdicts=rules.VERDICTS, at=now(), settings=_settings(),
        may_ask=able and policy.may_ask(actor(), tender) and _is_running(tender),
    )  # fmt: skip


@bp.get("/tenders/<number>/repairs.csv")
@guarded(policy.LIST)
def listing(number: str) -> Response:
    """The same as a file: one row per request."""
    tender = _tender(number)
    head = [_("Inschrijver"), _("Waarover"), _("Gevraagd"), _("Antwoord tot en met"), _("Beantwoord"), _("Besluit"),
            _("Waarom"), _("Waarom anderen niet")]  # fmt: skip
    rows = [
        (each.bid.party_name, "; ".join(translated(rules.ABOUT[code]) for code in made.about), made.asked_at,
         made.last_day, made.answered_at or "", translated(rules.VERDICTS[made.verdict]) if made.verdict else "",
         made.reasons, made.left_out)
        for each in queries.listed(db(), tender) if (made := each.request) is not None
    ]  # fmt: skip
    return csv_file(f"herstel-{tender.number}", head, rows)


@bp.route("/tenders/<number>/repairs/ask", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask(number: str) -> Any:
    """Ask everybody in the same position, with the same words."""
    tender = _tender(number)
    permit(policy.may_ask(actor(), tender))
    listed = services.listed(db(), tender)
    form = forms.AskForm(data={"last_day": _settings().first_day(local_date(now()))})
    form.offer(listed, statements.demand(tender, statements.find_demand(db(), tender.id)).papers)

    def page() -> str:
        is_first = request.method == "GET"
        fresh = tender if is_first else _tender(number)
        there = listed if is_first else services.listed(db(), fresh)
        return render_template(
            "procurement/repairs/ask.html", form=form, tender=fresh, about=rules.ABOUT, settings=_settings(),
            listed=[each for each in there if each.takes_part and each.request is None],
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.ask_repair(
            session, tender=tender, settings=_settings(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("repairs.index", number=number),
        said=_("Uw vraag is verstuurd. De scores wachten op het antwoord en het besluit."),
        page=page,
    )  # fmt: skip


def reading(public_id: UUID) -> tuple[RepairRequest, bool]:
    """A request, and whether the reader is the bidder."""
    found = queries.request(db(), public_id)
    if policy.may_answer(actor(), found):
        return found, True
    permit(policy.may_list(actor(), found.tender))
    check_not_on_panel(db(), found.tender, actor())
    return found, False


def _facts(found: RepairRequest, *, is_bidder: bool) -> dict[str, Any]:
    return {
        "found": found, "tender": found.tender, "is_bidder": is_bidder, "about": rules.ABOUT, "kinds": rules.KINDS,
    }  # fmt: skip


@bp.get("/repairs/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """One request, what was answered and decided, and what can be done."""
    found, is_bidder = reading(public_id)
    state, running = found.state(now()), _is_running(found.tender)
    is_buyer = policy.may_ask(actor(), found.tender)
    own = found.asked_by_id == actor().user_id
    return render_template(
        "procurement/repairs/show.html", **_facts(found, is_bidder=is_bidder), state=state, states=rules.STATES,
        verdicts=rules.VERDICTS, may_answer=is_bidder and running and state is State.ASKED,
        may_decide=is_buyer and running and state is State.READY and not own,
        waits=is_buyer and running and state is State.READY and own,
    )  # fmt: skip


@bp.route("/repairs/<uuid:public_id>/answer", methods=["GET", "POST"])
@takes_files(rules.MOST_FILE + rules.MEGA)
@guarded(policy.ANSWER)
def answer(public_id: UUID) -> Any:
    """Answer for the bidder."""
    found, is_bidder = reading(public_id)
    permit(is_bidder)
    if request.method == "GET" and found.state(now()) is not State.ASKED:
        return passed(
            url_for("repairs.show", public_id=public_id), _("Deze vraag wacht niet meer op antwoord.")
        )
    form = forms.AnswerForm()
    return submit(
        form,
        lambda session: services.answer_repair(
            session, request=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("repairs.show", public_id=made.public_id),
        said=_("Uw antwoord is verstuurd. U hoort wat de koper beslist."),
        page=lambda: render_template(
            "procurement/repairs/answer.html", form=form, most=rules.MOST_FILE // rules.MEGA,
            **_facts(reading(public_id)[0], is_bidder=True),
        ),
    )  # fmt: skip


@bp.route("/repairs/<uuid:public_id>/decide", methods=["GET", "POST"])
@guarded(policy.ASK)
def decide(public_id: UUID) -> Any:
    """Decide as a second person."""
    found, is_bidder = reading(public_id)
    permit(not is_bidder and policy.may_ask(actor(), found.tender))
    if request.method == "GET" and found.decided_at is not None:
        return passed(url_for("repairs.show", public_id=public_id), _("Hierover is al beslist."))
    if request.method == "GET" and found.asked_by_id == actor().user_id:
        return passed(
            url_for("repairs.show", public_id=public_id), _("U vroeg dit zelf. Een collega beslist.")
        )
    form = forms.DecideForm()
    if found.kind is Kind.CLERICAL:
        del form.is_older
    return submit(
        form,
        lambda session: services.decide_repair(
            session, request=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("repairs.show", public_id=made.public_id),
        said=_("Uw besluit is vastgelegd, met de redenen."),
        page=lambda: render_template(
            "procurement/repairs/decide.html", form=form, **_facts(reading(public_id)[0], is_bidder=False)
        ),
    )  # fmt: skip


@bp.get("/repairs/<uuid:public_id>/file")
@guarded(policy.READ)
def file(public_id: UUID) -> Response:
    """The file with an answer, always as a download."""
    found, _is_bidder = reading(public_id)
    with atomic(db()) as session:
        read = services.read_file(session, request=found, actor=actor(), at=now())
    return download(read.file or b"", read.file_kind or "pdf", read.file_name or "")
