"""Reading contracts that run, and what was paid under one."""

from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from cwb.kernel.period import Period
from ledger.agreements.models import Agreement
from ledger.agreements.queries import whole
from ledger.agreements.rules import AgreementState
from ledger.declarations.queries import landings
from ledger.invoicing.models import Invoice
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.outlook.rules import Landed, Paid, Running, landed
from ledger.rollups.models import SpendRollup
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.queries import WHOSE


def running(session: Session, today: date) -> list[Running]:
    """Every supplier's part of a contract that has not ended, with what is not invoiced yet."""
    found = session.scalars(
        select(Agreement)
        .where(
            Agreement.state == AgreementState.ACTIVE,
            Agreement.on_order.is_(False),
            Agreement.ends_on >= today,
        )
        .options(*whole())
        .order_by(Agreement.id)
    ).all()
    if not found:
        return []
    sent = _invoiced(session, [each.id for each in found])
    proven = _standings(session, {one.party_id for each in found for one in each.suppliers}, today)
    return [
        Running(
            f"p{one.party_id}",
            proven.get((one.party_id, each.reference)) or proven.get((one.party_id, ""), Standing.UNKNOWN),
            max(0, each.part_of(one.party_id).minor - sent.get((each.id, one.party_id), 0)),
            each.starts_on, each.ends_on,
        )
        for each in found
        for one in each.suppliers
    ]  # fmt: skip


def _invoiced(session: Session, agreements: list[int]) -> dict[tuple[int, int], int]:
    """Agreement and seller → what was invoiced without VAT, less credit notes; drafts left out."""
    net = case((Invoice.kind == InvoiceKind.CREDIT_NOTE, -Invoice.net_amount), else_=Invoice.net_amount)
    rows = session.execute(
        select(Invoice.agreement_id, Invoice.seller_id, func.sum(net))
        .where(Invoice.agreement_id.in_(agreements), Invoice.state != InvoiceState.DRAFT)
        .group_by(Invoice.agreement_id, Invoice.seller_id)
    )
    return {(agreement or 0, seller): int(amount) for agreement, seller, amount in rows}


def _standings(session: Session, parties: set[int], on: date) -> dict[tuple[int, str], Standing]:
    """Party and contract ("" for its seat) → what is proven on a day; of a contract only a local branch counts."""
    rows = session.execute(
        select(Supplier.party_id, SupplierStanding.contract_reference, SupplierStanding.standing)
        .join(Supplier, Supplier.id == SupplierStanding.supplier_id)
        .where(Supplier.party_id.in_(parties), SupplierStanding.from_on <= on, SupplierStanding.until_on > on)
        .order_by(SupplierStanding.id)
    )
    return {
        (party or 0, contract): Standing(standing)
        for party, contract, standing in rows
        if not contract or standing == Standing.LOCAL.value
    }


def paid_under(session: Session, agreement: Agreement) -> list[Paid]:
    """What was approved under one contract, by quarter and supplier."""
    parties = [each.party_id for each in agreement.suppliers]
    rows = session.execute(
        select(SpendRollup.quarter_on, WHOSE, SpendRollup.standing, func.sum(SpendRollup.net_amount))
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(
            Supplier.party_id.in_(parties), SpendRollup.anchor_id == agreement.buyer_id,
            SpendRollup.contract_reference == agreement.reference, SpendRollup.exclusion.is_(None),
            SpendRollup.quarter_on.is_not(None),
        )
        .group_by(SpendRollup.quarter_on, WHOSE, SpendRollup.standing)
        .order_by(SpendRollup.quarter_on, WHOSE)
    )  # fmt: skip
    return [
        Paid(Period.quarter_of(day), who, Standing(standing), int(net), agreement.reference)
        for day, who, standing, net in rows
    ]


def landed_of(session: Session, *agreements: Agreement) -> Landed:
    """What of these contracts is proven local and what landed, over all invoices that were approved."""
    paid = (paid for each in agreements for paid in paid_under(session, each))
    return landed(paid, landings(session))
