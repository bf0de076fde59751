"""Pages of chain liability: the terms of an agreement, and the evidence file."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.agreements import queries as agreements
from ledger.agreements.models import Agreement
from ledger.chaindesk.queries import strayed
from ledger.chains import forms, policy, queries, rules, services
from ledger.timesheets import policy as timesheets
from ledger.timesheets.queries import last_signed
from ledger.vat.rules import VatCode

_TAXED = frozenset({VatCode.STANDARD, VatCode.REDUCED})

bp = Blueprint("chains", __name__, url_prefix="/agreements")


def _agreement(public_id: UUID, action: Action) -> Agreement:
    found = agreements.agreement(db(), public_id)
    permit(policy.may(actor(), policy.SEE, found))
    permit(policy.may(actor(), action, found))
    return found


@bp.get("/chain")
@guarded(policy.SEE)
def index() -> str:
    """All terms of one's organisation, those that wait first."""
    own = actor().organisation_id or 0
    return render_template(
        "ledger/chains/index.html",
        terms=queries.of_organisation(db(), own),
        own=own,
        strayed=strayed(db(), own),
    )


@bp.get("/<uuid:public_id>/chain")
@guarded(policy.SEE)
def show(public_id: UUID) -> str:
    """What is agreed, what evidence is there and what is missing, with advice."""
    found, today = _agreement(public_id, policy.SEE), local_date(now())
    files = queries.file_of(db(), found.id, today, signed=last_signed(db(), found.id))
    return render_template(
        "ledger/chains/show.html", agreement=found, terms=queries.terms(db(), found.id), roles=rules.ROLES,
        bases=rules.BASES, words=rules.EVIDENCE, days=rules.FRESH_DAYS,
        files=[
            (each.party, files.get(each.party_id) or queries.pieces({}, each.party_id, today))
            for each in found.suppliers
        ],
        taxed=any(line.vat_code in _TAXED for line in found.lines),
        sees_hours=timesheets.may(actor(), timesheets.SEE, found),
        may_propose=policy.may(actor(), policy.PROPOSE, found), may_agree=policy.may(actor(), policy.AGREE, found),
        may_close=lambda party_id: policy.may_close(actor(), found, party_id),
        buying=actor().organisation_id == found.buyer_id, strayed=strayed(db(), actor().organisation_id or 0, found.id),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/chain/term", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def propose(public_id: UUID) -> Any:
    """Propose which part goes to one's G-account."""
    found = _agreement(public_id, policy.PROPOSE)
    start = {
        "from_on": local_date(now()),
        "g_percentage": found.g_percentage,
        "basis": rules.Basis.INVOICE.value,
    }
    form = forms.TermForm(data=start)
    return submit(
        form,
        lambda session: services.propose_term(
            session, agreement=found, party_id=actor().organisation_id or 0, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("chains.show", public_id=public_id),
        said=_("Uw voorstel is verstuurd. Het telt als de koper akkoord geeft."),
        page=lambda: render_template(
            "ledger/chains/term.html", agreement=_agreement(public_id, policy.PROPOSE), form=form
        ),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/chain/term/<uuid:term_id>/agree")
@guarded(policy.AGREE)
def agree(public_id: UUID, term_id: UUID) -> Any:
    """Agree."""
    found = _agreement(public_id, policy.AGREE)
    agreement_id = found.id
    return press(
        lambda session: services.agree_to_term(
            session, term=queries.term(session, term_id, agreement_id), actor=actor(), at=now()
        ),
        then=url_for("chains.show", public_id=public_id),
        said=_("Akkoord. Nieuwe facturen worden zo gesplitst."),
    )


@bp.route("/<uuid:public_id>/chain/term/<uuid:term_id>/close", methods=["GET", "POST"])
@guarded(policy.CLOSE)
def close(public_id: UUID, term_id: UUID) -> Any:
    """Refuse, take back, or let it count no longer."""
    found = _agreement(public_id, policy.CLOSE)
    held = queries.term(db(), term_id, found.id)
    permit(policy.may_close(actor(), found, held.party_id))
    agreement_id, agreed, form = found.id, held.agreed_at is not None, forms.CloseForm()
    return submit(
        form,
        lambda session: services.close_term(
            session, term=queries.term(session, term_id, agreement_id), agreement=found, reason=form.reason.data,
            actor=actor(), at=now(),
        ),
        then=lambda _none: url_for("chains.show", public_id=public_id),
        said=_("Opgeslagen. De ander krijgt bericht. Verstuurde facturen blijven gesplitst."),
        page=lambda: render_template(
            "ledger/chains/close.html", agreement=_agreement(public_id, policy.CLOSE), form=form, agreed=agreed
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/chain/evidence", methods=["GET", "POST"])
@guarded(policy.PROPOSE)
def evidence(public_id: UUID) -> Any:
    """Write down that a piece of evidence is there."""
    found = _agreement(public_id, policy.PROPOSE)
    form = forms.EvidenceForm(data={"dated_on": local_date(now())})
    return submit(
        form,
        lambda session: services.add_evidence(
            session, agreement=found, party_id=actor().organisation_id or 0, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("chains.show", public_id=public_id),
        said=_("Opgeschreven. De koper ziet het ook."),
        page=lambda: render_template(
            "ledger/chains/evidence.html", agreement=_agreement(public_id, policy.PROPOSE), form=form
        ),
    )  # fmt: skip
