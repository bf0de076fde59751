"""Reading what waits for a buyer."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.money import Money
from ledger.agreements.models import Agreement
from ledger.approval import rules
from ledger.approval.models import ApprovalSetting
from ledger.approval.rules import Compared
from ledger.invoicing import queries as invoicing
from ledger.invoicing.models import Invoice, InvoiceStep
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.timesheets.queries import charges_more


@dataclass(frozen=True, slots=True)
class Settings:
    """How a buyer approves and books, chosen or by default."""

    limit: Money
    vat_recoverable: bool
    asked: Money | None = None
    asked_by_id: int | None = None


def settings(session: Session, buyer: Organisation) -> Settings:
    """How a buyer approves and books."""
    chosen = session.get(ApprovalSetting, buyer.id)
    if chosen is None:
        return Settings(rules.FOUR_EYES_ABOVE, rules.recovers_vat(buyer.anchor_type))
    return Settings(chosen.limit, chosen.vat_recoverable, chosen.asked, chosen.asked_by_id)


def locked_setting(session: Session, party_id: int) -> ApprovalSetting:
    """A buyer's choice as it is now, and nobody else's until the end of the transaction."""
    statement = select(ApprovalSetting).where(ApprovalSetting.party_id == party_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def approved_by(session: Session, invoice: Invoice) -> Sequence[int]:
    """Who approved an invoice since its last dispute."""
    found = session.scalars(
        select(InvoiceStep.user_id).where(
            InvoiceStep.invoice_id == invoice.id,
            InvoiceStep.kind == "approval",
            InvoiceStep.round == invoice.round,
        )
    )
    return [user_id for user_id in found if user_id is not None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An invoice beside its agreement: lines, and the supplier's part, what it invoiced before, and now (net)."""

    lines: Sequence[Compared]
    part: Money
    before: Money
    now: Money

    @property
    def above(self) -> bool:
        """Whether the invoice goes beyond the agreement."""
        return rules.above_agreement(self.lines, self.part, self.before, self.now)


def comparison(session: Session, invoice: Invoice, agreement: Agreement) -> Comparison:
    """An invoice beside its agreement; what others under the agreement invoiced counts for the quantities."""
    used = invoicing.used(session, agreement.id, besides=invoice.id)
    own = invoicing.used(session, agreement.id, seller_id=invoice.seller_id, besides=invoice.id)
    agreed = {line.id: line for line in agreement.lines}
    lines = []
    for line in invoice.lines:
        if line.agreement_line_id is None:  # asked ahead, or taken off for that
            continue
        source = agreed[line.agreement_line_id]
        before = used[source.id].quantity if source.id in used else 0 * line.quantity
        lines.append(
            Compared(
                line.description,
                line.unit,
                source.quantity,
                before,
                line.quantity,
                source.unit_price,
                line.unit_price,
            )
        )
    spent = sum((each.net for each in own.values()), Money(0))
    return Comparison(lines, agreement.part_of(invoice.seller_id), spent, invoice.net)


def above(session: Session, invoice: Invoice, agreement: Agreement | None) -> bool:
    """Whether an invoice goes beyond what was agreed or signed for.

    Without an agreement, and ahead of the work, all of it does.
    """
    return (
        agreement is None or invoice.prepayment or comparison(session, invoice, agreement).above
        or charges_more(session, invoice)
    )  # fmt: skip


def awaits(buyer_id: ColumnElement[int], user_id: ColumnElement[int]) -> Sequence[ColumnElement[bool]]:
    """SQL: sent invoices of a buyer that a person did not approve or send themselves."""
    mine = exists().where(
        InvoiceStep.kind == "approval", InvoiceStep.user_id == user_id, InvoiceStep.round == Invoice.round,
        InvoiceStep.invoice_id == Invoice.id,
    )  # fmt: skip
    return (
        Invoice.buyer_id == buyer_id,
        Invoice.kind == InvoiceKind.INVOICE,
        Invoice.state == InvoiceState.SENT,
        Invoice.sent_by_id != user_id,
        ~mine,
    )
