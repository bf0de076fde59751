"""Online payments: who takes them, what was asked, what was booked, what was called, what a person must look at."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.checkout.rules import RUNNING, Act, OrderState, Part, Reason

_SEVEN = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De regel blijft staan. Een gewist account staat er als nummer.")
_STATES = ", ".join(f"'{each.value}'" for each in OrderState)
_LIVE = ", ".join(f"'{each.value}'" for each in sorted(RUNNING))


class PaymentTill(Base):
    """That an organisation takes online payments, and in which account at the provider."""

    __tablename__ = "payment_till"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("account ~ '^acct_[A-Za-z0-9]{6,60}$'", name="account"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    account: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]


class PaymentOrder(Base):
    """What somebody pays online, once, or is debited by mandate (`debit`). `account_id` is what it is credited to."""

    __tablename__ = "payment_order"
    __retention__ = Retention(N_("Wie online betaalde, als nummer, en waarvoor."), _SEVEN, _STAYS)
    __table_args__ = (
        CheckConstraint("amount >= 50 AND refunded BETWEEN 0 AND amount", name="amount"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("kind ~ '^[a-z][a-z_]{1,40}$'", name="kind"),
        CheckConstraint("length(subject) <= 120 AND length(description) <= 200", name="texts"),
        Index("ix_payment_order_organisation_id", "organisation_id"),
        Index("ix_payment_order_intent", "intent"),
        Index(
            "uq_payment_order_running", "subject", unique=True, postgresql_where=text(f"state IN ({_LIVE})")
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    payer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    credited_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    till: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    description: Mapped[str]
    amount: Mapped[int]
    debit: Mapped[bool] = mapped_column(default=False)
    refunded: Mapped[int] = mapped_column(default=0)
    state: Mapped[OrderState] = mapped_column(default=OrderState.CREATED)
    session: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    intent: Mapped[str | None]
    method: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    payer: Mapped[User] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """What is paid."""
        return Money(self.amount)

    @property
    def stands_apart(self) -> bool:
        """It was paid before by another way: the money is a debt to the payer, and giving it back opens nothing."""
        return self.credited_id is not None and self.credited_id != self.account_id


class PaymentPart(Base):
    """Something of a payment that was booked, once: the number it has at the provider is unique."""

    __tablename__ = "provider_payment"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        CheckConstraint(f"part IN ({', '.join(repr(each.value) for each in Part)})", name="part"),
        Index("ix_provider_payment_order_id", "order_id"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("payment_order.id"))
    provider: Mapped[str]
    provider_id: Mapped[str]
    part: Mapped[Part]
    amount: Mapped[int]
    booked_at: Mapped[datetime]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)


class PaymentCall(Base):
    """A call of ours to the provider: the row is there before the call, and its public id is the key of the call.

    `pull`: customer, method and mandate at the provider, of a debit.
    """

    __tablename__ = "payment_outbox"
    __retention__ = Retention(N_("Wie een terugbetaling vroeg, als nummer."), _SEVEN, _STAYS)
    __table_args__ = (
        CheckConstraint("act IN ('checkout', 'refund', 'debit') AND amount > 0", name="act"),
        CheckConstraint("(act = 'debit') = (pull IS NOT NULL)", name="pull"),
        Index("ix_payment_outbox_order_id", "order_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    order_id: Mapped[int] = mapped_column(ForeignKey("payment_order.id"))
    act: Mapped[Act]
    amount: Mapped[int]
    pull: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None]
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    fault: Mapped[str] = mapped_column(default="")

    order: Mapped[PaymentOrder] = relationship(lazy="raise")


class PaymentIssue(Base):
    """What a person of the organisation must look at, once per reason and number at the provider."""

    __tablename__ = "payment_issue"
    __retention__ = Retention(N_("Wie een punt afhandelde, als nummer, met een woord erbij."), _SEVEN, _STAYS)
    __table_args__ = (
        UniqueConstraint("organisation_id", "reason", "number"),
        CheckConstraint(f"reason IN ({', '.join(repr(each.value) for each in Reason)})", name="reason"),
        CheckConstraint("length(note) <= 500", name="note"),
        CheckConstraint("(solved_at IS NULL) = (solved_by_id IS NULL)", name="solved"),
        Index(
            "uq_payment_issue_asked", "order_id", unique=True, postgresql_where=text("reason = 'asked_back'")
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("payment_order.id"))
    reason: Mapped[Reason]
    number: Mapped[str]
    facts: Mapped[dict[str, Any]]
    found_at: Mapped[datetime]
    solved_at: Mapped[datetime | None]
    solved_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(default="")

    order: Mapped[PaymentOrder | None] = relationship(lazy="raise")
