"""Two people open the bids of a tender, and whoever reads them is written down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.errors import Refusal
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor
from procurement.bids.models import BidVersion
from procurement.bids.queries import database_now, late_attempts
from procurement.bids.services import read_copy
from procurement.envelopes.rules import Fault, Place, verify
from procurement.opening import queries, rules
from procurement.opening.errors import AlreadyOpened, BidsThere, NotToOpen, NotYourTender
from procurement.opening.events import BidsOpened
from procurement.opening.models import BidAccess, OpenedBid, Opening
from procurement.sealing import rules as sealing
from procurement.sealing import services as sealing_services
from procurement.sealing.errors import HouseKeyMissing, NoShare, SealBroken
from procurement.sealing.gateway import HouseKeys
from procurement.sealing.models import ShareRelease, TenderKey
from procurement.sealing.queries import tender_key
from procurement.tenders.models import Tender
from procurement.tenders.services import mark_opened, mark_unsuccessful


def release(
    session: Session, *, tender: Tender, actor: Actor, passphrase: str, to_user_id: int, reason: str = "",
    at: datetime,
) -> ShareRelease:  # fmt: skip
    """The first of the two: hand one's share to the second, after closing.

    Raises:
        NotToOpen, AlreadyOpened: nothing to open, or done.
        NoShare: not one of the three holders, or no longer of the buyer.
        and what `sealing.services.release_share` raises: too early, wrong passphrase, no reason.
    """
    key = _key_for(session, tender, actor)
    return sealing_services.release_share(
        session, key_id=key.id, user_id=actor.user_id, passphrase=passphrase, to_user_id=to_user_id,
        opens_from=_closes_at(tender), reason=reason, at=at,
    )  # fmt: skip


def open_bids(
    session: Session, *, tender: Tender, actor: Actor, passphrase: str, keys: HouseKeys, at: datetime
) -> Opening:
    """The second of the two: open every envelope of every lot, write the record, and tell whoever listens.

    A damaged envelope is recorded with its fault and the others are opened. Nobody can hand in meanwhile: the
    tender is locked, so a bid is either in before this or sees that it is too late.

    Raises:
        NotToOpen, AlreadyOpened: nothing to open, or done.
        NoShare, NothingReleased: not one of the three holders, or the first has not been.
        and what `sealing.services.open_tender_key` raises: too early, wrong passphrase, broken share.
    """
    key = _key_for(session, tender, actor)
    private, given = sealing_services.open_tender_key(
        session,
        key_id=key.id,
        user_id=actor.user_id,
        passphrase=passphrase,
        opens_from=_closes_at(tender),
        at=at,
    )
    locked = select(Tender).where(Tender.id == tender.id).with_for_update()
    tender = session.scalars(locked.execution_options(populate_existing=True)).one()
    _refuse_stopped(tender)
    moment = database_now(session)
    envelopes = queries.received(session, tender.id)
    found = [_look_into(tender, each, private, keys) for each in envelopes]
    numbers = {each.bid.lot_id: each.bid.lot.number for each in envelopes}
    late = [each.at.isoformat() for each in late_attempts(session, tender.id)]
    opening = Opening(
        tender_id=tender.id, first_user_id=given.share.user_id, second_user_id=actor.user_id,
        released_at=min(given.released_at, moment), escrow_reason=given.reason, opened_at=moment,
        digest=rules.record_digest(
            tender=tender.number, first=given.share.user_id, second=actor.user_id, opened_at=moment,
            received=[_received(each, numbers[each.lot_id]) for each in found], late=late,
        ),
    )  # fmt: skip
    session.add(opening)
    session.flush()
    for position, each in enumerate(rules.shuffled(found)):
        each.opening_id, each.label = opening.id, rules.label(position)
        session.add(each)
    mark_opened(session, tender=tender, at=moment)
    _write_down(session, tender, opening, found, len(late), moment)
    emit(session, BidsOpened(tender_id=tender.id, count=sum(each.fault is None for each in found)))
    return opening


def _key_for(session: Session, tender: Tender, actor: Actor) -> TenderKey:
    _refuse_stopped(tender)
    return _check_holder(tender, None if tender.key_id is None else tender_key(session, tender.key_id), actor)


def _check_holder(tender: Tender, key: TenderKey | None, actor: Actor) -> TenderKey:
    if key is None:
        raise NotToOpen
    part = next((each.part for each in key.shares if each.user_id == actor.user_id), None)
    if not rules.may_open(actor, tender.buyer_id, part):
        raise NoShare
    return key


def _refuse_stopped(tender: Tender) -> None:
    if tender.opened_at is not None:
        raise AlreadyOpened
    if tender.cancelled_at is not None or tender.unsuccessful_at is not None:
        raise NotToOpen


def _closes_at(tender: Tender) -> datetime:
    if tender.closes_at is None:
        raise NotToOpen
    return tender.closes_at


def _look_into(tender: Tender, version: BidVersion, private: bytes, keys: HouseKeys) -> OpenedBid:
    bid = version.bid
    made = OpenedBid(
        tender_id=tender.id, lot_id=bid.lot_id, bid_id=bid.id, organisation_id=bid.organisation_id,
        version=version.version, digest=version.digest, received_at=version.submitted_at,
    )  # fmt: skip
    try:
        text = sealing.unseal(private, version.sealed)
    except SealBroken:
        made.fault = Fault.UNREADABLE
        return made
    place = Place(str(tender.public_id), bid.lot.number, str(bid.public_id), version.version)
    made.fault, content = verify(text, place, version.digest, _copy(version, keys))
    if content is not None:
        made.content, made.price_minor = content, content["price"]["minor"]
    return made


def _copy(version: BidVersion, keys: HouseKeys) -> bytes | None:
    """The bidder's own copy, to compare; None when the key outside the database is gone."""
    try:
        return read_copy(version.bid, version, keys)
    except HouseKeyMissing:
        return None
    except SealBroken:
        return b""


