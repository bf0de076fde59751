"""Pages on which a period is closed or opened again, and on which is said what the books are."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for

from cwb.identity.models import Party
from cwb.kernel.clock import local_date
from cwb.kernel.errors import NotFound
from cwb.kernel.period import Period
from cwb.kernel.policy import Action
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, month
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from ledger.closing import forms, policy, queries, rules, services

bp = Blueprint("closing", __name__, url_prefix="/books")


def _party(public_id: UUID, action: Action) -> Party:
    found = queries.find_party(db(), public_id)
    if found is None:
        raise NotFound
    permit(policy.may(actor(), action, found.id))
    return found


def period_name(period: Period) -> str:
    """A period in words: a month by its name, else its first and last day, or its quarter or year."""
    if period == rules.months(period.start, 1)[0]:
        return month(period.start)
    return str(period)


def _page(public_id: UUID, form: forms.CloseForm) -> str:
    party = _party(public_id, policy.SEE)
    history = queries.history(db(), party.id)
    undone = {each.reopens_id for each in history}
    shut = [each.period for each in history if each.reopens_id is None and each.id not in undone]
    form.offer((each, period_name(each)) for each in rules.to_close(shut, today=local_date(now())))
    return render_template(
        "ledger/closing/periods.html", party=party, history=history, undone=undone, form=form, name=period_name,
        may_close=policy.may(actor(), policy.CLOSE, party.id),
        kind=queries.books_kind(db(), party.id, local_date(now())), kinds=rules.BOOKS_KINDS,
    )  # fmt: skip


@bp.get("/<uuid:public_id>/periods")
@guarded(policy.SEE)
def periods(public_id: UUID) -> str:
    """Which periods are closed, who closed and who opened them."""
    return _page(public_id, forms.CloseForm())


@bp.post("/<uuid:public_id>/periods")
@guarded(policy.CLOSE)
def close(public_id: UUID) -> Any:
    """Close a period."""
    party, form = _party(public_id, policy.CLOSE), forms.CloseForm()
    shut = queries.closed(db(), [party.id])
    form.offer((each, period_name(each)) for each in rules.to_close(shut, today=local_date(now())))
    return submit(
        form,
        lambda session: services.close_period(
            session, party_id=party.id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("closing.periods", public_id=public_id),
        said=_("De periode is gesloten. Er kan niets meer in geboekt worden."),
        page=lambda: _page(public_id, form),
    )


@bp.route("/<uuid:public_id>/periods/<uuid:close_id>/reopen", methods=["GET", "POST"])
@guarded(policy.CLOSE)
def reopen(public_id: UUID, close_id: UUID) -> Any:
    """Open a closed period again, with a reason."""
    party, form = _party(public_id, policy.CLOSE), forms.ReopenForm()
    found = queries.closing(db(), close_id)
    permit(found.party_id == party.id)
    return submit(
        form,
        lambda session: services.reopen_period(
            session, close=queries.closing(session, close_id), reason=form.reason.data or "", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("closing.periods", public_id=public_id),
        said=_("De periode is weer open. Dat staat in het logboek."),
        page=lambda: render_template(
            "ledger/closing/reopen.html", party=_party(public_id, policy.CLOSE), form=form,
            name=period_name(queries.closing(db(), close_id).period),
        ),
    )  # fmt: skip


@bp.route("/<uuid:public_id>/status", methods=["GET", "POST"])
@guarded(policy.CLOSE)
def status(public_id: UUID) -> Any:
    """Say what these books are."""
    party = _party(public_id, policy.CLOSE)
    today = local_date(now())
    form = forms.StatusForm(data={"kind": queries.books_kind(db(), party.id, today), "since": today})
    return submit(
        form,
        lambda session: services.say_what_books_are(
            session, party_id=party.id, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("books.trial", public_id=public_id),
        said=_("Opgeslagen. Het staat vanaf nu op elke pagina van de boekhouding."),
        page=lambda: render_template(
            "ledger/closing/status.html", party=_party(public_id, policy.CLOSE), form=form
        ),
    )
