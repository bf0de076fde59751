"""Pages about the people of an organisation."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.identity import queries as identity
from cwb.identity import rules as identity_rules
from cwb.identity.models import Organisation
from cwb.identity.policy import side
from cwb.kernel.policy import HELPERS
from cwb.people import errors, policy, queries, rules, services
from cwb.people.forms import InviteForm, NewPersonForm
from cwb.people.models import Invitation
from cwb.sign_in.services import act_for, open_session
from cwb.sign_in.views import device, enter, landing, limit, signed_in
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit, public
from cwb.web.i18n import _, language
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit

bp = Blueprint("people", __name__)


def _organisation(public_id: UUID, action: Any) -> Organisation:
    found = identity.organisation(db(), public_id)
    permit(policy.may(actor(), action, found))
    return found


@bp.get("/organisations/<uuid:public_id>/people")
@guarded(policy.SEE_PEOPLE)
def index(public_id: UUID) -> Any:
    """Who holds which role, who was invited, who left."""
    organisation = _organisation(public_id, policy.SEE_PEOPLE)
    rows = identity.mandates_of_organisation(db(), organisation.id)
    manages = policy.may(actor(), policy.MANAGE_PEOPLE, organisation)
    return render_template(
        "cwb/people/index.html",
        organisation=organisation,
        running=[row for row in rows if row[0].ended_at is None],
        ended=[row for row in rows if row[0].ended_at is not None],
        invitations=queries.open_invitations(db(), organisation.id) if manages else (),
        manages=manages,
        may_end=lambda mandate: (
            mandate.user_id == actor().user_id or policy.may_grant(actor(), organisation, mandate.role)
        ),
        flagged=_flagged(rows),
        role_text=identity_rules.ROLE_TEXT,
        keeper=identity_rules.KEEPER[side(organisation)],
    )


def _flagged(rows: Any) -> set[int]:
    users = {user.id for mandate, user in rows if mandate.ended_at is None}
    held = identity.running_roles_of(db(), users)
    return {user for user, roles in held.items() if identity_rules.flagged(roles)}


@bp.get("/organisations/<uuid:public_id>/people.csv")
@guarded(policy.SEE_PEOPLE)
def export(public_id: UUID) -> Any:
    """The same list as a file."""
    organisation = _organisation(public_id, policy.SEE_PEOPLE)
    return csv_file(
        "mensen",
        ("name", "email", "role", "granted_at", "ended_at"),
        (
            (user.name, user.email, mandate.role.value, mandate.granted_at, mandate.ended_at)
            for mandate, user in identity.mandates_of_organisation(db(), organisation.id)
        ),
    )


@bp.route("/organisations/<uuid:public_id>/people/invite", methods=["GET", "POST"])
@guarded(policy.MANAGE_PEOPLE)
def invite(public_id: UUID) -> Any:
    """Ask somebody by mail."""
    organisation = _organisation(public_id, policy.MANAGE_PEOPLE)
    roles = identity_rules.grantable(
        actor().roles, same_organisation=actor().organisation_id == organisation.id, side=side(organisation)
    )
    form = InviteForm(roles=[role for role in roles if role not in HELPERS])
    if request.method == "POST" and form.validate():
        limit(mail=form.email.data)
    return submit(
        form,
        lambda s: services.invite(
            s, organisation=organisation, actor=actor(), locale=language(), at=now(), **form.values()
        ),
        then=lambda _done: url_for("people.index", public_id=public_id),
        said=_("De uitnodiging is onderweg."),
        page=lambda: render_template("cwb/people/invite.html", form=form, organisation=organisation),
    )


@bp.post("/organisations/<uuid:public_id>/invitations/<uuid:invitation_id>/<any(resend, withdraw):act>")
@guarded(policy.MANAGE_PEOPLE)
def change_invitation(public_id: UUID, invitation_id: UUID, act: str) -> Any:
    """Send an invitation again, or take it back."""
    organisation = _organisation(public_id, policy.MANAGE_PEOPLE)
    do = services.resend if act == "resend" else services.withdraw
    said = _("De mail is opnieuw verstuurd.") if act == "resend" else _("De uitnodiging is ingetrokken.")
    return press(
        lambda s: do(
            s,
            invitation=queries.invitation(s, organisation.id, invitation_id),
            organisation=organisation,
            actor=actor(),
            at=now(),
        ),
        then=url_for("people.index", public_id=public_id), said=said,
    )  # fmt: skip


@bp.route("/organisations/<uuid:public_id>/people/<uuid:mandate_id>/end", methods=["GET", "POST"])
@guarded(policy.LEAVE)
def end(public_id: UUID, mandate_id: UUID) -> Any:
    """End a role, or leave."""
    organisation = identity.organisation(db(), public_id)
    mandate = identity.mandate(db(), organisation.id, mandate_id)
    own = mandate.user_id == actor().user_id
    permit(own or policy.may_grant(actor(), organisation, mandate.role))
    form = Button()
    return submit(
        form,
        lambda s: services.end_mandate(
            s, mandate=mandate, organisation=organisation, actor=actor(), at=now()
        ),
        then=lambda _done: url_for("account.show") if own else url_for("people.index", public_id=public_id),
        said=_("De rol is beëindigd."),
        page=lambda: render_template(
            "cwb/people/end.html",
            form=form,
            organisation=organisation,
            own=own,
            person=identity.user(db(), mandate.user_id),
            role=identity_rules.ROLE_TEXT[mandate.role],
        ),
    )


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@public
def accept(token: str) -> Any:
    """Say yes: with one's own account, or by making one."""
    invitation = queries.invitation_by_token(db(), token)
    facts = _facts(invitation)
    if invitation.state(now()) is not rules.State.OPEN and request.method == "GET":
        return _over(facts)
    if find_actor() is not None:
        return _accept_signed_in(facts, lambda s: queries.invitation_by_token(s, token, lock=True))
    if identity.find_user_by_email(db(), invitation.email):
        if request.method == "POST":
            raise errors.SignInToAccept
        return render_template(
            "cwb/people/accept_sign_in.html", here=url_for("people.accept", token=token), token=token, **facts
        )
    return _accept_as_new(token, facts)


