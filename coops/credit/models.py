"""Applications for money ahead."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.credit.errors import NotWaiting
from coops.credit.rules import Deed, State
from coops.fund.models import Fund
from coops.fund.rules import cost
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.advances.models import Advance
from ledger.agreements.models import Agreement
from ledger.invoicing.models import Invoice

_LIVE = "state IN ('asked', 'approved')"


class CreditApplication(Base):
    """One application on one approved invoice or running agreement; cents, `rate` the yearly cost as a fraction.

    What was asked never changes; each step is written once. After signing the advance tells where the money is.
    """

    __tablename__ = "credit_application"
    __retention__ = Retention(
        N_("Wie een voorschot vroeg, besliste en tekende, als nummer, met doel, plan en redenen."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'approved', 'refused', 'signed', 'withdrawn')", name="state"),
        CheckConstraint("(invoice_id IS NULL) <> (agreement_id IS NULL)", name="one_base"),
        CheckConstraint("amount > 0 AND rate BETWEEN 0 AND 0.2", name="amount"),
        CheckConstraint("length(purpose) >= 10 AND length(plan) >= 10", name="told"),
        CheckConstraint("due_on <= asked_at::date + 367", name="due_on"),
        CheckConstraint("(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided"),
        CheckConstraint(
            "(decided_at IS NULL) = (reasons = '') AND (state <> 'asked' OR decided_at IS NULL) "
            "AND (state NOT IN ('approved', 'refused', 'signed') OR decided_at IS NOT NULL)",
            name="reasons",
        ),
        CheckConstraint("decided_by_id <> asked_by_id", name="second_person"),
        CheckConstraint(
            "(signed_at IS NULL) = (signed_by_id IS NULL) AND (signed_at IS NULL) = (advance_id IS NULL) "
            "AND (state <> 'signed' OR signed_at IS NOT NULL)",
            name="signed",
        ),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL) "
            "AND (withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name="withdrawn",
        ),
        CheckConstraint("paid_out_by_id <> decided_by_id", name="payer"),
        CheckConstraint(
            "(loss_proposed_at IS NULL) = (loss_proposed_by_id IS NULL) "
            "AND (loss_proposed_at IS NULL) = (loss_reason = '') "
            "AND (loss_confirmed_at IS NULL) = (loss_confirmed_by_id IS NULL) "
            "AND (loss_confirmed_at IS NULL OR loss_proposed_at IS NOT NULL) "
            "AND loss_confirmed_by_id <> loss_proposed_by_id",
            name="loss",
        ),
        Index("uq_credit_application_invoice", "invoice_id", unique=True, postgresql_where=text(_LIVE)),
        Index(
            "uq_credit_application_agreement", "agreement_id", "borrower_id", unique=True,
            postgresql_where=text(_LIVE),
        ),
        Index("ix_credit_application_borrower_id", "borrower_id"),
        Index("ix_credit_application_fund_id_state", "fund_id", "state"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    fund_id: Mapped[int] = mapped_column(ForeignKey("fund.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    debtor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    amount: Mapped[int]
    rate: Mapped[Decimal]
    due_on: Mapped[date]
    purpose: Mapped[str]
    plan: Mapped[str]
    state: Mapped[State] = mapped_column(default=State.ASKED)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reasons: Mapped[str] = mapped_column(default="")
    conditions: Mapped[str] = mapped_column(default="")
    signed_at: Mapped[datetime | None]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    advance_id: Mapped[int | None] = mapped_column(ForeignKey("advance.id"), unique=True)
    paid_out_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    loss_reason: Mapped[str] = mapped_column(default="")
    loss_proposed_at: Mapped[datetime | None]
    loss_proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    loss_confirmed_at: Mapped[datetime | None]
    loss_confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    fund: Mapped[Fund] = relationship(lazy="raise")
    borrower: Mapped[Organisation] = relationship(foreign_keys=[borrower_id], lazy="raise")
    debtor: Mapped[Organisation] = relationship(foreign_keys=[debtor_id], lazy="raise")
    invoice: Mapped[Invoice | None] = relationship(lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")
    advance: Mapped[Advance | None] = relationship(lazy="raise")

    @property
    def days(self) -> int:
        """For how long the cost is counted: from asking, or from signing once the deed is there."""
        return (self.due_on - local_date(self.signed_at or self.asked_at)).days

    @property
    def fee(self) -> int:
        """The cost in cents; at signing it is fixed and never higher."""
        return cost(self.amount, self.rate, self.days)

    @property
    def deed(self) -> Deed:
        """What stands in the deed of assignment.

        Raises:
            NotWaiting: nobody signed it.
        """
        fund, made = self.fund.organisation, self.advance
        if made is None or self.signed_at is None:
            raise NotWaiting
        number = self.invoice.number if self.invoice else self.agreement.reference if self.agreement else ""
        return Deed(
            self.borrower.name, self.borrower.kvk_number or "", fund.name, fund.kvk_number or "", made.fund_iban,
            self.debtor.name, number or "", self.invoice_id is not None, made.amount, made.fee, made.due_on,
            self.conditions, self.signed_at,
        )  # fmt: skip

    @property
    def ahead(self) -> int:
        """What is asked, or of what was advanced is still out, in cents."""
        return self.amount if self.advance is None or not self.is_paid_out else self.advance.claim.outstanding

    @property
    def is_paid_out(self) -> bool:
        """Whether the money went out: then no step before it can be done or undone."""
        return self.advance is not None and self.advance.paid_out_on is not None

    @property
    def is_waiting_for_money(self) -> bool:
        """Whether the fund still has to pay it out."""
        return self.state is State.SIGNED and self.advance is not None and self.advance.paid_out_on is None
