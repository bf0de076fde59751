"""Registering, and one's own account."""

from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, render_template, request, session, url_for

from cwb.account import errors, policy, queries, services
from cwb.account.forms import (
    AddressStep,
    FirstPasswordForm,
    MoneyStep,
    NameStep,
    PasswordForm,
    ProfileForm,
    RegisterForm,
)
from cwb.identity import queries as people
from cwb.identity import rules as identity_rules
from cwb.identity.errors import RsinOfNaturalPerson, VatIdHidesBsn
from cwb.identity.gateway import hash_password
from cwb.identity.models import User
from cwb.kernel.feature import ActionCard
from cwb.passkeys.queries import passkeys_of
from cwb.sign_in import queries as sessions
from cwb.sign_in import services as sign_in
from cwb.sign_in.forms import CodeForm
from cwb.sign_in.rules import safe_next
from cwb.sign_in.views import (
    asked,
    count_try,
    device,
    enter,
    letter,
    limit,
    redeem,
    send_code,
    signed_in,
)
from cwb.web.forms import Button, Form
from cwb.web.guards import guarded, public
from cwb.web.i18n import LANGUAGES, _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit

bp = Blueprint("account", __name__)


def _user() -> User:
    return people.user(db(), actor().user_id)


def _next() -> str | None:
    return safe_next(request.args.get("next"))


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> Any:
    """Who you are; the address is confirmed before anything is made."""
    form = RegisterForm()
    if request.method == "POST" and form.validate():
        limit(mail=form.email.data)
    return submit(
        form,
        lambda _s: _begin(form),
        then=lambda _none: url_for("account.code", next=_next()),
        page=lambda: render_template("cwb/account/register.html", form=form, next=_next()),
    )


def _begin(form: RegisterForm) -> None:
    name, typed = identity_rules.person_name(form.name.data), form.password.data
    about = (form.email.data, name)
    hashed = hash_password(identity_rules.password(typed, about=about)) if typed else None
    send_code("register", form.email.data, name=name, password_hash=hashed)


@bp.route("/register/code", methods=["GET", "POST"])
@public
def code() -> Any:
    """Confirm the address with the code of the letter."""
    form = CodeForm()
    if request.method == "POST" and form.validate():
        count_try("register")
    return submit(
        form,
        lambda s: sign_in.register_with_letter(
            s, letter=redeem("register", form.code.data), with_password=True, device=device(), at=now()
        ),
        then=_welcome,
        said=_("Welkom. Uw account is klaar."),
        page=lambda: render_template("cwb/account/code.html", form=form, next=_next(), **asked("register")),
    )


@bp.route("/register/link/<token>", methods=["GET", "POST"])
@public
def link(token: str) -> Any:
    """Confirm the address with the link; in another browser the password typed there does not count."""
    form = Button()

    def confirm(s: Any) -> Any:
        found = sign_in.redeem_link(s, token=token, purpose="register", at=now())
        own = sessions.find_code_by_browser(s, letter("register").get("browser", ""), "register")
        return sign_in.register_with_letter(
            s, letter=found, with_password=own is found, device=device(), at=now()
        )

    return submit(
        form,
        confirm,
        then=_welcome,
        said=_("Welkom. Uw account is klaar."),
        page=lambda: render_template("cwb/account/link.html", form=form),
    )


def _welcome(done: tuple[User, sign_in.Opened]) -> str:
    target = _next()
    enter(done[1])
    return target or url_for("account.begin_organisation")


STEPS: dict[str, type[Form]] = {"name": NameStep, "address": AddressStep, "contact": MoneyStep}
_NEXT_STEP = {"name": "address", "address": "contact", "contact": "check"}


def _draft() -> dict[str, Any]:
    return queries.answers(db(), actor().user_id)


@bp.get("/register/organisation")
@guarded(policy.REGISTER_ORGANISATION)
def begin_organisation() -> Any:
    """What is asked, how long it takes, and the way on without."""
    way = _way_of_cooperatives()
    return render_template(
        "cwb/account/begin_organisation.html", begun=bool(_draft()), other_ways=[way] if way else []
    )


def _way_of_cooperatives() -> ActionCard | None:
    """The longer way of registering, into the register of cooperatives, if it is open to the reader."""
    cards = (card for each in current_app.extensions["cwb.features"] for card in each.actions)
    return next((card for card in cards if card.founds and card.action.open_to(actor())), None)


def begun() -> dict[str, Any]:
    """What was typed of an organisation that is not registered yet: its number, name and form."""
    return {name: value for name, value in _draft().items() if name in {"kvk_number", "name", "legal_form"}}


@bp.route("/register/organisation/<any(name, address, contact):step>", methods=["GET", "POST"])
@guarded(policy.REGISTER_ORGANISATION)
def step(step: str) -> Any:
    """One short page; what was typed is kept until the last one."""
    form = STEPS[step](data=_draft())

    def keep(s: Any) -> None:
        values = form.values()
        if step == "contact":
            values["email"] = identity_rules.email_address(values["email"])
        try:
            services.save_draft(s, user_id=actor().user_id, values=values, at=now())
        except (RsinOfNaturalPerson, VatIdHidesBsn):
            form.blank_identifiers()
            raise

    def onward(_none: None) -> str:
        way = _way_of_cooperatives() if step == "name" else None
        if way is not None and _draft()["legal_form"] == "cooperative":
            flash(_("Een coöperatie komt ook in het register. Wat u invulde, staat er al."), "info")
            return url_for(way.endpoint)
        if _NEXT_STEP[step] in STEPS:
            return url_for("account.step", step=_NEXT_STEP[step])
        return url_for("account.check_organisation")

    return submit(
        form,
        keep,
        then=onward,
        page=lambda: render_template(
            f"cwb/account/step_{step}.html",
            form=form,
            sole_trader=_draft().get("legal_form") in identity_rules.NATURAL_PERSON_FORMS,
        ),
    )


