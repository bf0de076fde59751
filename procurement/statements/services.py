"""Use cases of statements: answer once, keep papers, say what a tender asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from cwb.kernel.clock import local_date
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor
from procurement.sealing import rules as sealing
from procurement.sealing.gateway import HouseKeys
from procurement.statements import policy, queries, rules
from procurement.statements.errors import GroundUnknown, PaperTwice, StatementsChanged
from procurement.statements.models import PaperFile, StatementDemand, StatementPaper, StatementProfile
from procurement.statements.rules import Answer, Demand, Profile, Table
from procurement.tenders.models import Tender
from procurement.tenders.services import draft_changed, locked_draft, note_act


def _context(organisation_id: int) -> dict[str, object]:
    return {"organisation": organisation_id, "purpose": "statements"}


def read_profile(found: StatementProfile | None, keys: HouseKeys) -> Profile:
    """An organisation's answers, unlocked; an empty profile when it never answered.

    Raises:
        HouseKeyMissing, SealBroken: they cannot be read.
    """
    if found is None:
        return Profile()
    text = sealing.unlock_text(keys.key(found.content_key), _context(found.organisation_id), found.content)
    return Profile.from_json(text, found.saves)


def answer_group(
    session: Session, *, table: Table, group: str, answers: Mapping[str, Answer | None], seen: int, actor: Actor,
    keys: HouseKeys, at: datetime,
) -> StatementProfile:  # fmt: skip
    """Keep an organisation's answers on one group of grounds. `seen` is the save its page was filled with.

    Raises:
        Forbidden: only the board answers for its organisation.
        GroundUnknown, AnswerMissing, ExplanationMissing: input.
        StatementsChanged: a colleague was first.
    """
    if actor.organisation_id is None or not policy.may(actor, policy.DECLARE):
        raise Forbidden
    given = rules.check_answers(table.of(group), answers)
    found = session.scalars(
        select(StatementProfile)
        .where(StatementProfile.organisation_id == actor.organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    profile = read_profile(found, keys)
    if profile.saves != seen:
        raise StatementsChanged
    profile = profile.given(given)
    name, master = keys.current()
    locked = sealing.lock_text(master, _context(actor.organisation_id), profile.to_json())
    facts: dict[str, Any] = {
        "content": locked, "content_key": name, "saves": profile.saves, "saved_by_id": actor.user_id, "saved_at": at,
    }  # fmt: skip
    if found is None:
        found = StatementProfile(organisation_id=actor.organisation_id, **facts)
        session.add(found)
    for key, value in facts.items():
        setattr(found, key, value)
    try:
        session.flush()
    except IntegrityError as fault:  # two first saves at once
        raise StatementsChanged from fault
    return found


def keep_paper(
    session: Session, *, table: Table, kind: str, issued_on: date, reference: str, actor: Actor, at: datetime
) -> StatementPaper:
    """Write down a paper that the organisation has.

    Raises:
        Forbidden: only its own board.
        GroundUnknown, PaperDateInvalid: input.
        PaperTwice: it stands there already.
    """
    if actor.organisation_id is None or not policy.may(actor, policy.DECLARE):
        raise Forbidden
    paper = table.papers.get(kind)
    if paper is None:
        raise GroundUnknown
    expires_on = rules.check_paper(paper, issued_on, local_date(at))
    made = StatementPaper(
        organisation_id=actor.organisation_id, kind=kind, issued_on=issued_on, expires_on=expires_on,
        renew_on=rules.renew_on(paper, expires_on), reference=reference.strip(), added_by_id=actor.user_id, added_at=at,
    )  # fmt: skip
    known = queries.papers(session, actor.organisation_id)
    if any(each.kind == kind and each.issued_on == issued_on for each in known):
        raise PaperTwice(field="issued_on")
    session.add(made)
    session.flush()
    return made


def drop_paper(session: Session, *, paper: StatementPaper, actor: Actor) -> None:
    """Take a paper out of the profile; bids that were handed in keep what they said.

    Raises:
        Forbidden: another organisation's.
    """
    if paper.organisation_id != actor.organisation_id or not policy.may(actor, policy.DECLARE):
        raise Forbidden
    session.delete(paper)
    session.flush()


def stated(
    session: Session, table: Table, demand: Demand, *, organisation_id: int, said: Mapping[str, Any], on: date,
    keys: HouseKeys,
) -> dict[str, Any] | None:  # fmt: skip
    """What an organisation's profile and papers say to a demand; None while an answer does not count on that day.

    Raises:
        HouseKeyMissing, SealBroken: the profile cannot be read.
    """
    newest = queries.newest(queries.papers(session, organisation_id))
    kept = {
        kind: {"issued_on": each.issued_on.isoformat(), "expires_on": each.expires_on.isoformat(),
               "reference": each.reference}
        for kind, each in newest.items() if kind in demand.papers
    }  # fmt: skip
    profile = read_profile(queries.find_profile(session, organisation_id), keys)
    return rules.statement(table, demand, profile, said, kept, on)


def ask_statements(
    session: Session, *, table: Table, tender: Tender, demand: Demand, user_id: int, at: datetime,
    version: int | None = None,
) -> Tender:  # fmt: skip
    """Say in a draft what bidders must state; an earlier review no longer counts.

    Raises:
        NotDraft, DraftChanged: too late, or a stale page.
        GroundUnknown, GroundObliged, CriterionIncomplete: input.
    """
    tender = locked_draft(session, tender, version)
    demand = rules.checked(table, demand, tender.procedure)
    found = queries.find_demand(session, tender.id)
    if found is None:
        session.add(StatementDemand(tender_id=tender.id, **demand.stored()))
    else:
        for name, value in demand.stored().items():
            setattr(found, name, value)
    session.flush()
    return draft_changed(session, tender, "statements", user_id, at)


def relock(session: Session, *, keys: HouseKeys) -> int:
    """Lock every profile with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, master = keys.current()
    moved = 0
    for each in session.scalars(
        select(StatementProfile).where(StatementProfile.content_key != name).with_for_update()
    ):
        text = read_profile(each, keys).to_json()
        each.content, each.content_key = sealing.lock_text(master, _context(each.organisation_id), text), name
        moved += 1
    session.flush()
    return moved


