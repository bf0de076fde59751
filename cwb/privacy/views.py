"""What is kept about people, for everyone; one's own copy; erasing."""

import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template, url_for

from cwb.identity import queries as people
from cwb.privacy import errors, policy, queries, services
from cwb.privacy.forms import EraseForm
from cwb.sign_in.views import leave
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@public
def show() -> Any:
    """What every table keeps about people, how long, and what happens then."""
    said = {name: kept for name, kept in queries.retention().items() if kept is not None}
    return render_template(
        "cwb/privacy/show.html",
        personal={name: kept for name, kept in said.items() if kept.holds},
        others=[name for name, kept in said.items() if not kept.holds],
    )


@bp.get("/account/export")
@guarded(policy.OWN_DATA)
def export() -> Any:
    """Everything about oneself, as a file."""
    facts: dict[str, Any] = {"made_at": now().isoformat(), **queries.own_data(db(), actor().user_id)}
    for feature in current_app.extensions["cwb.features"]:
        for name, own in feature.own_data.items():
            facts[name] = own(db(), actor().user_id)
    body = json.dumps(facts, ensure_ascii=False, indent=2)
    headers = {
        "Content-Disposition": 'attachment; filename="mijn-gegevens.json"',
        "Cache-Control": "no-store",
    }
    return Response(body, mimetype="application/json", headers=headers)


@bp.route("/account/erase", methods=["GET", "POST"])
@guarded(policy.OWN_DATA)
def erase() -> Any:
    """Erase one's own account."""
    form = EraseForm()

    def forget(s: Any) -> None:
        if not form.sure.data:
            raise errors.NotConfirmed(field="sure")
        user = people.user(s, actor().user_id)
        services.erase_user(s, user=user, by=user.id, at=now())

    def done(_none: None) -> str:
        leave()
        return url_for("home.index")

    return submit(
        form,
        forget,
        then=done,
        said=_("Uw account is gewist."),
        page=lambda: render_template("cwb/privacy/erase.html", form=form),
    )
