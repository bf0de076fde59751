"""Reading reports: of a contract, behind a figure, and all of them to be counted."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, Select, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.policy import Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.changes.queries import present_end
from procurement.contracts.models import Contract
from procurement.contracts.queries import is_member
from procurement.ocds.queries import party
from procurement.resident_work.errors import ReportNotFound
from procurement.resident_work.models import WorkDraft, WorkReport, WorkVerdict
from procurement.resident_work.rules import EVERY, ShareFacts, Verdict, find_share
from procurement.tenders.models import Tender

_NEWER = aliased(WorkReport)
IN_FORCE = ~exists().where(_NEWER.replaces_id == WorkReport.id)
"""No correction took its place."""

_WHOLE = (
    joinedload(WorkReport.verdict).joinedload(WorkVerdict.verified_by),
    joinedload(WorkReport.correction),
    joinedload(WorkReport.organisation),
    joinedload(WorkReport.reported_by),
)


def of_contract(session: Session, contract_id: int) -> Sequence[WorkReport]:
    """All reports of a contract with what was found, the newest period first."""
    return session.scalars(
        select(WorkReport)
        .where(WorkReport.contract_id == contract_id)
        .options(*_WHOLE)
        .order_by(WorkReport.starts_on.desc(), WorkReport.id.desc())
        .execution_options(populate_existing=True)
    ).all()


def report(session: Session, contract_id: int, public_id: UUID) -> WorkReport:
    """One report of a contract with what was found.

    Raises:
        ReportNotFound: there is none.
    """
    found = next((each for each in of_contract(session, contract_id) if each.public_id == public_id), None)
    if found is None:
        raise ReportNotFound
    return found


def shares(session: Session, contract_ids: Sequence[int]) -> dict[int, list[ShareFacts]]:
    """What is told in open data of the hours under contracts, by contract, in the order the buyer verified it."""
    found = session.scalars(
        select(WorkReport)
        .join(WorkReport.verdict)
        .where(WorkReport.contract_id.in_(contract_ids), WorkVerdict.verdict == Verdict.VERIFIED)
        .options(*_WHOLE)
        .order_by(WorkVerdict.verified_at, WorkReport.id)
        .execution_options(populate_existing=True)
    ).all()
    made: dict[int, list[ShareFacts]] = {}
    for each in found:
        percent = find_share(each.numbers)
        if percent is not None and each.verdict is not None:
            made.setdefault(each.contract_id, []).append(ShareFacts(
                str(each.public_id), party(each.organisation).id, each.starts_on, each.ends_on, percent,
                each.verdict.verified_at, each.correction.reported_at if each.correction else None,
            ))  # fmt: skip
    return made


def overlaps(
    session: Session,
    contract_id: int,
    organisation_id: int,
    starts_on: date,
    ends_on: date,
    replaces_id: int | None,
) -> bool:
    """Whether a report in force of this supplier covers one of these days, besides the one that is corrected."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    WorkReport.contract_id == contract_id, WorkReport.organisation_id == organisation_id,
                    WorkReport.starts_on <= ends_on, WorkReport.ends_on >= starts_on, IN_FORCE,
                    WorkReport.id != (replaces_id or 0),
                )
            )
        )
    )  # fmt: skip


def find_draft(
    session: Session, contract_id: int, organisation_id: int | None, replaces_id: int | None
) -> WorkDraft | None:
    """What a supplier began to report under a contract, or to correct."""
    return session.scalars(
        select(WorkDraft).where(
            WorkDraft.contract_id == contract_id, WorkDraft.organisation_id == organisation_id,
            WorkDraft.replaces_id.is_not_distinct_from(replaces_id),
        )
    ).one_or_none()  # fmt: skip


_YEAR = cast(func.date_part("year", WorkReport.ends_on), Integer)


def lines(actor: Actor, *, buyer: str = "", sector: str = "", year: int | None = None) -> Select[WorkReport]:
    """The reports behind a figure that this actor may see, the newest first, what was replaced included."""
    statement = (
        select(WorkReport)
        .join(WorkReport.contract)
        .join(Contract.tender)
        .join(Contract.buyer)
        .options(
            joinedload(WorkReport.contract).joinedload(Contract.buyer), *_WHOLE
        )
        .order_by(WorkReport.ends_on.desc(), WorkReport.id.desc())
    )  # fmt: skip
    if not actor.has(Role.PROGRAMME, Role.AUDITOR):
        own = actor.organisation_id
        statement = statement.where(
            or_(Contract.buyer_id == own, Contract.supplier_id == own, is_member(own))
        )
    if buyer:
        statement = statement.where(Organisation.name == buyer)
    if sector:
        statement = statement.where(Tender.category == sector)
    return statement if year is None else statement.where(_YEAR.in_((year,)))


_OTHER = aliased(WorkReport)
_LAST = (
    select(func.max(_OTHER.ends_on))
    .where(_OTHER.contract_id == Contract.id, _OTHER.organisation_id == ORGANISATION)
    .scalar_subquery()
)
_DUE = cast(func.coalesce(_LAST, Contract.starts_on - literal(1)) + literal(EVERY.days), Date)
_ADDRESS = {"number": "number"}


def _about(*which: Any) -> Select[Any]:
    return (
        rows(number=Contract.number, title=Contract.title, key=WorkReport.public_id)
        .select_from(WorkReport)
        .join(Contract, Contract.id == WorkReport.contract_id)
        .where(IN_FORCE, *which)
        .order_by(WorkReport.id)
    )


_JUDGED = exists().where(WorkVerdict.report_id == WorkReport.id)
_DOUBTED = exists().where(WorkVerdict.report_id == WorkReport.id, WorkVerdict.verdict == Verdict.DOUBTED)
_SUPPLIERS = frozenset({Role.BOARD, Role.MEMBER})

tasks = Tasks(
    Waiting(
        N_("Meld de uren van bewoners bij %(number)s: %(title)s"), "resident_work.report", _SUPPLIERS,
        rows(
            number=Contract.number, title=Contract.title,
            due_at=func.timezone("Europe/Amsterdam", cast(_DUE + literal(31), DateTime)),
        )
        .select_from(Contract)
        .where(
            Contract.agreement_id.is_not(None), or_(Contract.supplier_id == ORGANISATION, is_member(ORGANISATION)),
            cast(TODAY, Date) >= _DUE, present_end() + literal(EVERY.days) >= TODAY,
            func.coalesce(_LAST, Contract.starts_on) < present_end(),
        )
        .order_by(Contract.id), _ADDRESS,
    ),
    Waiting(
        N_("Controleer de uren van bewoners bij %(number)s: %(title)s"), "resident_work.verify",
        frozenset({Role.PURCHASER}), _about(Contract.buyer_id == ORGANISATION, ~_JUDGED),
        {"number": "number", "public_id": "key"},
    ),
    Waiting(
        N_("De koper twijfelt aan uw uren bij %(number)s. Verbeter of leg uit: %(title)s"), "resident_work.correct",
        _SUPPLIERS, _about(WorkReport.organisation_id == ORGANISATION, _DOUBTED),
        {"number": "number", "public_id": "key"},
    ),
)  # fmt: skip
"""Reports that are due, that nobody verified, and that the buyer doubts."""
