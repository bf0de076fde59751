"""Pages on what a draft is asked about."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, _l
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.advice.gateway import law
from procurement.counsel import forms, policy, queries, services
from procurement.counsel.gateway import patterns
from procurement.counsel.rules import LAWFUL, About
from procurement.tenders import policy as tender_policy
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.views import timing_facts

bp = Blueprint("counsel", __name__, url_prefix="/tenders/<number>/counsel")

NAMES = {About.LOCAL_PREFERENCE: _l("Voorkeur voor een plek"), About.SPLITTING: _l("Samen met ander werk")}
WHERE = {
    "title": _l("Titel"), "description": _l("Omschrijving"), "requirements": _l("Eisen"), "value": _l("Waarde"),
    "price_only_reason": _l("Waarom telt kwaliteit hier niet mee?"),
}  # fmt: skip


def _tender(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(actor().has(Role.AUDITOR) or tender_policy.may(actor(), tender_policy.SEE_DRAFT, tender))
    return tender


@bp.get("")
@guarded(policy.READ)
def index(number: str) -> str:
    """What a draft is asked about, with the answers; after publication the answers that were given."""
    tender = _tender(number)
    is_draft = tender.published_at is None and tender.cancelled_at is None
    return render_template(
        "procurement/counsel/index.html", tender=tender, is_draft=is_draft, names=NAMES, where=WHERE,
        found=queries.findings(db(), tender, law(), patterns(), local_date(now())) if is_draft else (),
        answers=queries.answers(db(), tender.id), **timing_facts(tender),
        may_answer=is_draft and tender_policy.may(actor(), tender_policy.EDIT, tender),
    )  # fmt: skip


@bp.route("/<fingerprint>", methods=["GET", "POST"])
@guarded(tender_policy.EDIT)
def answer(number: str, fingerprint: str) -> Any:
    """One finding: what stands there, what the law leaves, and why it may stay."""
    tender = _tender(number)
    permit(tender_policy.may(actor(), tender_policy.EDIT, tender))
    found = queries.finding(db(), tender, law(), patterns(), local_date(now()), fingerprint)
    given = queries.answers(db(), tender.id).get(fingerprint)
    form = forms.AnswerForm(data={"answer": given.answer if given else ""})
    back = url_for("counsel.index", number=number)
    return submit(
        form,
        lambda session: services.answer_finding(
            session, tender=tender, fingerprint=fingerprint, answer=form.answer.data, law=law(),
            user_id=actor().user_id, at=now(),
        ),
        then=lambda _made: back,
        said=_("Uw uitleg is bewaard. Wie controleert, leest die ook."),
        page=lambda: render_template(
            "procurement/counsel/answer.html", tender=_tender(number), form=form, each=found, names=NAMES, where=WHERE,
            lawful=LAWFUL[found.about], back=back,
        ),
    )  # fmt: skip
