"""Signing in and out; binding the session table to the requests."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from cwb.identity.errors import NotDemo, UserUnknown
from cwb.identity.rules import email_address
from cwb.kernel.policy import Actor
from cwb.kernel.transaction import atomic
from cwb.sign_in import errors, policy, queries, rules, services
from cwb.sign_in.forms import (
    CodeAndPasswordForm,
    CodeForm,
    EmailForm,
    NewPasswordForm,
    PasswordSignInForm,
)
from cwb.web.forms import Button
from cwb.web.guards import guarded, public
from cwb.web.i18n import LANGUAGES, _, language
from cwb.web.request import db, find_actor, now
from cwb.web.submit import press, see_other, submit
from cwb.web.templates import url_for

bp = Blueprint("sign_in", __name__)


class Account(UserMixin):  # type: ignore[misc]  # the library is untyped
    """The signed-in user as Flask-Login knows them: found by the session's token."""

    def __init__(self, token: str, signed_in: queries.SignedIn) -> None:
        self.token = token
        self.signed_in = signed_in

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.signed_in.actor

    def get_id(self) -> str:
        """What the cookie holds: the token, never a user's number."""
        return self.token


def set_up(app: Flask) -> None:
    """Bind the session table to the application, and give every page what its header needs."""
    manager = LoginManager(app)
    manager.session_protection = None
    manager.user_loader(_load)
    app.extensions["cwb.actor"] = lambda: getattr(current_user, "actor", None)
    app.context_processor(_header)


def _load(token: str) -> Account | None:
    if "unreachable" in g:
        return None
    found = queries.find_signed_in(db(), token, now())
    if found is None:
        return None
    if now() - found.seen_at > rules.TOUCH:
        with atomic(db()) as session_:
            services.touch(session_, signed_in=found, at=now())
    return Account(token, found)


def signed_in() -> queries.SignedIn:
    """The session of a guarded view."""
    found: queries.SignedIn = current_user.signed_in
    return found


def enter(opened: services.Opened) -> None:
    """Give this browser its session: what it held before is dropped, so a planted cookie is worth nothing.

    A language that was chosen in this browser stays: pages follow the browser, letters the account.
    """
    chosen = session.get("lang")
    if current_user.is_authenticated:
        services.end_session(db(), session_id=current_user.signed_in.session_id)
    session.clear()
    g.pop("actor", None)
    known = [each for each in (chosen, opened.locale) if each in LANGUAGES]
    session["lang"] = known[0] if known else "nl"
    session.permanent = not opened.is_staff
    found = queries.find_signed_in(db(), opened.token, now())
    if found is not None:
        login_user(Account(opened.token, found))


def landing(target: str | None) -> str:
    """Where somebody who just signed in goes: the second factor, the choice of organisation, or on."""
    found = signed_in()
    after = rules.safe_next(target)
    if found.actor.sleeping:
        return url_for("second_factor.ask", next=after)
    if found.organisations > 1 and found.actor.organisation_id is None:
        return url_for("account.switch", next=after)
    return after or url_for("home.index")


def limit(**counted: str) -> None:
    """Count these tries before anything costly is done; the count is kept whatever happens next.

    Raises:
        TooManyAttempts: one of them is over its limit.
    """
    address = rules.network(request.remote_addr)
    with atomic(db()) as session_:
        within = [
            services.count_attempt(session_, kind=kind, value=value, at=now())
            for kind, value in {**counted, "address": address}.items()
        ]
    if not all(within):
        raise errors.TooManyAttempts


def device() -> str:
    """The kind of device of this request."""
    return rules.device(request.user_agent.string)


def send_code(purpose: str, email: str, **facts: Any) -> None:
    """Mail a code and remember in this browser, and nowhere else, the secret that goes with it."""
    address = email_address(email)
    browser = rules.new_token()
    link = url_for(_LINKS[purpose], token="")
    services.mail_code(
        db(), purpose=purpose, email=address, browser=browser, locale=language(), link=link, at=now(), **facts
    )
    session["letter"] = {"purpose": purpose, "browser": browser, "email": address}


_LINKS = {"sign_in": "sign_in.link", "reset": "sign_in.reset_link", "register": "account.link"}


def letter(purpose: str) -> dict[str, str]:
    """What this browser knows of the letter it asked for; empty when it asked for none."""
    found = session.get("letter") or {}
    return found if found.get("purpose") == purpose else {}


def asked(purpose: str) -> dict[str, str | None]:
    """Where the letter of this browser went, for the page that asks its code; in a demo also what stands in it."""
    email = letter(purpose).get("email", "")
    return {"email": email or None, "demo_letter": queries.demo_letter(db(), email)}


def redeem(purpose: str, code: str) -> Any:
    """Use up this browser's letter by its code; the try itself was counted before (`count_try`).

    Raises:
        CodeWrong: other digits, too old, used, guessed at too often, or no letter waits.
    """
    browser = letter(purpose).get("browser", "")
    if not g.get("may_try"):
        raise errors.CodeWrong(field="code")
    return services.redeem_code(db(), browser=browser, code=code, purpose=purpose, at=now())


def count_try(purpose: str) -> None:
    """Count a typed code, so that five wrong ones end it; kept whatever happens next."""
    limit(redeem=letter(purpose).get("email", ""))
    with atomic(db()) as session_:
        g.may_try = services.count_try(
            session_, browser=letter(purpose).get("browser", ""), purpose=purpose, at=now()
        )


