"""Pages of the second step: set it, give it, recover."""

import io
from typing import Any

import segno
from flask import Blueprint, Response, current_app, redirect, render_template, request, session, url_for

from cwb.config import Config
from cwb.identity import queries as people
from cwb.identity.models import User
from cwb.kernel.errors import NotFound
from cwb.passkeys.queries import count
from cwb.passkeys.views import be_awake
from cwb.second_factor import errors, policy, rules, services
from cwb.second_factor.forms import FactorForm, RecoveryForm
from cwb.second_factor.gateway import Vault
from cwb.sign_in.rules import safe_next
from cwb.sign_in.services import Opened
from cwb.sign_in.views import device, enter, landing, limit, signed_in
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit

bp = Blueprint("second_factor", __name__, url_prefix="/second-factor")


def _vault() -> Vault:
    config: Config = current_app.extensions["cwb.config"]
    return Vault(config.data_dir)


def _user() -> User:
    return people.user(db(), actor().user_id)


def _next() -> str | None:
    return safe_next(request.args.get("next"))


def _must_be_awake() -> None:
    if not signed_in().second_factor_given:
        raise errors.FactorFirst


@bp.route("", methods=["GET", "POST"])
@guarded(policy.OWN_FACTOR)
def ask() -> Any:
    """Give the code; who has none set is led to setting it."""
    user = _user()
    has_app, passkeys = user.totp_confirmed_at is not None, count(db(), user.id)
    if not has_app and not passkeys:
        return redirect(url_for("second_factor.set_up", next=_next()), 303)
    form = FactorForm()
    if request.method == "POST" and form.validate():
        limit(second_factor=str(user.id))
    return submit(
        form,
        lambda s: services.verify(
            s, user=user, vault=_vault(), code=form.code.data, session_id=signed_in().session_id,
            device=device(), at=now(),
        ),
        then=_entered,
        page=lambda: render_template(
            "cwb/second_factor/ask.html", form=form, next=_next(), has_app=has_app, passkeys=passkeys
        ),
    )  # fmt: skip


def _entered(opened: Opened) -> str:
    target = _next()
    enter(opened)
    return landing(target)


@bp.route("/recovery", methods=["GET", "POST"])
@guarded(policy.OWN_FACTOR)
def recover() -> Any:
    """Give a recovery code instead."""
    form = RecoveryForm()
    if request.method == "POST" and form.validate():
        limit(second_factor=str(actor().user_id))
    return submit(
        form,
        lambda s: services.verify_by_recovery(
            s, user=_user(), code=form.code.data, session_id=signed_in().session_id, device=device(), at=now()
        ),
        then=_entered,
        said=_("Welkom. Deze herstelcode is nu op. Heeft u een nieuwe telefoon? Stel hem dan opnieuw in."),
        page=lambda: render_template("cwb/second_factor/recover.html", form=form, next=_next()),
    )


@bp.get("/set-up")
@guarded(policy.OWN_FACTOR)
def set_up() -> Any:
    """What the second step is, and, once begun, the QR code with the form for the first code."""
    user = _user()
    if user.totp_confirmed_at is not None:
        return redirect(url_for("account.show"), 303)
    be_awake(user)
    if user.totp_secret is None:
        return render_template("cwb/second_factor/begin.html", next=_next())
    return _scan_page(FactorForm(), user)


def _scan_page(form: FactorForm, user: User) -> str:
    secret = rules.grouped(_vault().unlock(user.totp_secret or b""))
    return render_template("cwb/second_factor/scan.html", form=form, secret=secret, next=_next())


@bp.post("/begin")
@guarded(policy.OWN_FACTOR)
def begin() -> Any:
    """Make the secret."""
    user = _user()
    if user.totp_confirmed_at is None:
        be_awake(user)
    return press(
        lambda s: services.begin(s, user=user, vault=_vault()), then=url_for("second_factor.set_up", next=_next()),
    )  # fmt: skip


@bp.post("/set-up")
@guarded(policy.OWN_FACTOR)
def confirm() -> Any:
    """Switch it on with the first code."""
    user, form = _user(), FactorForm()
    if user.totp_confirmed_at is not None:
        raise errors.FactorSetAlready  # its secret is never shown again
    be_awake(user)
    if user.totp_secret is None:
        raise errors.FactorNotStarted
    if form.validate():
        limit(second_factor=str(user.id))
    return submit(
        form,
        lambda s: services.confirm(
            s, user=user, vault=_vault(), code=form.code.data, session_id=signed_in().session_id,
            device=device(), at=now(),
        ),
        then=_shown_codes,
        said=_("De tweede stap staat aan."),
        page=lambda: _scan_page(form, user),
    )  # fmt: skip


def _shown_codes(done: tuple[Opened, list[str]]) -> str:
    opened, codes = done
    target = _next()
    enter(opened)
    session["recovery_codes"] = codes
    return url_for("second_factor.codes", next=target)


@bp.get("/qr.svg")
@guarded(policy.OWN_FACTOR)
def qr() -> Response:
    """The QR code of a secret that was not confirmed yet; a confirmed one is never shown again."""
    user = _user()
    if user.totp_secret is None or user.totp_confirmed_at is not None:
        raise NotFound
    uri = rules.address(_vault().unlock(user.totp_secret), account=user.email, issuer=_("Coöperatieve markt"))
    picture = io.BytesIO()
    segno.make(uri, error="m").save(picture, kind="svg", scale=6, border=3, dark="black", light="white")
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@bp.route("/codes", methods=["GET", "POST"])
@guarded(policy.OWN_FACTOR)
def codes() -> Any:
    """The ten recovery codes, once; afterwards how many are left and a button for new ones."""
    if request.method == "POST":
        _must_be_awake()

    def keep(made: list[str]) -> str:
        session["recovery_codes"] = made
        return url_for("second_factor.codes", next=_next())

    return submit(
        Button(),
        lambda s: services.renew_codes(s, user=_user(), at=now()),
        then=keep,
        page=lambda: render_template(
            "cwb/second_factor/codes.html",
            codes=session.pop("recovery_codes", []),
            left=services.codes_left(db(), actor().user_id),
            next=_next() or url_for("account.show"),
        ),
    )


@bp.post("/renew")
@guarded(policy.OWN_FACTOR)
def renew() -> Any:
    """Take away the present one to set another phone."""
    _must_be_awake()
    return press(
        lambda s: services.reset(s, user=_user(), by=actor().user_id, at=now()), then=url_for("second_factor.set_up"),
        back=url_for("account.show"),
    )  # fmt: skip


@bp.route("/off", methods=["GET", "POST"])
@guarded(policy.OWN_FACTOR)
def switch_off() -> Any:
    """Do without."""
    form = Button()
    if request.method == "POST" and _user().totp_confirmed_at is not None:
        _must_be_awake()
    return submit(
        form,
        lambda s: services.switch_off(s, user=_user(), at=now()),
        then=lambda _none: url_for("account.show"),
        said=_("De tweede stap staat uit."),
        page=lambda: render_template("cwb/second_factor/off.html", form=form),
    )