def lock_file(keys: HouseKeys, paper_id: int, content: bytes) -> tuple[bytes, str]:
    """The content of a paper's file, locked with the current key of the installation, and the key's name."""
    name, master = keys.current()
    return sealing.lock_text(master, _file_context(paper_id), content), name


def read_file(found: PaperFile, keys: HouseKeys) -> bytes:
    """The file of a paper; its content is loaded.

    Raises:
        HouseKeyMissing, SealBroken: it cannot be read.
    """
    return sealing.unlock_text(keys.key(found.content_key), _file_context(found.paper_id), found.content)


def _file_context(paper_id: int) -> dict[str, object]:
    return {"paper": paper_id, "purpose": "paper-file"}


def relock_files(session: Session, *, keys: HouseKeys) -> int:
    """Lock every file of a paper with the current key of the installation; returns how many were moved.

    Raises:
        HouseKeyMissing, SealBroken: one cannot be read; nothing is moved then.
    """
    name, _master = keys.current()
    moved = session.scalars(
        select(PaperFile)
        .where(PaperFile.content_key != name)
        .options(undefer(PaperFile.content))
        .with_for_update()
    ).all()
    for each in moved:
        each.content, each.content_key = lock_file(keys, each.paper_id, read_file(each, keys))
    session.flush()
    return len(moved)


def note_seen(session: Session, *, tender: Tender, actor: Actor, at: datetime) -> None:
    """Write down that somebody of the buyer read the statements of a tender's bidders."""
    note_act(session, "statements.read", tender, actor, at)


@dataclass(frozen=True, slots=True)
class Ready:
    """How far an organisation's profile goes for a tender: groups still to answer, the papers asked, the profile."""

    lacking: Sequence[str] = ()
    papers: Sequence[rules.Shown] = ()
    profile: Profile = field(default_factory=Profile)


def ready(
    session: Session, table: Table, demand: Demand, *, organisation_id: int | None, closes_on: date, today: date,
    keys: HouseKeys,
) -> Ready:  # fmt: skip
    """What of a profile counts on the day a tender closes, and what is missing."""
    if organisation_id is None or not (demand.asks or demand.papers):
        return Ready()
    profile = read_profile(queries.find_profile(session, organisation_id), keys)
    groups = {each.group for each in rules.missing(table, demand, profile, closes_on)}
    newest = queries.newest(queries.papers(session, organisation_id)) if demand.papers else {}
    days = {kind: newest[kind].expires_on if kind in newest else None for kind in demand.papers}
    papers = [
        rules.shown(table.papers[kind], day, counts_on=closes_on, today=today) for kind, day in days.items()
    ]
    return Ready([each for each in rules.GROUPS if each in groups], papers, profile)
