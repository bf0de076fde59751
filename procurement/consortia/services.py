"""What each member of a joint bid states about itself: locked as it signs, checked as the bid is handed in."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from cwb.kernel.canonical import canonical_json
from procurement.consortia.errors import BackersOpen, MembersUnstated, OwnStatementMissing
from procurement.consortia.models import Backer, BidMember, MemberStatement
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.statements import rules as statements
from procurement.statements.gateway import table
from procurement.statements.rules import Demand
from procurement.statements.services import stated


def _context(member_id: int) -> dict[str, object]:
    return {"member": member_id, "purpose": "member-statement"}


def state_own(
    session: Session, *, member: BidMember, demand: Demand, closes_on: date, keys: HouseKeys, at: datetime
) -> None:
    """Take a member's answers from its profile into the joint bid, locked; again as it signs again.

    Only somebody of that member can do so: the fence of rows hides its profile from everybody else.

    Raises:
        OwnStatementMissing: an answer is missing or no longer counts on the day of closing.
    """
    forget_own(session, member_id=member.id)
    if not demand.grounds and not demand.papers:
        return
    said = stated(
        session, table(), demand, organisation_id=member.organisation_id, said={}, on=closes_on, keys=keys
    )
    if said is None:
        raise OwnStatementMissing
    name, master = keys.current()
    session.add(
        MemberStatement(
            member_id=member.id, content=sealing.lock_text(master, _context(member.id), canonical_json(said)),
            content_key=name, valid_until=statements.valid_until(table(), said), stated_at=at,
        )
    )  # fmt: skip
    session.flush()


def promise_own(
    session: Session,
    *,
    public_id: UUID,
    organisation_id: int,
    demand: Demand,
    closes_on: date,
    keys: HouseKeys,
) -> tuple[bytes, str, date]:
    """What who is relied on states about itself, locked, with the key's name and the last day on which it counts.

    `public_id` names the promise: what is locked for it opens for no other.

    Raises:
        OwnStatementMissing: an answer is missing or no longer counts on the day of closing.
    """
    said = stated(session, table(), demand, organisation_id=organisation_id, said={}, on=closes_on, keys=keys)
    if said is None:
        raise OwnStatementMissing
    name, master = keys.current()
    asked = demand.grounds or demand.papers
    until = statements.valid_until(table(), said) if asked else closes_on
    return sealing.lock_text(master, _backing(public_id), canonical_json(said)), name, until


def _backing(public_id: UUID) -> dict[str, object]:
    return {"backer": str(public_id), "purpose": "backer-statement"}


class Promised(Protocol):
    """A promise of means with what its giver stated about itself, locked."""

    public_id: UUID
    content: bytes | None
    content_key: str | None


def read_promised(found: Promised, keys: HouseKeys) -> dict[str, Any]:
    """What who is relied on stated, unlocked.

    Raises:
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    text = sealing.unlock_text(
        keys.key(found.content_key or ""), _backing(found.public_id), found.content or b""
    )
    said: dict[str, Any] = json.loads(text)
    return said


def all_promised(
    found: Sequence[Backer], *, demand: Demand, closes_on: date, keys: HouseKeys
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """On whose means a bid relies, as it is sealed, and what each states about itself by public id.

    Raises:
        BackersOpen: names who promised nothing yet, or whose answers run out before the closing.
    """
    left = [
        each.organisation.name for each in found if each.valid_until is None or each.valid_until < closes_on
    ]
    if left:
        raise BackersOpen(names=", ".join(left))
    texts = demand.texts
    rows = [
        {
            "organisation": str(each.organisation.public_id), "name": each.organisation.name,
            "kvk": each.organisation.kvk_number or "", "means": each.means,
            "criteria": [texts[code] for code in each.criteria if code in texts],
            "promise": each.promise, "promised_at": each.promised_at.isoformat() if each.promised_at else None,
        }
        for each in found
    ]  # fmt: skip
    return rows, {str(each.organisation.public_id): read_promised(each, keys) for each in found}


def relock_backers(session: Session, *, keys: HouseKeys) -> int:
    """Lock every statement of who is relied on with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, _master = keys.current()
    found = session.scalars(
        select(Backer).where(Backer.content_key != name).options(undefer(Backer.content)).with_for_update()
    ).all()
    return lock_anew(session, found, keys)


def lock_anew(session: Session, found: Sequence[Promised], keys: HouseKeys) -> int:
    """Lock these with the current key; returns how many."""
    name, master = keys.current()
    for each in found:
        text = canonical_json(read_promised(each, keys))
        each.content, each.content_key = sealing.lock_text(master, _backing(each.public_id), text), name
    session.flush()
    return len(found)


def forget_own(session: Session, *, member_id: int) -> None:
    """Take a member's statement out of the joint bid, as its signature goes."""
    session.execute(delete(MemberStatement).where(MemberStatement.member_id == member_id))


def read_stated(found: MemberStatement, keys: HouseKeys) -> dict[str, Any]:
    """What a member stated, unlocked.

    Raises:
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    text = sealing.unlock_text(keys.key(found.content_key), _context(found.member_id), found.content)
    said: dict[str, Any] = json.loads(text)
    return said


def all_stated(
    members: Sequence[BidMember], *, demand: Demand, closes_on: date, keys: HouseKeys
) -> Mapping[str, dict[str, Any]]:
    """What every member stated, by public id of its organisation, as it is sealed; empty where nothing is asked.

    Raises:
        MembersUnstated: names whose statement is missing or runs out before the closing.
    """
    if not demand.grounds and not demand.papers:
        return {}
    left = [
        each.organisation.name for each in members
        if each.statement is None or each.statement.valid_until < closes_on
    ]  # fmt: skip
    if left:
        raise MembersUnstated(names=", ".join(left))
    return {
        str(each.organisation.public_id): read_stated(each.statement, keys)
        for each in members
        if each.statement is not None
    }


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every statement of a member with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, master = keys.current()
    found = session.scalars(
        select(MemberStatement).where(MemberStatement.content_key != name).with_for_update()
    ).all()
    for each in found:
        text = canonical_json(read_stated(each, keys))
        each.content, each.content_key = sealing.lock_text(master, _context(each.member_id), text), name
    session.flush()
    return len(found)
