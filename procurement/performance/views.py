"""The page of a contract after signing, and looking back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.agreements import policy as agreement_policy
from procurement.challenges import queries as challenges
from procurement.challenges.rules import STATE_TEXTS as CHALLENGE_STATES
from procurement.changes import policy as change_policy
from procurement.changes import queries as changes
from procurement.changes import rules as change_rules
from procurement.changes.gateway import grounds
from procurement.contracts import policy as contract_policy
from procurement.contracts import queries as contracts
from procurement.contracts.errors import ContractNotFound
from procurement.contracts.models import Contract
from procurement.milestones import policy as milestone_policy
from procurement.milestones import queries as milestones
from procurement.milestones.rules import OUTCOME_TEXTS, STAGE_TEXTS
from procurement.performance import forms, policy, queries, rules, services
from procurement.performance.errors import ReviewNotFound
from procurement.renewals.queries import find_following
from procurement.renewals.rules import TAKE_OVER
from procurement.terms.queries import find_extensions

bp = Blueprint("performance", __name__)


def _contract(number: str) -> Contract:
    found = contracts.contract(db(), number)
    if not contract_policy.may(actor(), contract_policy.SEE, found):
        raise ContractNotFound
    return found


@bp.get("/contracts/<number>/performance")
@guarded(contract_policy.SEE)
def show(number: str) -> str:
    """Promises, term, changes, payment and reviews of a contract, on one page."""
    contract = _contract(number)
    every = changes.changes(db(), contract.id)
    past = [
        change_rules.Past(each.ground, each.delta_minor, each.ends_on) for each in every if each.effective_at
    ]
    price, ends_on = change_rules.present(contract.price, contract.ends_on, past)
    extended = sum(
        each.kind is change_rules.Kind.EXTENSION and each.effective_at is not None for each in every
    )
    signed = contract.agreement_id is not None
    agreements = [key for key in (contract.agreement_id, *(each.agreement_id for each in every)) if key]
    side = policy.side_of(actor(), contract)
    return render_template(
        "procurement/performance/show.html", contract=contract, price=price, ends_on=ends_on, signed=signed,
        today=local_date(now()), changes=every, grounds=grounds(), texts=change_rules.GROUND_TEXTS,
        affects=change_rules.AFFECTS_TEXTS, states=change_rules.STATE_TEXTS, extended=extended,
        extensions=find_extensions(db(), contract.tender_id),
        milestones=milestones.of_contract(db(), contract.id) if signed else [], stages=STAGE_TEXTS,
        outcomes=OUTCOME_TEXTS, promises=[] if signed else milestones.promises(db(), contract),
        may_report=milestone_policy.may(actor(), milestone_policy.REPORT, contract),
        may_verify=milestone_policy.may(actor(), milestone_policy.VERIFY, contract),
        may_change=signed and change_policy.may(actor(), change_policy.PROPOSE, contract),
        may_sign=change_policy.may(actor(), change_policy.SIGN, contract),
        organisation_id=actor().organisation_id, may_see_agreement=agreement_policy.SEE.open_to(actor()),
        challenges=challenges.of_contract(db(), contract.id), challenge_states=CHALLENGE_STATES,
        reviews=queries.reviews(db(), contract.id), marks=rules.MARKS, side=side, me=actor().user_id,
        paid=queries.paid_days(db(), agreements, contract.tender.payment_days),
        changing=any(each.state in change_rules.WAITING for each in every),
        follows=find_following(db(), contract.id) if signed else None,
        hands_over=(contract.tender.cpv or "").startswith(TAKE_OVER),
    )  # fmt: skip


@bp.route("/contracts/<number>/reviews/new", methods=["GET", "POST"])
@guarded(policy.WRITE)
def write(number: str) -> Any:
    """Look back for one's own side."""
    contract = _contract(number)
    permit(policy.side_of(actor(), contract) is not None)
    form = forms.ReviewForm()
    return submit(
        form,
        lambda session: services.write_review(
            session, contract=contract, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("performance.show", number=number, _anchor="reviews"),
        said=_("Bewaard. De andere partij kan antwoorden."),
        page=lambda: render_template(
            "procurement/performance/write.html", form=form, number=number, marks=rules.MARKS
        ),
    )


@bp.route("/contracts/<number>/reviews/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.WRITE)
def answer(number: str, public_id: UUID) -> Any:
    """Answer the other side."""
    contract = _contract(number)
    found = next((each for each in queries.reviews(db(), contract.id) if each.public_id == public_id), None)
    if found is None:
        raise ReviewNotFound
    permit(policy.side_of(actor(), contract) not in {None, found.side})
    form = forms.AnswerForm()
    told = {"marks": {name: getattr(found, name) for name in rules.MARKS}, "text": found.text}
    return submit(
        form,
        lambda session: services.answer_review(
            session, contract=contract, public_id=public_id, text=form.text.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("performance.show", number=number, _anchor="reviews"),
        said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/performance/answer.html", form=form, number=number, told=told, marks=rules.MARKS
        ),
    )  # fmt: skip


@bp.get("/performance")
@guarded(policy.AVERAGES)
def averages() -> str:
    """Averages over all contracts: no contract, no party, never under five."""
    found = {
        side: {name: (len(given), rules.average(given)) for name, given in by.items()}
        for side, by in queries.marks(db()).items()
    }
    return render_template(
        "procurement/performance/averages.html", found=found, marks=rules.MARKS, fewest=rules.FEWEST
    )
