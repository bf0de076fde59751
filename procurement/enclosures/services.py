"""Use cases of files and statements: add, take away, read, state, decide."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from cwb.files import gateway
from cwb.files import rules as files
from cwb.files.errors import FileBroken
from cwb.kernel.errors import Forbidden, RuleBroken
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor, Role
from procurement.bids import rules as bid_rules
from procurement.bids import services as bids
from procurement.bids.errors import DraftClosed
from procurement.bids.models import Bid
from procurement.bids.queries import Opportunity
from procurement.enclosures import policy, queries, rules
from procurement.enclosures.errors import (
    FileNotHere,
    FilesTooLarge,
    NotForPanel,
    NothingToDecide,
    StatementsMissing,
)
from procurement.enclosures.models import BidFile
from procurement.enclosures.rules import Entry
from procurement.evaluation import services as evaluation
from procurement.opening.models import BidAccess, GroundDecision, OpenedBid
from procurement.panels import queries as panels
from procurement.panels import services as panel_services
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.statements import queries as statements
from procurement.statements.gateway import table
from procurement.statements.rules import Profile
from procurement.statements.services import read_profile, stated
from procurement.tenders.models import Tender
from procurement.tenders.services import note_act

_TOO_LATE, _TOO_MUCH = "CW014", "CW023"
"""SQLSTATEs of the database's own gates (migrations 0013 and 0023)."""


def _context(file_id: str) -> dict[str, object]:
    return {"file": file_id, "purpose": "enclosure"}


