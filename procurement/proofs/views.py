"""Pages of proof: a file with a paper, the buyer's list and question, the winner's page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, render_template, request, url_for

from cwb.files import rules as files
from cwb.files.views import download
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import see_other, submit
from procurement.proofs import forms, policy, queries, rules, services
from procurement.proofs.errors import ProofNotFound
from procurement.proofs.models import Proof, ProofRequest
from procurement.sealing.gateway import HouseKeys
from procurement.statements import queries as statements
from procurement.statements.models import StatementPaper
from procurement.statements.rules import PAPER_TEXTS
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender

bp = Blueprint("proofs", __name__)


def keys() -> HouseKeys:
    """The installation's keys, outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _paper(public_id: UUID) -> StatementPaper:
    return statements.paper(db(), public_id, actor().organisation_id or 0)


def _asked() -> str:
    """Where one came from: the request that waits for this file, else one's papers."""
    try:
        return url_for("proofs.show", public_id=UUID(request.args.get("asked", "")))
    except ValueError:
        return url_for("statements.index")


@bp.route("/statements/papers/<uuid:public_id>/file", methods=["GET", "POST"])
@takes_files(files.MOST_FILE + files.MEGA)
@guarded(policy.ATTACH)
def attach(public_id: UUID) -> Any:
    """Put a file with a paper of one's own."""
    paper, form, back = _paper(public_id), forms.FileForm(), _asked()
    return submit(
        form,
        lambda s: services.attach(s, paper=paper, actor=actor(), keys=keys(), at=now(), **form.values()),
        then=lambda _file: back,
        said=_("Het bestand is bewaard, versleuteld. Alleen u en uw collega's zien het."),
        page=lambda: render_template(
            "procurement/proofs/attach.html", form=form, paper=(fresh := _paper(public_id)),
            name=PAPER_TEXTS[fresh.kind], most=files.MOST_FILE // files.MEGA,
            back=back,
        ),
    )  # fmt: skip


@bp.get("/statements/papers/<uuid:public_id>/file/download")
@guarded(policy.OWN)
def own(public_id: UUID) -> Response:
    """The file of one's own paper."""
    found, content = services.read_paper(db(), paper=_paper(public_id), keys=keys())
    return download(content, found.kind, found.name)


def _tender(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may_look(actor(), tender))
    return tender


@bp.get("/tenders/<number>/proofs")
@guarded(policy.OVERVIEW)
def index(number: str) -> str:
    """What was asked of each winner, and what it showed."""
    tender = _tender(number)
    decision, won = queries.winners(db(), tender.id)
    asked: dict[int, list[ProofRequest]] = {}
    for each in queries.of_tender(db(), tender.id):
        asked.setdefault(each.opened_bid_id, []).append(each)
    rows = [(each, asked.get(each.opened_bid_id, [])) for each in won]
    return render_template(
        "procurement/proofs/index.html", tender=tender, decision=decision, names=PAPER_TEXTS, rules=rules,
        rows=rows, choices=rules.CHOICES, open=[one for _won, those in rows for one in those if one.open],
        may_ask=policy.may_ask(actor(), tender), at=now(),
    )  # fmt: skip


