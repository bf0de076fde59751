"""Pages about who is invited: the list with the rotation, adding one with its reason, taking one off."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.identity.models import Organisation
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, day, plain_money
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from procurement.advice.gateway import law
from procurement.invitations import errors, forms, policy, queries, rules, services
from procurement.invitations.rules import Turn
from procurement.procedures.rules import row_of
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.tenders.views import said_of_draft

bp = Blueprint("invitations", __name__, url_prefix="/tenders/<number>/invitees")


def _tender(number: str, action: Action) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may(actor(), action, tender))
    return tender


@bp.get("")
@guarded(policy.SEE)
def index(number: str) -> Any:
    """Who is invited and why; for a draft, whose turn it is."""
    tender = _tender(number, policy.SEE)
    row = rules.check_row(row_of(tender.procedure_facts))
    there = queries.invited(db(), tender.id)
    is_draft = tender.published_at is None and tender.cancelled_at is None
    may_choose = is_draft and policy.may(actor(), policy.CHOOSE, tender)
    turns = services.suggest(db(), tender=tender, law=law(), at=now()) if may_choose else []
    taken = {each.organisation_id for each in there}
    return render_template(
        "procurement/invitations/index.html",
        tender=tender,
        row=row,
        invited=there,
        turns=[each for each in turns if each.past.organisation_id not in taken][:20],
        addresses=_addresses(turns),
        may_choose=may_choose,
        is_draft=is_draft,
        settings=law().settings,
        last=_last,
    )


def _addresses(turns: list[Turn]) -> dict[int, UUID]:
    return queries.addresses(db(), [each.past.organisation_id for each in turns])


def _last(rotation: dict[str, Any]) -> datetime | None:
    """When the buyer invited this one last, from the kept arithmetic."""
    text = rotation.get("last_at")
    return datetime.fromisoformat(text) if text else None


@bp.get("/list.csv")
@guarded(policy.SEE)
def listing(number: str) -> Response:
    """The record as a file."""
    tender = _tender(number, policy.SEE)
    rows = [
        (
            each.organisation.name, each.organisation.kvk_number, each.reason, each.added_at,
            each.rotation.get("place"), each.rotation.get("invited"), each.rotation.get("last_at"),
        )
        for each in queries.invited(db(), tender.id)
    ]  # fmt: skip
    head = ("organisation", "kvk", "reason", "added_at", "place", "invited_before", "invited_last")
    return csv_file(f"invited-{tender.number}", head, rows)


@bp.route("/add", methods=["GET", "POST"])
@guarded(policy.CHOOSE)
def add(number: str) -> Any:
    """Put one on the list, with the reason (`?organisation=` its public id; else by KvK number)."""
    tender = _tender(number, policy.CHOOSE)
    chosen = _chosen()
    turn = None
    if chosen is not None:
        turn = services.turn_of(db(), tender=tender, organisation=chosen, law=law(), at=now())
    form = forms.InviteForm(data={"reason": _reason(turn) if turn else ""})

    def organisation() -> Organisation | None:
        return chosen or queries.find_organisation(db(), kvk=form.kvk.data or "-")

    return submit(
        form,
        lambda session: services.invite(
            session, tender=tender, organisation=organisation(), law=law(), user_id=actor().user_id, at=now(),
            **form.values(),
        ),
        then=lambda _done: url_for("invitations.index", number=number),
        said=said_of_draft(tender, _("Op de lijst gezet. De uitnodiging gaat uit bij het publiceren.")),
        page=lambda: render_template(
            "procurement/invitations/add.html", form=form, tender=tender, chosen=chosen, turn=turn
        ),
    )  # fmt: skip


def _chosen() -> Organisation | None:
    text = request.args.get("organisation", "")
    if not text:
        return None
    try:
        found = queries.find_organisation(db(), public_id=UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise errors.InvitationNotFound
    return found


def _reason(turn: Turn) -> str:
    """A first text for the reason, from the arithmetic; the buyer makes it their own."""
    past = turn.past
    before = (
        _("laatst uitgenodigd op %(day)s", day=day(past.last_at))
        if past.last_at
        else _("nog niet eerder uitgenodigd")
    )
    size = (
        _("grootste opdracht %(largest)s", largest=plain_money(past.largest))
        if past.largest is not None
        else _("grootste opdracht niet bekend")
    )
    return _("Past bij dit soort werk; %(before)s; %(size)s.", before=before, size=size)


@bp.post("/<uuid:public_id>/remove")
@guarded(policy.CHOOSE)
def remove(number: str, public_id: UUID) -> Any:
    """Take one off the list of a draft."""
    tender = _tender(number, policy.CHOOSE)
    made = queries.invitation(db(), tender.id, public_id)
    back = url_for("invitations.index", number=number)
    return submit(
        forms.TakeOffForm(),
        lambda session: services.take_off(
            session, tender=tender, made=made, user_id=actor().user_id, at=now()
        ),
        then=lambda _done: back,
        said=said_of_draft(tender, _("Van de lijst gehaald.")),
        page=lambda: see_other(back),
    )
