"""Preparing a bid, page by page. Checking and handing in are `procurement.submission`."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, current_app, flash, render_template, request, url_for
from sqlalchemy.orm import Session

from cwb.kernel.clock import LOCAL, local_date
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, _n, text_of, translated
from cwb.web.request import actor, db, now
from cwb.web.submit import press, see_other, submit
from cwb.web.waiting import Waits, waits_at
from procurement.bids import policy, queries, rules, services
from procurement.bids.errors import BidNotFound, DraftChanged
from procurement.bids.forms import STATES, LabourForm, PartForm, PriceForm, form_of, part_names
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.consortia.rules import BACKERS, JOINT, SUBCONTRACTORS
from procurement.pledges.rules import MOST as MOST_PLEDGES
from procurement.sealing.gateway import HouseKeys
from procurement.statements.gateway import table
from procurement.statements.rules import GROUND_TEXTS, GROUPS, PAPER_TEXTS
from procurement.statements.services import Ready, ready
from procurement.wage_floors import rules as wage_floors

bp = Blueprint("bids", __name__)


def keys() -> HouseKeys:
    """The keys outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _mine(chance: Opportunity) -> Bid | None:
    organisation_id = actor().organisation_id
    bid = None if organisation_id is None else queries.find_running(db(), chance.lot.id, organisation_id)
    return bid and services.of_one(db(), bid, actor())


def home(chance: Opportunity) -> str:
    """Where a bid on a lot begins: for a tender with one lot the tender's own page."""
    number = chance.tender.number
    if not chance.tender.is_divided:
        return url_for("bids.start", number=number)
    return url_for("bids.lot", number=number, lot=chance.lot.number)


def invited(chance: Opportunity) -> list[Waits]:
    """Invitations to bid on this tender with others that wait for one's own organisation."""
    return waits_at(actor(), chance.tender.number, "joining.show", "joining.sign")


_OTHERS = {JOINT: "joining.index", SUBCONTRACTORS: "joining.subcontractors", BACKERS: "backing.index"}
"""Pages of others beside the bidder."""


def part_url(chance: Opportunity, part: str) -> str:
    """The page of one part of a bid."""
    place: dict[str, Any] = {"number": chance.tender.number, "lot": chance.lot.number}
    if part in _OTHERS:
        return url_for(_OTHERS[part], **place)
    if part in {rules.GROUNDS, rules.FILES}:
        return url_for("enclosures.files" if part == rules.FILES else "enclosures.statement", **place)
    if part.startswith(rules.QUALITY):
        return url_for("bids.answer", code=part.removeprefix(rules.QUALITY), **place)
    return url_for(f"bids.{part}", **place)


def _tasks(chance: Opportunity, bid: Bid, draft: rules.Draft) -> list[dict[str, Any]]:
    left = rules.open_parts(draft, chance.asked)
    items, names = [], part_names(chance.criteria)
    for part in rules.parts(chance.asked):
        ready, begun = part not in left, bool(draft.part(part).saved)
        status = _("Klaar") if ready else _("Begonnen") if begun else _("Nog te doen")
        tone = "good" if ready else "info" if begun else "neutral"
        items.append({
            "label": names[part], "href": part_url(chance, part), "status": status, "tone": tone,
            "done": ready, "counted": True,
        })  # fmt: skip
    count = len(draft.files)
    items.append({
        "label": _("Bijlagen"), "href": part_url(chance, rules.FILES), "tone": "good" if count else "neutral",
        "status": _n("%(num)s bestand", "%(num)s bestanden", count) if count else _("Niet verplicht"),
    })  # fmt: skip
    items += _optional_tasks(chance, draft, is_left=JOINT in left)
    handed = bid.counts and bid.submitted_draft == bid.draft_version
    items.append({
        "label": _("Nakijken en indienen"),
        "href": None if left else part_url(chance, "check"),
        "status": _("Klaar") if handed else _("Kan nog niet") if left else _("Nog te doen"),
        "tone": "good" if handed else "neutral",
    })  # fmt: skip
    return items


