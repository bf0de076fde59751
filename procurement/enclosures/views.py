"""Files and statement of a bid; reading them after the opening; deciding on grounds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request, url_for

from coops.experience.models import EarlierJob
from coops.experience.queries import find_means
from coops.experience.queries import jobs as earlier_jobs
from coops.experience.rules import in_words, insured_in_words, turnover_in_words
from cwb.files import rules as kept
from cwb.files.views import download
from cwb.kernel.clock import local_date
from cwb.kernel.transaction import atomic
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _, _n
from cwb.web.request import actor, db, now
from cwb.web.security import takes_files
from cwb.web.submit import press, see_other, submit
from procurement.bids import policy as bid_policy
from procurement.bids import queries as bids
from procurement.bids import rules as bid_rules
from procurement.bids import services as bid_services
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.consortia import rules as consortia
from procurement.demands import gateway as demands
from procurement.demands.rules import CODES, REFERENCE, Kind
from procurement.enclosures import forms, policy, queries, rules, services
from procurement.enclosures.errors import FileNotHere
from procurement.envelopes.rules import content_of_text
from procurement.evaluation import services as evaluation
from procurement.sealing.gateway import HouseKeys
from procurement.statements import rules as statements
from procurement.statements.forms import criteria_form
from procurement.statements.gateway import table
from procurement.statements.queries import demand_of_lot
from procurement.statements.services import ready
from procurement.tenders.models import Tender

bp = Blueprint("enclosures", __name__)


def keys() -> HouseKeys:
    """The installation's keys, outside the database."""
    return HouseKeys(current_app.extensions["cwb.config"].data_dir)


def _running(number: str, lot: int) -> tuple[Opportunity, Bid | None]:
    """A chance to bid and one's own running bid on it."""
    chance = bids.opportunity(db(), number, lot, actor())
    own = actor().organisation_id
    bid = None if own is None else bids.find_running(db(), chance.lot.id, own)
    if bid is not None:
        permit(bid_policy.may(actor(), bid_policy.PREPARE, bid))
        bid_services.of_one(db(), bid, actor())
    return chance, bid


def _home(chance: Opportunity) -> str:
    number = chance.tender.number
    if not chance.tender.is_divided:
        return url_for("bids.start", number=number)
    return url_for("bids.lot", number=number, lot=chance.lot.number)


