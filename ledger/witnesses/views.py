"""Pages of what was seen: fill it in, see it as a second person, and the list of both."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.lookups.forms import ExtractForm
from ledger.lookups.rules import check_looked_up
from ledger.lookups.services import take_extracts
from ledger.suppliers import policy as supplier_policy
from ledger.suppliers.forms import EvidenceForm
from ledger.suppliers.queries import supplier as supplier_by
from ledger.suppliers.rules import check_place, is_told
from ledger.suppliers.services import add_evidence
from ledger.witnesses import forms, policy, queries, services
from ledger.witnesses.models import Sighting
from ledger.witnesses.rules import About

bp = Blueprint("witnesses", __name__, url_prefix="/spend")


@bp.route("/suppliers/<uuid:public_id>/evidence", methods=["GET", "POST"])
@guarded(policy.SAY)
def address(public_id: UUID) -> Any:
    """Say where a supplier is and what shows it. What proves something waits for a second person."""
    found = supplier_by(db(), public_id)
    permit(supplier_policy.may(actor(), supplier_policy.PROVE, found))
    form = EvidenceForm(street=found.street, house_number=found.house_number, postcode=found.postcode)

    def act(session: Session) -> Any:
        facts = form.values()
        check_place(facts, today=local_date(now()))
        if is_told(facts["grade"]):
            return add_evidence(session, supplier=found, actor_id=actor().user_id, at=now(), **facts)
        return services.say(
            session, about=About.ADDRESS, title=found.name, facts=forms.typed(form), supplier=found,
            actor_id=actor().user_id, at=now(),
        )  # fmt: skip

    return submit(
        form, act, then=lambda _made: url_for("suppliers.show", public_id=public_id),
        said=_("Bewaard. Wat iets bewijst, telt zodra een collega het ook zag. Uw collega’s kregen een mail."),
        page=lambda: render_template("ledger/suppliers/prove.html", form=form, supplier=found),
    )  # fmt: skip


@bp.route("/register/extract", methods=["GET", "POST"])
@guarded(policy.SAY)
def extract() -> Any:
    """Fill in an official extract; a second person sees it before it counts."""
    form = ExtractForm(
        kvk_number=request.args.get("number", "")[:20], name=request.args.get("name", "")[:200]
    )

    def act(session: Session) -> Sighting:
        told = form.extract()
        check_looked_up(form.looked_up_on.data, today=local_date(now()))
        return services.say(
            session, about=About.EXTRACT, title=told.name, facts=forms.typed(form), actor_id=actor().user_id, at=now()
        )  # fmt: skip

    return submit(
        form, act, then=lambda _made: url_for("witnesses.index"),
        said=_("Bewaard. Het telt zodra een collega het uittreksel ook zag. Uw collega’s kregen een mail."),
        page=lambda: render_template("ledger/lookups/extract.html", form=form),
    )  # fmt: skip


@bp.get("/witnesses")
@guarded(policy.SEE)
def index() -> str:
    """What waits for a second person, and what was answered."""
    return render_template(
        "ledger/witnesses/index.html", rows=queries.sightings(db()), user_id=actor().user_id
    )


@bp.get("/witnesses/list.csv")
@guarded(policy.SEE)
def listing() -> Any:
    """The same as a file."""
    head = ("title", "about", "said_by", "said_at", "answered_by", "answered_at", "holds", "note")
    rows = (
        (
            each.title, each.about, each.said_by.name, each.said_at,
            each.answered_by.name if each.answered_by else "", each.answered_at or "",
            "" if each.holds is None else "yes" if each.holds else "no", each.note or "",
        )
        for each in queries.sightings(db(), 100_000)
    )  # fmt: skip
    return csv_file("gezien-bewijs", head, rows)


@bp.route("/witnesses/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def show(public_id: UUID) -> Any:
    """One of them, as it was filled in; say as a second person whether one saw the same."""
    found, form = queries.sighting(db(), public_id), forms.AnswerForm()
    return submit(
        form,
        lambda s: services.answer(
            s, public_id=public_id, holds=form.answer.data == "yes", note=form.note.data or "", prove=_prove,
            actor_id=actor().user_id, at=now(),
        ),
        then=lambda _done: url_for("witnesses.index"), said=_("Uw antwoord is bewaard. Een ja telt nu in de cijfers."),
        page=lambda: render_template(
            "ledger/witnesses/show.html", form=form, each=found,
            told=forms.told(forms.filled(found.about, found.facts)), own=found.said_by_id == actor().user_id,
        ),
    )  # fmt: skip


def _prove(session: Session, found: Sighting) -> None:
    """Add the evidence that two people saw."""
    form, seen = forms.filled(found.about, found.facts), found.answered_by_id
    if found.supplier is not None:
        facts = form.values()
        facts["obtained_on"] = facts["obtained_on"] or local_date(found.said_at)
        add_evidence(
            session, supplier=found.supplier, checked_by_id=seen, actor_id=found.said_by_id, at=now(), **facts
        )
        return
    take_extracts(
        session, extracts=[form.extract()], looked_up_on=form.looked_up_on.data, via="document",
        source=str(_("Uittreksel Handelsregister")), checked_by_id=seen, actor_id=found.said_by_id, at=now(),
    )  # fmt: skip
