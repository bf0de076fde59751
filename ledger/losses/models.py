"""What was agreed about losses, each loss, and what each wallet bore of it; cents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments.rules import Code
from ledger.wallets.models import Wallet

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De naam achter het nummer kan weg. Het bedrag blijft.")


class LossCover(Base):
    """What a member bears at most of one loss, and in which paper members agreed to it; holds once a second confirms.

    The latest that was confirmed holds (`loss_cover_keep`).
    """

    __tablename__ = "loss_cover"
    __retention__ = Retention(N_("Wie een afspraak over verlies opschreef of bevestigde."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("most > 0", name="most"),
        CheckConstraint("length(document) BETWEEN 3 AND 200", name="document"),
        CheckConstraint("num_nulls(confirmed_at, confirmed_by_id) IN (0, 2)", name="confirmed"),
        CheckConstraint("confirmed_by_id <> written_by_id", name="second"),
        Index("ix_loss_cover_instrument_code", "instrument_code", "live", "confirmed_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    most: Mapped[int]
    document: Mapped[str]
    agreed_on: Mapped[date]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id], lazy="raise")
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id], lazy="raise")


class CreditLoss(Base):
    """That a holder below nothing cannot pay: `amount` it owed. Booked once a second confirms (`credit_loss_keep`)."""

    __tablename__ = "credit_loss"
    __retention__ = Retention(N_("Wie een verlies opschreef, en van welke portemonnee."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("num_nulls(confirmed_at, confirmed_by_id, transfer_id) IN (0, 3)", name="confirmed"),
        CheckConstraint("confirmed_by_id <> written_by_id", name="second"),
        CheckConstraint("withdrawn_at IS NULL OR confirmed_at IS NULL", name="withdrawn"),
        Index(
            "uq_credit_loss_waiting", "wallet_id", unique=True,
            postgresql_where=text("confirmed_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cover_id: Mapped[int] = mapped_column(ForeignKey("loss_cover.id"))
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    why: Mapped[str]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    withdrawn_at: Mapped[datetime | None]

    wallet: Mapped[Wallet] = relationship(lazy="raise")
    cover: Mapped[LossCover] = relationship(lazy="raise")


class CreditLossShare(Base):
    """What one wallet bore of a loss; append-only, and together exactly the loss (`credit_loss_keep`)."""

    __tablename__ = "credit_loss_share"
    __retention__ = Retention(N_("Wat een lid droeg van een verlies, als nummer."), _YEARS, _STAYS)
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    loss_id: Mapped[int] = mapped_column(ForeignKey("credit_loss.id"), primary_key=True, autoincrement=False)
    wallet_id: Mapped[int] = mapped_column(
        ForeignKey("wallet.id"), primary_key=True, autoincrement=False, index=True
    )
    amount: Mapped[int]
