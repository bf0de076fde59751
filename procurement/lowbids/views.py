"""Prices with their hints for a purchaser without a seat; the question as both sides read it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, translated
from cwb.web.pages import csv_file
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, submit
from procurement.lowbids import errors, forms, policy, queries, rules, services
from procurement.lowbids.gateway import settings
from procurement.lowbids.models import LowBidQuestion
from procurement.lowbids.queries import Priced
from procurement.lowbids.rules import Settings, State
from procurement.panels.queries import find_member
from procurement.tenders import queries as tenders
from procurement.tenders.models import Tender
from procurement.wage_floors.rules import KINDS

bp = Blueprint("lowbids", __name__)


def _settings() -> Settings:
    return settings(local_date(now()))


def _tender(number: str) -> Tender:
    tender = tenders.tender(db(), number, actor())
    permit(policy.may_watch(actor(), tender))
    return tender


def _prices(tender: Tender) -> Any:
    with atomic(db()) as session:
        return services.see_prices(session, tender=tender, settings=_settings(), actor=actor(), at=now())


def _read(tender: Tender) -> Any:
    """The prices to look at: once the scores are frozen nobody is kept out of the team by looking."""
    if tender.scores_frozen_at is not None:
        return queries.priced(db(), tender, _settings())
    return _prices(tender)


@bp.get("/tenders/<number>/prices")
@guarded(policy.WATCH)
def index(number: str) -> str:
    """The prices of the bids that are in, without names, and what they ask."""
    tender = _tender(number)
    return render_template(
        "procurement/lowbids/index.html", tender=tender, bids=_read(tender), settings=_settings(),
        hints=rules.HINTS, states=rules.STATES, at=now(), sum_kinds=KINDS,
    )  # fmt: skip


@bp.get("/tenders/<number>/prices.csv")
@guarded(policy.WATCH)
def listing(number: str) -> Response:
    """The same as a file, with what was asked and decided; after the freeze as well."""
    tender = _tender(number)
    head = [_("Inschrijving"), _("Perceel"), _("Prijs, zonder btw"), _("Wat opvalt"), _("Stand"), _("De vraag"),
            _("De uitleg"), _("Oordeel"), _("Waarom"), _("Bevestigd op")]  # fmt: skip
    return csv_file(f"prijzen-{number}", head, [_row(each) for each in _read(tender)])


def _row(bid: Priced) -> tuple[object, ...]:
    told = "; ".join(translated(rules.HINTS[each.against]) % {"percent": each.percent} for each in bid.hints)
    made = bid.question
    if made is None:
        return (bid.label, bid.lot_number, Money(bid.price_minor), told, "", "", "", "", "", "")
    return (
        bid.label, bid.lot_number, Money(bid.price_minor), told, translated(rules.STATES[made.state(now())][0]),
        made.question, made.answer, translated(rules.VERDICTS[made.verdict]) if made.verdict else "", made.reasons,
        made.confirmed_at or "",
    )  # fmt: skip


@bp.route("/tenders/<number>/prices/<label>/ask", methods=["GET", "POST"])
@guarded(policy.WATCH)
def ask(number: str, label: str) -> Any:
    """Ask the bidder to explain its price."""
    tender = _tender(number)
    bid = next((each for each in _prices(tender) if each.label == label), None)
    if bid is None:
        raise errors.QuestionNotFound
    if bid.question is not None:
        raise errors.AskedBefore
    form = forms.AskForm(data={"last_day": _settings().first_day(local_date(now()))})
    return submit(
        form,
        lambda session: services.ask_about_price(
            session, tender=tender, label=label, settings=_settings(), actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("lowbids.show", public_id=made.public_id),
        said=_("Uw vraag is verstuurd. De scores wachten op het antwoord en uw oordeel."),
        page=lambda: render_template(
            "procurement/lowbids/ask.html", form=form, bid=bid, hints=rules.HINTS, settings=_settings(),
            sum_kinds=KINDS,
            tender=tender if request.method == "GET" else _tender(number),
        ),
    )  # fmt: skip


def reading(public_id: UUID) -> tuple[LowBidQuestion, bool]:
    """A question, and whether the reader is a purchaser of the buyer; a seat in the panel keeps it hidden."""
    found = queries.question(db(), public_id)
    me = actor()
    if policy.may_read(me, found):
        return found, False
    if policy.may_watch(me, found.tender):
        seat = find_member(db(), found.tender_id, me.user_id)
        if seat is not None and found.tender.scores_frozen_at is None:
            raise errors.PricesHidden
        return found, True
    permit(policy.may_audit(me))
    return found, False


@bp.get("/low-bids/<uuid:public_id>")
@guarded(policy.READ)
def show(public_id: UUID) -> str:
    """One question, what was answered and decided, and what can be done."""
    found, is_buyer = reading(public_id)
    state, is_bidder = found.state(now()), policy.may_read(actor(), found)
    leads, is_joint = policy.may_explain(actor(), found), len(found.bid.party_ids) > 1
    stopped = found.bid.lot.stop_reason
    is_running = found.tender.scores_frozen_at is None and not found.tender.cancelled_at and not stopped
    own = found.judged_by_id == actor().user_id
    return render_template(
        "procurement/lowbids/show.html", question=found, tender=found.tender, state=state, states=rules.STATES,
        hints=rules.TOLD if is_bidder else rules.HINTS, verdicts=rules.VERDICTS, is_bidder=is_bidder,
        shows_verdict=not is_bidder or (state is State.CONFIRMED),
        may_explain=leads and is_running and state is State.ASKED, leads=leads, is_joint=is_joint,
        draft=queries.find_draft(db(), found.id) if is_bidder and is_joint else None,
        may_judge=is_buyer and is_running and state is State.READY,
        may_confirm=is_buyer and is_running and state is State.JUDGED and not own,
        waits=is_buyer and state is State.JUDGED and own and not stopped, may_list=is_buyer,
    )  # fmt: skip


def _explaining(public_id: UUID) -> tuple[LowBidQuestion, forms.ExplainForm]:
    """A question for who answers it, with what members were shown before."""
    found, _is_buyer = reading(public_id)
    permit(policy.may_explain(actor(), found))
    kept = queries.find_draft(db(), found.id)
    return found, forms.ExplainForm(data={"answer": kept.answer} if kept else {})


@bp.route("/low-bids/<uuid:public_id>/explain", methods=["GET", "POST"])
@guarded(policy.EXPLAIN)
def explain(public_id: UUID) -> Any:
    """Answer for the bidder."""
    found, form = _explaining(public_id)
    if request.method == "GET" and found.state(now()) is not State.ASKED:
        return passed(
            url_for("lowbids.show", public_id=public_id), _("Deze vraag wacht niet meer op antwoord.")
        )
    return submit(
        form,
        lambda session: services.explain_price(
            session, question=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda made: url_for("lowbids.show", public_id=made.public_id),
        said=_("Uw uitleg is verstuurd. U hoort wat de koper beslist."),
        page=lambda: render_template(
            "procurement/lowbids/explain.html", form=form, question=(fresh := reading(public_id)[0]),
            tender=fresh.tender, hints=rules.TOLD,
        ),
    )  # fmt: skip


@bp.route("/low-bids/<uuid:public_id>/draft", methods=["GET", "POST"])
@guarded(policy.EXPLAIN)
def draft(public_id: UUID) -> Any:
    """Let the members of a joint bid read the explanation before it is sent."""
    found, form = _explaining(public_id)
    if len(found.bid.party_ids) == 1:
        return passed(
            url_for("lowbids.explain", public_id=public_id),
            _("U schreef alleen in. Verstuur uw uitleg hier."),
        )
    return submit(
        form,
        lambda session: services.show_members(
            session, question=found, actor=actor(), at=now(), **form.values()
        ),
        then=lambda _made: url_for("lowbids.show", public_id=public_id),
        said=_("Bewaard. De leden kregen een mail. Er is nog niets verstuurd."),
        page=lambda: render_template(
            "procurement/lowbids/draft.html", form=form, question=(fresh := reading(public_id)[0]),
            tender=fresh.tender, hints=rules.TOLD,
        ),
    )  # fmt: skip


def _buyers(public_id: UUID) -> LowBidQuestion:
    found, is_buyer = reading(public_id)
    permit(is_buyer)
    return found


@bp.route("/low-bids/<uuid:public_id>/judge", methods=["GET", "POST"])
@guarded(policy.WATCH)
def judge(public_id: UUID) -> Any:
    """Decide what the explanation is worth."""
    found, form = _buyers(public_id), forms.JudgeForm()
    if request.method == "GET" and found.state(now()) is not State.READY:
        return passed(url_for("lowbids.show", public_id=public_id), _("Hier is nu niets te beslissen."))
    return submit(
        form,
        lambda session: services.judge(session, question=found, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("lowbids.show", public_id=made.public_id),
        said=_("Bewaard. Een collega zonder plek in het team bevestigt."),
        page=lambda: render_template(
            "procurement/lowbids/judge.html", form=form, question=(fresh := _buyers(public_id)),
            tender=fresh.tender, hints=rules.HINTS,
        ),
    )  # fmt: skip


@bp.route("/low-bids/<uuid:public_id>/confirm", methods=["GET", "POST"])
@guarded(policy.WATCH)
def confirm(public_id: UUID) -> Any:
    """Confirm as a second person, or give it back."""
    found, form = _buyers(public_id), forms.ConfirmForm()
    if request.method == "GET" and found.state(now()) is not State.JUDGED:
        return passed(url_for("lowbids.show", public_id=public_id), _("Hier is nu niets te beslissen."))
    return submit(
        form,
        lambda session: services.confirm(session, question=found, actor=actor(), at=now(), **form.values()),
        then=lambda made: url_for("lowbids.show", public_id=made.public_id),
        said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/lowbids/confirm.html", form=form, question=(fresh := _buyers(public_id)),
            tender=fresh.tender, hints=rules.HINTS, verdicts=rules.VERDICTS,
        ),
    )  # fmt: skip
