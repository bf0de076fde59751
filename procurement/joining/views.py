"""Pages of bidding together: the lead's own, and those of the members it invited."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request, url_for

from cwb.kernel.clock import local_date
from cwb.kernel.policy import Actor
from cwb.web.forms import Button
from cwb.web.guards import guarded
from cwb.web.i18n import _, translated
from cwb.web.request import actor, db, now
from cwb.web.submit import passed, see_other, submit
from procurement.bids import queries as bids
from procurement.bids import rules as bid_rules
from procurement.bids import services as bid_services
from procurement.bids.forms import part_names
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.bids.views import again, begin_first, home, invited, keys, own
from procurement.consortia import queries as consortia
from procurement.consortia import rules
from procurement.consortia.models import BidMember
from procurement.joining import forms, policy, queries, services
from procurement.statements import rules as statements
from procurement.statements.gateway import table
from procurement.statements.services import ready
from procurement.submission.views import content_rows, member_rows, rows_of

bp = Blueprint("joining", __name__)


def _place(number: str, lot: int) -> tuple[Opportunity, Bid | None]:
    chance = bids.opportunity(db(), number, lot, actor())
    return chance, own(chance)


def _unsigned(members: Sequence[Mapping[str, Any]], saves: int) -> list[str]:
    """Who has still to sign the draft as it stands, when every one of them was asked to; else nobody."""
    open_ = [each for each in members if each["member"] and each["member"].signed_draft != saves]
    return [each["name"] for each in open_] if all(x["member"].asked_draft == saves for x in open_) else []


@bp.get("/tenders/<number>/bid/joint", defaults={"lot": 1})
@bp.get("/tenders/<number>/lots/<int:lot>/bid/joint")
@guarded(policy.LEAD)
def index(number: str, lot: int) -> Any:
    """The lead's page: who bids together, what each does and gets, who signed."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    draft = bid_services.read_draft(bid, keys())
    asked = consortia.asked(db(), bid.id)
    members = rows_of(bid, draft, [each for each in asked if each.left_at is None])
    there = {each.organisation_id for each in asked if each.left_at is None}
    mine = next((each["said"] for each in members if each["lead"]), None)
    names = part_names(chance.criteria)
    left = [names.get(each, _("Samen inschrijven")) for each in bid_rules.open_parts(draft, chance.asked)]
    waiting = [each["name"] for each in members if each["member"] and each["member"].joined_at is None]
    return render_template(
        "procurement/joining/index.html", chance=chance, tender=chance.tender, bid=bid, members=members, mine=mine,
        home=home(chance), form=Button(), left=left, waiting=waiting,
        declined=sorted(
            {each.organisation.name for each in asked if each.left_at and each.organisation_id not in there}
        ),
        total=rules.percent(sum(each["said"].share for each in members)),
        is_signed=all(not each["member"] or each["member"].signed_draft == draft.saves for each in members),
        unsigned=_unsigned(members, draft.saves),
        place={"number": number, "lot": lot}, least=rules.LEAST_REASON, asks_own=bool(chance.demand.grounds),
        closes_on=chance.closes_on, invited=invited(chance),
    )  # fmt: skip