@bp.route("/tenders/<number>/proofs/<label>/ask", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask(number: str, label: str) -> Any:
    """Ask a winner for its papers."""
    tender = _tender(number)
    permit(policy.may_ask(actor(), tender))
    _decision, won = queries.winners(db(), tender.id)
    if label not in {each.bid.label for each in won}:
        raise ProofNotFound
    wanted = statements.find_demand(db(), tender.id)
    day = local_date(now()) + timedelta(days=rules.USUAL_DAYS)
    form = forms.AskForm(data={"kinds": list(wanted.papers) if wanted else [], "last_day": day})
    return submit(
        form,
        lambda s: services.ask_winner(
            s, tender=tender, label=label, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("proofs.index", number=number),
        said=_("Gevraagd. De winnaar kreeg een mail."),
        page=lambda: render_template(
            "procurement/proofs/ask.html", form=form, tender=(fresh := _tender(number)), rules=rules,
            letter=(letter := next(each for each in queries.winners(db(), fresh.id)[1] if each.bid.label == label)),
            relied_on=queries.relied_on(db(), letter.bid),
        ),
    )  # fmt: skip


def _request(public_id: UUID) -> ProofRequest:
    found = queries.request(db(), public_id)
    if not policy.may_see(actor(), found):
        raise ProofNotFound
    return found


@bp.get("/proofs/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """What a party is asked to show, what it has, and what the buyer said."""
    found = _request(public_id)
    mine = policy.OWN.open_to(actor()) and actor().organisation_id == found.organisation_id
    own = statements.newest(statements.papers(db(), found.organisation_id)) if mine else {}
    return render_template(
        "procurement/proofs/show.html", request=found, tender=found.tender, names=PAPER_TEXTS, own=own, rules=rules,
        choices=rules.CHOICES,
        today=local_date(now()), may_send=policy.may_send(actor(), found), mine=mine, form=Button(),
    )  # fmt: skip


def _mine(public_id: UUID) -> ProofRequest:
    """A request of one's own tender, as it is now."""
    found = _request(public_id)
    permit(policy.may_ask(actor(), found.tender))
    return found


@bp.route("/proofs/<uuid:public_id>/longer", methods=["GET", "POST"])
@guarded(policy.ASK)
def longer(public_id: UUID) -> Any:
    """Give the winner more time."""
    found = _mine(public_id)
    form = forms.LongerForm(data={"last_day": local_date(now()) + timedelta(days=rules.USUAL_DAYS)})
    return _rule(found, form, "longer", _("De termijn is langer. De winnaar kreeg een mail."))


@bp.route("/proofs/<uuid:public_id>/accept", methods=["GET", "POST"])
@guarded(policy.ASK)
def accept(public_id: UUID) -> Any:
    """Go on without a paper."""
    found, form = _mine(public_id), forms.AcceptForm()
    form.offer(found.left)
    return _rule(found, form, "accept", _("Vastgelegd met uw reden. De winnaar kreeg een mail."))


def _rule(found: ProofRequest, form: Any, name: str, said: str) -> Any:
    public_id, number = found.public_id, found.tender.number
    return submit(
        form,
        lambda s: services.rule(s, request=found, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("proofs.index", number=number), said=said,
        page=lambda: render_template(
            f"procurement/proofs/{name}.html", form=form, request=(fresh := _mine(public_id)), tender=fresh.tender,
            names=PAPER_TEXTS, rules=rules,
        ),
    )  # fmt: skip


@bp.post("/proofs/<uuid:public_id>/send/<kind>")
@guarded(policy.ATTACH)
def send(public_id: UUID, kind: str) -> Any:
    """Show a paper to the buyer."""
    found, form = _request(public_id), Button()
    there = url_for("proofs.show", public_id=public_id)

    def page() -> Any:
        for each in form.form_errors:
            flash(each, "bad")
        return see_other(there)

    answer = submit(
        form,
        lambda s: services.show_proof(s, request=found, kind=kind, actor=actor(), keys=keys(), at=now()),
        then=lambda _made: there, said=_("Gestuurd. De koper kijkt het na."), page=page,
    )  # fmt: skip
    return answer[0] if isinstance(answer, tuple) else answer


@bp.get("/proofs/shown/<uuid:public_id>")
@guarded(policy.READ)
def shown(public_id: UUID) -> Response:
    """A paper that was shown, as a file."""
    found = queries.proof(db(), public_id)
    with atomic(db()) as session:
        content = services.read_proof(session, proof=found, actor=actor(), keys=keys(), at=now())
    return download(content, found.file_kind, found.name)


def _shown(public_id: UUID) -> Proof:
    found = queries.proof(db(), public_id)
    permit(policy.may_ask(actor(), found.request.tender))
    return found


@bp.route("/proofs/shown/<uuid:public_id>/judge", methods=["GET", "POST"])
@guarded(policy.ASK)
def judge(public_id: UUID) -> Any:
    """Mark a paper as seen."""
    found, form = _shown(public_id), forms.JudgeForm()
    number = found.request.tender.number
    return submit(
        form,
        lambda s: services.judge_proof(s, proof=found, actor=actor(), at=now(), **form.values()),
        then=lambda _proof: url_for("proofs.index", number=number), said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/proofs/judge.html", form=form, proof=(fresh := _shown(public_id)),
            tender=fresh.request.tender, name=PAPER_TEXTS[fresh.kind],
        ),
    )  # fmt: skip
