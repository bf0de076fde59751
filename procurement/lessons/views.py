"""Pages of what a cooperative learned."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, url_for

from cwb.web.guards import guarded
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from procurement.awards.forms import RESULTS
from procurement.awards.models import AwardLetter
from procurement.awards.rules import Result
from procurement.lessons import forms, policy, queries, rules, services

bp = Blueprint("lessons", __name__)


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def _page(letters: Sequence[AwardLetter], **more: Any) -> str:
    compared = rules.compare(each.content or {} for each in letters)
    return render_template(
        "procurement/lessons/index.html", letters=letters, results=RESULTS,
        won=sum(each.result is Result.WON for each in letters),
        compared=[
            (each.name or _("Prijs"), each.times, _decimal(each.own), _decimal(each.winner), each.behind > 0)
            for each in compared
        ],
        prices={each.id: _decimal(rules.price_ratio(each.content or {})) for each in letters}, **more,
    )  # fmt: skip


@bp.get("/lessons")
@guarded(policy.READ_OWN)
def index() -> str:
    """What one's own cooperative learned."""
    own = actor().organisation_id or 0
    return _page(
        queries.letters(db(), own), organisation=None, is_shared=queries.may_coach_read(db(), own),
        may_allow=policy.ALLOW.open_to(actor()),
    )  # fmt: skip


@bp.get("/lessons.csv")
@guarded(policy.READ_OWN)
def listing() -> Response:
    """The same as a file: a line per criterion of each bid."""
    head = ("tender", "title", "decided", "result", "criterion", "own_share", "winner_share", "lesson")
    rows = [
        (
            each.decision.tender.number, each.decision.tender.title, each.decision.sent_at, each.result.value, name,
            own, winner, each.lesson,
        )
        for each in queries.letters(db(), actor().organisation_id or 0)
        for name, own, winner in _lines(each)
    ]  # fmt: skip
    return csv_file("lessons", head, rows)


def _lines(letter: AwardLetter) -> list[tuple[str, str, str]]:
    """Criterion and both shares with four decimals; one line with nothing in it where a letter compares nothing."""
    found = [
        (name or "price", f"{float(own):.4f}", f"{float(winner):.4f}")
        for name, own, winner in rules.shares(letter.content or {})
    ]
    return found or [("", "", "")]


@bp.post("/lessons/coach")
@guarded(policy.ALLOW)
def allow() -> Any:
    """Let a coach read along, or no longer."""
    form, back = forms.ConsentForm(), url_for("lessons.index")
    return submit(
        form,
        lambda session: services.allow_coach(
            session, is_given=form.given.data == "yes", actor=actor(), at=now()
        ),
        then=lambda _made: back,
        said=_("Bewaard."),
        page=lambda: see_other(back),
    )


@bp.get("/lessons/shared")
@guarded(policy.COACH)
def shared() -> str:
    """The cooperatives that let a coach read along."""
    return render_template("procurement/lessons/shared.html", organisations=queries.sharing(db()))


@bp.get("/lessons/shared/<uuid:public_id>")
@guarded(policy.COACH)
def of(public_id: UUID) -> str:
    """What a cooperative learned, for its coach."""
    found = queries.shared(db(), public_id)
    return _page(queries.letters(db(), found.id), organisation=found, is_shared=True, may_allow=False)
