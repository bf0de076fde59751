"""Complaints of holders, and what people answered."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.wallets.models import Wallet


class Grievance(Base):
    """One complaint. What was said stays; it is answered once, by somebody else (`grievance_keep`).

    `right`: whether people found that the holder is right.
    """

    __tablename__ = "grievance"
    __retention__ = Retention(
        N_("Wat een houder van lokaal geld schreef, en wie antwoordde."),
        N_("Zolang het geld bestaat, en zeven jaar daarna."),
        N_("De naam achter het nummer kan weg. De klacht blijft."),
    )
    __table_args__ = (
        CheckConstraint(
            "num_nulls(answer, is_right, answered_at, answered_by_id) IN (0, 4)", name="answered"
        ),
        CheckConstraint("answered_by_id <> filed_by_id", name="other"),
        CheckConstraint("answered_at >= filed_at", name="order"),
        CheckConstraint("due_on > (filed_at AT TIME ZONE 'Europe/Amsterdam')::date", name="due"),
        Index("ix_grievance_wallet_id", "wallet_id", "filed_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    about: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    answer: Mapped[str | None]
    is_right: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    wallet: Mapped[Wallet] = relationship(lazy="raise")
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id], lazy="raise")
