"""Preparing, handing in, changing and withdrawing a bid.

Before the opening nothing about a bid reaches the audit log or anybody outside its organisation: a line there
would tell how many there are. The opening writes down what had been received (`procurement.opening`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation, User
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.kernel.transaction import regardless
from cwb.notifications.services import send_mail
from procurement.bids import queries, rules
from procurement.bids.errors import (
    BidAfterDeadline,
    BidWithdrawn,
    CheckedOther,
    DraftChanged,
    DraftClosed,
    ExclusionUnfounded,
    MayNotBid,
    NotYours,
    TenderNotOpen,
    TooManyLots,
    WithdrawalAfterDeadline,
)
from procurement.bids.models import Bid, BidVersion, Exclusion, LateAttempt
from procurement.bids.queries import Opportunity
from procurement.bids.rules import Draft
from procurement.envelopes import rules as envelopes
from procurement.lots.errors import LotStopped
from procurement.lots.queries import find_stop
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.sealing.queries import tender_key
from procurement.tenders.models import Tender
from procurement.tenders.services import follow_tender

_TOO_LATE = "CW014"
"""SQLSTATE of the database's own gate (migration 0013)."""

_TOO_MANY = "CW018"
"""SQLSTATE of the database's own count of lots (migration 0020)."""

_STOPPED = "CW032"
"""SQLSTATE of the database's refusal of a stopped lot (migration 0032)."""

PART_NAMES = {
    rules.GROUNDS: N_("Eigen verklaring"), rules.PRICE: N_("Prijs"), rules.DECLARATIONS: N_("Verklaringen"),
    rules.WISH: N_("Uw voorkeur"),
}  # fmt: skip
"""Names of the parts that every bid has."""

RECEIPT_LETTER = N_(
    "Wij ontvingen uw inschrijving op %(number)s, %(title)s.\n\n"
    "Ontvangen: %(received_at)s.\nOntvangstnummer: %(receipt)s.\nControlegetal: %(digest)s.\n\n"
    "Uw inschrijving is verzegeld. Twee mensen openen haar samen, pas na de sluiting.\n"
    "Tot %(closes_at)s kunt u haar veranderen of intrekken.\n\nBewaar deze brief. "
    "Het bewijs als PDF staat op uw bladzijde:"
)


def bars(session: Session, chance: Opportunity, actor: Actor, moment: datetime) -> list[rules.Bar]:
    """Every reason why this actor's organisation may not bid; none means it may."""
    tender = chance.tender
    bidder = queries.bidder(
        session, organisation_id=actor.organisation_id, has_mandate=actor.has(*rules.PREPARERS),
        tender=tender, on=moment.date(),
    )  # fmt: skip
    return rules.bars(
        bidder, buyer_id=tender.buyer_id, is_closed=queries.is_closed(tender, moment), access=tender.access,
        is_published=bool(tender.published_at and not (tender.cancelled_at or tender.unsuccessful_at)),
        is_stopped=find_stop(session, chance.lot.id) is not None,
    )  # fmt: skip


