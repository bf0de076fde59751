"""Writing down contracts made elsewhere, one by one or from a file; taking one back; the local option."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.policy import Actor
from cwb.kernel.words import ReasonTooShort, words
from procurement.contracts.rules import LocalOutcome
from procurement.counsel.events import SameWorkAsked
from procurement.externals import errors, policy, queries, rules
from procurement.externals.gateway import Read, read_contracts
from procurement.externals.models import ExternalContract, ExternalCounter, ExternalUpload
from procurement.externals.rules import Facts


def _next_number(session: Session, at: datetime) -> str:
    """The next number of the year; the counter row stays locked until the transaction ends, so there are no gaps."""
    year = local_date(at).year
    upsert = insert(ExternalCounter).values(year=year, last=1)
    last = session.execute(
        upsert.on_conflict_do_update(
            index_elements=["year"], set_={"last": ExternalCounter.last + 1}
        ).returning(ExternalCounter.last)
    ).scalar_one()
    return f"X-{year}-{last:04}"


def hear_same_work(session: Session, event: SameWorkAsked) -> None:
    """Contracts count in the warning against splitting, wherever they were made."""
    found = queries.same_work(session, event.buyer_id, event.cpv_group, event.since, event.until)
    event.found.extend((number, title, Money(minor), on) for number, title, minor, on in found)


def enter(session: Session, *, facts: Facts, actor: Actor, at: datetime) -> ExternalContract:
    """Write one contract down; its supplier is linked by KvK number only.

    Raises:
        NotYours; KnownBefore: the same contract stands in the list.
        TitleMissing, SupplierMissing, SupplierIsBuyer, ValueInvalid, TermReversed, TenderNedInvalid: at the field.
    """
    if not policy.ENTER.open_to(actor) or actor.organisation_id is None:
        raise errors.NotYours
    made = _make(session, actor.organisation_id, rules.checked(facts), actor, at)
    session.flush()
    return made


def _make(session: Session, buyer_id: int, facts: Facts, actor: Actor, at: datetime) -> ExternalContract:
    number = _next_number(session, at)  # from here one at a time: of two same ones the second sees the first
    known = queries.standing(session, buyer_id, [facts.fingerprint])
    if known:
        raise errors.KnownBefore(number=known[facts.fingerprint])
    supplier_id = (
        queries.by_kvk(session, [facts.supplier_kvk]).get(facts.supplier_kvk) if facts.supplier_kvk else None
    )
    if supplier_id == buyer_id:
        raise errors.SupplierIsBuyer(field="supplier_kvk")
    made = ExternalContract(
        facts=facts, number=number, buyer_id=buyer_id, supplier_id=supplier_id, entered_by_id=actor.user_id,
        entered_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="external.entered", subject=f"external:{number}", actor_id=actor.user_id,
        facts={"value": facts.value.minor, "tenderned": facts.tenderned_number}, at=at,
    )  # fmt: skip
    return made


def withdraw(
    session: Session, *, contract: ExternalContract, reason: str, actor: Actor, at: datetime
) -> ExternalContract:
    """Take a mistake off the list, with the reason; the row stays in the file.

    Raises:
        NotYours; WithdrawnBefore; ReasonTooShort.
    """
    if not policy.may(actor, policy.ENTER, contract):
        raise errors.NotYours
    reason = words(reason, "reason", short=ReasonTooShort)
    session.refresh(contract, ["withdrawn_at"], with_for_update={"of": ExternalContract})
    if contract.withdrawn_at is not None:
        raise errors.WithdrawnBefore
    contract.withdrawn_at, contract.withdraw_reason = at, reason
    session.flush()
    record(
        session, action="external.withdrawn", subject=f"external:{contract.number}", actor_id=actor.user_id,
        facts={}, at=at,
    )  # fmt: skip
    return contract


def examine(
    session: Session,
    *,
    contract: ExternalContract,
    outcome: LocalOutcome,
    reason: str,
    actor: Actor,
    at: datetime,
) -> ExternalContract:
    """Write down whether the local option was examined; once.

    Raises:
        NotYours; LocalOptionKnown; WithdrawnBefore; ReasonTooShort.
    """
    if not policy.may(actor, policy.ENTER, contract):
        raise errors.NotYours
    reason = words(reason, "reason", short=ReasonTooShort)
    names = ["withdrawn_at", "local_outcome"]
    session.refresh(contract, names, with_for_update={"of": ExternalContract})
    if contract.withdrawn_at is not None:
        raise errors.WithdrawnBefore
    if contract.local_outcome is not None:
        raise errors.LocalOptionKnown
    contract.local_outcome, contract.local_reason = outcome, reason
    contract.examined_by_id, contract.examined_at = actor.user_id, at
    session.flush()
    record(
        session, action="external.local_option", subject=f"external:{contract.number}", actor_id=actor.user_id,
        facts={"outcome": outcome.value}, at=at,
    )  # fmt: skip
    return contract


def stage(session: Session, *, file_name: str, content: bytes, actor: Actor, at: datetime) -> ExternalUpload:
    """Keep a file until its owner has seen what it holds. Files of a day ago go.

    Raises:
        NotYours; FileUnreadable: nothing is kept.
    """
    if not policy.ENTER.open_to(actor) or actor.organisation_id is None:
        raise errors.NotYours
    read_contracts(content)
    session.execute(delete(ExternalUpload).where(ExternalUpload.at < at - timedelta(days=1)))
    made = ExternalUpload(
        anchor_id=actor.organisation_id, file_name=file_name[-200:] or "bestand.csv", content=content,
        actor_id=actor.user_id, at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do: how it was read, what is new, what is there already, what it names twice."""

    read: Read
    new: Sequence[Facts]
    known: int


def preview(session: Session, *, buyer_id: int, content: bytes) -> Preview:
    """A dry run: nothing is written.

    Raises:
        FileUnreadable: no CSV of contracts.
    """
    read = read_contracts(content)
    distinct = {facts.fingerprint: facts for _row, facts in read.rows}
    there = queries.standing(session, buyer_id, list(distinct))
    new = [facts for key, facts in distinct.items() if key not in there]
    return Preview(read, new, len(read.rows) - len(new))


def keep(session: Session, *, upload: ExternalUpload, actor: Actor, at: datetime) -> int:
    """Write down what is new in a waiting file, all of it or nothing; returns how many.

    Raises:
        NotYours; FileHasFaults: nothing was kept.
    """
    if not policy.ENTER.open_to(actor) or actor.organisation_id != upload.anchor_id:
        raise errors.NotYours
    seen = preview(session, buyer_id=upload.anchor_id, content=upload.content)
    if seen.read.faults:
        raise errors.FileHasFaults(count=len({fault.row for fault in seen.read.faults}))
    for facts in seen.new:
        _make(session, upload.anchor_id, facts, actor, at)
    session.delete(upload)
    session.flush()
    return len(seen.new)
