"""What was announced to members and collected of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.collecting.rules import CollectionState, Stop
from coops.members.models import Member
from cwb.kernel.database import Base, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.checkout.models import PaymentOrder
from ledger.debits.models import BankDebit
from ledger.mandates.models import DebitMandate

_STATES = ", ".join(f"'{each.value}'" for each in CollectionState)
_STOPS = ", ".join(f"'{each.value}'" for each in Stop)


class DuesCollection(Base):
    """The collection of dues of one member and one period: there is one at most. Cents; `code` is the bank's reason.

    It is sent as an order at the provider, or as a debit in a file for the own bank.
    """

    __tablename__ = "dues_collection"
    __retention__ = Retention(
        N_("Dat contributie van een lid is geïncasseerd, en waarom het mislukte."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan met het lidnummer. De naam verdwijnt."),
    )
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "member_id"], ["dues_charge.run_id", "dues_charge.member_id"]),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("amount >= 50", name="amount"),
        CheckConstraint("collect_on >= announced_on + 2", name="collect_on"),
        CheckConstraint(
            "num_nonnulls(order_id, debit_id) = CASE WHEN state IN ('announced', 'stopped') THEN 0 ELSE 1 END",
            name="sent",
        ),
        CheckConstraint(f"(state = 'stopped') = (stop IS NOT NULL) AND stop IN ({_STOPS})", name="stop"),
        Index("uq_dues_collection_order_id", "order_id", unique=True),
        Index("uq_dues_collection_debit_id", "debit_id", unique=True),
        Index("ix_dues_collection_mandate_id", "mandate_id"),
        Index("ix_dues_collection_member_id", "member_id"),
    )

    run_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    public_id: Mapped[PublicId]
    mandate_id: Mapped[int] = mapped_column(ForeignKey("debit_mandate.id"))
    amount: Mapped[int]
    announced_on: Mapped[date]
    collect_on: Mapped[date]
    state: Mapped[CollectionState] = mapped_column(default=CollectionState.ANNOUNCED)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("payment_order.id"))
    debit_id: Mapped[int | None] = mapped_column(ForeignKey("bank_debit.id"))
    sent_at: Mapped[datetime | None]
    stop: Mapped[Stop | None]
    code: Mapped[str] = mapped_column(default="")

    member: Mapped[Member] = relationship(lazy="raise")
    mandate: Mapped[DebitMandate] = relationship(lazy="raise")
    order: Mapped[PaymentOrder | None] = relationship(lazy="raise")
    debit: Mapped[BankDebit | None] = relationship(lazy="raise")

    @property
    def taken(self) -> int:
        """What is taken: what was announced, or what was left of that when it was sent (cents)."""
        sent = self.order or self.debit
        return sent.amount if sent else self.amount
