"""Pages of stories."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from coops.register.forms import places
from coops.stories import forms, policy, queries, services
from cwb.web.guards import guarded, public
from cwb.web.i18n import _
from cwb.web.kept_pages import kept
from cwb.web.pages import paged
from cwb.web.request import actor, db, find_actor, now
from cwb.web.submit import press, submit

bp = Blueprint("stories", __name__, url_prefix="/stories")


@bp.get("")
@public
@kept
def index() -> str:
    """Every public story, the newest first."""
    return render_template(
        "coops/stories/index.html", page=paged(db(), queries.public(), size=10), places=places()
    )


@bp.route("/new", methods=["GET", "POST"])
@guarded(policy.TELL)
def new() -> Any:
    """Tell one."""
    form = forms.StoryForm()
    return submit(
        form,
        lambda session: services.tell_story(session, facts=form.facts(), actor=actor(), at=now()).public_id,
        then=lambda made: url_for("stories.show", public_id=made),
        said=_("Dank u. Iemand van het programma leest het eerst."),
        page=lambda: render_template("coops/stories/form.html", form=form),
    )


@bp.get("/mine")
@guarded(policy.TELL)
def mine() -> str:
    """What one told oneself."""
    return render_template("coops/stories/mine.html", stories=queries.mine(db(), actor().user_id))


@bp.get("/<uuid:public_id>")
@public
def show(public_id: UUID) -> str:
    """One story."""
    who = find_actor()
    found = queries.story(db(), public_id, who)
    is_own = who is not None and found.told_by_id == who.user_id
    is_checker = who is not None and policy.CHECK.open_to(who)
    return render_template(
        "coops/stories/show.html", story=found, places=places(), is_own=is_own, may_take_back=is_own or is_checker,
        may_publish=found.published_at is None and is_checker and not is_own,
    )  # fmt: skip


@bp.post("/<uuid:public_id>/publish")
@guarded(policy.CHECK)
def publish(public_id: UUID) -> Any:
    """Make it public."""
    found, back = queries.story(db(), public_id, actor()), url_for("stories.show", public_id=public_id)
    return press(
        lambda session: services.publish_story(session, story=found, actor=actor(), at=now()), then=back,
        said=_("Iedereen kan dit verhaal nu lezen."),
    )  # fmt: skip


@bp.post("/<uuid:public_id>/take-back")
@guarded(policy.TELL)
def take_back(public_id: UUID) -> Any:
    """Take it back."""
    found = queries.story(db(), public_id, actor())
    return press(
        lambda session: services.take_back(session, story=found, actor=actor(), at=now()),
        then=url_for("stories.index"), back=url_for("stories.show", public_id=public_id),
        said=_("Het verhaal is weg. Wij hebben de tekst gewist."),
    )  # fmt: skip