def add_file(
    session: Session, *, chance: Opportunity, bid: Bid, name: str, content: bytes, question: str, actor: Actor,
    keys: HouseKeys,
) -> Entry:  # fmt: skip
    """Add a file to a draft. Its content is locked with a key of its own; that key stands in the draft alone.

    Raises:
        NotYours, MayNotBid, DraftClosed: as with any part of a draft.
        FileKindRefused, FileEmpty, FileTooLarge, FileDisguised, FileActive, FileBomb, FileBroken: what it is.
        QuestionTakesNoFiles, FileSame, TooManyFiles, FilesTooLarge: what there is already.
    """
    clean, kind = files.clean_name(name)
    gateway.check_content(content, clean, kind)
    public_id, key = uuid7(), secrets.token_bytes(32)
    entry = Entry(
        str(public_id), question, clean, kind, len(content), hashlib.sha256(content).hexdigest(), key.hex()
    )

    def change(draft: bid_rules.Draft) -> bid_rules.Draft:
        rules.check_added(rules.entries(draft.files), entry, chance.demand.attach)
        return draft.with_part(bid_rules.FILES, {"files": [*draft.files, entry.stored()]})

    bids.change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)
    locked = sealing.lock_text(key, _context(entry.id), content)
    session.add(
        BidFile(
            public_id=public_id,
            bid_id=bid.id,
            content=locked,
            size=len(content),
            uploaded_by_id=actor.user_id,
        )
    )
    try:
        session.flush()
    except DBAPIError as fault:
        state = getattr(fault.orig, "sqlstate", "")
        if state == _TOO_MUCH:
            raise FilesTooLarge(field="file", most=rules.MOST_FILES // files.MEGA) from fault
        if state == _TOO_LATE:
            raise DraftClosed(closed_at=None) from fault
        raise
    return entry


def drop_file(
    session: Session, *, chance: Opportunity, bid: Bid, file_id: str, actor: Actor, keys: HouseKeys
) -> None:
    """Take a file out of a draft. What was handed in before keeps it, until one hands in again.

    Raises:
        NotYours, MayNotBid, DraftClosed: as with any part of a draft.
        FileNotHere: it is not there (any more).
    """

    def change(draft: bid_rules.Draft) -> bid_rules.Draft:
        left = [each for each in draft.files if each["id"] != file_id]
        if len(left) == len(draft.files):
            raise FileNotHere
        return draft.with_part(bid_rules.FILES, {"files": left})

    bids.change_draft(session, chance=chance, bid=bid, change=change, actor=actor, keys=keys)
    found = queries.unsent(session, bid.id, file_id)
    if found is not None:
        session.delete(found)
        session.flush()


def read_file(session: Session, *, bid_id: int, entry: Entry) -> bytes:
    """A file's content, checked against the hash that was sealed.

    Raises:
        FileNotHere: it is gone.
        SealBroken, FileBroken: it was changed.
    """
    found = queries.stored(session, bid_id, entry.id)
    content = sealing.unlock_text(bytes.fromhex(entry.key), _context(entry.id), found.content)
    if hashlib.sha256(content).hexdigest() != entry.digest:
        raise FileBroken
    return content


_OPEN: set[str] = set()
"""Ids of files that opened: what was sealed never changes, so it needs no second look."""


def unreadable(session: Session, bid: OpenedBid) -> list[str]:
    """Names of the files of an opened bid that nobody can open; of those to the buyer alone, not of those to questions.

    A file to a question is what is compared: it is never made up (`procurement.repairs`).
    """
    found = [each for each in rules.entries((bid.content or {}).get("files", ())) if not each.question]
    return [each.name for each in found if not _opens(session, bid, each)]


def _opens(session: Session, bid: OpenedBid, entry: Entry) -> bool:
    if entry.id in _OPEN:
        return True
    try:
        files.check_readable(read_file(session, bid_id=bid.bid_id, entry=entry), entry.kind)
    except RuleBroken:
        return False
    _OPEN.add(entry.id)
    return True


def own_files(bid: Bid, keys: HouseKeys) -> list[Entry]:
    """The files of a draft."""
    return rules.entries(bids.read_draft(bid, keys).files)


def profile_of(session: Session, organisation_id: int, keys: HouseKeys) -> Profile:
    """The answers of an organisation."""
    return read_profile(statements.find_profile(session, organisation_id), keys)


def state(
    session: Session,
    *,
    chance: Opportunity,
    bid: Bid,
    said: dict[str, Any],
    seen: int,
    actor: Actor,
    keys: HouseKeys,
) -> bid_rules.Draft:
    """Copy the answers of the profile into a bid, with what is said about the criteria of this tender.

    Raises:
        StatementsMissing: an answer is missing or no longer counts on the day of closing.
        and what `bids.services.save_part` raises.
    """
    value = stated(
        session, table(), chance.demand, organisation_id=bid.organisation_id, said=said, on=chance.closes_on,
        keys=keys,
    )  # fmt: skip
    if value is None:
        raise StatementsMissing
    return bids.save_part(
        session,
        chance=chance,
        bid=bid,
        name=bid_rules.GROUNDS,
        value=value,
        seen=seen,
        actor=actor,
        keys=keys,
    )


def check_not_on_panel(session: Session, tender: Tender, actor: Actor) -> None:
    """Whoever assesses without names does not read, by name, who stated what, until the scores are frozen.

    Raises:
        NotForPanel: a running seat in the panel.
    """
    seat = panels.find_member(session, tender.id, actor.user_id)
    if seat is not None and seat.released_at is None and tender.scores_frozen_at is None:
        raise NotForPanel


def read_opened(
    session: Session,
    *,
    tender: Tender,
    bid: OpenedBid,
    file_id: str,
    actor: Actor,
    by_name: bool,
    at: datetime,
) -> tuple[Entry, bytes]:
    """A file of an opened bid; who read it is written down.

    Raises:
        Forbidden, NotForPanel: who may not.
        NotOnPanel, NotDeclared, HasConflict, MemberOfBidder: the panel's own conditions.
        FileNotHere: none, or to a question for which the panel sees no files.
        SealBroken, FileBroken: it was changed.
    """
    found = rules.entries((bid.content or {}).get("files", []))
    if by_name:
        if not policy.may(actor, policy.READ, tender):
            raise Forbidden
        check_not_on_panel(session, tender, actor)
    else:
        panel_services.assessor(session, tender, actor)
        asked = statements.demand(tender, statements.find_demand(session, tender.id))
        found = rules.seen_by_panel(found, asked.attach)
    entry = next((each for each in found if each.id == file_id), None)
    if entry is None:
        raise FileNotHere
    content = read_file(session, bid_id=bid.bid_id, entry=entry)
    session.add(
        BidAccess(tender_id=tender.id, opened_bid_id=bid.id, user_id=actor.user_id, purpose="file", at=at)
    )
    session.flush()
    return entry, content


def decide(
    session: Session,
    *,
    tender: Tender,
    bid: OpenedBid,
    excluded: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> GroundDecision:
    """A person decides about the grounds of an opened bid (art. 2.86-2.88: never by itself, and in proportion).

    Raises:
        Forbidden, NotForPanel: who may not.
        NothingToDecide: damaged, nothing to look at, frozen, or decided before.
        DecisionReasonMissing: no reasons.
        and what `evaluation.services.disqualify` raises when the bid is excluded.
    """
    if not policy.may(actor, policy.DECIDE, tender) or actor.has(Role.AUDITOR):
        raise Forbidden
    check_not_on_panel(session, tender, actor)
    why = rules.check_reason(reason)
    if (
        bid.fault is not None or tender.scores_frozen_at is not None or not rules.points(bid.content)
        or bid.id in queries.decisions(session, tender)
    ):  # fmt: skip
        raise NothingToDecide
    if excluded:
        evaluation.disqualify(session, tender=tender, label=bid.label, reason=why, actor=actor, at=at)
    made = GroundDecision(
        opened_bid_id=bid.id, excluded=excluded, reason=why, decided_by_id=actor.user_id, decided_at=at
    )
    session.add(made)
    session.flush()
    note_act(session, "bids.ground_decided", tender, actor, at, bid=str(bid.public_id), excluded=excluded)
    return made
