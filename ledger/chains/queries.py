"""Reading terms, splits and evidence."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import ORGANISATION, Tasks, Waiting, rows
from ledger.agreements.models import Agreement
from ledger.chains import rules
from ledger.chains.errors import TermUnknown
from ledger.chains.models import ChainEvidence, ChainTerm, InvoiceSplit
from ledger.chains.rules import EvidenceKind, Standing

tasks = Tasks(
    Waiting(
        N_("Afspraken over een G-rekening die op uw akkoord wachten: %(num)s"), "chains.index",
        {Role.PURCHASER, Role.BOARD},
        rows(num=func.count()).having(func.count() > 0)
        .select_from(ChainTerm).join(Agreement, Agreement.id == ChainTerm.agreement_id)
        .where(
            Agreement.buyer_id == ORGANISATION, ChainTerm.agreed_at.is_(None), ChainTerm.closed_at.is_(None)
        ),
        {},
    )
)  # fmt: skip
"""What waits for the buyer."""


def terms(session: Session, agreement_id: int) -> Sequence[ChainTerm]:
    """What was proposed and agreed for an agreement, latest first, with whose part it is."""
    return session.scalars(
        select(ChainTerm)
        .where(ChainTerm.agreement_id == agreement_id)
        .options(joinedload(ChainTerm.party))
        .order_by(ChainTerm.from_on.desc(), ChainTerm.id.desc())
    ).all()


def term(session: Session, public_id: UUID, agreement_id: int) -> ChainTerm:
    """One of them, held.

    Raises:
        TermUnknown: it is not there.
    """
    found = session.scalar(
        select(ChainTerm)
        .where(ChainTerm.public_id == public_id, ChainTerm.agreement_id == agreement_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise TermUnknown
    return found


def term_on(session: Session, agreement_id: int, party_id: int, day: date) -> ChainTerm | None:
    """What counts for a supplier's work of a day."""
    return session.scalar(
        select(ChainTerm)
        .where(
            ChainTerm.agreement_id == agreement_id, ChainTerm.party_id == party_id,
            ChainTerm.agreed_at.is_not(None), ChainTerm.closed_at.is_(None), ChainTerm.from_on <= day,
        )
        .order_by(ChainTerm.from_on.desc(), ChainTerm.id.desc())
        .limit(1)
    )  # fmt: skip


def split(session: Session, invoice_id: int) -> InvoiceSplit | None:
    """How a sent invoice is split, with the term it follows."""
    return splits(session, [invoice_id]).get(invoice_id)


def splits(session: Session, invoice_ids: Sequence[int]) -> dict[int, InvoiceSplit]:
    """The same of many invoices, by their ids; only those that are split."""
    found = session.scalars(
        select(InvoiceSplit)
        .where(InvoiceSplit.invoice_id.in_(invoice_ids))
        .options(joinedload(InvoiceSplit.term))
    )
    return {each.invoice_id: each for each in found}


def of_organisation(session: Session, party_id: int) -> Sequence[ChainTerm]:
    """All terms in which an organisation buys or supplies: those that wait first, then the latest."""
    return session.scalars(
        select(ChainTerm)
        .join(ChainTerm.agreement)
        .where((Agreement.buyer_id == party_id) | (ChainTerm.party_id == party_id))
        .options(joinedload(ChainTerm.party), joinedload(ChainTerm.agreement).joinedload(Agreement.buyer))
        .order_by(
            func.coalesce(ChainTerm.agreed_at, ChainTerm.closed_at).is_not(None),
            ChainTerm.from_on.desc(),
            ChainTerm.id.desc(),
        )
        .limit(200)
    ).all()


class Piece(NamedTuple):
    """A kind of evidence of a supplier: the day of the newest piece, where it stands, until when it counts.

    `signed`: it is the hours that the buyer signed for here.
    """

    kind: EvidenceKind
    dated_on: date | None
    signed: bool
    standing: Standing
    until: date | None


def file_of(
    session: Session, agreement_id: int, today: date, *, signed: Mapping[int, date] | None = None
) -> dict[int, list[Piece]]:
    """The evidence of an agreement by supplier, each kind with its newest piece.

    `signed`: the day of the last hours that the buyer signed for, by supplier, from whoever keeps timesheets; they take
    the place of what a supplier said of its hours when they are newer.
    """
    found = session.scalars(
        select(ChainEvidence)
        .where(ChainEvidence.agreement_id == agreement_id)
        .order_by(ChainEvidence.dated_on, ChainEvidence.id)
    )
    newest = {(each.party_id, each.kind): each for each in found}
    parties = {party_id for party_id, _ in newest} | set(signed or {})
    return {party_id: pieces(newest, party_id, today, (signed or {}).get(party_id)) for party_id in parties}


def pieces(
    newest: Mapping[tuple[int, EvidenceKind], ChainEvidence], party_id: int, today: date, signed: date | None = None
) -> list[Piece]:  # fmt: skip
    """Every kind of evidence of one supplier."""
    made = []
    for kind in EvidenceKind:
        one = newest.get((party_id, kind))
        dated, valid = (one.dated_on, one.valid_until) if one else (None, None)
        here = kind is EvidenceKind.HOURS and signed is not None and (dated is None or dated < signed)
        if here:
            dated, valid = signed, None
        until = rules.last_day(kind, dated, valid) if dated else None
        made.append(Piece(kind, dated, here, rules.standing(kind, dated, valid, today), until))
    return made