def _optional_tasks(chance: Opportunity, draft: rules.Draft, *, is_left: bool) -> list[dict[str, Any]]:
    """Others beside the bidder: members that sign along, and who works for it. Not for who helps to fill in."""
    if not actor().has(*rules.PREPARERS):
        return []
    members, others = len(draft.members), len(draft.subcontractors)
    backers = len(draft.part(BACKERS).value.get("ids", ()))
    relying = {
        "label": _("Steunen op een ander"), "href": part_url(chance, BACKERS),
        "tone": "good" if backers else "neutral",
        "status": _n("%(num)s organisatie", "%(num)s organisaties", backers) if backers else _("Niet verplicht"),
    }  # fmt: skip
    return [
        *([relying] if chance.demand.criteria or backers else []),
        {
            "label": _("Samen inschrijven"), "href": part_url(chance, JOINT),
            "done": not is_left, "counted": bool(members),
            "tone": "neutral" if not members else "info" if is_left else "good",
            "status": _n("%(num)s lid", "%(num)s leden", members) if members else _("Niet verplicht"),
        },
        {
            "label": _("Onderaannemers"), "href": part_url(chance, SUBCONTRACTORS),
            "tone": "good" if others else "neutral",
            "status": _n("%(num)s onderaannemer", "%(num)s onderaannemers", others) if others else _("Niet verplicht"),
        },
    ]  # fmt: skip


@bp.get("/tenders/<number>/bid")
@guarded(policy.LOOK)
def start(number: str) -> Any:
    """The lots with one's own bids; with one lot its beginning itself."""
    chance = queries.opportunity(db(), number, 1, actor())
    if not chance.tender.is_divided:
        return _start(chance)
    who, moment = actor(), chance.moment
    mine = (
        {} if who.organisation_id is None else queries.running_of(db(), chance.tender.id, who.organisation_id)
    )
    handed = 0
    if who.organisation_id is not None and chance.tender.most_lots_bid is not None:
        handed = queries.lots_of_bidder(db(), tender_id=chance.tender.id, organisation_id=who.organisation_id)
    mine = {lot: bid for lot, bid in mine.items() if policy.may(who, policy.SEE_OWN, bid)}
    rows = [
        {"lot": lot, "bid": (bid := mine.get(lot.id)), "href": url_for("bids.lot", number=number, lot=lot.number),
         "state": STATES[queries.state_of(bid, chance.tender, moment)] if bid else None}
        for lot in chance.tender.lots
    ]  # fmt: skip
    return render_template(
        "procurement/bids/lots.html", tender=chance.tender, rows=rows,
        is_open=not queries.is_closed(chance.tender, moment), handed=handed, invited=invited(chance),
    )  # fmt: skip


@bp.get("/tenders/<number>/lots/<int:lot>/bid")
@guarded(policy.LOOK)
def lot(number: str, lot: int) -> Any:
    """The beginning of a bid on one of several lots."""
    return _start(queries.opportunity(db(), number, lot, actor()))


def _start(chance: Opportunity) -> Any:
    """Before you start, or the task list once there is a draft."""
    moment, who = chance.moment, actor()
    bid = _mine(chance)
    if bid is None or not policy.may(who, policy.SEE_OWN, bid):
        found = services.bars(db(), chance, who, moment)
        return render_template(
            "procurement/bids/start.html", chance=chance, tender=chance.tender, invited=invited(chance), form=Button(),
            bars=[translated(rules.BAR_TEXTS[bar]) for bar in found],
            count_asked=rules.Bar.NOT_RESERVED in found, mission_asked=rules.Bar.NO_MISSION in found,
            ready=_ready(chance), group_names=GROUPS, paper_names=PAPER_TEXTS, ground_texts=GROUND_TEXTS,
        )  # fmt: skip
    if queries.is_closed(chance.tender, moment):
        return see_other(url_for("bids.show", bid_id=bid.public_id))
    tasks = _tasks(chance, bid, services.read_draft(bid, keys()))
    if chance.lot.stop_reason:
        tasks = [{**each, "href": None} for each in tasks]
    return render_template(
        "procurement/bids/tasks.html", chance=chance, tender=chance.tender, bid=bid, tasks=tasks,
        invited=invited(chance),
        counted=[item["done"] for item in tasks if item.get("counted")],
        state=STATES[queries.state_of(bid, chance.tender, moment)],
        changed_at=chance.changed_since(bid),
        may_withdraw=policy.may(who, policy.HAND_IN if bid.version else policy.PREPARE, bid),
    )  # fmt: skip


