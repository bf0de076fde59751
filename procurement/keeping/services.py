"""Forgetting drafts in time, and locking what is kept with a new key."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from procurement.bids.models import Bid, BidVersion
from procurement.bids.services import copy_context, draft_context, read_copy, read_draft
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.tenders.models import Tender

DRAFT_KEPT = timedelta(days=30)
"""How long after closing a draft is kept: until then its bidder may want to see what was not handed in."""


def forget_drafts(session: Session, *, at: datetime) -> int:
    """Erase drafts of tenders that closed a month ago; returns how many. What was handed in stays sealed."""
    closed = select(Tender.id).where(Tender.closes_at < at - DRAFT_KEPT)
    statement = update(Bid).where(Bid.draft.is_not(None), Bid.tender_id.in_(closed))
    forgotten = session.execute(statement.values(draft=None, draft_key=None).returning(Bid.id))
    return len(forgotten.all())


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every draft and own copy with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: something cannot be read with the key it names; nothing is moved then.
    """
    name, master = keys.current()
    moved = 0
    drafts = select(Bid).where(Bid.draft_key.is_distinct_from(name), Bid.draft.is_not(None))
    for bid in session.scalars(drafts.with_for_update(key_share=True)):
        text = read_draft(bid, keys).to_json()
        bid.draft, bid.draft_key = sealing.lock_text(master, draft_context(bid), text), name
        moved += 1
    copies = select(BidVersion).where(BidVersion.own_key != name).options(joinedload(BidVersion.bid))
    for each in session.scalars(copies.with_for_update(of=BidVersion, key_share=True)):
        text = read_copy(each.bid, each, keys)
        each.own_copy = sealing.lock_text(master, copy_context(each.bid, each.version), text)
        each.own_key = name
        moved += 1
    session.flush()
    return moved
