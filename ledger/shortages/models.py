"""A shortage that was divided, and what each wallet bears of it; cents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments.models import BackingCount
from ledger.instruments.rules import Code

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De naam achter het nummer kan weg. Het bedrag blijft.")


class Shortage(Base):
    """What a count of the backing fell short of, divided once a second person confirms (`shortage_keep`).

    `fund`, `firms`, `residents`: what each bears; `fund_had`, `firms_had`: what those before them had. Nobody bears
    before those before it bore all they had: a CHECK keeps that order.
    """

    __tablename__ = "shortage"
    __retention__ = Retention(N_("Wie een tekort opschreef of verdeelde."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("short > 0", name="short"),
        CheckConstraint(
            "num_nulls(confirmed_at, confirmed_by_id, fund, fund_had, firms, firms_had, residents) IN (0, 7)",
            name="confirmed",
        ),
        CheckConstraint("confirmed_by_id <> written_by_id", name="second"),
        CheckConstraint("withdrawn_at IS NULL OR confirmed_at IS NULL", name="withdrawn"),
        CheckConstraint(
            "short = fund + firms + residents AND fund BETWEEN 0 AND fund_had AND firms BETWEEN 0 AND firms_had "
            "AND residents >= 0",
            name="whole",
        ),
        CheckConstraint(
            "(firms + residents = 0 OR fund = fund_had) AND (residents = 0 OR firms = firms_had)",
            name="order",
        ),
        Index(
            "uq_shortage_waiting", "instrument_code", "live", unique=True,
            postgresql_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    count_id: Mapped[int] = mapped_column(ForeignKey("backing_count.id"))
    short: Mapped[int]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    fund: Mapped[int | None]
    fund_had: Mapped[int | None]
    firms: Mapped[int | None]
    firms_had: Mapped[int | None]
    residents: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]

    count: Mapped[BackingCount] = relationship(lazy="raise")
    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id], lazy="raise")


class ShortageShare(Base):
    """What one wallet had, and bears of a shortage; append-only, and together what holders bear (`shortage_keep`)."""

    __tablename__ = "shortage_share"
    __retention__ = Retention(N_("Wat een houder droeg van een tekort, als nummer."), _YEARS, _STAYS)
    __table_args__ = (CheckConstraint("amount > 0 AND amount <= held", name="amount"),)

    shortage_id: Mapped[int] = mapped_column(ForeignKey("shortage.id"), primary_key=True, autoincrement=False)
    wallet_id: Mapped[int] = mapped_column(
        ForeignKey("wallet.id"), primary_key=True, autoincrement=False, index=True
    )
    held: Mapped[int]
    amount: Mapped[int]
