"""Pages of the validity of bids: for the buyer all of them, for a bidder the question and its own answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.calendar import working_days_after
from cwb.kernel.clock import local_date
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.awards import queries as awards
from procurement.opening.models import OpenedBid
from procurement.tenders.models import Tender
from procurement.validity import errors, forms, policy, queries, rules, services
from procurement.validity.models import ValidityAnswer, ValidityRequest

bp = Blueprint("validity", __name__)

USUAL_MORE = timedelta(days=60)
"""What is proposed beyond today."""


def _seen(number: str) -> Tender:
    tender = awards.tender(db(), number)
    permit(policy.may_see(actor(), tender))
    return tender


@bp.get("/tenders/<number>/validity")
@guarded(policy.SEE)
def index(number: str) -> str:
    """Until when each bid binds, what was asked and answered, and what can be done."""
    tender = _seen(number)
    asked, today = queries.requests(db(), tender.id), local_date(now())
    is_heard = bool(asked) and asked[0].answer_until <= now()
    found, may_ask = queries.bounds(tender, queries.taking_part(db(), tender.id), asked), _may_ask(tender)
    return render_template(
        "procurement/validity/index.html", tender=tender, requests=asked, today=today, bounds=found,
        warned_on=today + rules.WARNED, may_ask=may_ask, is_heard=is_heard,
        lapsed={each.bid_id for each in found if may_ask and asked and each.is_lapsed(today, is_heard=is_heard)},
    )  # fmt: skip


def _may_ask(tender: Tender) -> bool:
    return policy.may_ask(actor(), tender) and _is_waited(tender)


def _is_waited(tender: Tender) -> bool:
    ended = tender.awarded_at or tender.cancelled_at or tender.unsuccessful_at
    return tender.opened_at is not None and ended is None


@bp.get("/tenders/<number>/validity.csv")
@guarded(policy.SEE)
def listing(number: str) -> Response:
    """Until when each bid binds, as a file."""
    tender = _seen(number)
    found = services.bounds(db(), tender)
    head = (_("Inschrijving"), _("Perceel"), _("Geldt tot en met"), _("Laatste antwoord"))
    return csv_file(
        f"geldigheid-{number}", head,
        [(each.label, each.lot_number, each.until or "", _answer(each.answered)) for each in found],
    )  # fmt: skip


def _answer(agrees: bool | None) -> str:
    return "" if agrees is None else _("ja") if agrees else _("nee")


@bp.route("/tenders/<number>/validity/ask", methods=["GET", "POST"])
@guarded(policy.ASK)
def ask(number: str) -> Any:
    """Ask all bidders at once."""
    tender, today = _seen(number), local_date(now())
    permit(policy.may_ask(actor(), tender))
    if not _is_waited(tender):
        raise errors.NothingToHold
    asked = queries.requests(db(), tender.id)
    if asked and asked[0].answer_until > now():
        return passed(url_for("validity.index", number=number), _("Uw vorige vraag loopt nog."))
    form = forms.AskForm(
        data={
            "until": today + USUAL_MORE,
            "last_day": working_days_after(today, rules.LEAST_WORKING_DAYS + 1),
        }
    )
    return submit(
        form,
        lambda session: services.ask(session, tender=tender, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("validity.index", number=number),
        said=_("Uw vraag is verstuurd. Iedereen die nog meedoet kreeg haar tegelijk."),
        page=lambda: render_template(
            "procurement/validity/ask.html", form=form, tender=tender, days=rules.LEAST_WORKING_DAYS,
        ),
    )  # fmt: skip


@bp.route("/tenders/<number>/validity/<label>/out", methods=["GET", "POST"])
@guarded(policy.ASK)
def take_out(number: str, label: str) -> Any:
    """Take out a bid that binds nobody any more."""
    tender = _seen(number)
    permit(policy.may_ask(actor(), tender))
    bound = next((each for each in services.bounds(db(), tender) if each.label == label), None)
    if bound is None or not bound.is_over(local_date(now())):
        raise errors.BidHolds
    form = forms.TakeOutForm()
    return submit(
        form,
        lambda session: services.take_out(session, tender=tender, label=label, actor=actor(), at=now()),
        then=lambda _made: url_for("validity.index", number=number),
        said=_("Dit bod doet niet meer mee. De inschrijver kreeg bericht."),
        page=lambda: render_template("procurement/validity/out.html", form=form, number=number, bound=bound),
    )


def _asked(public_id: UUID) -> tuple[ValidityRequest, list[OpenedBid]]:
    """A question, and the bids of this reader that it is about."""
    found = queries.request(db(), public_id)
    own = [
        each
        for each in queries.taking_part(db(), found.tender_id)
        if policy.may_read(actor(), each.party_ids)
    ]
    if not own:
        raise errors.RequestNotFound
    return found, own


def _given(asked: ValidityRequest, own: Sequence[OpenedBid]) -> ValidityAnswer | None:
    ids = {each.id for each in own}
    return next((each for each in asked.answers if each.opened_bid_id in ids), None)


@bp.route("/validity/<uuid:public_id>", methods=["GET", "POST"])
@guarded(policy.READ)
def show(public_id: UUID) -> Any:
    """The question to a bidder: answer it, or read what was answered."""
    found, own = _asked(public_id)
    form = forms.AnswerForm()
    if form.is_submitted() and _given(found, own) is not None:
        return passed(url_for("validity.show", public_id=public_id), _("U antwoordde al. Dat antwoord telt."))
    may_answer = policy.may_answer(actor(), {each.organisation_id for each in own})

    def page() -> str:
        fresh, mine = (found, own) if request.method == "GET" else _asked(public_id)
        is_over = now() >= fresh.answer_until
        return render_template(
            "procurement/validity/show.html", form=form, asked=fresh, tender=fresh.tender, given=_given(fresh, mine),
            may_answer=may_answer and not is_over, is_over=is_over,
            own=min((day for each in mine if (day := rules.own_day(each.content))), default=None),
        )  # fmt: skip

    return submit(
        form,
        lambda session: services.answer(
            session, request=found, agrees=form.agrees.data == "yes", actor=actor(), at=now()
        ),
        then=lambda _made: url_for("validity.show", public_id=public_id),
        said=_("Uw antwoord is verstuurd."),
        page=page,
    )
