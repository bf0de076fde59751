"""Preparing, handing in and withdrawing a bid; the list of one's own bids."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, render_template, url_for
from werkzeug import Response

from cwb.kernel.clock import LOCAL
from cwb.kernel.text import N_
from cwb.kernel.waiting import Tasks, Waiting
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, text_of, translated
from cwb.web.pages import csv_file, listed
from cwb.web.request import actor, db, now
from cwb.web.submit import see_other, submit
from procurement.bids import policy, queries, rules, services
from procurement.bids.errors import DraftChanged
from procurement.bids.forms import FORMS, AnswerForm, EmptyForm, HandInForm, PartForm
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.sealing.gateway import HouseKeys

bp = Blueprint("bids", __name__)

STATES = {
    rules.BidState.DRAFT: (N_("Concept"), "info"),
    rules.BidState.SUBMITTED: (N_("Ingediend"), "good"),
    rules.BidState.CHANGED: (N_("Gewijzigd, nog niet opnieuw ingediend"), "warn"),
    rules.BidState.WITHDRAWN: (N_("Ingetrokken"), "neutral"),
    rules.BidState.EXPIRED: (N_("Niet ingediend"), "neutral"),
    rules.BidState.OPENED: (N_("Geopend"), "good"),
    rules.BidState.DECIDED: (N_("Uitslag bekend"), "good"),
}


def keys() -> HouseKeys:
    """The installation's keys, outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _mine(chance: Opportunity) -> Bid | None:
    organisation_id = actor().organisation_id
    return None if organisation_id is None else queries.find_running(db(), chance.tender.id, organisation_id)


def _names(chance: Opportunity) -> dict[str, str]:
    fixed = {rules.PRICE: _("Prijs"), rules.DECLARATIONS: _("Verklaringen")}
    return {**fixed, **{rules.part_of(each.code): each.name for each in chance.criteria}}


def _url(chance: Opportunity, part: str) -> str:
    number = chance.tender.number
    if part.startswith(rules.QUALITY):
        return url_for("bids.answer", number=number, code=part.removeprefix(rules.QUALITY))
    return url_for(f"bids.{part}", number=number)


def _tasks(chance: Opportunity, bid: Bid, draft: rules.Draft) -> list[dict[str, Any]]:
    left = rules.open_parts(draft, chance.codes, chance.closes_on)
    items, names = [], _names(chance)
    for part in rules.parts(chance.codes):
        ready, begun = part not in left, bool(draft.part(part).saved)
        status = _("Klaar") if ready else _("Begonnen") if begun else _("Nog te doen")
        tone = "good" if ready else "info" if begun else "neutral"
        items.append(
            {"label": names[part], "href": _url(chance, part), "status": status, "tone": tone, "done": ready}
        )
    handed = bool(bid.version) and bid.submitted_draft == bid.draft_version
    items.append({
        "label": _("Nakijken en indienen"),
        "href": None if left else url_for("bids.check", number=chance.tender.number),
        "status": _("Klaar") if handed else _("Kan nog niet") if left else _("Nog te doen"),
        "tone": "good" if handed else "neutral", "done": handed,
    })  # fmt: skip
    return items


@bp.get("/tenders/<number>/bid")
@guarded(policy.LOOK)
def start(number: str) -> Any:
    """Before you start, or the task list once there is a draft."""
    chance = queries.opportunity(db(), number, actor())
    moment, who = queries.database_now(db()), actor()
    bid = _mine(chance)
    if bid is None or not policy.may(who, policy.SEE_OWN, bid):
        bars = [translated(rules.BAR_TEXTS[bar]) for bar in services.bars(db(), chance, who, moment)]
        return render_template(
            "procurement/bids/start.html", chance=chance, tender=chance.tender, bars=bars, form=EmptyForm()
        )
    if queries.is_closed(chance.tender, moment):
        return see_other(url_for("bids.show", bid_id=bid.public_id))
    tasks = _tasks(chance, bid, services.read_draft(bid, keys()))
    return render_template(
        "procurement/bids/tasks.html", chance=chance, tender=chance.tender, bid=bid, tasks=tasks,
        done=sum(item["done"] for item in tasks), state=STATES[queries.state_of(bid, chance.tender, moment)],
        changed_at=chance.changed_since(bid),
    )  # fmt: skip


@bp.post("/tenders/<number>/bid/start")
@guarded(policy.PREPARE)
def begin(number: str) -> Any:
    """Start a draft."""
    chance = queries.opportunity(db(), number, actor())
    there = url_for("bids.start", number=number)
    return submit(
        EmptyForm(), lambda s: services.start_bid(s, chance=chance, actor=actor(), at=now()), then=lambda _bid: there,
        page=lambda: see_other(there),
    )  # fmt: skip


