"""Posting needs, changing and withdrawing them, saying "we could do this"."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.needs import errors, queries, rules
from coops.needs.events import NeedChanged, NeedPosted, NeedWithdrawn
from coops.needs.models import Need, NeedCounter, NeedInterest, NeedShare
from coops.needs.rules import NeedFacts, Wanted
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.money import Money
from cwb.kernel.text import search_key


def _next_number(session: Session, at: datetime) -> str:
    """The next number of the year; the counter row stays locked until the transaction ends, so none is lost."""
    year = local_date(at).year
    upsert = insert(NeedCounter).values(year=year, last=1)
    last = session.execute(
        upsert.on_conflict_do_update(index_elements=["year"], set_={"last": NeedCounter.last + 1}).returning(
            NeedCounter.last
        )
    ).scalar_one()
    return f"N-{year}-{last:04}"


def _minor(amount: Money | None) -> int | None:
    return None if amount is None else amount.minor


def _columns(
    facts: NeedFacts, category: str, cpv: str, place_code: str | None, divisible: bool, visibility: str,
    value_visibility: str,
) -> dict[str, Any]:  # fmt: skip
    return {
        "category": category, "cpv": cpv, "place_code": place_code or None, "divisible": divisible,
        "visibility": visibility, "value_visibility": value_visibility, "volume": facts.volume,
        "unit": facts.unit, "value_low_minor": _minor(facts.value_low),
        "value_high_minor": _minor(facts.value_high), "wanted_from": facts.wanted_from,
        "contract_ends_on": facts.contract_ends_on, "notice_on": facts.notice_on,
        "expires_on": facts.expires_on,
    }  # fmt: skip


def post_need(
    session: Session,
    *,
    owner_id: int,
    facts: NeedFacts,
    purpose: str,
    category: str,
    cpv: str,
    place_code: str | None = None,
    divisible: bool = True,
    visibility: str = "public",
    value_visibility: str = "alliance",
    before_told: Callable[[Need], None] | None = None,
    user_id: int,
    at: datetime,
) -> Need:
    """Put a need of an anchor on the calendar, with the next number of the year (N-2026-0001).

    `before_told` links the need to what it follows, before anybody hears of it.

    Raises:
        RuleBroken: one of `coops.needs.errors`.
    """
    rules.check(facts, on=local_date(at))
    need = Need(
        number=_next_number(session, at), owner_id=owner_id, posted_by_id=user_id, posted_at=at,
        title=facts.title.strip(), purpose=purpose,
        **_columns(facts, category, cpv, place_code, divisible, visibility, value_visibility),
    )  # fmt: skip
    session.add(need)
    session.flush()
    record(
        session, action="need.posted", subject=f"need:{need.number}", actor_id=user_id,
        facts={"cpv": cpv, "visibility": visibility}, at=at,
    )  # fmt: skip
    if before_told is not None:
        before_told(need)
        session.flush()
    emit(session, NeedPosted(need.id))
    return need


def change_need(
    session: Session,
    *,
    need: Need,
    facts: NeedFacts,
    purpose: str,
    category: str,
    cpv: str,
    place_code: str | None = None,
    divisible: bool = True,
    visibility: str = "public",
    value_visibility: str = "alliance",
    version: int | None = None,
    user_id: int,
    at: datetime,
) -> Need:
    """Change an open need. `version` is the one the form was made from; None means whatever is there now.

    Raises:
        NeedClosed: it no longer stands on the calendar.
        NeedChanged: somebody changed it in the meantime.
        RuleBroken: one of `coops.needs.errors`.
    """
    need = _open_need(session, need.id, at)
    if version is not None and version != need.version:
        raise errors.NeedChanged
    rules.check(facts, on=local_date(at), keeps_wanted_from=facts.wanted_from == need.wanted_from)
    need.title, need.purpose = facts.title.strip(), purpose
    need.search_text = search_key(f"{need.title} {purpose}")[:2000]
    for name, value in _columns(
        facts, category, cpv, place_code, divisible, visibility, value_visibility
    ).items():
        setattr(need, name, value)
    need.changed_at, need.version = at, need.version + 1
    session.flush()
    record(
        session, action="need.changed", subject=f"need:{need.number}", actor_id=user_id,
        facts={"cpv": cpv, "visibility": visibility}, at=at,
    )  # fmt: skip
    emit(session, NeedChanged(need.id))
    return need


def _open_need(session: Session, need_id: int, at: datetime) -> Need:
    need = queries.locked_need(session, need_id)
    if rules.state_of(need, at) is not rules.NeedState.OPEN:
        raise errors.NeedClosed
    return need


def withdraw_need(session: Session, *, need: Need, reason: str, user_id: int, at: datetime) -> Need:
    """Take a need off the calendar, saying why. It keeps its number and page.

    Raises:
        WithdrawReasonMissing: no reason.
        NeedClosed: it no longer stands on the calendar.
    """
    if not reason.strip():
        raise errors.WithdrawReasonMissing(field="reason")
    need = _open_need(session, need.id, at)
    need.withdrawn_at, need.withdraw_reason, need.version = at, reason.strip(), need.version + 1
    session.flush()
    record(session, action="need.withdrawn", subject=f"need:{need.number}", actor_id=user_id, at=at)
    emit(session, NeedWithdrawn(need.id))
    return need


def convert_need(session: Session, *, need_id: int, at: datetime) -> Need:
    """Note that a tender is being made of a need; the tender keeps the link. A second tender may be made of it.

    Raises:
        NeedClosed: withdrawn or expired.
    """
    need = queries.locked_need(session, need_id)
    if rules.state_of(need, at) in {rules.NeedState.WITHDRAWN, rules.NeedState.EXPIRED}:
        raise errors.NeedClosed
    if need.converted_at is None:
        need.converted_at, need.version = at, need.version + 1
        session.flush()
    return need


def show_interest(
    session: Session, *, need: Need, organisation_id: int, interested: bool, user_id: int, at: datetime
) -> Need:
    """Say that a cooperative could do this, or take it back. Twice the same changes nothing.

    Raises:
        NeedClosed: it no longer stands on the calendar (taking back is always possible).
    """
    if not interested:
        session.execute(
            delete(NeedInterest).where(
                NeedInterest.need_id == need.id, NeedInterest.organisation_id == organisation_id
            )
        )
        return need
    need = _open_need(session, need.id, at)
    session.execute(
        insert(NeedInterest)
        .values(need_id=need.id, organisation_id=organisation_id, said_by_id=user_id, said_at=at)
        .on_conflict_do_nothing()
    )
    return need


def join_need(
    session: Session,
    *,
    need: Need,
    organisation_id: int,
    part: Wanted,
    note: str = "",
    user_id: int,
    at: datetime,
) -> Need:
    """Take part in another anchor's need with one's own volume and value; a second time changes the part.

    Raises:
        OwnNeed: it is one's own.
        NeedClosed: it no longer stands on the calendar.
        UnitNeeded, VolumeInvalid, ValueBandIncomplete, ValueBandReversed: at the field.
    """
    need = _open_need(session, need.id, at)
    if need.owner_id == organisation_id:
        raise errors.OwnNeed
    rules.check_share(part, has_unit=need.unit is not None)
    told = {
        "volume": part.volume, "value_low_minor": _minor(part.value_low),
        "value_high_minor": _minor(part.value_high), "note": note.strip(), "joined_by_id": user_id,
    }  # fmt: skip
    session.execute(
        insert(NeedShare)
        .values(need_id=need.id, organisation_id=organisation_id, joined_at=at, **told)
        .on_conflict_do_update(index_elements=["need_id", "organisation_id"], set_=told)
    )
    record(
        session, action="need.joined", subject=f"need:{need.number}", actor_id=user_id,
        facts={"organisation": organisation_id}, at=at,
    )  # fmt: skip
    return need


def leave_need(session: Session, *, need: Need, organisation_id: int, user_id: int, at: datetime) -> Need:
    """No longer take part; who did not take part changes nothing."""
    left = session.execute(
        delete(NeedShare)
        .where(NeedShare.need_id == need.id, NeedShare.organisation_id == organisation_id)
        .returning(NeedShare.need_id)
    ).first()
    if left is not None:
        record(
            session, action="need.left", subject=f"need:{need.number}", actor_id=user_id,
            facts={"organisation": organisation_id}, at=at,
        )  # fmt: skip
    return need
