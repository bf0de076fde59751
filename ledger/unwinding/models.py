"""Plans to end mutual credit, where each member stood, and what happened since; cents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments.rules import Code
from ledger.unwinding.rules import MOST_MONTHS, Kind
from ledger.wallets.models import Wallet

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De naam achter het nummer kan weg. Het bedrag blijft.")
_KINDS = ", ".join(f"'{each.value}'" for each in Kind)


class Unwinding(Base):
    """One plan. It can be withdrawn until positions are fixed; then its steps come one after another.

    `document`: the paper in which members agreed to terms and order of loss; `months`: instalments;
    `owing`: what all who were below zero owed, and so what all others were owed (`unwinding_keep`).
    """

    __tablename__ = "unwinding"
    __retention__ = Retention(
        N_("Wie een plan om te stoppen schreef, instemde of uitvoerde."), _YEARS, _STAYS
    )
    __table_args__ = (
        CheckConstraint("num_nulls(agreed_at, agreed_by_id) IN (0, 2)", name="agreed"),
        CheckConstraint("agreed_by_id <> written_by_id", name="second"),
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by_id, withdrawn_why) IN (0, 3) "
            "AND (withdrawn_at IS NULL OR fixed_at IS NULL)",
            name="withdrawn",
        ),
        CheckConstraint(
            "num_nulls(fixed_at, fixed_by_id, owing) IN (0, 3) AND (fixed_at IS NULL OR agreed_at IS NOT NULL) "
            "AND owing >= 0",
            name="fixed",
        ),
        CheckConstraint(
            "num_nulls(done_at, rest) IN (0, 2) AND (done_at IS NULL OR fixed_at IS NOT NULL) AND rest >= 0",
            name="done",
        ),
        CheckConstraint(f"months BETWEEN 1 AND {MOST_MONTHS}", name="months"),
        CheckConstraint(
            "ends_on >= (written_at AT TIME ZONE 'Europe/Amsterdam')::date + CASE WHEN live THEN 365 ELSE 30 END",
            name="notice",
        ),
        CheckConstraint("(fixed_at AT TIME ZONE 'Europe/Amsterdam')::date > ends_on", name="after_notice"),
        Index(
            "uq_unwinding_running", "instrument_code", "live", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    why: Mapped[str]
    document: Mapped[str]
    rest_to: Mapped[str]
    months: Mapped[int]
    ends_on: Mapped[date]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_why: Mapped[str | None]
    fixed_at: Mapped[datetime | None]
    fixed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owing: Mapped[int | None]
    rest: Mapped[int | None]
    done_at: Mapped[datetime | None]

    written_by: Mapped[User] = relationship(foreign_keys=[written_by_id], lazy="raise")
    agreed_by: Mapped[User | None] = relationship(foreign_keys=[agreed_by_id], lazy="raise")


class UnwindingLine(Base):
    """Where one wallet stood when positions were fixed; append-only, and together zero (`unwinding_keep`)."""

    __tablename__ = "unwinding_line"
    __retention__ = Retention(
        N_("Wie wat moest of kreeg toen het krediet stopte, als nummers."), _YEARS, _STAYS
    )
    __table_args__ = (CheckConstraint("amount <> 0", name="amount"),)

    unwinding_id: Mapped[int] = mapped_column(
        ForeignKey("unwinding.id"), primary_key=True, autoincrement=False
    )
    wallet_id: Mapped[int] = mapped_column(
        ForeignKey("wallet.id"), primary_key=True, autoincrement=False, index=True
    )
    amount: Mapped[int]


class UnwindingEvent(Base):
    """What happened since; it counts once it is in the books (`transfer_id`), and then stays (`unwinding_event_keep`).

    `wallet_id`: who paid, or cannot. `reserve`: what the reserve bore of a loss. A loss is booked by a second person.
    """

    __tablename__ = "unwinding_event"
    __retention__ = Retention(N_("Wie betaalde of niet kon betalen, als nummer."), _YEARS, _STAYS)
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("amount > 0 AND reserve BETWEEN 0 AND amount", name="amount"),
        CheckConstraint("(wallet_id IS NOT NULL) = (kind IN ('received', 'lost'))", name="wallet"),
        CheckConstraint("kind = 'lost' OR (transfer_id IS NOT NULL AND reserve = 0)", name="booked"),
        CheckConstraint(
            "num_nulls(confirmed_at, confirmed_by_id) IN (0, 2) AND (confirmed_at IS NULL OR kind = 'lost') "
            "AND (kind <> 'lost' OR (confirmed_at IS NULL) = (transfer_id IS NULL))",
            name="confirmed",
        ),
        CheckConstraint("confirmed_by_id <> written_by_id", name="second"),
        CheckConstraint("withdrawn_at IS NULL OR transfer_id IS NULL", name="withdrawn"),
        Index("ix_unwinding_event_unwinding_id", "unwinding_id"),
        Index("ix_unwinding_event_wallet_id", "wallet_id"),
        Index(
            "uq_unwinding_event_waiting", "wallet_id", unique=True,
            postgresql_where=text("transfer_id IS NULL AND withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    unwinding_id: Mapped[int] = mapped_column(ForeignKey("unwinding.id"))
    kind: Mapped[Kind]
    wallet_id: Mapped[int | None] = mapped_column(ForeignKey("wallet.id"))
    amount: Mapped[int]
    reserve: Mapped[int]
    about: Mapped[str]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)

    wallet: Mapped[Wallet | None] = relationship(lazy="raise")


class UnwindingShare(Base):
    """What one who is owed got of a pay-out, or bore of a loss; append-only (`unwinding_share_fits`)."""

    __tablename__ = "unwinding_share"
    __retention__ = Retention(N_("Wie wat kreeg of droeg, als nummer."), _YEARS, _STAYS)
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    event_id: Mapped[int] = mapped_column(
        ForeignKey("unwinding_event.id"), primary_key=True, autoincrement=False
    )
    wallet_id: Mapped[int] = mapped_column(
        ForeignKey("wallet.id"), primary_key=True, autoincrement=False, index=True
    )
    amount: Mapped[int]
