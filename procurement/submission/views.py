"""Checking and handing in, and withdrawing. The addresses belong to the bids' own blueprint."""

from collections.abc import Iterable
from typing import Any

from flask import render_template, url_for

from cwb.identity.models import Organisation
from cwb.web.forms import Button
from cwb.web.guards import guarded, permit
from cwb.web.i18n import _
from cwb.web.request import actor, db, now
from cwb.web.submit import submit
from procurement.bids import policy, queries, rules
from procurement.bids.forms import HandInForm, part_names
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.bids.services import read_draft
from procurement.bids.views import (
    again,
    begin_first,
    bp,
    home,
    keys,
    own,
    part_url,
    standing_of,
    sums_of,
    until,
)
from procurement.consortia import queries as consortia
from procurement.consortia import rules as joint
from procurement.consortia.models import BidMember
from procurement.lifecycle import rules as lifecycle
from procurement.submission import services
from procurement.wage_floors.rules import KINDS

__all__ = ["bp"]


@bp.route("/tenders/<number>/bid/check", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/check", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def check(number: str, lot: int) -> Any:
    """Check the answers and hand in."""
    chance = queries.opportunity(db(), number, lot, actor())
    bid = own(chance)
    if bid is None:
        return begin_first(chance)
    form = HandInForm()

    def page() -> str:
        fresh = again(chance)
        draft = read_draft(bid, keys())
        form.seen.data = str(draft.saves)
        return render_template(
            "procurement/bids/check.html", chance=fresh, tender=fresh.tender, form=form,
            rows=content_rows(fresh, draft, may_change=True),
            left=[part_names(fresh.criteria)[each] for each in rules.open_parts(draft, fresh.asked)],
            may_hand_in=policy.may(actor(), policy.HAND_IN), standing=standing_of(fresh, draft),
            price=draft.part(rules.PRICE).value.get("minor"), home=home(fresh), files=draft.files,
            files_href=part_url(fresh, rules.FILES), joint_href=part_url(fresh, joint.JOINT),
            members=(members := member_rows(bid, draft)), subcontractors=draft.subcontractors,
            backers=consortia.backers(db(), bid.id),
            unsigned=[
                each["name"] for each in members if each["member"] and each["member"].signed_draft != draft.saves
            ],
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


def content_rows(
    chance: Opportunity, draft: rules.Draft, *, may_change: bool = False
) -> list[dict[str, Any]]:
    """What a draft holds, page by page, to be read as a whole; `may_change` leads to each page."""
    names = part_names(chance.criteria)
    rows = []
    for part in rules.parts(chance.asked):
        value = draft.part(part).value
        rows.append({
            "part": part, "name": names[part], "value": value, "until": until(value),
            "href": part_url(chance, part) if may_change else None,
            "sums": sums_of(chance, draft) if part == rules.LABOUR else [], "floor": chance.floor, "kinds": KINDS,
            "costs": lifecycle.named(chance.life, value.get("costs", {})) if part == rules.PRICE else [],
        })  # fmt: skip
    return rows


def member_rows(bid: Bid, draft: rules.Draft) -> list[dict[str, Any]]:
    """Who bids together, the lead first, as a page shows it; empty for who bids alone."""
    return rows_of(bid, draft, consortia.running(db(), bid.id))


def rows_of(bid: Bid, draft: rules.Draft, members: Iterable[BidMember]) -> list[dict[str, Any]]:
    """The same, of members that were read before."""
    there = {str(each.organisation.public_id): each for each in members}
    if not there:
        return []
    lead = db().get_one(Organisation, bid.organisation_id)
    money = joint.parts_of(draft.part(rules.PRICE).value.get("minor"), draft.members)
    rows = []
    for said, part in zip(draft.members, money, strict=True):
        member = there.get(said.id)
        standing = member.standing(draft.saves) if member else None
        rows.append({
            "said": said, "member": member, "lead": member is None, "part": part,
            "name": member.organisation.name if member else lead.name,
            "standing": joint.STANDINGS[standing] if standing else None,
        })  # fmt: skip
    return rows


@bp.route("/tenders/<number>/bid/withdraw", defaults={"lot": 1}, methods=["GET", "POST"])
@bp.route("/tenders/<number>/lots/<int:lot>/bid/withdraw", methods=["GET", "POST"])
@guarded(policy.PREPARE)
def withdraw(number: str, lot: int) -> Any:
    """Take the bid back."""
    chance = queries.opportunity(db(), number, lot, actor())
    bid = own(chance)
    if bid is None:
        return begin_first(chance)
    permit(policy.may(actor(), policy.HAND_IN if bid.version else policy.PREPARE, bid))
    form = Button()
    return submit(
        form,
        lambda s: services.withdraw_bid(s, bid=bid, actor=actor(), at=now()),
        then=lambda taken: url_for("bids.show", bid_id=taken.public_id),
        said=_("Uw inschrijving is ingetrokken."),
        page=lambda: render_template(
            "procurement/bids/withdraw.html", chance=(fresh := again(chance)),
            tender=fresh.tender, form=form, bid=bid, home=home(fresh),
        ),
    )  # fmt: skip
