"""Pages of review and publication."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from coops.register.forms import CLAIMS, evidence_text, public_text
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, press, submit
from procurement.advice.gateway import law
from procurement.announcements.services import is_needed
from procurement.approval import forms, services
from procurement.invitations.queries import invited_proven
from procurement.methods.rules import stock_phrases
from procurement.procedures.rules import Access
from procurement.sealing import queries as sealing
from procurement.tenders import policy, queries
from procurement.tenders.errors import AlreadyPublished
from procurement.tenders.models import Tender
from procurement.tenders.views import content_facts, timing_facts

bp = Blueprint("tender_approval", __name__, url_prefix="/tenders")


def _judging(tender: Tender) -> dict[str, Any]:
    """Who is invited, why, and what each is proven to be, for the second person; None where nobody is."""
    if tender.access != Access.INVITED:
        return {"invited": None}
    return {
        "invited": invited_proven(db(), tender.id, now()), "claim_names": CLAIMS, "public_text": public_text,
        "evidence_text": evidence_text,
    }  # fmt: skip


@bp.post("/<number>/ask-review")
@guarded(policy.EDIT)
def ask(number: str) -> Any:
    """Ask colleagues to check the draft."""
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.EDIT, tender))
    back = url_for("drafting.show", number=number)
    return press(
        lambda session: services.ask_review(
            session, tender=tender, law=law(), user_id=actor().user_id, at=now()
        ),
        then=back, said=_("Uw collega's kregen bericht."),
    )  # fmt: skip


@bp.route("/<number>/review", methods=["GET", "POST"])
@guarded(policy.REVIEW)
def review(number: str) -> Any:
    """Read everything as a second person, and approve or send back."""
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.REVIEW, tender))
    if tender.published_at is not None:
        raise AlreadyPublished
    form = forms.ReviewForm(data={"version": str(tender.version)})
    return submit(
        form,
        lambda session: services.review_tender(
            session, tender=tender, law=law(), user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("drafting.show", number=number),
        said=_("Uw oordeel is bewaard."),
        page=lambda: render_template(
            "procurement/approval/review.html",
            form=form,
            doubted=stock_phrases(tender.price_only_reason),
            **timing_facts(tender),
            **_judging(tender),
            own=actor().user_id in {tender.author_id, tender.edited_by_id},
            **content_facts(queries.tender(db(), number, actor()) if form.is_submitted() else tender),
        ),
    )


@bp.route("/<number>/publish", methods=["GET", "POST"])
@guarded(policy.PUBLISH)
def publish(number: str) -> Any:
    """Choose who opens, and make it public."""
    tender = queries.tender(db(), number, actor())
    permit(policy.may(actor(), policy.PUBLISH, tender))
    if tender.published_at is not None:
        if request.method == "GET":
            return passed(url_for("tenders.show", number=number), _("Deze aanbesteding is al gepubliceerd."))
        raise AlreadyPublished
    officers = sealing.holders(db(), tender.buyer_id)
    keepers = sealing.escrow_holders(db())
    form = forms.PublishForm(tender=tender, officers=officers, keepers=keepers)
    return submit(
        form,
        lambda session: services.publish_tender(
            session, tender=tender, law=law(), user_id=actor().user_id, at=now(), **form.values()
        ),
        then=lambda _done: url_for("tenders.show", number=number),
        said=_("Gepubliceerd. De genodigden kregen bericht.")
        if tender.access == Access.INVITED
        else _("Gepubliceerd. Iedereen kan de opdracht nu zien."),
        page=lambda: render_template(
            "procurement/approval/publish.html",
            form=form,
            tender=tender,
            officers=officers,
            keepers=keepers,
            announced=is_needed(tender),
            **timing_facts(tender),
        ),
    )
