"""Pages of passkeys."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, session, url_for

from cwb.config import Config
from cwb.identity import queries as people
from cwb.identity.models import User
from cwb.kernel.transaction import atomic
from cwb.passkeys import errors, policy, queries, rules, services
from cwb.passkeys.forms import AnswerForm, NameForm, NewPasskeyForm
from cwb.passkeys.gateway import Ceremony
from cwb.sign_in.rules import new_token, safe_next
from cwb.sign_in.services import Opened
from cwb.sign_in.views import device, enter, landing, limit, signed_in
from cwb.web.forms import Button
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("passkeys", __name__)


def set_up(app: Flask) -> None:
    """Let the page for signing in offer a passkey."""
    app.jinja_env.globals["passkey_question"] = question


def question(purpose: str) -> str | None:
    """What the script asks a passkey on this page, as JSON; None where passkeys do not work.

    Who is known already is asked for one of their own, and not at all for something to confirm without one.
    """
    ceremony = _ceremony()
    if ceremony is None:
        return None
    known = queries.passkeys_of(db(), actor().user_id) if purpose != "sign_in" else ()
    if not known and purpose not in {"sign_in", "second"}:
        return None
    return ceremony.ask(purpose, only=[each.credential_id for each in known], at=now())


def confirmed(user: User, purpose: str, sent: str) -> None:
    """Check that a passkey of this user answered the question that this page asked for `purpose`; kept by itself.

    Raises:
        PasskeyRefused, AskedTooLongAgo, NotHere: it did not.
    """
    ceremony = _asked()
    answer = ceremony.read(purpose, sent, at=now())
    with atomic(db()) as s:
        services.confirm(s, user=user, ceremony=ceremony, answer=answer, at=now())


def be_awake(user: User) -> None:
    """Ask for the second step that the account has, before anything about signing in changes.

    Raises:
        StepFirst: something was sent, and this session did not give the step.
        HTTPException: a page was asked for: go and give it first (303).
    """
    if signed_in().second_factor_given or not queries.is_protected(db(), user):
        return
    if request.method == "GET":
        abort(redirect(url_for("second_factor.ask", next=request.path), 303))
    raise errors.StepFirst


def _ceremony() -> Ceremony | None:
    config: Config = current_app.extensions["cwb.config"]
    party = rules.party(config.base_url, request.scheme, request.host)
    if party is None:
        return None
    browser = session.setdefault("passkey", new_token())
    return Ceremony(party, key=str(current_app.secret_key), browser=browser)


def _asked() -> Ceremony:
    ceremony = _ceremony()
    if ceremony is None:
        raise errors.NotHere
    return ceremony


def _user() -> User:
    return people.user(db(), actor().user_id)


def _next() -> str | None:
    return safe_next(request.args.get("next"))


def _entered(opened: Opened) -> str:
    target = _next()
    enter(opened)
    return landing(target)


@bp.route("/login/passkey", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """Sign in with a passkey, from the page for signing in or from here."""
    form = AnswerForm()
    if request.method == "POST" and form.validate():
        limit()

    def open_(s: Any) -> Opened:
        ceremony = _asked()
        answer = ceremony.read("sign_in", form.answer.data or "", at=now())
        return services.sign_in(s, ceremony=ceremony, answer=answer, device=device(), at=now())

    return submit(
        form,
        open_,
        then=_entered,
        page=lambda: render_template("cwb/passkeys/sign_in.html", form=_blank(form), next=_next()),
    )


@bp.post("/second-factor/passkey")
@guarded(policy.OWN_PASSKEY)
def second() -> Any:
    """Give the second step with a passkey."""
    user, form = _user(), AnswerForm()
    if form.validate():
        limit(second_factor=str(user.id))

    def verify(s: Any) -> Opened:
        ceremony = _asked()
        answer = ceremony.read("second", form.answer.data or "", at=now())
        return services.verify(
            s, user=user, ceremony=ceremony, answer=answer, session_id=signed_in().session_id,
            device=device(), at=now(),
        )  # fmt: skip

    return submit(
        form,
        verify,
        then=_entered,
        page=lambda: render_template(
            "cwb/passkeys/second.html",
            form=_blank(form),
            next=_next(),
            has_app=user.totp_confirmed_at is not None,
        ),
    )


@bp.route("/account/passkeys/new", methods=["GET", "POST"])
@guarded(policy.OWN_PASSKEY)
def new() -> Any:
    """Make a passkey on this device."""
    user = _user()
    be_awake(user)
    form = NewPasskeyForm(data={"name": device() if device() != "?" else ""})
    if request.method == "POST" and form.validate():
        limit(second_factor=str(user.id))
    return submit(
        form,
        lambda s: _add(s, user, form),
        then=_added,
        said=_("Uw passkey staat erin. Log er de volgende keer mee in."),
        page=lambda: render_template(
            "cwb/passkeys/new.html", form=_blank(form), question=_new_question(user), next=_next()
        ),
    )


def _add(s: Any, user: User, form: NewPasskeyForm) -> Opened | None:
    ceremony = _asked()
    answer = ceremony.read("new", form.answer.data or "", at=now())
    return services.add_passkey(
        s, user=user, ceremony=ceremony, answer=answer, name=form.name.data or "",
        awake=signed_in().second_factor_given, session_id=signed_in().session_id, device=device(), at=now(),
    )  # fmt: skip


def _added(opened: Opened | None) -> str:
    target = _next()
    if opened is None:
        return url_for("account.show")
    staff = opened.is_staff
    enter(opened)
    return url_for("second_factor.codes", next=target) if staff else target or url_for("account.show")


def _new_question(user: User) -> str | None:
    ceremony = _ceremony()
    if ceremony is None:
        return None
    return ceremony.ask_new(
        site=_("Coöperatieve markt"),
        email=user.email,
        name=user.name,
        handle=user.public_id.bytes,
        there=[each.credential_id for each in queries.passkeys_of(db(), user.id)],
        at=now(),
    )


def _blank(form: AnswerForm) -> AnswerForm:
    """The form to be shown again: an answer fits one question, so the old one goes."""
    form.answer.data, form.answer.raw_data = "", None
    return form


@bp.route("/account/passkeys/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.OWN_PASSKEY)
def rename(public_id: UUID) -> Any:
    """Call a passkey otherwise."""
    found = queries.passkey(db(), actor().user_id, public_id)
    form = NameForm(obj=found)
    return submit(
        form,
        lambda s: services.rename(s, passkey=found, name=form.name.data or ""),
        then=lambda _none: url_for("account.show"),
        said=_("Bewaard."),
        page=lambda: render_template("cwb/passkeys/rename.html", form=form),
    )


@bp.route("/account/passkeys/<uuid:public_id>/remove", methods=["GET", "POST"])
@guarded(policy.OWN_PASSKEY)
def remove(public_id: UUID) -> Any:
    """Take a passkey away."""
    found, form = queries.passkey(db(), actor().user_id, public_id), Button()
    return submit(
        form,
        lambda s: services.remove(
            s, user=_user(), passkey=found, awake=signed_in().second_factor_given, at=now()
        ),
        then=lambda _none: url_for("account.show"),
        said=_("De passkey werkt niet meer. Verwijder hem ook van uw toestel."),
        page=lambda: render_template("cwb/passkeys/remove.html", form=form, passkey=found),
    )
