"""The demo's G-account: the first cleaner that gets a contract has one, with evidence of which a piece expired."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.demo.rules import Agenda
from cwb.kernel.clock import local_date
from cwb.kernel.policy import Role
from ledger.agreements.queries import agreement_by_id
from ledger.chains.models import ChainTerm
from ledger.chains.rules import Basis, ChainRole, EvidenceKind
from ledger.chains.services import add_evidence, agree_to_term, propose_term

IBAN = "NL20INGB0001234567"
CLEANING = "909"
_PIECES = ((EvidenceKind.REGISTER, 60), (EvidenceKind.PAYMENT, 80), (EvidenceKind.IDENTITY, 10))


def agree(agenda: Agenda, agreement_id: int, buyer: str, seller: str, session: Session, at: datetime) -> None:
    """Propose a G-account for an agreement about cleaning, and agree; only the first one has it."""
    agreement = agreement_by_id(session, agreement_id)
    if not agreement.cpv.startswith(CLEANING) or session.scalar(select(ChainTerm.id).limit(1)):
        return
    board, party_id, today = agenda.actor(seller, "board", Role.BOARD), agenda.cast[seller], local_date(at)
    term = propose_term(
        session, agreement=agreement, party_id=party_id, from_on=agreement.starts_on,
        role=ChainRole.DIRECT, basis=Basis.WAGES, wage_share=Decimal(70), g_percentage=Decimal(30), iban=IBAN,
        actor=board, at=at,
    )  # fmt: skip
    agree_to_term(session, term=term, actor=agenda.actor(buyer, "purchaser1", Role.PURCHASER), at=at)
    for kind, days in _PIECES:
        add_evidence(
            session, agreement=agreement, party_id=party_id, kind=kind, dated_on=today - timedelta(days=days),
            valid_until=None, actor=board, at=at,
        )  # fmt: skip