def _received(each: OpenedBid, lot: int) -> dict[str, object]:
    return {
        "lot": lot, "version": each.version, "received_at": each.received_at.isoformat(), "digest": each.digest,
        "fault": None if each.fault is None else str(each.fault),
    }  # fmt: skip


def _write_down(
    session: Session, tender: Tender, opening: Opening, found: Sequence[OpenedBid], late: int, at: datetime
) -> None:
    facts: dict[str, object] = {
        "first": opening.first_user_id, "second": opening.second_user_id, "received": len(found),
        "damaged": sum(each.fault is not None for each in found), "late": late, "digest": opening.digest,
        "escrow": opening.escrow_reason is not None,
    }  # fmt: skip
    subject = f"tender:{tender.number}"
    record(
        session, action="bids.opened", subject=subject, actor_id=opening.second_user_id, facts=facts, at=at
    )


def read_bids(
    session: Session, *, tender: Tender, actor: Actor, purpose: str, at: datetime
) -> Sequence[OpenedBid]:
    """The opened bids of a tender, by label; who read them and what for is written down.

    Raises:
        NotYourTender: neither of the buyer nor an auditor.
        NotToOpen: not opened yet.
    """
    if not rules.may_read(actor, tender.buyer_id):
        raise NotYourTender
    if tender.opened_at is None:
        raise NotToOpen
    session.add(BidAccess(tender_id=tender.id, user_id=actor.user_id, purpose=purpose, at=at))
    session.flush()
    return queries.opened(session, tender.id)


def end_without_bids(session: Session, *, tender: Tender, actor: Actor, reason: str, at: datetime) -> Tender:
    """End a tender that was opened without a readable bid.

    Raises:
        NotYourTender: not of the buyer.
        NotToOpen: not opened yet, or ended before.
        BidsThere: there is something to evaluate.
    """
    if not rules.buys(actor, tender.buyer_id):
        raise NotYourTender
    locked = select(Tender).where(Tender.id == tender.id).with_for_update()
    tender = session.scalars(locked.execution_options(populate_existing=True)).one()
    if tender.opened_at is None or tender.unsuccessful_at is not None or tender.cancelled_at is not None:
        raise NotToOpen
    if any(each.fault is None for each in queries.opened(session, tender.id)):
        raise BidsThere
    mark_unsuccessful(session, tender=tender, reason=reason, user_id=actor.user_id, at=at)
    return tender


def may_take_part(tender: Tender, key: TenderKey | None, actor: Actor) -> bool:
    """Whether an actor can be one of the two for this tender; `key` is the tender's, with its shares."""
    try:
        _refuse_stopped(tender)
        _check_holder(tender, key, actor)
    except Refusal:
        return False
    return True
