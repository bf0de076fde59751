"""Reading what tenders ask, and what one's own organisation answered. Nobody reads another's answers here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.demands.rules import DemandFacts, minimum_text
from procurement.statements import rules
from procurement.statements.errors import GroundUnknown
from procurement.statements.models import StatementDemand, StatementPaper, StatementProfile
from procurement.statements.rules import Criterion, Demand
from procurement.tenders.models import Tender


def find_demand(session: Session, tender_id: int) -> StatementDemand | None:
    """What the buyer chose; None when it chose nothing."""
    return session.get(StatementDemand, tender_id)


def demand(tender: Tender, row: StatementDemand | None, asked: Sequence[DemandFacts] = ()) -> Demand:
    """What a tender asks: its selection demands, and as its buyer chose, else what its procedure asks anyway."""
    criteria = tuple(Criterion(each.code, each.text, minimum_text(each)) for each in asked)
    if row is None:
        return replace(rules.usual(tender.procedure), criteria=criteria)
    criteria += tuple(Criterion(**each) for each in row.criteria)
    return Demand(tuple(row.grounds), criteria, tuple(row.papers), tuple(row.attach))


def find_profile(session: Session, organisation_id: int) -> StatementProfile | None:
    """An organisation's answers, locked."""
    return session.get(StatementProfile, organisation_id)


def papers(session: Session, organisation_id: int) -> Sequence[StatementPaper]:
    """The papers of an organisation, newest first."""
    return session.scalars(
        select(StatementPaper)
        .where(StatementPaper.organisation_id == organisation_id)
        .options(joinedload(StatementPaper.file))
        .order_by(StatementPaper.issued_on.desc(), StatementPaper.id.desc())
    ).all()


def newest(found: Sequence[StatementPaper]) -> Mapping[str, StatementPaper]:
    """The newest paper of each kind."""
    return {each.kind: each for each in reversed(found)}


def paper(session: Session, public_id: UUID, organisation_id: int) -> StatementPaper:
    """A paper of one's own organisation.

    Raises:
        GroundUnknown: none, or another's.
    """
    found = session.scalars(
        select(StatementPaper)
        .where(StatementPaper.public_id == public_id, StatementPaper.organisation_id == organisation_id)
        .options(joinedload(StatementPaper.file))
    ).one_or_none()
    if found is None:
        raise GroundUnknown
    return found


_NEWER = aliased(StatementPaper)
_SHORT = case(
    {"gva": "GVA", "tax": "Belastingdienst", "kvk": "KvK", "insurance": "Verzekering"},
    value=StatementPaper.kind,
    else_=StatementPaper.kind,
)
_EXPIRING = (
    rows(title=_SHORT, due_at=StatementPaper.expires_on)
    .where(
        StatementPaper.organisation_id == ORGANISATION,
        StatementPaper.renew_on <= TODAY,
        ~exists().where(
            _NEWER.organisation_id == StatementPaper.organisation_id,
            _NEWER.kind == StatementPaper.kind,
            _NEWER.issued_on > StatementPaper.issued_on,
        ),
    )
    .order_by(StatementPaper.expires_on)
)

tasks = Tasks(
    Waiting(
        N_("Vraag een nieuw stuk aan: %(title)s. Het oude verloopt."), "statements.index",
        frozenset({Role.BOARD, Role.MEMBER}), _EXPIRING,
    ),
)  # fmt: skip
"""Papers that run out; a conduct certificate takes eight weeks, so one hears it early."""
