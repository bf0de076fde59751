"""The page about TenderNed."""

from typing import Any

from flask import Blueprint, render_template, url_for

from cwb.kernel.errors import NotFound
from cwb.kernel.policy import Role
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.announcements import forms, policy, queries, services
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender

bp = Blueprint("announcements", __name__, url_prefix="/tenders/<number>/tenderned")


def _tender(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), policy.READ, tender))
    if tender.published_at is None or not services.is_needed(tender):
        raise NotFound
    return tender


@bp.route("", methods=["GET", "POST"])
@guarded(policy.READ)
def show(number: str) -> Any:
    """What was noted; a purchaser of the buyer notes more."""
    tender = _tender(number)
    may_note = policy.may(actor(), policy.NOTE, tender) and tender.cancelled_at is None
    form = forms.NoticeForm()
    if form.is_submitted():
        permit(may_note)
    return submit(
        form,
        lambda session: services.note_announcement(
            session, tender=tender, notice=form.notice(), user_id=actor().user_id, at=now()
        ),
        then=lambda _made: url_for("announcements.show", number=number),
        said=_("Genoteerd."),
        page=lambda: render_template(
            "procurement/announcements/show.html", form=form, tender=tender, may_note=may_note,
            notes=queries.notes(db(), tender.id), is_auditor=actor().has(Role.AUDITOR),
        ),
    )  # fmt: skip
