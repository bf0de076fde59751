"""The chain: one seal per committed transfer, the sealer's place in it, and the heads published per day."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, LargeBinary, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import NOTHING_PERSONAL


class Seal(Base):
    """The link of one transfer: SHA-256 over the previous hash (hex) and the transfer's canonical JSON.

    That the transfer is there is asked once per statement by the trigger `seal_fits` (migration 0005).
    """

    __tablename__ = "seal"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("seq > 0", name="seq"),
        CheckConstraint("length(hash) = 32", name="hash"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfer_id: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(server_default=text("cwb_now()"))


class ChainTip(Base):
    """Where the sealer is: one row, which it locks so that there is one sealer at a time."""

    __tablename__ = "chain_tip"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    horizon: Mapped[int]


class ChainHead(Base):
    """The head of the chain as published on a day (Amsterdam). Who keeps it can later see that nothing changed."""

    __tablename__ = "chain_head"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("length(hash) = 32", name="hash"),)

    day_on: Mapped[date] = mapped_column(primary_key=True)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime]
