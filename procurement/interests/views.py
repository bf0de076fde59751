"""Pages of saved interests; stopping works without signing in, by a token from the mail."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, render_template, request, url_for

from coops.register.forms import categories, places
from cwb.kernel.transaction import atomic
from cwb.web.forms import Button
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit
from procurement.feeds.queries import fed
from procurement.feeds.views import base_url, calendar_of
from procurement.interests import forms, policy, queries, rules, services
from procurement.interests.models import SavedInterest
from procurement.interests.rules import ABOUT_TEXTS, OFTEN_TEXTS, About, Found, token

bp = Blueprint("interests", __name__)


@bp.get("/interests")
@guarded(policy.OWN)
def index() -> str:
    """One's own saved interests."""
    found = queries.interests(db(), actor().user_id)
    return render_template(
        "procurement/interests/index.html",
        interests=found,
        about=ABOUT_TEXTS,
        often=OFTEN_TEXTS,
        places=places(),
        work={each.id: forms.work(each) for each in found},
        addresses={each.id: base_url() + _calendar(each) for each in found},
    )


def _calendar(interest: SavedInterest) -> str:
    return url_for(
        "interests.moments", public_id=interest.public_id, given=token(interest.secret, "calendar")
    )


@bp.route("/interests/new", methods=["GET", "POST"])
@guarded(policy.OWN)
def new() -> Any:
    """Save one; `?q=`, `?category=` and `?place=` come from a list."""
    asked, names = request.args, categories()
    kinds = [each for each in asked.getlist("category") if each in names]
    words = asked.get("q") or ""
    form = forms.InterestForm(
        data={
            "name": (words or ", ".join(names[each] for each in kinds))[:60], "words": words[:120], "about": "both",
            "kinds": kinds, "place": asked.get("place", ""), "often": "daily",
        }
    )  # fmt: skip
    return submit(
        form,
        lambda session: services.save_interest(session, user_id=actor().user_id, at=now(), **form.values()),
        then=lambda _made: url_for("interests.index"),
        said=_("Bewaard. U krijgt mail als er iets nieuws is."),
        page=lambda: render_template("procurement/interests/form.html", form=form, interest=None),
    )


@bp.route("/interests/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.OWN)
def change(public_id: UUID) -> Any:
    """Change one."""
    found = queries.interest(db(), public_id, actor().user_id)
    form = forms.InterestForm(data=forms.shown(found))
    return submit(
        form,
        lambda session: services.save_interest(
            session, user_id=actor().user_id, interest=found, at=now(), **form.values()
        ),
        then=lambda _made: url_for("interests.index"),
        said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/interests/form.html",
            form=form,
            interest=queries.interest(db(), public_id, actor().user_id),
        ),
    )


@bp.post("/interests/<uuid:public_id>/pause")
@guarded(policy.OWN)
def pause(public_id: UUID) -> Any:
    """Send nothing for now, or again."""
    found = queries.interest(db(), public_id, actor().user_id)
    back = url_for("interests.index")
    return press(
        lambda session: services.pause(session, interest=found, paused=found.paused_at is None, at=now()), then=back,
        said=_("Bewaard."),
    )  # fmt: skip


@bp.post("/interests/<uuid:public_id>/remove")
@guarded(policy.OWN)
def remove(public_id: UUID) -> Any:
    """Forget one."""
    found = queries.interest(db(), public_id, actor().user_id)
    back = url_for("interests.index")
    return press(lambda session: services.remove(session, interest=found), then=back, said=_("Verwijderd."))


@bp.route("/interests/<uuid:public_id>/stop/<given>", methods=["GET", "POST"])
@public
def stop(public_id: UUID, given: str) -> Any:
    """The page behind the link in a mail. Looking at it changes nothing: scanners of mail look too."""
    found = queries.by_token(db(), public_id, "stop", given)
    return submit(
        Button(),
        lambda session: services.pause(session, interest=found, paused=True, at=now()),
        then=lambda _done: url_for("interests.stop", public_id=public_id, given=given),
        said=_("U krijgt hierover geen mail meer."),
        page=lambda: render_template(
            "procurement/interests/stop.html",
            interest=queries.by_token(db(), public_id, "stop", given),
            given=given,
        ),
    )


@bp.route("/interests/<uuid:public_id>/stop/<given>/now", methods=["GET", "POST"])
@public
def one_click(public_id: UUID, given: str) -> Any:
    """The button of a mail program (RFC 8058): a POST stops at once, without page, cookie or form."""
    if request.method != "POST":
        return see_other(url_for("interests.stop", public_id=public_id, given=given))
    with atomic(db()) as session:
        found = queries.by_token(session, public_id, "stop", given)
        services.pause(session, interest=found, paused=True, at=now())
    return Response(_("U krijgt hierover geen mail meer."), mimetype="text/plain")


def let_mail_programs_in(app: Flask) -> None:
    """The one-click stop carries its own token, and a mail program has no other."""
    app.extensions["csrf"].exempt(one_click)


@bp.get("/interests/<uuid:public_id>/calendar/<given>.ics")
@public
def moments(public_id: UUID, given: str) -> Response:
    """The moments of tenders that an interest finds, for a calendar that cannot sign in; all of it is public."""
    interest = queries.by_token(db(), public_id, "calendar", given)
    wish = interest.wish
    found = [
        each
        for each in fed(db(), now())
        if rules.matches(
            wish,
            Found(About.TENDERS, each.tender.cpv or "", each.tender.place_code, each.tender.search_text),
        )
    ]
    return calendar_of(found, interest.name, "interest")
