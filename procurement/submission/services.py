"""Handing in, changing, withdrawing: everything that passes the gate of the deadline.

Before the opening nothing about a bid reaches the audit log or anybody outside its organisations: a line there
would tell how many there are. The opening writes down what had been received (`procurement.opening`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation, User
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.transaction import regardless
from cwb.notifications.services import send_mail
from procurement.bids import queries, rules
from procurement.bids.errors import (
    BidAfterDeadline,
    CheckedOther,
    MayNotBid,
    MemberHasTooManyLots,
    NotYours,
    TenderNotOpen,
    TooManyLots,
    WithdrawalAfterDeadline,
)
from procurement.bids.models import Bid, BidVersion, LateAttempt
from procurement.bids.queries import Opportunity
from procurement.bids.rules import Draft
from procurement.bids.services import bars, copy_context, held, member_bars, read_draft
from procurement.consortia import errors as consortia_errors
from procurement.consortia import queries as consortia
from procurement.consortia import rules as joint
from procurement.consortia.models import BidMember
from procurement.consortia.services import all_promised, all_stated, forget_own
from procurement.envelopes import rules as envelopes
from procurement.lots.errors import LotStopped
from procurement.lots.queries import find_stop
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.sealing.queries import tender_key
from procurement.submission.events import BidOffered
from procurement.tenders.models import Tender

_TOO_LATE = "CW014"
"""SQLSTATE of the database's own gate (migration 0013)."""

_STOPPED = "CW032"
"""SQLSTATE of the database's refusal of a stopped lot (migration 0032)."""

_TOO_MANY = "CW018"
"""SQLSTATE of the database's own count of lots (migration 0020)."""

_RESERVED = "CW040"
"""SQLSTATE of the database's own look at counts for reserved contracts (migration 0040)."""

_UNSIGNED, _TWICE = "CW027", "CW028"
"""SQLSTATEs of the database's own look at members and at who takes part twice (migration 0027)."""

PART_NAMES = {
    rules.GROUNDS: N_("Eigen verklaring"), rules.PRICE: N_("Prijs"), rules.DECLARATIONS: N_("Verklaringen"),
    rules.WISH: N_("Uw voorkeur"), joint.JOINT: N_("Samen inschrijven"),
}  # fmt: skip
"""Names of the parts that every bid has."""

RECEIPT_LETTER = N_(
    "Wij ontvingen uw inschrijving op %(number)s, %(title)s.\n\n"
    "Ontvangen: %(received_at)s.\nOntvangstnummer: %(receipt)s.\nControlegetal: %(digest)s.\n\n"
    "Uw inschrijving is verzegeld. Twee mensen openen haar samen, pas na de sluiting.\n"
    "Tot %(closes_at)s kunt u haar veranderen of intrekken.\n\nBewaar deze brief. "
    "Het bewijs als PDF staat op uw bladzijde:"
)


def _enter(session: Session, tender_id: int) -> tuple[Tender, datetime]:
    """Take the share lock of the deadline's gate, then read the clock. Lock first: the wait must not count."""
    statement = select(Tender).where(Tender.id == tender_id).with_for_update(read=True)
    tender = session.scalars(statement.execution_options(populate_existing=True)).one()
    return tender, queries.database_now(session)


def hand_in(
    session: Session, *, chance: Opportunity, bid: Bid, seen: int, actor: Actor, keys: HouseKeys, at: datetime
) -> BidVersion:
    """Hand in the draft as the version that counts, sealed to the tender's key; the same draft twice is once.

    `seen` is the number of saves the person checked. The deadline is decided by the database's clock inside
    this transaction; who comes late is logged though refused.

    Raises:
        NotYours, MayNotBid: who may not.
        BidAfterDeadline, TenderNotOpen, LotStopped: too late, not open, or not for this lot any more.
        CheckedOther: the draft changed since it was checked.
        TooManyLots, MemberHasTooManyLots: as many lots as one bidder may bid on; alone and with others counts.
        BidUnfinished: names what is not ready.
        MembersDiffer, MemberMayNotBid, SignaturesMissing, MembersUnstated, TakesPartTwice: who bids together.
        BackersOpen: on whom the bid relies.
        PartyDiffers: under a framework not all of a party bid together.
    """
    if not rules.may_work_on(actor, bid.organisation_id, rules.BINDERS):
        raise NotYours
    tender, moment = _enter(session, bid.tender_id)
    bid = held(session, bid)
    draft = read_draft(bid, keys)
    if queries.is_closed(tender, moment):
        raise _late(session, _visit(bid, tender, actor, "submit"), _offered(bid, draft, keys))
    if find_stop(session, bid.lot_id):
        raise LotStopped
    if bid.counts and bid.submitted_draft == bid.draft_version:
        return queries.current_version(session, bid)
    if bid.lot_id != chance.lot.id or bars(session, chance, actor, moment):
        raise MayNotBid
    if draft.saves != seen:
        raise CheckedOther
    _check_limit(session, tender, bid)
    names = {rules.part_of(each.code): each.name for each in chance.criteria}
    parties, stated = _parties(session, chance, bid, draft, moment, keys)
    backers, theirs = all_promised(
        consortia.backers(session, bid.id, sealed=True),
        demand=chance.demand,
        closes_on=chance.closes_on,
        keys=keys,
    )
    content = rules.content_of(
        draft, chance.asked, {**PART_NAMES, **names}, parties, {**stated, **theirs}, backers
    )
    members = [each.organisation_id for each in consortia.running(session, bid.id)]
    emit(session, BidOffered(tender.id, bid.organisation_id, frozenset((bid.organisation_id, *members))))
    version = _store(session, bid, chance, content, actor, keys)
    _confirm(session, chance, bid, version, actor, at)
    return version


