"""What residents paid online for local money, and what it brought; cents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.checkout.models import PaymentOrder
from ledger.topups.rules import Standing, Why
from ledger.wallets.models import Wallet

_WHY = ", ".join(f"'{each}'" for each in Why)


class TopUp(Base):
    """One payment for one wallet, and what it brought (`rules.Standing`); `fee`: what the provider kept of it.

    `acts` counts what was posted for it, so that each act has a key of its own. `why`: it brought nothing and goes
    back. Payment, wallet and amount stay, and what stands is never more than was paid (`topup_keep`).
    """

    __tablename__ = "topup"
    __retention__ = Retention(
        N_("Wie online tegoed kocht, als nummer van de portemonnee."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De naam achter het nummer kan weg. Het bedrag blijft."),
    )
    __table_args__ = (
        CheckConstraint("amount >= 500 AND fee >= 0 AND acts >= 0", name="amount"),
        CheckConstraint(
            "least(issued, owed, lost, repaid) >= 0 AND issued - owed - lost - repaid BETWEEN 0 AND amount",
            name="standing",
        ),
        CheckConstraint(f"why IN ({_WHY})", name="why"),
        Index("ix_topup_wallet_id", "wallet_id"),
        Index("ix_topup_owed", "id", postgresql_where=text("owed > 0")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    order_id: Mapped[int] = mapped_column(ForeignKey("payment_order.id"), unique=True)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    made_at: Mapped[datetime]
    issued: Mapped[int] = mapped_column(default=0)
    owed: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    repaid: Mapped[int] = mapped_column(default=0)
    fee: Mapped[int] = mapped_column(default=0)
    acts: Mapped[int] = mapped_column(default=0)
    why: Mapped[Why] = mapped_column(default=Why.NONE)

    order: Mapped[PaymentOrder] = relationship(lazy="raise")
    wallet: Mapped[Wallet] = relationship(lazy="raise")

    @property
    def standing(self) -> Standing:
        """What it brought."""
        return Standing(self.issued, self.owed, self.lost, self.repaid)
