"""Reading what tenders ask, and what one's own organisation answered. Nobody reads another's answers here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import case, exists, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, TODAY, Tasks, Waiting, rows
from procurement.demands.queries import demands
from procurement.demands.rules import DemandFacts, minimum_text, of_lot
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
    found = rules.usual(tender.procedure)
    loose: Sequence[Criterion] = ()
    if row is not None:
        loose = [Criterion(**each) for each in row.criteria]
        found = Demand(tuple(row.grounds), (), tuple(row.papers), tuple(row.attach))
    criteria = [*(Criterion(each.code, each.text, minimum_text(each)) for each in asked), *loose]
    gone = {place for place, each in enumerate(asked) if not each.asked}
    whole = replace(found, criteria=tuple(criteria))
    if not gone:
        return whole
    pairs = enumerate(zip(whole.criterion_ids, criteria, strict=True))
    left = [pair for place, pair in pairs if place not in gone]
    return replace(found, criteria=tuple(each for _, each in left), ids=tuple(name for name, _ in left))


def demand_of_lot(session: Session, tender: Tender, lot_id: int) -> Demand:
    """What bidders on this lot are asked."""
    asked = of_lot([each.facts for each in demands(session, tender.id)], lot_id)
    return demand(tender, find_demand(session, tender.id), asked)


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