def signature(bid: Bid, draft: Draft, keys: HouseKeys) -> str:
    """The hash that a member signs: of the whole draft, made with the installation's key so that it tells no price."""
    secret = sealing.house_key(keys.current()[1], {"bid": str(bid.public_id), "purpose": "signature"})
    return envelopes.commitment(secret + draft.to_json())


def _parties(
    session: Session, chance: Opportunity, bid: Bid, draft: Draft, moment: datetime, keys: HouseKeys
) -> tuple[list[dict[str, Any]], Mapping[str, dict[str, Any]]]:
    """Who bids together, each signed for exactly this draft, and what each states; none for who bids alone."""
    there = {str(each.organisation.public_id): each for each in consortia.running(session, bid.id)}
    members = draft.members
    if not there and not members:
        return [], {}
    lead = session.get_one(Organisation, bid.organisation_id)
    if {each.id for each in members} != {str(lead.public_id), *there}:
        raise consortia_errors.MembersDiffer
    digest = signature(bid, draft, keys)
    for each in there.values():
        if member_bars(session, chance, each.organisation_id, moment):
            raise consortia_errors.MemberMayNotBid(name=each.organisation.name)
    left = [each for each in there.values() if not _is_signed(each, draft, digest)]
    if left:
        raise consortia_errors.SignaturesMissing(names=", ".join(each.organisation.name for each in left))
    stated = all_stated([*there.values()], demand=chance.demand, closes_on=chance.closes_on, keys=keys)
    return [_party(each, there.get(each.id), lead) for each in members], stated


def _is_signed(member: BidMember, draft: Draft, digest: str) -> bool:
    return member.signed_draft == draft.saves and member.signed_digest == digest


def _party(said: joint.Member, member: BidMember | None, lead: Organisation) -> dict[str, Any]:
    who, at = (lead, None) if member is None else (member.organisation, member.signed_at)
    return {
        "organisation": said.id, "name": who.name, "kvk": who.kvk_number or "", "lead": member is None,
        "role": said.role, "share": said.share, "reason": said.reason,
        "signed_at": at.isoformat() if at else None,
    }  # fmt: skip


def _check_limit(session: Session, tender: Tender, bid: Bid) -> None:
    """No more lots than was published for the lead and every member; the database counts again (migration 0035)."""
    most = tender.most_lots_bid
    if most is None:
        return
    parties = [bid.organisation_id, *(each.organisation_id for each in consortia.running(session, bid.id))]
    over = [
        each
        for each in parties
        if queries.lots_of_bidder(session, tender_id=tender.id, besides=bid.id, organisation_id=each) >= most
    ]
    if over and len(parties) == 1:
        raise TooManyLots(most=most)
    if over:
        names = ", ".join(session.get_one(Organisation, each).name for each in over)
        raise MemberHasTooManyLots(names=names, most=most)


def _store(
    session: Session, bid: Bid, chance: Opportunity, content: dict[str, Any], actor: Actor, keys: HouseKeys
) -> BidVersion:
    tender = chance.tender
    if tender.key_id is None:
        raise TenderNotOpen
    number = bid.version + 1
    place = envelopes.Place(str(tender.public_id), chance.lot.number, str(bid.public_id), number)
    text_inside = envelopes.envelope(place, content)
    name, master = keys.current()
    version = BidVersion(
        bid_id=bid.id, version=number, receipt=rules.new_receipt(), digest=envelopes.commitment(text_inside),
        sealed=sealing.seal(tender_key(session, tender.key_id).public_key, text_inside),
        own_copy=sealing.lock_text(master, copy_context(bid, number), text_inside), own_key=name,
        submitted_by_id=actor.user_id,
    )  # fmt: skip
    visit, bid.submitted_draft = _visit(bid, tender, actor, "submit"), bid.draft_version
    session.add(version)
    _pass_gate(session, visit, envelopes.commitment(text_inside))
    session.refresh(bid)
    return version


def _offered(bid: Bid, draft: Draft, keys: HouseKeys) -> str:
    """The hash of what came too late; made with the installation's key, so that nobody guesses a price by it."""
    secret = sealing.house_key(keys.current()[1], {"bid": str(bid.public_id), "purpose": "late"})
    return envelopes.commitment(secret + draft.to_json())