@bp.route("/tenders/<number>/bid/price", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def price(number: str) -> Any:
    """The price."""
    return _part(number, rules.PRICE)


@bp.route("/tenders/<number>/bid/criteria/<code>", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def answer(number: str, code: str) -> Any:
    """The answer on one quality criterion."""
    return _part(number, rules.part_of(code))


@bp.route("/tenders/<number>/bid/declarations", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def declarations(number: str) -> Any:
    """The declarations."""
    return _part(number, rules.DECLARATIONS)


def _own(chance: Opportunity) -> Bid | None:
    """The running bid of the actor's organisation; None before it began, and after it was withdrawn."""
    bid = _mine(chance)
    if bid is not None:
        permit(policy.may(actor(), policy.PREPARE, bid))
    return bid


def _begin_first(number: str) -> Any:
    """Lead somebody without a bid (an old tab, a link kept for later) to where it begins."""
    flash(
        _("U hebt hier nu geen inschrijving. Er is niets opgeslagen. Begin eerst een inschrijving."), "warn"
    )
    return see_other(url_for("bids.start", number=number))


def _part(number: str, part: str) -> Any:
    chance = queries.opportunity(db(), number, actor())
    if part.startswith(rules.QUALITY):
        chance.criterion(part.removeprefix(rules.QUALITY))
    bid = _own(chance)
    if bid is None:
        return _begin_first(number)
    form = FORMS.get(part, AnswerForm)()
    if part == rules.PRICE:
        form.least_valid = chance.closes_on + rules.LEAST_VALID
    saved = services.read_draft(bid, keys()).part(part)
    if not form.is_submitted():
        form.fill(saved)
        if part == rules.PRICE and form.valid_until.data is None:
            form.valid_until.data = chance.closes_on + rules.USUAL_VALID
    there = url_for("bids.start", number=number)
    try:
        return submit(
            form,
            lambda s: services.save_part(
                s, chance=chance, bid=bid, name=part, value=form.values(), seen=form.seen_save(),
                actor=actor(), keys=keys(),
            ),
            then=lambda draft: _after(chance, draft, part, there if form.is_later else None),
            said=_("Opgeslagen."),
            page=lambda: _part_page(number, part, form),
        )  # fmt: skip
    except DraftChanged as fault:
        form.seen.data = str(fault.facts["saved"])
        form.form_errors.append(text_of(fault))
        return _part_page(number, part, form), 409


def _after(chance: Opportunity, draft: rules.Draft, part: str, there: str | None) -> str:
    """Where one goes after saving; a price that makes the bid drop out is told on the way."""
    if part == rules.PRICE and _standing(chance, draft) is rules.Standing.ABOVE:
        flash(_("Let op: uw prijs ligt boven het hoogste bedrag. Zo valt uw inschrijving af."), "warn")
    return there or _next(chance.tender.number, draft, part)


def _standing(chance: Opportunity, draft: rules.Draft) -> rules.Standing | None:
    return rules.standing(draft.part(rules.PRICE).value.get("minor"), chance.price_range)


def _next(number: str, draft: rules.Draft, part: str) -> str:
    """The next page that is not ready, after this one; else the list of tasks."""
    chance = queries.opportunity(db(), number, actor())
    order = rules.parts(chance.codes)
    left = rules.open_parts(draft, chance.codes, chance.closes_on)
    after = [name for name in order[order.index(part) + 1 :] if name in left]
    return _url(chance, after[0]) if after else url_for("bids.start", number=number)


def _part_page(number: str, part: str, form: PartForm) -> str:
    chance = queries.opportunity(db(), number, actor())
    template = "answer" if part.startswith(rules.QUALITY) else part
    criterion = chance.criterion(part.removeprefix(rules.QUALITY)) if template == "answer" else None
    return render_template(
        f"procurement/bids/{template}.html", chance=chance, tender=chance.tender, form=form, criterion=criterion,
        most=rules.MOST_ANSWER, standing=_price_standing(chance, form), statements=list(rules.STATEMENTS),
    )  # fmt: skip


def _price_standing(chance: Opportunity, form: PartForm) -> rules.Standing | None:
    """How the price in the form stands, also one typed and not saved."""
    price = form["price"].data if "price" in form else None
    return None if price is None else rules.standing(price.minor, chance.price_range)


@bp.route("/tenders/<number>/bid/check", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def check(number: str) -> Any:
    """Check the answers and hand in."""
    chance = queries.opportunity(db(), number, actor())
    bid = _own(chance)
    if bid is None:
        return _begin_first(number)
    form = HandInForm()

    def page() -> str:
        fresh = queries.opportunity(db(), number, actor())
        draft = services.read_draft(bid, keys())
        form.seen.data = str(draft.saves)
        return render_template(
            "procurement/bids/check.html", chance=fresh, tender=fresh.tender, form=form, rows=_rows(fresh, draft),
            left=[_names(fresh)[each] for each in rules.open_parts(draft, fresh.codes, fresh.closes_on)],
            may_hand_in=policy.may(actor(), policy.HAND_IN), standing=_standing(fresh, draft),
            price=draft.part(rules.PRICE).value.get("minor"),
        )  # fmt: skip

    if form.is_submitted():
        permit(policy.may(actor(), policy.HAND_IN, bid))
    return submit(
        form,
        lambda s: services.hand_in(
            s, chance=chance, bid=bid, seen=form.seen_saves(), actor=actor(), keys=keys(), at=now()
        ),
        then=lambda _version: url_for("bids.show", bid_id=bid.public_id),
        said=_("Uw inschrijving is ontvangen en verzegeld."),
        page=page,
    )


def _rows(chance: Opportunity, draft: rules.Draft) -> list[dict[str, Any]]:
    names = _names(chance)
    rows = []
    for part in rules.parts(chance.codes):
        value = draft.part(part).value
        rows.append({
            "part": part, "name": names[part], "value": value, "href": _url(chance, part), "until": _until(value),
        })  # fmt: skip
    return rows


def _until(value: Mapping[str, Any] | None) -> date | None:
    """The day a price stands until, read from what was stored."""
    text = value.get("valid_until") if value else None
    return date.fromisoformat(text) if text else None


@bp.route("/tenders/<number>/bid/withdraw", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def withdraw(number: str) -> Any:
    """Take the bid back."""
    chance = queries.opportunity(db(), number, actor())
    bid = _own(chance)
    if bid is None:
        return _begin_first(number)
    permit(policy.may(actor(), policy.HAND_IN if bid.version else policy.PREPARE, bid))
    form = EmptyForm()
    return submit(
        form,
        lambda s: services.withdraw_bid(s, bid=bid, actor=actor(), at=now()),
        then=lambda taken: url_for("bids.show", bid_id=taken.public_id),
        said=_("Uw inschrijving is ingetrokken."),
        page=lambda: render_template(
            "procurement/bids/withdraw.html",
            tender=queries.opportunity(db(), number, actor()).tender,
            form=form,
            bid=bid,
        ),
    )


@bp.get("/bids/<uuid:bid_id>")
@guarded(policy.SEE_OWN)
def show(bid_id: UUID) -> str:
    """One own bid: its state, its receipts, its content, and what happens next."""
    bid = queries.own_bid(db(), bid_id, actor().organisation_id)
    moment = queries.database_now(db())
    versions = queries.versions(db(), bid.id)
    copy = rules.content_of_text(services.read_copy(bid, versions[0], keys())) if versions else None
    chance = queries.opportunity(db(), bid.tender.number, actor())
    state = queries.state_of(bid, bid.tender, moment)
    return render_template(
        "procurement/bids/show.html", bid=bid, tender=bid.tender, chance=chance, versions=versions, copy=copy,
        until=_until(copy), changed_at=chance.changed_since(bid),
        names={each.code: each.name for each in chance.criteria}, is_open=not queries.is_closed(bid.tender, moment),
        state=STATES[state], has_result=state is rules.BidState.DECIDED,
        may_hand_in=policy.may(actor(), policy.HAND_IN, bid),
    )  # fmt: skip


def _listed(rows: Sequence[tuple[Bid, datetime]]) -> list[dict[str, Any]]:
    return [
        {
            "bid": bid,
            "tender": bid.tender,
            "state": STATES[state],
            "has_result": state is rules.BidState.DECIDED,
        }
        for bid, moment in rows
        for state in (queries.state_of(bid, bid.tender, moment),)
    ]


@bp.get("/bids")
@guarded(policy.SEE_OWN)
def index() -> str:
    """The bids of one's own organisation."""
    own = actor().organisation_id or 0
    page = listed(db(), queries.LISTED, lambda: queries.count_own(db(), own), {"organisation_id": own})
    return render_template("procurement/bids/index.html", page=page, rows=_listed(page.rows))


@bp.get("/bids.csv")
@guarded(policy.SEE_OWN)
def index_csv() -> Response:
    """The same list as a file."""
    moment = queries.database_now(db())
    rows = _listed([(bid, moment) for bid in db().scalars(queries.own_bids(actor().organisation_id))])
    head = [_("Aanbesteding"), _("Titel"), _("Stand"), _("Sluit op"), _("Ingediend op"), _("Versie")]
    return csv_file(
        "inschrijvingen",
        head,
        [
            (row["tender"].number, row["tender"].title, translated(row["state"][0]), _local(row["tender"].closes_at),
             _local(row["bid"].submitted_at), row["bid"].version or None)
            for row in rows
        ],
    )  # fmt: skip


def _local(moment: Any) -> Any:
    return moment.astimezone(LOCAL) if moment else None


tasks = Tasks(
    Waiting(
        N_("Maak uw inschrijving op %(number)s af"), "bids.start", policy.PREPARE.roles, queries.DRAFTS,
        {"number": "number"},
    ),
)  # fmt: skip
"""Drafts that wait to be finished or handed in."""
