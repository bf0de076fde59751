"""Pages of applying and of the selection."""

from typing import Any

from flask import Blueprint, current_app, render_template, url_for

from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from procurement.applications import errors, forms, policy, queries, services
from procurement.demands import queries as demands
from procurement.demands.rules import CODE_TEXTS
from procurement.procedures.rules import Access, Phase, least_days, phase_of, row_of
from procurement.sealing.gateway import HouseKeys
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.rules import earliest_closing, workable_closing
from procurement.tenders.services import circumstances

bp = Blueprint("applications", __name__, url_prefix="/tenders/<number>")


def keys() -> HouseKeys:
    """The installation's keys, outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _tender(number: str, action: Action) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), action, tender))
    if tender.access != Access.SELECTED or tender.published_at is None:
        raise errors.NoApplyingHere
    return tender


@bp.route("/application", methods=["GET", "POST"])
@guarded(policy.APPLY)
def show(number: str) -> Any:
    """The application of one's own organisation: write it, or see how it stands."""
    tender = _tender(number, policy.APPLY)
    own = queries.find_own(db(), tender.id, actor().organisation_id or 0)
    content = services.read_content(own, keys()) if own is not None and own.content is not None else None
    form = forms.ApplyForm(data={"text": content.text, "meets": content.meets} if content else None)
    stopped = tender.cancelled_at or tender.unsuccessful_at
    phase = phase_of(tender.apply_until, tender.selected_at, queries.database_now(db()))
    if form.is_submitted():
        permit(policy.may(actor(), policy.HAND_IN, tender))
    return submit(
        form,
        lambda session: services.apply(
            session, tender=tender, content=form.content(), actor=actor(), keys=keys(), at=now()
        ),
        then=lambda _done: url_for("applications.show", number=number),
        said=_("Uw aanmelding is ontvangen. Tot de sluiting ziet niemand anders haar."),
        page=lambda: render_template(
            "procurement/applications/show.html",
            form=form,
            tender=tender,
            own=own,
            demands=demands.demands(db(), tender.id),
            demand_texts=CODE_TEXTS,
            content=content,
            is_open=phase is Phase.APPLYING and not stopped,
            may_hand_in=policy.may(actor(), policy.HAND_IN, tender),
        ),
    )


@bp.post("/application/withdraw")
@guarded(policy.HAND_IN)
def withdraw(number: str) -> Any:
    """Take the application back."""
    tender = _tender(number, policy.HAND_IN)
    back = url_for("applications.show", number=number)
    return submit(
        forms.WithdrawForm(),
        lambda session: services.withdraw_application(session, tender=tender, actor=actor(), at=now()),
        then=lambda _done: back,
        said=_("Uw aanmelding is ingetrokken."),
        page=lambda: see_other(back),
    )


@bp.route("/applications", methods=["GET", "POST"])
@guarded(policy.SELECT)
def choose(number: str) -> Any:
    """Read the applications after applying ended, and choose who may bid."""
    tender = _tender(number, policy.SELECT)
    is_done = tender.selected_at is not None
    if not is_done:
        services.check_selecting(db(), tender)
    applied = queries.received(db(), tender.id)
    row = row_of(tender.procedure_facts)
    earliest = earliest_closing(now(), least_days(row, circumstances(tender)) if row else 0)
    before = tender.closes_at
    closes_at = before if before and before >= earliest else workable_closing(earliest)
    form = forms.SelectForm(applied=applied, facts={"closes_at": closes_at})
    return submit(
        form,
        lambda session: services.select_applicants(
            session, tender=tender, actor=actor(), at=now(), **form.values(applied)
        ),
        then=lambda _done: url_for("applications.choose", number=number),
        said=_("De selectie is bekend. Iedereen die zich aanmeldde, krijgt bericht."),
        page=lambda: render_template(
            "procurement/applications/choose.html",
            form=form,
            tender=tender,
            row=row,
            applied=applied,
            demands=demands.demands(db(), tender.id),
            demand_texts=CODE_TEXTS,
            contents={each.id: services.read_content(each, keys()) for each in applied},
            is_done=is_done,
            earliest=earliest,
        ),
    )