@bp.post("/invitations/<token>/decline")
@public
def refuse(token: str) -> Any:
    """Say no with the letter alone."""
    return press(
        lambda s: services.decline_by_link(
            s, invitation=queries.invitation_by_token(s, token, lock=True), at=now()
        ),
        then=url_for("home.index"), said=_("U doet niet mee. Wie u vroeg, hoort dat."),
    )  # fmt: skip


@bp.route("/invitations/<uuid:public_id>/answer", methods=["GET", "POST"])
@guarded(policy.ANSWER)
def answer(public_id: UUID) -> Any:
    """The same for who is signed in and comes from the start page, without the letter at hand."""
    email = identity.user(db(), actor().user_id).email
    invitation = queries.invitation_to(db(), public_id, email)
    if invitation.state(now()) is not rules.State.OPEN and request.method == "GET":
        return _over(_facts(invitation))
    return _accept_signed_in(
        _facts(invitation), lambda s: queries.invitation_to(s, public_id, email, lock=True)
    )


@bp.post("/invitations/<uuid:public_id>/no")
@guarded(policy.ANSWER)
def decline(public_id: UUID) -> Any:
    """Say no."""
    user = identity.user(db(), actor().user_id)
    return press(
        lambda s: services.decline(
            s, invitation=queries.invitation_to(s, public_id, user.email, lock=True), user=user, at=now()
        ),
        then=url_for("home.index"), said=_("U doet niet mee. Wie u vroeg, hoort dat."),
    )  # fmt: skip


def _facts(invitation: Invitation) -> dict[str, Any]:
    return {
        "invitation": invitation,
        "organisation": identity.organisation_by_id(db(), invitation.organisation_id),
        "roles": [identity_rules.ROLE_TEXT[role] for role in invitation.roles],
        "hints": [identity_rules.ROLE_HINT[role] for role in invitation.roles],
    }


def _over(facts: dict[str, Any]) -> Any:
    state = facts["invitation"].state(now())
    return render_template("cwb/people/over.html", state=state.value, **facts), 410


def _accept_signed_in(facts: dict[str, Any], locked: Callable[[Session], Invitation]) -> Any:
    form, organisation_id = Button(), facts["organisation"].id
    user = identity.user(db(), actor().user_id)

    def done(_mandate: Any) -> str:
        act_for(db(), signed_in=signed_in(), organisation_id=organisation_id, at=now())
        return url_for("home.index")

    return submit(
        form,
        lambda s: services.accept(s, invitation=locked(s), user=user, at=now()),
        then=done,
        said=_("Welkom bij deze organisatie."),
        page=lambda: render_template(
            "cwb/people/accept.html",
            form=form,
            is_theirs=rules.is_for(facts["invitation"].email, user.email),
            **facts,
        ),
    )


def _accept_as_new(token: str, facts: dict[str, Any]) -> Any:
    form = NewPersonForm()

    def done(made: Any) -> str:
        opened = open_session(
            db(), user=made[0], device=device(), organisation_id=facts["organisation"].id, at=now()
        )
        enter(opened)
        return landing(None)

    return submit(
        form,
        lambda s: services.accept_as_new(s, token=token, locale=language(), at=now(), **form.values()),
        then=done,
        said=_("Welkom. Uw account is klaar."),
        page=lambda: render_template("cwb/people/accept_new.html", form=form, token=token, **facts),
    )