@bp.route("/register/organisation/check", methods=["GET", "POST"])
@guarded(policy.REGISTER_ORGANISATION)
def check_organisation() -> Any:
    """See everything once more, then register."""
    form, facts = Button(), _draft()
    missing = next((s for s, field in (("name", "kvk_number"), ("address", "street"), ("contact", "email"))
                    if field not in facts), None)  # fmt: skip
    if missing and request.method == "GET":
        return see_other(url_for("account.step", step=missing))

    def done(organisation: Any) -> str:
        if organisation is None:
            return url_for("account.step", step=missing)
        sign_in.act_for(db(), signed_in=signed_in(), organisation_id=organisation.id, at=now())
        return url_for("identity.show", public_id=organisation.public_id)

    return submit(
        form,
        lambda s: None if missing else services.found_organisation(s, user=_user(), at=now(), **facts),
        then=done,
        said=None if missing else _("Uw organisatie is aangemeld."),
        page=lambda: render_template(
            "cwb/account/check.html", form=form, facts=facts, forms=identity_rules.LEGAL_FORMS
        ),
    )


@bp.get("/account")
@guarded(policy.OWN_ACCOUNT)
def show() -> Any:
    """One's own account: who one is here, roles, sign-in, devices, data."""
    return render_template(
        "cwb/account/show.html",
        user=_user(),
        mandates=people.mandates_of_user(db(), actor().user_id),
        passkeys=passkeys_of(db(), actor().user_id),
        sessions=sessions.sessions_of(db(), actor().user_id, now()),
        here=signed_in(),
        role_text=identity_rules.ROLE_TEXT,
        languages_of=LANGUAGES,
    )


@bp.route("/account/profile", methods=["GET", "POST"])
@guarded(policy.OWN_ACCOUNT)
def profile() -> Any:
    """Change name and language."""
    user = _user()
    form = ProfileForm(obj=user)

    def done(_none: None) -> str:
        session["lang"] = user.locale
        return url_for("account.show")

    return submit(
        form,
        lambda s: services.change_profile(s, user=user, **form.values()),
        then=done,
        said=_("Bewaard."),
        page=lambda: render_template("cwb/account/profile.html", form=form),
    )


@bp.route("/account/password", methods=["GET", "POST"])
@guarded(policy.OWN_ACCOUNT)
def password() -> Any:
    """Change the password, or set a first one."""
    user = _user()
    form = PasswordForm() if user.password_hash else FirstPasswordForm()
    if request.method == "POST" and form.validate():
        limit(password=user.email)
    return submit(
        form,
        lambda s: sign_in.change_password(
            s, user=user, keep_session=signed_in().session_id, at=now(), **form.values()
        ),
        then=lambda _none: url_for("account.show"),
        said=_("Uw wachtwoord is gewijzigd. Op andere toestellen bent u uitgelogd."),
        page=lambda: render_template("cwb/account/password.html", form=form),
    )


@bp.post("/account/sessions/<uuid:public_id>/end")
@guarded(policy.OWN_ACCOUNT)
def end_session(public_id: UUID) -> Any:
    """Sign out on another device."""
    return press(
        lambda s: sign_in.end_own_session(s, user_id=actor().user_id, public_id=public_id),
        then=url_for("account.show"), said=_("Dat toestel is uitgelogd."),
    )  # fmt: skip


@bp.post("/account/sessions/end-others")
@guarded(policy.OWN_ACCOUNT)
def end_other_sessions() -> Any:
    """Sign out everywhere else."""
    return press(
        lambda s: sign_in.end_sessions(s, user_id=actor().user_id, besides=signed_in().session_id),
        then=url_for("account.show"), said=_("Op alle andere toestellen bent u uitgelogd."),
    )  # fmt: skip


@bp.route("/switch", methods=["GET", "POST"])
@guarded(policy.OWN_ACCOUNT)
def switch() -> Any:
    """Choose for which organisation one acts."""
    form = Button()
    held: dict[str, Any] = {}
    for mandate, organisation in people.mandates_of_user(db(), actor().user_id):
        if mandate.ended_at is None:
            held.setdefault(str(organisation.public_id), (organisation, []))[1].append(mandate.role)

    def choose(s: Any) -> None:
        asked = request.form.get("organisation", "")
        if asked and asked not in held:
            raise errors.OrganisationNotYours
        chosen = held[asked][0].id if asked else None
        sign_in.act_for(s, signed_in=signed_in(), organisation_id=chosen, at=now())

    return submit(
        form,
        choose,
        then=lambda _none: _next() or url_for("home.index"),
        page=lambda: render_template(
            "cwb/account/switch.html",
            form=form,
            held=held,
            here=actor().organisation_id,
            next=_next(),
            role_text=identity_rules.ROLE_TEXT,
        ),
    )