def _ready(chance: Opportunity) -> Ready:
    own, today = actor().organisation_id, local_date(now())
    return ready(
        db(), table(), chance.demand, organisation_id=own, closes_on=chance.closes_on, today=today, keys=keys()
    )  # fmt: skip


@bp.post("/tenders/<number>/bid/start", defaults={"lot": 1})
@bp.post("/tenders/<number>/lots/<int:lot>/bid/start")
@guarded(policy.PREPARE)
def begin(number: str, lot: int) -> Any:
    """Start a draft."""
    chance = queries.opportunity(db(), number, lot, actor())
    there = home(chance)
    return press(lambda s: services.start_bid(s, chance=chance, actor=actor(), at=now()), then=there)


@bp.route("/tenders/<number>/bid/price", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/price", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def price(number: str, lot: int) -> Any:
    """The price."""
    return _part(number, lot, rules.PRICE)


@bp.route("/tenders/<number>/bid/criteria/<code>", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/criteria/<code>", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def answer(number: str, lot: int, code: str) -> Any:
    """The answer on one quality criterion."""
    return _part(number, lot, rules.part_of(code))


@bp.route("/tenders/<number>/lots/<int:lot>/bid/labour", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def labour(number: str, lot: int) -> Any:
    """The hours of work and what is reckoned for them."""
    return _part(number, lot, rules.LABOUR)


@bp.route("/tenders/<number>/lots/<int:lot>/bid/wish", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def wish(number: str, lot: int) -> Any:
    """How much this lot is wanted beside the others."""
    return _part(number, lot, rules.WISH)


@bp.route("/tenders/<number>/bid/declarations", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/declarations", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def declarations(number: str, lot: int) -> Any:
    """The declarations."""
    return _part(number, lot, rules.DECLARATIONS)


def own(chance: Opportunity) -> Bid | None:
    """The running bid of the actor's organisation; None before it began, after it was withdrawn, and to fill in late.

    What is sent late is refused by the service, which knows the database's clock; here no page is offered for it.
    """
    if _is_late(chance):
        return None
    bid = _mine(chance)
    if bid is not None:
        permit(policy.may(actor(), policy.PREPARE, bid))
    return bid


def _is_late(chance: Opportunity) -> bool:
    return request.method == "GET" and queries.is_closed(chance.tender, chance.moment)


def begin_first(chance: Opportunity) -> Any:
    """Lead somebody without a bid to fill in (an old tab, a link kept for later) to where it begins, or ended."""
    if _is_late(chance):
        flash(_("De inschrijving is gesloten. Hier ziet u wat u indiende."), "info")
    elif invited(chance):
        flash(_("U hebt hier zelf geen inschrijving. Lees eerst wat anderen u vragen."), "info")
    else:
        flash(
            _("U hebt hier nu geen inschrijving. Er is niets opgeslagen. Begin eerst een inschrijving."),
            "warn",
        )
    return see_other(home(chance))


def _part(number: str, lot: int, part: str) -> Any:
    chance = queries.opportunity(db(), number, lot, actor())
    if part not in rules.parts(chance.asked):
        raise BidNotFound
    bid = own(chance)
    if bid is None:
        return begin_first(chance)
    form = form_of(part, chance.asked)
    saved = services.read_draft(bid, keys()).part(part)
    if not form.is_submitted():
        form.fill(saved)
        if isinstance(form, PriceForm) and form.valid_until.data is None:
            form.valid_until.data = chance.closes_on + max(chance.valid_for, rules.USUAL_VALID)
    if form.is_submitted() and "autosave" in request.form:
        return _autosaved(chance, bid, part, form)
    there = home(chance)
    try:
        return submit(
            form,
            lambda s: services.save_part(
                s, chance=chance, bid=bid, name=part, value=form.values(), seen=form.seen_save(),
                actor=actor(), keys=keys(),
            ),
            then=lambda draft: _after(chance, draft, part, there if form.is_later else None),
            said=_("Opgeslagen."),
            page=lambda: _part_page(chance, part, form),
        )  # fmt: skip
    except DraftChanged as fault:
        form.seen.data = str(fault.facts["saved"])
        form.form_errors.append(text_of(fault))
        return _part_page(chance, part, form), 409


def _autosaved(chance: Opportunity, bid: Bid, part: str, form: PartForm) -> Any:
    """Keep a page as it is typed, and say so in few words; a newer version of somebody else stays."""
    kept: list[int] = []

    def save(session: Session) -> rules.Draft:
        draft = services.save_part(
            session, chance=chance, bid=bid, name=part, value=form.values(), seen=form.seen_save(), actor=actor(),
            keys=keys(),
        )  # fmt: skip
        kept.append(draft.part(part).saved)
        return draft

    try:
        submit(form, save, then=lambda _draft: request.path, page=lambda: "")
    except DraftChanged as fault:
        return {"text": text_of(fault)}, 409
    if not kept:
        return {"text": _("Nu niet bewaard. Kijk het formulier na.")}, 422
    return {"saved": kept[0], "text": _("Bewaard om %(at)s", at=now().astimezone(LOCAL).strftime("%H:%M"))}


def _after(chance: Opportunity, draft: rules.Draft, part: str, there: str | None) -> str:
    """Where one goes after saving; a price that makes the bid drop out is told on the way."""
    if part == rules.PRICE and standing_of(chance, draft) is rules.Standing.ABOVE:
        flash(_("Let op: uw prijs ligt boven het hoogste bedrag. Zo valt uw inschrijving af."), "warn")
    if part == rules.LABOUR and any(each.is_below for each in sums_of(chance, draft)):
        flash(
            _("Let op: dit is te weinig voor het laagste loon. De koper vraagt dan eerst om uitleg."), "warn"
        )
    return there or _next(chance.tender.number, chance.lot.number, draft, part)


def standing_of(chance: Opportunity, draft: rules.Draft) -> rules.Standing | None:
    """How the price in a draft stands to the published range."""
    return rules.standing(draft.part(rules.PRICE).value.get("minor"), chance.price_range)


def sums_of(chance: Opportunity, draft: rules.Draft) -> list[wage_floors.Sum]:
    """What a draft reckons for labour beside the wage floor; empty where none is set, or hours are missing."""
    labour = wage_floors.labour_of(draft.part(rules.LABOUR).value)
    if chance.floor is None or labour is None:
        return []
    return wage_floors.sums(labour, chance.floor, draft.part(rules.PRICE).value.get("minor"))


def _next(number: str, lot: int, draft: rules.Draft, part: str) -> str:
    """The next page that is not ready, after this one; else the list of tasks."""
    chance = queries.opportunity(db(), number, lot, actor())
    order = rules.parts(chance.asked)
    left = rules.open_parts(draft, chance.asked)
    after = [name for name in order[order.index(part) + 1 :] if name in left]
    return part_url(chance, after[0]) if after else home(chance)


def again(chance: Opportunity) -> Opportunity:
    """The same, asked again after a refusal: a refusal forgets what was read."""
    fresh = request.method == "GET"
    return chance if fresh else queries.opportunity(db(), chance.tender.number, chance.lot.number, actor())


def _part_page(chance: Opportunity, part: str, form: PartForm) -> str:
    chance = again(chance)
    template = "answer" if part.startswith(rules.QUALITY) else part
    criterion = chance.criterion(part.removeprefix(rules.QUALITY)) if template == "answer" else None
    return render_template(
        f"procurement/bids/{template}.html", chance=chance, tender=chance.tender, form=form, criterion=criterion,
        most=rules.MOST_ANSWER, most_pledges=MOST_PLEDGES, standing=_price_standing(chance, form),
        statements=list(rules.STATEMENTS), home=home(chance), sums=_form_sums(chance, form),
        sum_kinds=wage_floors.KINDS,
    )  # fmt: skip


def _form_sums(chance: Opportunity, form: PartForm) -> list[wage_floors.Sum]:
    """The sums of the form with hours, also of what was typed and not saved."""
    labour = wage_floors.labour_of(form.values()) if isinstance(form, LabourForm) else None
    return wage_floors.sums(labour, chance.floor) if labour and chance.floor else []


def _price_standing(chance: Opportunity, form: PartForm) -> rules.Standing | None:
    """How the price in the form stands, also one typed and not saved."""
    price = form["price"].data if "price" in form else None
    return None if price is None else rules.standing(price.minor, chance.price_range)


def until(value: Mapping[str, Any] | None) -> date | None:
    """The day a price stands until, read from what was stored."""
    text = value.get("valid_until") if value else None
    return date.fromisoformat(text) if text else None