@dataclass(frozen=True, slots=True)
class _Visit:
    """Who stands before the gate, as plain facts: after a failed flush no row can be read any more."""

    tender_id: int
    organisation_id: int
    user_id: int
    kind: str
    closes_at: datetime | None
    is_stopped: bool
    most_lots: int | None


def _visit(bid: Bid, tender: Tender, actor: Actor, kind: str) -> _Visit:
    stopped = bool(tender.cancelled_at or tender.unsuccessful_at)
    who = actor.organisation_id or bid.organisation_id
    facts = (tender.id, who, actor.user_id, kind, tender.closes_at, stopped)
    return _Visit(*facts, tender.most_lots_bid)


def _late(
    session: Session, visit: _Visit, digest: str | None
) -> BidAfterDeadline | WithdrawalAfterDeadline | TenderNotOpen:
    """The refusal of whoever comes after closing; its log line is kept though this transaction is not."""
    regardless(session, _note_late, visit, digest)
    if visit.is_stopped:
        return TenderNotOpen()
    wrong = BidAfterDeadline if visit.kind == "submit" else WithdrawalAfterDeadline
    return wrong(closed_at=visit.closes_at)


def _pass_gate(session: Session, visit: _Visit, digest: str | None) -> None:
    """Write what waits; the database's own gate may still say that it is too late."""
    try:
        session.flush()
    except DBAPIError as fault:
        state = getattr(fault.orig, "sqlstate", "")
        if state == _TOO_LATE:
            raise _late(session, visit, digest) from fault
        if state == _STOPPED:
            raise LotStopped from fault
        if state == _TOO_MANY:
            raise TooManyLots(most=visit.most_lots) from fault
        if state == _UNSIGNED:
            raise CheckedOther from fault
        if state == _RESERVED:
            raise MayNotBid from fault
        if state == _TWICE:
            raise consortia_errors.TakesPartTwice from fault
        raise


def _note_late(session: Session, visit: _Visit, digest: str | None) -> None:
    session.add(
        LateAttempt(
            tender_id=visit.tender_id, organisation_id=visit.organisation_id, user_id=visit.user_id,
            kind=visit.kind, digest=digest, at=queries.database_now(session),
        )
    )  # fmt: skip


def _confirm(
    session: Session, chance: Opportunity, bid: Bid, version: BidVersion, actor: Actor, at: datetime
) -> None:
    user = session.get_one(User, actor.user_id)
    facts = {
        "number": chance.tender.number, "title": chance.title, "receipt": version.receipt,
        "received_at": version.submitted_at, "digest": version.digest, "closes_at": chance.tender.closes_at,
    }  # fmt: skip
    send_mail(
        session, to=user.email, locale=user.locale, subject=N_("Ontvangen: uw inschrijving op %(number)s"),
        text=RECEIPT_LETTER, facts=facts, link=f"/bids/{bid.public_id}", at=at, key=f"bid:{version.receipt}",
    )  # fmt: skip


def withdraw_bid(session: Session, *, bid: Bid, actor: Actor, at: datetime) -> Bid:
    """Take a bid back before the deadline; its draft is erased. Afterwards the organisation may start again.

    Raises:
        NotYours: who may not.
        WithdrawalAfterDeadline, TenderNotOpen: too late; the bid stands, the attempt is logged.
        BidWithdrawn: it was already.
    """
    if not rules.may_work_on(actor, bid.organisation_id, rules.BINDERS if bid.version else rules.PREPARERS):
        raise NotYours
    bid, visit = _pass_out(session, bid, actor)
    bid.withdrawn_at, bid.draft, bid.draft_key = at, None, None
    _pass_gate(session, visit, None)
    session.refresh(bid)
    return bid


def _pass_out(session: Session, bid: Bid, actor: Actor) -> tuple[Bid, _Visit]:
    """The bid held before the deadline, for who takes something out of the box; who comes too late is logged."""
    tender, moment = _enter(session, bid.tender_id)
    bid = held(session, bid)
    visit = _visit(bid, tender, actor, "withdraw")
    if queries.is_closed(tender, moment):
        raise _late(session, visit, None)
    return bid, visit


def take_out(session: Session, *, bid: Bid, member: BidMember, actor: Actor) -> bool:
    """Take back a member's signature before the deadline; whether the bid left the box by it.

    The draft stays as it is. What was handed in with this signature does not count any more.

    Raises:
        WithdrawalAfterDeadline, TenderNotOpen: too late; signature and bid stand, the attempt is logged.
        BidWithdrawn: the whole bid was withdrawn.
    """
    bid, visit = _pass_out(session, bid, actor)
    consortia.refresh(session, member)
    was_in = bid.counts and member.in_version == bid.version
    if was_in:
        bid.retracted, bid.submitted_draft = bid.version, None
    member.signed_draft = member.signed_digest = member.signed_by_id = member.signed_at = None
    _pass_gate(session, visit, None)
    forget_own(session, member_id=member.id)
    return was_in
