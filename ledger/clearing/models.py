"""Tables of set-off: who takes part, what stays out, rounds with their invoices and answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.clearing.rules import LeaveReason, LeftOut, RoundState
from ledger.invoicing.models import Invoice
from ledger.payments.models import Payment

_SEVEN_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De regel blijft staan. Een gewist account staat er als nummer.")
_REASONS = ", ".join(f"'{each}'" for each in LeftOut)


class ClearingMember(Base):
    """That an organisation takes part, with which text, until it left. Only `left_*` is filled in, once."""

    __tablename__ = "clearing_member"
    __retention__ = Retention(
        N_("Wie namens een organisatie meedeed of stopte, als nummer."), _SEVEN_YEARS, _STAYS
    )
    __table_args__ = (
        CheckConstraint("num_nulls(left_at, left_by_id, left_why) IN (0, 3)", name="left"),
        CheckConstraint("left_why IN ('own', 'insolvent')", name="left_why"),
        Index(
            "uq_clearing_member_party_id", "party_id", unique=True, postgresql_where=text("left_at IS NULL")
        ),
    )

    id: Mapped[Key]
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text_version: Mapped[str]
    joined_at: Mapped[datetime]
    joined_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    left_at: Mapped[datetime | None]
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    left_why: Mapped[LeaveReason | None]

    party: Mapped[Organisation] = relationship(lazy="raise")


class ClearingBar(Base):
    """That the invoices of an agreement never enter a round; rows are only added."""

    __tablename__ = "clearing_bar"
    __retention__ = Retention(
        N_("Wie een overeenkomst buiten de verrekening hield, als nummer."), _SEVEN_YEARS, _STAYS
    )
    __table_args__ = (CheckConstraint("reason IN ('levy', 'pledged')", name="reason"),)

    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("agreement.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[LeftOut]
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[datetime]


class ClearingRound(Base):
    """One round: what was due at the cut-off and entered, what was proposed, and what was set off; cents."""

    __tablename__ = "clearing_round"
    __retention__ = Retention(N_("Wie een ronde begon en afrondde, als nummer."), _SEVEN_YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'done')", name="state"),
        CheckConstraint("proposed_amount > 0 AND proposed_amount <= owed_amount", name="proposed_amount"),
        CheckConstraint("cleared_amount BETWEEN 0 AND proposed_amount", name="cleared_amount"),
        CheckConstraint("answer_until > begun_at AND cut_off_at <= begun_at", name="moments"),
        CheckConstraint(
            "num_nulls(cleared_amount, done_at, done_by_id) = (CASE state WHEN 'done' THEN 0 ELSE 3 END)",
            name="done",
        ),
        Index("uq_clearing_round_state", "state", unique=True, postgresql_where=text("state = 'asked'")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[RoundState]
    cut_off_at: Mapped[datetime]
    answer_until: Mapped[datetime]
    owed_amount: Mapped[int]
    proposed_amount: Mapped[int]
    cleared_amount: Mapped[int | None]
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    @property
    def owed(self) -> Money:
        """What entered."""
        return Money(self.owed_amount)

    @property
    def proposed(self) -> Money:
        """What falls away when all agree."""
        return Money(self.proposed_amount)

    @property
    def cleared(self) -> Money | None:
        """What fell away; None as long as it runs."""
        return None if self.cleared_amount is None else Money(self.cleared_amount)


class ClearingLine(Base):
    """An invoice in a round: what entered of it, what is proposed and what was set off; or why it was left out."""

    __tablename__ = "clearing_line"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint(
            "entered_amount >= 0 AND proposed_amount BETWEEN 0 AND entered_amount", name="proposed_amount"
        ),
        CheckConstraint("cleared_amount BETWEEN 0 AND proposed_amount", name="cleared_amount"),
        CheckConstraint("(payment_id IS NOT NULL) = (coalesce(cleared_amount, 0) > 0)", name="payment"),
        CheckConstraint(f"left_out IN ({_REASONS})", name="left_out"),
        CheckConstraint("(left_out IS NULL) = (entered_amount > 0)", name="entered"),
        Index("ix_clearing_line_invoice_id", "invoice_id"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("clearing_round.id"), primary_key=True, autoincrement=False
    )
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True, autoincrement=False)
    entered_amount: Mapped[int]
    proposed_amount: Mapped[int]
    cleared_amount: Mapped[int | None]
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), unique=True)
    left_out: Mapped[LeftOut | None]

    invoice: Mapped[Invoice] = relationship(lazy="raise")
    payment: Mapped[Payment | None] = relationship(lazy="raise")

    @property
    def amount(self) -> Money:
        """What falls away: as it was carried out, else as it is proposed."""
        return Money(self.proposed_amount if self.cleared_amount is None else self.cleared_amount)


class ClearingAnswer(Base):
    """What a party says to a round; `accepted` None: nothing yet, which at the end means no."""

    __tablename__ = "clearing_answer"
    __retention__ = Retention(
        N_("Wie namens een organisatie ja of nee zei, als nummer."), _SEVEN_YEARS, _STAYS
    )
    __table_args__ = (
        CheckConstraint("num_nulls(accepted, answered_at, answered_by_id) IN (0, 3)", name="answered"),
    )

    round_id: Mapped[int] = mapped_column(
        ForeignKey("clearing_round.id"), primary_key=True, autoincrement=False
    )
    party_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    accepted: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    party: Mapped[Organisation] = relationship(lazy="raise")
