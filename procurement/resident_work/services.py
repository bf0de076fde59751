"""Reporting hours and jobs, correcting a report, verifying or doubting it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from coops.wages.rules import FullTime
from cwb.audit.services import record
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from procurement.contracts.models import Contract
from procurement.contracts.queries import locked_contract
from procurement.contracts.services import tell_side
from procurement.resident_work import errors, policy, queries, rules
from procurement.resident_work.events import WorkTold
from procurement.resident_work.models import WorkDraft, WorkReport, WorkVerdict
from procurement.resident_work.rules import Numbers, Verdict


def _held(
    session: Session, contract: Contract, corrects: UUID | None, actor: Actor
) -> tuple[Contract, int, WorkReport | None]:
    """The contract, held; the organisation that reports; and the own report that is corrected."""
    own = actor.organisation_id
    if not policy.may(actor, policy.REPORT, contract) or own is None:
        raise errors.NotYours
    contract = locked_contract(session, contract.id)
    if contract.agreement_id is None:
        raise errors.NotSigned
    old = None if corrects is None else queries.report(session, contract.id, corrects)
    if old is not None and old.organisation_id != own:
        raise errors.ReportNotFound
    if old is not None and old.correction is not None:
        raise errors.Replaced
    return contract, own, old


def keep_answers(
    session: Session, *, contract: Contract, given: Mapping[str, date | Decimal], actor: Actor, at: datetime,
    corrects: UUID | None = None,
) -> WorkDraft:  # fmt: skip
    """Keep one page of a report that is not sent yet; it is checked with the pages before it.

    Raises:
        NotYours, NotSigned, ReportNotFound, Replaced, PeriodTaken: who may not, or not so.
        PeriodWrong, Negative, MoreThanWhole, PeopleAndHours, HoursImpossible: input.
    """
    contract, own, old = _held(session, contract, corrects, actor)
    replaced = None if old is None else old.id
    draft = queries.find_draft(session, contract.id, own, replaced)
    if draft is None:
        draft = WorkDraft(
            contract_id=contract.id, organisation_id=own, replaces_id=replaced,
            answers={} if old is None else rules.answers(old.starts_on, old.ends_on, old.numbers),
            saved_by_id=actor.user_id, saved_at=at,
        )  # fmt: skip
    page = {name: str(value) for name, value in given.items()}
    kept = draft.answers | page
    starts_on, ends_on, numbers = rules.begun(page if "starts_on" in page else kept)
    rules.check_period(starts_on, ends_on, first=contract.starts_on, today=local_date(at))
    rules.check_numbers(numbers, starts_on, ends_on)
    if queries.overlaps(session, contract.id, own, starts_on, ends_on, replaced):
        raise errors.PeriodTaken(field="starts_on")
    draft.answers, draft.saved_by_id, draft.saved_at = kept, actor.user_id, at
    session.add(draft)
    session.flush()
    return draft


def forget_drafts(session: Session, *, at: datetime) -> None:
    """Throw away what nobody touched for half a year."""
    session.execute(delete(WorkDraft).where(WorkDraft.saved_at < at - rules.FORGOTTEN))


def report_work(
    session: Session, *, contract: Contract, starts_on: date, ends_on: date, numbers: Numbers, year: FullTime,
    is_sure: bool, note: str, actor: Actor, at: datetime, corrects: UUID | None = None,
) -> WorkReport:  # fmt: skip
    """Report a period, or put a better report in the place of one's own (`corrects`); the old one stays to be read.

    Raises:
        NotYours, NotSigned, ReportNotFound, Replaced, PeriodTaken: who may not, or not so.
        PeriodWrong, Negative, MoreThanWhole, PeopleAndHours, HoursImpossible, HoursUnlikely, ReasonTooShort: input.
    """
    contract, own, old = _held(session, contract, corrects, actor)
    rules.check_period(starts_on, ends_on, first=contract.starts_on, today=local_date(at))
    rules.check_numbers(numbers, starts_on, ends_on)
    rules.check_likely(numbers, starts_on, ends_on, year, is_sure=is_sure)
    said = note.strip() if old is None else rules.check_text(note, "note")
    replaced = None if old is None else old.id
    if queries.overlaps(session, contract.id, own, starts_on, ends_on, replaced):
        raise errors.PeriodTaken(field="starts_on")
    made = WorkReport(
        contract_id=contract.id, organisation_id=own, starts_on=starts_on, ends_on=ends_on,
        note=said, replaces_id=replaced, reported_by_id=actor.user_id, reported_at=at, **asdict(numbers),
    )  # fmt: skip
    session.add(made)
    draft = queries.find_draft(session, contract.id, own, replaced)
    if draft is not None:
        session.delete(draft)
    session.flush()
    record(
        session, action="work.corrected" if old else "work.reported", subject=f"contract:{contract.number}",
        actor_id=actor.user_id, at=at,
        facts={"report": str(made.public_id), "hours": str(numbers.hours_residents), "until": ends_on.isoformat()},
    )  # fmt: skip
    tell_side(
        session, contract, contract.buyer_id, N_("Uren van bewoners gemeld: %(number)s"),
        N_("De leverancier meldde de uren van bewoners bij “%(title)s”. Controleer ze."), f"work-{made.id}-report", at,
        page="/fair-work",
    )  # fmt: skip
    if old:
        emit(session, WorkTold(contract.id, contract.tender_id))
    return made


def judge_work(
    session: Session,
    *,
    contract: Contract,
    report_id: UUID,
    verdict: Verdict,
    reason: str,
    actor: Actor,
    at: datetime,
) -> WorkVerdict:
    """Verify a report, or doubt it with a reason that the supplier reads.

    Raises:
        NotYours, OwnReport: who may not.
        ReportNotFound, Judged, Replaced: not now.
        ReasonTooShort: at the field.
    """
    if not policy.may(actor, policy.VERIFY, contract):
        raise errors.NotYours
    contract = locked_contract(session, contract.id)
    found = queries.report(session, contract.id, report_id)
    if found.reported_by_id == actor.user_id:
        raise errors.OwnReport
    if found.correction is not None:
        raise errors.Replaced
    if found.verdict is not None:
        raise errors.Judged
    said = reason.strip() if verdict is Verdict.VERIFIED else rules.check_text(reason, "reason")
    made = WorkVerdict(
        report_id=found.id, verdict=verdict, reason=said, verified_by_id=actor.user_id, verified_at=at
    )
    session.add(made)
    session.flush()
    record(
        session, action=f"work.{verdict.value}", subject=f"contract:{contract.number}", actor_id=actor.user_id, at=at,
        facts={"report": str(found.public_id)},
    )  # fmt: skip
    text = (
        N_("De koper controleerde uw uren bij “%(title)s”. Ze tellen mee.")
        if verdict is Verdict.VERIFIED
        else N_("De koper twijfelt aan uw uren bij “%(title)s”. Lees waarom, en verbeter of leg uit.")
    )
    tell_side(
        session, contract, found.organisation_id, N_("Uw uren bij %(number)s"), text, f"work-{found.id}-verdict", at,
        page="/fair-work",
    )  # fmt: skip
    emit(session, WorkTold(contract.id, contract.tender_id))
    return made
