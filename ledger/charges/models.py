"""Runs of charges with a line per wallet, the transfers they made, and the notices before something lapses; cents."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.charges.rules import Kind
from ledger.conditions.models import ConditionVersion
from ledger.instruments.rules import Code

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De naam achter het nummer kan weg. Het bedrag blijft.")


class ChargeRun(Base):
    """One batch: of an instrument, a kind and a period once, unless it was given back.

    Only that it was given back, or that its euros were paid, is filled in, once (`charge_run_keep`).
    """

    __tablename__ = "charge_run"
    __retention__ = Retention(N_("Wie een inhouding uitvoerde of teruggaf."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("kind IN ('demurrage', 'lapse')", name="kind"),
        CheckConstraint("wallets > 0 AND total >= wallets", name="total"),
        CheckConstraint("num_nulls(reversed_at, reversed_by_id, reason) IN (0, 3)", name="reversed"),
        CheckConstraint(
            "num_nulls(paid_at, paid_by_id) IN (0, 2) AND (paid_at IS NULL OR kind = 'lapse')", name="paid"
        ),
        CheckConstraint("paid_at IS NULL OR reversed_at IS NULL", name="ended"),
        Index(
            "uq_charge_run_period", "instrument_code", "live", "kind", "period", unique=True,
            postgresql_where=text("reversed_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    kind: Mapped[Kind]
    period: Mapped[str]
    version_id: Mapped[int] = mapped_column(ForeignKey("condition_version.id"))
    wallets: Mapped[int]
    total: Mapped[int]
    ran_at: Mapped[datetime]
    ran_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reversed_at: Mapped[datetime | None]
    reversed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None]
    paid_at: Mapped[datetime | None]
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    version: Mapped[ConditionVersion] = relationship(lazy="raise")
    ran_by: Mapped[User] = relationship(foreign_keys=[ran_by_id], lazy="raise")

    @property
    def taken(self) -> Money:
        """What was taken in all."""
        return Money(self.total)


class ChargeLeaf(Base):
    """One transfer of a run; append-only."""

    __tablename__ = "charge_leaf"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (UniqueConstraint("transfer_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("charge_run.id"), primary_key=True, autoincrement=False)
    leaf: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))


class ChargeLine(Base):
    """What was counted and taken of one wallet in a run; append-only."""

    __tablename__ = "charge_line"
    __retention__ = Retention(N_("Wat van wie is ingehouden, als nummers."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("amount > 0 AND amount <= base AND leaf >= 0", name="amount"),
        Index("ix_charge_line_wallet_id", "wallet_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("charge_run.id"), primary_key=True, autoincrement=False)
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"), primary_key=True, autoincrement=False)
    leaf: Mapped[int]
    base: Mapped[int]
    amount: Mapped[int]

    run: Mapped[ChargeRun] = relationship(lazy="raise")

    @property
    def taken(self) -> Money:
        """What was taken."""
        return Money(self.amount)

    @property
    def counted(self) -> Money:
        """Of how much."""
        return Money(self.base)


class ChargeNotice(Base):
    """That a holder was told that something will lapse, and how much; append-only."""

    __tablename__ = "charge_notice"
    __retention__ = Retention(N_("Wie bericht kreeg dat tegoed vervalt, als nummers."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_charge_notice_wallet_id", "wallet_id", "sent_at"),
    )

    id: Mapped[Key]
    wallet_id: Mapped[int] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    sent_at: Mapped[datetime]
