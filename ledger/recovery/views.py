"""Pages of the staff desk (`/currency/desk`), and of who uses its code (`/wallet/pin/code`)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, session, url_for

from cwb.identity.queries import find_user_by_email
from cwb.kernel.transaction import atomic
from cwb.sign_in.views import limit
from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file, paged
from cwb.web.request import actor, db, now
from cwb.web.submit import press, submit
from ledger.recovery import forms, policy, queries, rules, services
from ledger.recovery.errors import PersonUnknown
from ledger.wallets.rules import shown

bp = Blueprint("recovery", __name__)


@bp.route("/currency/desk", methods=["GET", "POST"])
@guarded(policy.MEND)
def index() -> Any:
    """Whom it is about, and what was mended before."""
    form = forms.FindForm()

    def find(s: Any) -> Any:
        found = find_user_by_email(s, form.email.data or "")
        if found is None:
            raise PersonUnknown(field="email")
        return found

    return submit(
        form, find, then=lambda found: url_for("recovery.mend", public_id=found.public_id),
        page=lambda: render_template(
            "ledger/recovery/index.html", form=form, page=paged(db(), queries.recoveries()), me=actor().user_id,
            works=lambda each: rules.works(each, now()), names=rules.CHECKED_NAMES,
        ),
    )  # fmt: skip


@bp.get("/currency/desk.csv")
@guarded(policy.MEND)
def index_file() -> Any:
    """The same as a file."""
    return csv_file(
        "desk", ("made_at", "person", "document", "lost", "by", "second", "used_at"),
        [
            (
                each.made_at, each.user.name, each.checked, each.lost, each.made_by.name,
                each.second_by.name if each.second_by else "", each.used_at,
            )
            for each in db().scalars(queries.recoveries())
        ],
    )  # fmt: skip


@bp.route("/currency/desk/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.MEND)
def mend(public_id: UUID) -> Any:
    """One person: what was seen, and the code, said once."""
    person, form = queries.person(db(), public_id), forms.MendForm()

    def keep(given: services.Given) -> str:
        session["wallet_code"] = {"code": given.code, "person": str(public_id)}
        return url_for("recovery.mend", public_id=public_id)

    def page() -> str:
        kept = session.pop("wallet_code", {}) if request.method == "GET" else {}
        code = kept.get("code") if kept.get("person") == str(public_id) else None
        return render_template(
            "ledger/recovery/mend.html", form=form, person=person, code=shown(code) if code else None,
            last=queries.latest(db(), person.id) if code else None,
        )  # fmt: skip

    return submit(
        form, lambda s: services.give(s, user=person, actor=actor(), at=now(), **form.values()), then=keep, page=page
    )  # fmt: skip


@bp.post("/currency/desk/agree/<uuid:public_id>")
@guarded(policy.MEND)
def agree(public_id: UUID) -> Any:
    """Look along as the second person."""
    return press(
        lambda s: services.agree(s, public_id=public_id, actor=actor(), at=now()),
        then=url_for("recovery.index"),
        said=_("U keek mee. De code werkt nu."),
    )


@bp.route("/wallet/pin/code", methods=["GET", "POST"])
@guarded(policy.TAKE)
def take() -> Any:
    """A new PIN with the code of the desk."""
    form, right = forms.TakeForm(), False
    if request.method == "POST" and form.validate():
        limit(second_factor=str(actor().user_id))
        with atomic(db()) as s:
            right = services.try_code(s, user_id=actor().user_id, typed=form.code.data or "", at=now())
    return submit(
        form,
        lambda s: services.use(
            s,
            user_id=actor().user_id,
            right=right,
            pin=form.pin.data or "",
            again=form.again.data or "",
            at=now(),
        ),
        then=lambda _none: url_for("wallets.index"),
        said=_("Uw pincode is bewaard."),
        page=lambda: render_template("ledger/recovery/take.html", form=form),
    )