@bp.route("/tenders/<number>/bid/files", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/files", methods=["GET", "POST"])
@takes_files(kept.MOST_FILE + kept.MEGA)
@guarded(policy.ADD)
def files(number: str, lot: int) -> Any:
    """The files of a draft; add one."""
    chance, bid = _running(number, lot)
    if bid is None:
        return see_other(_home(chance))
    form = forms.FileForm()
    names = {each.code: each.name for each in chance.criteria}
    form.offer([(code, names[code]) for code in chance.demand.attach if code in names])

    def page() -> str:
        fresh, mine = (chance, bid) if request.method == "GET" else _running(number, lot)
        found = services.own_files(mine, keys()) if mine is not None else []
        return render_template(
            "procurement/enclosures/files.html", form=form, chance=fresh, tender=fresh.tender, bid=mine, files=found,
            names=names, home=_home(fresh), left=rules.MOST_FILES - sum(each.size for each in found),
            most=kept.MOST_FILE // kept.MEGA, most_files=rules.MOST_FILES // kept.MEGA, mega=kept.MEGA,
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.add_file(s, chance=chance, bid=bid, actor=actor(), keys=keys(), **form.values()),
        then=lambda _entry: url_for("enclosures.files", number=number, lot=lot),
        said=_("De bijlage is bewaard, versleuteld."),
        page=page,
    )


@bp.post("/tenders/<number>/bid/files/<uuid:file_id>/remove", defaults={"lot": 1})
@bp.post("/tenders/<number>/lots/<int:lot>/bid/files/<uuid:file_id>/remove")
@guarded(policy.ADD)
def remove(number: str, lot: int, file_id: UUID) -> Any:
    """Take a file out of a draft."""
    chance, bid = _running(number, lot)
    if bid is None:
        return see_other(_home(chance))
    there = url_for("enclosures.files", number=number, lot=lot)
    return press(
        lambda s: services.drop_file(s, chance=chance, bid=bid, file_id=str(file_id), actor=actor(), keys=keys()),
        then=there, said=_("De bijlage is weg."),
    )  # fmt: skip


@bp.get("/bids/<uuid:bid_id>/files/<uuid:file_id>")
@guarded(policy.ADD)
def own(bid_id: UUID, file_id: UUID) -> Response:
    """A file of one's own bid: of the draft, or of what was handed in last."""
    bid = bid_services.of_one(db(), bids.own_bid(db(), bid_id, actor().organisation_id), actor())
    found = services.own_files(bid, keys())
    versions = bids.versions(db(), bid.id)
    if versions:
        sent = content_of_text(bid_services.read_copy(bid, versions[0], keys()))
        found += rules.entries(sent.get("files", []))
    entry = next((each for each in found if each.id == str(file_id)), None)
    if entry is None:
        raise FileNotHere
    return download(services.read_file(db(), bid_id=bid.id, entry=entry), entry.kind, entry.name)


@bp.route("/tenders/<number>/bid/statement", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/statement", methods=["GET", "POST"])
@guarded(policy.ADD)
def statement(number: str, lot: int) -> Any:
    """The own statement of a bid: taken from the profile, with what this tender asks besides."""
    chance, bid = _running(number, lot)
    if bid is None:
        return see_other(_home(chance))
    if bid_rules.GROUNDS not in bid_rules.parts(chance.asked):
        raise FileNotHere
    part = bid_services.read_draft(bid, keys()).part(bid_rules.GROUNDS)
    jobs = {str(each.public_id): in_words(each.facts) for each in _jobs(chance)}
    form = criteria_form(chance.demand, part.value.get("criteria", {}), part.saved, jobs, _told())

    def page() -> str:
        fresh, mine = (chance, bid) if request.method == "GET" else _running(number, lot)
        return render_template(
            "procurement/enclosures/statement.html", form=form, chance=fresh, tender=fresh.tender, bid=mine,
            home=_home(fresh), **_standing(fresh),
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.state(
            s, chance=chance, bid=bid, said=form.given(chance.demand), seen=form.seen_save(), actor=actor(),
            keys=keys(),
        ),
        then=lambda _draft: _home(chance),
        said=_("Uw antwoorden zijn overgenomen. Zij gaan verzegeld mee."),
        page=page,
    )  # fmt: skip


def _told() -> dict[str, str]:
    """What the profile says of turnover and insurance, by the codes of demands that ask it; empty texts are none."""
    found = find_means(db(), actor().organisation_id or 0)
    if found is None:
        return {}
    texts = {Kind.TURNOVER: turnover_in_words(found.facts), Kind.INSURANCE: insured_in_words(found.facts)}
    return {code: text for kind, text in texts.items() for code in CODES[kind]}


def _jobs(chance: Opportunity) -> Sequence[EarlierJob]:
    """The own earlier jobs, where experience is asked: first of the same kind of work, the dearest first."""
    if REFERENCE not in {each.code for each in chance.demand.criteria}:
        return ()
    cpv, digits = chance.lot.cpv or chance.tender.cpv or "", demands.table().same_digits
    found = earlier_jobs(db(), actor().organisation_id or 0)
    return sorted(found, key=lambda each: (each.cpv[:digits] != cpv[:digits], -each.value_minor))


def _standing(chance: Opportunity) -> dict[str, Any]:
    """What of the profile counts on the day of closing, and what is missing."""
    law, own, day = table(), actor().organisation_id or 0, chance.closes_on
    far = ready(
        db(), law, chance.demand, organisation_id=own, closes_on=day, today=local_date(now()), keys=keys()
    )
    asked = [each for each in law.grounds if each.code in chance.demand.grounds]
    lacking = statements.missing(law, chance.demand, far.profile, day)
    return {
        "asked": [(each, far.profile.answers.get(each.code), each in lacking) for each in asked],
        "lacking": far.lacking, "papers": far.papers, "groups": statements.GROUPS, "law": law,
        "paper_names": statements.PAPER_TEXTS,
    }  # fmt: skip


def _opened(number: str) -> Tender:
    """An opened tender of this actor's own buyer, or any for an auditor; else it is not known to exist."""
    tender = queries.opened_tender(db(), number)
    if not policy.may(actor(), policy.READ, tender):
        raise FileNotHere
    services.check_not_on_panel(db(), tender, actor())
    return tender


@bp.get("/tenders/<number>/bidders")
@guarded(policy.READ)
def bidders(number: str) -> str:
    """Who stated what, by name, for whoever does not assess."""
    tender = _opened(number)
    decided = queries.decisions(db(), tender)
    rows = [
        {"bid": each, "points": (found := rules.points(each.content)),
         "waits": _n("%(num)s antwoord vraagt een besluit.", "%(num)s antwoorden vragen een besluit.", len(found)),
         "decision": decided.get(each.id),
         "files": rules.entries((each.content or {}).get("files", [])),
         "members": consortia.statements(each.content), "backers": consortia.backers(each.content),
         "stated": "grounds" in (each.content or {})}
        for each in queries.opened_bids(db(), tender)
    ]  # fmt: skip
    return render_template(
        "procurement/enclosures/bidders.html", tender=tender, rows=rows, mega=kept.MEGA,
        may_decide=policy.may(actor(), policy.DECIDE, tender) and tender.scores_frozen_at is None,
    )  # fmt: skip


@bp.route("/tenders/<number>/bidders/<uuid:opened_id>", methods=["GET", "POST"])
@guarded(policy.DECIDE)
def decide(number: str, opened_id: UUID) -> Any:
    """Decide about what one bidder stated."""
    tender = _opened(number)
    permit(policy.may(actor(), policy.DECIDE, tender))
    bid, form = queries.opened_bid(db(), tender, opened_id), forms.DecisionForm()
    return submit(
        form,
        lambda s: services.decide(s, tender=tender, bid=bid, actor=actor(), at=now(), **form.values()),
        then=lambda _made: url_for("enclosures.bidders", number=number),
        said=_("Uw besluit is vastgelegd, met de redenen."),
        page=lambda: render_template(
            "procurement/enclosures/decide.html", form=form, tender=(fresh := _opened(number)),
            bid=(shown := queries.opened_bid(db(), fresh, opened_id)), points=rules.points(shown.content),
            grounds={each.code: each for each in table().grounds},
            asked=dict(zip((of := demand_of_lot(db(), fresh, shown.lot_id)).criterion_ids, of.criteria, strict=True)),
        ),
    )  # fmt: skip


@bp.get("/tenders/<number>/bidders/<uuid:opened_id>/files/<uuid:file_id>")
@guarded(policy.READ)
def opened(number: str, opened_id: UUID, file_id: UUID) -> Response:
    """A file of an opened bid, by name, for whoever does not assess."""
    tender = _opened(number)
    bid = queries.opened_bid(db(), tender, opened_id)
    with atomic(db()) as session:
        entry, content = services.read_opened(
            session, tender=tender, bid=bid, file_id=str(file_id), actor=actor(), by_name=True, at=now()
        )
    return download(content, entry.kind, entry.name)


@bp.get("/tenders/<number>/evaluation/bids/<label>/files/<uuid:file_id>")
@guarded(policy.ASSESS)
def assessed(number: str, label: str, file_id: UUID) -> Response:
    """A file to a question, without the name that its bidder gave it, for a member of the panel."""
    tender = queries.opened_tender(db(), number)
    if tender.buyer_id != actor().organisation_id:
        raise FileNotHere
    bid = evaluation.opened_bid(db(), tender, label)
    with atomic(db()) as session:
        entry, content = services.read_opened(
            session, tender=tender, bid=bid, file_id=str(file_id), actor=actor(), by_name=False, at=now()
        )
    return download(content, entry.kind, f"{number}-{label}-{entry.question}.{entry.kind}")
