"""Pages for another e-mail address."""

from typing import Any

from flask import Blueprint, render_template, request, session, url_for

from cwb.email_change import policy, queries, rules, services
from cwb.email_change.forms import NewEmailAndPasswordForm, NewEmailForm
from cwb.identity import queries as people
from cwb.identity.models import User
from cwb.identity.rules import email_address
from cwb.passkeys.views import be_awake
from cwb.sign_in.forms import CodeForm
from cwb.sign_in.rules import masked_email, new_token
from cwb.sign_in.services import redeem_link
from cwb.sign_in.views import asked, count_try, leave, limit, redeem, signed_in
from cwb.web.forms import Button
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("email_change", __name__, url_prefix="/account/email")


def _user() -> User:
    return people.user(db(), actor().user_id)


@bp.route("", methods=["GET", "POST"])
@guarded(policy.OWN_EMAIL)
def ask() -> Any:
    """Ask for another address; a code goes there."""
    user = _user()
    be_awake(user)
    form = NewEmailAndPasswordForm() if user.password_hash else NewEmailForm()
    if request.method == "POST" and form.validate():
        limit(mail=form.email.data, password=user.email)

    def send(s: Any) -> None:
        browser, address = new_token(), email_address(form.email.data)
        link = url_for("email_change.link", token="")
        services.ask_change(s, user=user, browser=browser, link=link, at=now(), **form.values())
        session["letter"] = {"purpose": rules.PURPOSE, "browser": browser, "email": address}

    return submit(
        form,
        send,
        then=lambda _none: url_for("email_change.code"),
        page=lambda: render_template("cwb/email_change/ask.html", form=form, present=user.email),
    )


@bp.route("/code", methods=["GET", "POST"])
@guarded(policy.OWN_EMAIL)
def code() -> Any:
    """Confirm the new address by its code."""
    user, form = _user(), CodeForm()
    be_awake(user)
    if request.method == "POST" and form.validate():
        count_try(rules.PURPOSE)
    return submit(
        form,
        lambda s: services.confirm_change(
            s, user=user, letter=redeem(rules.PURPOSE, form.code.data),
            keep_session=signed_in().session_id, at=now(),
        ),
        then=lambda _none: url_for("account.show"),
        said=_("Uw nieuwe e-mailadres staat erin. Op andere toestellen bent u uitgelogd."),
        page=lambda: render_template(
            "cwb/email_change/code.html", form=form, **asked(rules.PURPOSE)
        ),
    )  # fmt: skip


@bp.route("/link/<token>", methods=["GET", "POST"])
@guarded(policy.OWN_EMAIL)
def link(token: str) -> Any:
    """Confirm it by the link: a page with a button, so that a mail scanner does not use it up."""
    user, form = _user(), Button()
    be_awake(user)
    return submit(
        form,
        lambda s: services.confirm_change(
            s, user=user, letter=redeem_link(s, token=token, purpose=rules.PURPOSE, at=now()),
            keep_session=signed_in().session_id, at=now(),
        ),
        then=lambda _none: url_for("account.show"),
        said=_("Uw nieuwe e-mailadres staat erin. Op andere toestellen bent u uitgelogd."),
        page=lambda: render_template("cwb/email_change/link.html", form=form),
    )  # fmt: skip


@bp.route("/undo/<token>", methods=["GET", "POST"])
@public
def undo(token: str) -> Any:
    """Take the old address back, from the letter it got; no account is needed, for it may be in other hands."""
    change = queries.change_to_undo(db(), token, now())
    form = Button()

    def done(_none: None) -> str:
        leave()
        return url_for("sign_in.ask_code")

    return submit(
        form,
        lambda s: services.undo_change(s, token=token, at=now()),
        then=done,
        said=_("Uw oude e-mailadres staat er weer. Overal is uitgelogd. Log nu in met een code."),
        page=lambda: render_template(
            "cwb/email_change/undo.html", form=form, email=masked_email(change.old_email)
        ),
    )