def start_bid(session: Session, *, chance: Opportunity, actor: Actor, at: datetime) -> Bid:
    """An organisation's running bid on a lot: the one there is, or a new one.

    Raises:
        MayNotBid: some reason stands in the way; the page names it.
    """
    if actor.organisation_id is None or bars(session, chance, actor, queries.database_now(session)):
        raise MayNotBid
    session.execute(
        insert(Bid)
        .values(
            public_id=uuid7(), tender_id=chance.tender.id, lot_id=chance.lot.id,
            organisation_id=actor.organisation_id, started_by_id=actor.user_id, started_at=at,
            draft_version=0, version=0,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    follow_tender(session, tender_id=chance.tender.id, organisation_id=actor.organisation_id, at=at)
    found = queries.find_running(session, chance.lot.id, actor.organisation_id)
    if found is None:
        raise BidWithdrawn
    return found


def draft_context(bid: Bid) -> dict[str, object]:
    """What a locked draft is bound to."""
    return {"bid": str(bid.public_id), "purpose": "draft"}


def copy_context(bid: Bid, version: int) -> dict[str, object]:
    """What a bidder's own copy is bound to."""
    return {"bid": str(bid.public_id), "purpose": "copy", "version": version}


def read_draft(bid: Bid, keys: HouseKeys) -> Draft:
    """The draft of a bid, unlocked.

    Raises:
        HouseKeyMissing: the key file is gone.
        SealBroken: the stored draft was changed.
    """
    if bid.draft is None or bid.draft_key is None:
        return Draft()
    return Draft.from_json(sealing.unlock_text(keys.key(bid.draft_key), draft_context(bid), bid.draft))


def read_copy(bid: Bid, version: BidVersion, keys: HouseKeys) -> bytes:
    """The bidder's own copy of what was handed in: the very text that was sealed.

    Raises:
        HouseKeyMissing, SealBroken: as with a draft.
    """
    return sealing.unlock_text(
        keys.key(version.own_key), copy_context(bid, version.version), version.own_copy
    )


def _locked(session: Session, bid: Bid) -> Bid:
    """The bid as it is now, held against others. Not FOR UPDATE: an opener must be able to refer to it."""
    statement = select(Bid).where(Bid.id == bid.id).with_for_update(key_share=True)
    found = session.scalars(statement.execution_options(populate_existing=True)).one()
    if found.withdrawn_at is not None:
        raise BidWithdrawn
    return found


def save_part(
    session: Session, *, chance: Opportunity, bid: Bid, name: str, value: Mapping[str, Any], seen: int, actor: Actor,
    keys: HouseKeys,
) -> Draft:  # fmt: skip
    """Save one page of a draft, whole or not. `seen` is the save the page was filled with.

    Raises:
        NotYours, MayNotBid: a bid of another organisation, or on another lot.
        DraftClosed: the deadline has passed.
        DraftChanged: somebody else saved this page since; `saved` among its facts is the new number.
        UnknownPart, AnswerTooLong: what cannot be kept.
    """
    wanted = rules.checked_part(name, value, chance.asked)

    def change(draft: Draft) -> Draft:
        part = draft.part(name)
        if dict(part.value) == wanted:
            return draft
        if part.saved != seen:
            raise DraftChanged(saved=part.saved)
        return draft.with_part(name, wanted)

    return change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)


def change_draft(
    session: Session, *, chance: Opportunity, bid: Bid, change: Callable[[Draft], Draft], actor: Actor, keys: HouseKeys,
) -> Draft:  # fmt: skip
    """Change a draft while nobody else does: `change` makes the new draft of the one that stands now.

    Raises:
        NotYours, MayNotBid: a bid of another organisation, or on another lot.
        DraftClosed: the deadline has passed.
        and what `change` raises.
    """
    if not rules.may_work_on(actor, bid.organisation_id, rules.PREPARERS):
        raise NotYours
    if bid.lot_id != chance.lot.id:
        raise MayNotBid
    bid = _locked(session, bid)
    if queries.is_closed(chance.tender, queries.database_now(session)):
        raise DraftClosed(closed_at=chance.tender.closes_at)
    before = read_draft(bid, keys)
    draft = change(before)
    if draft is before:
        return draft
    bid.draft_key, master = keys.current()
    bid.draft = sealing.lock_text(master, draft_context(bid), draft.to_json())
    bid.draft_version = draft.saves
    session.flush()
    return draft


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
        TooManyLots: as many lots as one bidder may bid on.
        BidUnfinished: names what is not ready.
    """
    if not rules.may_work_on(actor, bid.organisation_id, rules.BINDERS):
        raise NotYours
    tender, moment = _enter(session, bid.tender_id)
    bid = _locked(session, bid)
    draft = read_draft(bid, keys)
    if queries.is_closed(tender, moment):
        raise _late(session, _visit(bid, tender, actor, "submit"), _offered(bid, draft, keys))
    if find_stop(session, bid.lot_id):
        raise LotStopped
    if bid.version and bid.submitted_draft == bid.draft_version:
        return queries.current_version(session, bid)
    if bid.lot_id != chance.lot.id or bars(session, chance, actor, moment):
        raise MayNotBid
    if draft.saves != seen:
        raise CheckedOther
    _check_limit(session, tender, bid)
    names = {rules.part_of(each.code): each.name for each in chance.criteria}
    content = rules.content_of(draft, chance.asked, {**PART_NAMES, **names})
    version = _store(session, bid, chance, content, actor, keys)
    _confirm(session, chance, bid, version, actor, at)
    return version


def _check_limit(session: Session, tender: Tender, bid: Bid) -> None:
    """No more lots than was published; the database counts again, one after the other (migration 0020)."""
    most = tender.most_lots_bid
    others = queries.running_of(session, tender.id, bid.organisation_id).values()
    if most is not None and sum(each.version > 0 and each.id != bid.id for each in others) >= most:
        raise TooManyLots(most=most)


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
    facts = (tender.id, bid.organisation_id, actor.user_id, kind, tender.closes_at, stopped)
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
        if getattr(fault.orig, "sqlstate", "") == _TOO_LATE:
            raise _late(session, visit, digest) from fault
        if getattr(fault.orig, "sqlstate", "") == _STOPPED:
            raise LotStopped from fault
        if getattr(fault.orig, "sqlstate", "") == _TOO_MANY:
            raise TooManyLots(most=visit.most_lots) from fault
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
    tender, moment = _enter(session, bid.tender_id)
    bid = _locked(session, bid)
    if not rules.may_work_on(actor, bid.organisation_id, rules.BINDERS if bid.version else rules.PREPARERS):
        raise NotYours
    visit = _visit(bid, tender, actor, "withdraw")
    if queries.is_closed(tender, moment):
        raise _late(session, visit, None)
    bid.withdrawn_at, bid.draft, bid.draft_key = at, None, None
    _pass_gate(session, visit, None)
    session.refresh(bid)
    return bid


def exclude_supplier(
    session: Session, *, buyer: Organisation, organisation: Organisation, reason: str, starts_on: date,
    ends_on: date, decided_by_id: int, at: datetime,
) -> Exclusion:  # fmt: skip
    """Write down a buyer's decision that a supplier may not bid for a while.

    Raises:
        ExclusionUnfounded: no reason, or an end that is not after the start.
    """
    if not reason.strip() or ends_on <= starts_on:
        raise ExclusionUnfounded(field="reason")
    made = Exclusion(
        buyer_id=buyer.id, organisation_id=organisation.id, reason=reason.strip(), starts_on=starts_on,
        ends_on=ends_on, decided_by_id=decided_by_id, decided_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    facts: dict[str, object] = {"buyer": str(buyer.public_id), "until": ends_on.isoformat()}
    record(
        session, action="bids.supplier_excluded", subject=f"organisation:{organisation.public_id}",
        actor_id=decided_by_id, facts=facts, at=at,
    )  # fmt: skip
    return made