@bp.route("/login", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    """By address and password."""
    if find_actor() is not None and request.method == "GET":
        return redirect(landing(request.args.get("next")), 303)
    form = PasswordSignInForm()
    if request.method == "POST" and form.validate():
        limit(password=form.email.data)
    return submit(
        form,
        lambda s: services.sign_in_with_password(s, device=device(), at=now(), **form.values()),
        then=_entered,
        page=lambda: render_template("cwb/sign_in/sign_in.html", form=form, next=_next()),
    )


def _entered(opened: services.Opened) -> str:
    target = request.args.get("next")
    enter(opened)
    return landing(target)


def _next() -> str | None:
    return rules.safe_next(request.args.get("next"))


@bp.route("/login/code", methods=["GET", "POST"])
@public
def ask_code() -> Any:
    """Have a code mailed."""
    return _ask("sign_in", "cwb/sign_in/ask_code.html", "sign_in.code")


@bp.route("/password/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """Have a code mailed for a new password."""
    return _ask("reset", "cwb/sign_in/forgotten.html", "sign_in.reset")


def _ask(purpose: str, template: str, endpoint: str) -> Any:
    form = EmailForm()
    if request.method == "POST" and form.validate():
        limit(mail=form.email.data)
    return submit(
        form,
        lambda _s: send_code(purpose, form.email.data),
        then=lambda _none: url_for(endpoint, next=_next()),
        page=lambda: render_template(template, form=form, next=_next()),
    )


@bp.route("/login/code/enter", methods=["GET", "POST"])
@public
def code() -> Any:
    """Type the code."""
    form = CodeForm()
    if request.method == "POST" and form.validate():
        count_try("sign_in")
    return submit(
        form,
        lambda s: services.sign_in_with_letter(
            s, letter=redeem("sign_in", form.code.data), device=device(), at=now()
        ),
        then=_entered,
        page=lambda: render_template("cwb/sign_in/code.html", form=form, next=_next(), **asked("sign_in")),
    )


@bp.route("/login/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> Any:
    """The link of the letter: a page with a button, so that a mail scanner does not use it up."""
    form = Button()
    return submit(
        form,
        lambda s: services.sign_in_with_letter(
            s,
            letter=services.redeem_link(s, token=token, purpose="sign_in", at=now()),
            device=device(),
            at=now(),
        ),
        then=_entered,
        page=lambda: render_template("cwb/sign_in/link.html", form=form),
    )


@bp.route("/password/code", methods=["GET", "POST"])
@public
def reset() -> Any:
    """A new password, by the code."""
    form = CodeAndPasswordForm()
    if request.method == "POST" and form.validate():
        count_try("reset")
    return submit(
        form,
        lambda s: services.set_password_by_letter(
            s,
            letter=redeem("reset", form.code.data),
            password=form.password.data,
            device=device(),
            at=now(),
        ),
        then=_entered,
        said=_("Uw nieuwe wachtwoord is bewaard. Op andere toestellen bent u uitgelogd."),
        page=lambda: render_template("cwb/sign_in/reset.html", form=form, by_code=True, **asked("reset")),
    )


@bp.route("/password/link/<token>", methods=["GET", "POST"])
@public
def reset_link(token: str) -> Any:
    """A new password, by the link."""
    form = NewPasswordForm()
    return submit(
        form,
        lambda s: services.set_password_by_letter(
            s,
            letter=services.redeem_link(s, token=token, purpose="reset", at=now()),
            password=form.password.data,
            device=device(),
            at=now(),
        ),
        then=_entered,
        said=_("Uw nieuwe wachtwoord is bewaard. Op andere toestellen bent u uitgelogd."),
        page=lambda: render_template("cwb/sign_in/reset.html", form=form, by_code=False),
    )


@bp.post("/logout")
@guarded(policy.OWN_SESSION)
def sign_out() -> Any:
    """End this session."""
    ended = signed_in().session_id
    leave()
    return press(
        lambda s: services.end_session(s, session_id=ended), then=url_for("home.index"), said=_("U bent uitgelogd."),
    )  # fmt: skip


def leave() -> None:
    """Forget everything this browser held, except its language."""
    kept = session.get("lang")
    logout_user()
    session.clear()
    g.pop("actor", None)
    if kept:
        session["lang"] = kept


@bp.post("/demo/<uuid:public_id>")
@public
def sign_in_as_demo(public_id: UUID) -> Any:
    """Become an invented person, in a demo only; anywhere else this page does not exist."""
    try:
        user = queries.demo_user(db(), public_id)
    except UserUnknown:
        raise NotDemo from None
    return submit(
        Button(),
        lambda s: services.open_session(s, user=user, device=device(), at=now()),
        then=_entered,
        page=lambda: see_other(url_for("home.index")),
    )


def _header() -> dict[str, object]:
    facts: dict[str, object] = {
        "sign_in_url": url_for("sign_in.sign_in"),
        "sign_out_url": url_for("sign_in.sign_out"),
        "account_url": url_for("account.show"),
        "switch_url": url_for("account.switch"),
    }
    facts["acts_for_others"] = find_actor() is not None and signed_in().organisations > 0
    users = _demo_users()
    if users:
        own = None if find_actor() is None else signed_in().user_id
        facts["demo"] = tuple(_demo_user(public, label, current=own == key) for public, key, label in users)
    return facts


class _DemoUser(NamedTuple):
    """Somebody one may become, as the layout writes them."""

    url: str
    label: str
    current: bool


def _demo_user(public_id: UUID, label: str, *, current: bool) -> _DemoUser:
    return _DemoUser(url_for("sign_in.sign_in_as_demo", public_id=public_id), _(label), current)


def _demo_users() -> Any:
    if "unreachable" in g:
        return ()
    kept = current_app.extensions.get("cwb.demo_users")
    if kept is None:
        if "demo_users" not in g:
            g.demo_users = queries.demo_users(db())
        kept = g.demo_users
        if kept or queries.database_kind(db()) == "production":
            current_app.extensions["cwb.demo_users"] = kept
    return kept