@bp.route("/tenders/<number>/bid/joint/add", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/joint/add", methods=["GET", "POST"])
@guarded(policy.LEAD)
def add(number: str, lot: int) -> Any:
    """Find an organisation and invite it."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    search, form = forms.SearchForm(request.args), forms.InviteForm()

    def page() -> str:
        fresh = again(chance)
        return render_template(
            "procurement/joining/add.html", chance=fresh, tender=fresh.tender, search=search, form=form,
            found=queries.search(db(), search.text.data or "", actor().organisation_id),
            place={"number": number, "lot": lot},
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.invite(
            s, chance=chance, bid=bid, kvk=form.kvk.data or "", actor=actor(), keys=keys(), at=now()
        ),
        then=lambda _member: url_for("joining.index", number=number, lot=lot),
        said=_("Uitgenodigd. Deze organisatie kreeg een mail."), page=page,
    )  # fmt: skip


@bp.post("/tenders/<number>/lots/<int:lot>/bid/joint/begin")
@guarded(policy.LEAD)
def begin(number: str, lot: int) -> Any:
    """Begin a bid with the partners that were proposed, and invite them."""
    chance, form = bids.opportunity(db(), number, lot, actor()), forms.TogetherForm()
    return submit(
        form,
        lambda s: services.begin_together(
            s, chance=chance, partners=(form.partners.data or "").split(), actor=actor(), keys=keys(), at=now()
        ),
        then=lambda _bid: url_for("joining.index", number=number, lot=lot),
        said=_("U bent samen begonnen. Wie u uitnodigde, kreeg een mail."), page=lambda: see_other(home(chance)),
    )  # fmt: skip


@bp.route("/tenders/<number>/bid/joint/shares", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/joint/shares", methods=["GET", "POST"])
@guarded(policy.LEAD)
def shares(number: str, lot: int) -> Any:
    """What each member does, and for which share."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    there = url_for("joining.index", number=number, lot=lot)
    form = forms.SharesForm()

    def page() -> str:
        fresh = again(chance)
        members = member_rows(bid, bid_services.read_draft(bid, keys()))
        names = {each["said"].id: each["name"] for each in members}
        form.show_members([each["said"] for each in members], names)
        return render_template(
            "procurement/joining/shares.html", chance=fresh, tender=fresh.tender, form=form, back=there,
        )  # fmt: skip

    if not bid_services.read_draft(bid, keys()).members:
        return see_other(there)
    return submit(
        form,
        lambda s: services.share_out(s, chance=chance, bid=bid, actor=actor(), keys=keys(), **form.values()),
        then=lambda _draft: there, said=_("Bewaard. Samen precies 100 procent."), page=page,
    )  # fmt: skip


@bp.route("/tenders/<number>/bid/joint/reason", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/joint/reason", methods=["GET", "POST"])
@guarded(policy.LEAD)
def reason(number: str, lot: int) -> Any:
    """Why the lead does not bid alone."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    there = url_for("joining.index", number=number, lot=lot)
    members = bid_services.read_draft(bid, keys()).members
    if not members:
        return see_other(there)
    form = forms.ReasonForm(data={"reason": members[0].reason, "liable": members[0].liable})
    return submit(
        form,
        lambda s: services.explain(
            s, chance=chance, bid=bid, member=None, actor=actor(), keys=keys(), at=now(), **form.values()
        ),
        then=lambda _draft: there, said=_("Bewaard."),
        page=lambda: render_template(
            "procurement/joining/reason.html", chance=(fresh := again(chance)), tender=fresh.tender, form=form,
            back=there, least=rules.LEAST_REASON,
        ),
    )  # fmt: skip


@bp.post("/tenders/<number>/bid/joint/ask", defaults={"lot": 1})
@bp.post("/tenders/<number>/lots/<int:lot>/bid/joint/ask")
@guarded(policy.LEAD)
def ask(number: str, lot: int) -> Any:
    """Ask all members to sign."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    there, form = url_for("joining.index", number=number, lot=lot), Button()

    def page() -> Any:
        for each in form.form_errors:
            flash(each, "bad")
        return see_other(there)

    answer = submit(
        form,
        lambda s: services.ask(s, chance=chance, bid=bid, actor=actor(), keys=keys(), at=now()),
        then=lambda _draft: there, said=_("De leden kregen een mail met de vraag om te tekenen."), page=page,
    )  # fmt: skip
    return answer[0] if isinstance(answer, tuple) else answer


@bp.route(
    "/tenders/<number>/bid/joint/<uuid:organisation>/remove", defaults={"lot": 1}, methods=["GET", "POST"]
)
@bp.route("/tenders/<number>/lots/<int:lot>/bid/joint/<uuid:organisation>/remove", methods=["GET", "POST"])
@guarded(policy.LEAD)
def remove(number: str, lot: int, organisation: UUID) -> Any:
    """Take a member off."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    member = services.member_of(db(), bid, organisation)
    there, form = url_for("joining.index", number=number, lot=lot), Button()
    return submit(
        form,
        lambda s: services.leave(
            s, chance=chance, bid=bid, member=member, actor=actor(), keys=keys(), at=now()
        ),
        then=lambda _was: there, said=_("Dit lid doet niet meer mee. Iedereen kreeg een mail."),
        page=lambda: render_template(
            "procurement/joining/leave.html", chance=(fresh := again(chance)), tender=fresh.tender, form=form, bid=bid,
            member=member, name=member.organisation.name, back=there, leads=True, was_in=_lies_in_box(bid, member),
        ),
    )  # fmt: skip


@bp.route("/tenders/<number>/bid/subcontractors", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/subcontractors", methods=["GET", "POST"])
@guarded(policy.LEAD)
def subcontractors(number: str, lot: int) -> Any:
    """Who works for the bidder without being a party."""
    chance, bid = _place(number, lot)
    if bid is None:
        return begin_first(chance)
    form = forms.SubcontractorsForm()
    if not form.is_submitted():
        form.fill(bid_services.read_draft(bid, keys()).subcontractors)
    return submit(
        form,
        lambda s: services.name_subcontractors(
            s, chance=chance, bid=bid, actor=actor(), keys=keys(), **form.values()
        ),
        then=lambda _draft: home(chance), said=_("Opgeslagen."),
        page=lambda: render_template(
            "procurement/joining/subcontractors.html", chance=(fresh := again(chance)), tender=fresh.tender, form=form,
            home=home(fresh),
        ),
    )  # fmt: skip


def _lies_in_box(bid: Bid, member: BidMember) -> bool:
    return bid.counts and member.in_version == bid.version


def _own_statement(chance: Opportunity, member: BidMember) -> dict[str, Any]:
    """What of the member's profile is missing for this tender: names of groups by their addresses; its last day."""
    far = ready(
        db(), table(), chance.demand, organisation_id=member.organisation_id, closes_on=chance.closes_on,
        today=local_date(now()), keys=keys(),
    )  # fmt: skip
    return {
        "asks_own": bool(chance.demand.grounds), "papers": far.papers, "paper_names": statements.PAPER_TEXTS,
        "lacking": {url_for("statements.group", group=each): statements.GROUPS[each] for each in far.lacking},
    }  # fmt: skip


def _joint(bid_id: UUID) -> tuple[Opportunity, Bid, BidMember]:
    """A bid in which one's organisation is invited or takes part, with what its tender asks."""
    bid, member = queries.joint_bid(db(), bid_id, actor().organisation_id)
    found = bids.opportunity(db(), bid.tender.number, bid.lot.number, _as_lead(actor(), bid))
    return found, bid, member


def _as_lead(who: Actor, bid: Bid) -> Actor:
    """A quote to which only the lead was invited is open to its members too, through the bid they share."""
    return Actor(who.user_id, who.name, bid.organisation_id, "", who.roles)


@bp.get("/joint-bids/<uuid:bid_id>")
@guarded(policy.SEE)
def show(bid_id: UUID) -> str:
    """A member's page: the invitation, or what it takes part in and what is to be done now."""
    chance, bid, member = _joint(bid_id)
    moment = chance.moment
    draft = bid_services.read_draft(bid, keys()) if member.joined_at else bid_rules.Draft()
    bars = [
        translated(bid_rules.BAR_TEXTS[each])
        for each in bid_services.member_bars(db(), chance, member.organisation_id, moment)
    ]
    return render_template(
        "procurement/joining/show.html", chance=chance, tender=chance.tender, bid=bid, member=member,
        members=member_rows(bid, draft), bars=bars, standing=rules.STANDINGS[member.standing(bid.draft_version)],
        may_sign=policy.may(actor(), policy.SIGN, member), was_in=_lies_in_box(bid, member),
        is_open=not bids.is_closed(chance.tender, moment) and bid.withdrawn_at is None,
        is_asked=member.asked_draft == bid.draft_version, is_signed=member.signed_draft == bid.draft_version,
        **_own_statement(chance, member),
    )  # fmt: skip


@bp.route("/joint-bids/<uuid:bid_id>/join", methods=["GET", "POST"])
@guarded(policy.SIGN)
def join(bid_id: UUID) -> Any:
    """Say why one does not bid alone, and join by it."""
    chance, bid, member = _joint(bid_id)
    there = url_for("joining.show", bid_id=bid_id)
    said = next(
        (
            each
            for each in bid_services.read_draft(bid, keys()).members
            if each.id == str(member.organisation.public_id)
        ),
        rules.Member(""),
    )
    form = forms.ReasonForm(data={"reason": said.reason, "liable": said.liable})
    return submit(
        form,
        lambda s: services.explain(
            s, chance=chance, bid=bid, member=member, actor=actor(), keys=keys(), at=now(), **form.values()
        ),
        then=lambda _draft: there, said=_("U doet mee. De penvoerder kreeg een mail."),
        page=lambda: render_template(
            "procurement/joining/reason.html", chance=(fresh := _joint(bid_id))[0], tender=fresh[0].tender, form=form,
            back=there, least=rules.LEAST_REASON,
        ),
    )  # fmt: skip


@bp.route("/joint-bids/<uuid:bid_id>/sign", methods=["GET", "POST"])
@guarded(policy.SIGN)
def sign(bid_id: UUID) -> Any:
    """Read everything, and sign for exactly that."""
    chance, bid, member = _joint(bid_id)
    there = url_for("joining.show", bid_id=bid_id)
    if member.joined_at is None or member.asked_draft != bid.draft_version:
        flash(_("Er is nu niets te tekenen. De penvoerder vraagt het u zodra alles klaar is."), "info")
        return see_other(there)
    form = forms.SignForm()

    def page() -> str:
        fresh, mine, _member = _joint(bid_id)
        draft = bid_services.read_draft(mine, keys())
        form.seen.data = str(draft.saves)
        return render_template(
            "procurement/joining/sign.html", chance=fresh, tender=fresh.tender, bid=mine, form=form, back=there,
            rows=content_rows(fresh, draft), files=draft.files, members=member_rows(mine, draft),
            subcontractors=draft.subcontractors, backers=consortia.backers(db(), mine.id),
            price=draft.part(bid_rules.PRICE).value.get("minor"),
            **_own_statement(fresh, member),
        )  # fmt: skip

    return submit(
        form,
        lambda s: services.sign(
            s, chance=chance, bid=bid, member=member, seen=form.seen_saves(), actor=actor(), keys=keys(), at=now()
        ),
        then=lambda _member: there, said=_("Getekend. De penvoerder dient in."), page=page,
    )  # fmt: skip


@bp.route("/joint-bids/<uuid:bid_id>/take-back", methods=["GET", "POST"])
@guarded(policy.SIGN)
def take_back(bid_id: UUID) -> Any:
    """Take one's signature back."""
    chance, bid, member = _joint(bid_id)
    there, form = url_for("joining.show", bid_id=bid_id), Button()
    if request.method == "GET" and member.signed_at is None:
        return passed(there, _("Uw handtekening staat er niet. Er is niets in te trekken."))
    if request.method == "GET" and bids.is_closed(chance.tender, chance.moment):
        return passed(there, _("De inschrijving is gesloten. Uw handtekening staat."))
    return submit(
        form,
        lambda s: services.take_back(s, chance=chance, bid=bid, member=member, actor=actor(), at=now()),
        then=lambda _was: there, said=_("Uw handtekening is ingetrokken. Iedereen kreeg een mail."),
        page=lambda: render_template(
            "procurement/joining/take_back.html", chance=(fresh := _joint(bid_id))[0], tender=fresh[0].tender,
            form=form, back=there, was_in=_lies_in_box(fresh[1], fresh[2]),
        ),
    )  # fmt: skip


@bp.route("/joint-bids/<uuid:bid_id>/leave", methods=["GET", "POST"])
@guarded(policy.SIGN)
def leave(bid_id: UUID) -> Any:
    """Decline, or leave."""
    chance, bid, member = _joint(bid_id)
    there, form = url_for("joining.show", bid_id=bid_id), Button()
    if request.method == "GET" and bids.is_closed(chance.tender, chance.moment):
        return passed(there, _("De inschrijving is gesloten. Weggaan kan niet meer."))
    return submit(
        form,
        lambda s: services.leave(s, chance=chance, bid=bid, member=member, actor=actor(), keys=keys(), at=now()),
        then=lambda _was: url_for("bids.index"), said=_("U doet niet meer mee. Iedereen kreeg een mail."),
        page=lambda: render_template(
            "procurement/joining/leave.html", chance=chance, tender=chance.tender, form=form, bid=bid, member=member,
            name=member.organisation.name, back=there, leads=False, was_in=_lies_in_box(bid, member),
        ),
    )  # fmt: skip
