"""Plans to end an instrument, and what each wallet got of it; cents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments.rules import Code

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_STAYS = N_("De naam achter het nummer kan weg. Het bedrag blijft.")
_MOMENTS = ("begun_at", "residents_paid_at", "firms_paid_at", "done_at")


class WindDown(Base):
    """One plan. It can be withdrawn until it begins; then its steps come one after another (`wind_down_keep`).

    `residents`, `firms`: what they held; `fees`: of firms; `rest`: what the good cause got.
    """

    __tablename__ = "wind_down"
    __retention__ = Retention(
        N_("Wie een plan om te stoppen schreef, instemde of uitvoerde."), _YEARS, _STAYS
    )
    __table_args__ = (
        CheckConstraint("num_nulls(agreed_at, agreed_by_id) IN (0, 2)", name="agreed"),
        CheckConstraint("agreed_by_id <> planned_by_id", name="second"),
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_by_id, withdrawn_why) IN (0, 3) "
            "AND (withdrawn_at IS NULL OR begun_at IS NULL)",
            name="withdrawn",
        ),
        CheckConstraint(
            "num_nulls(begun_at, begun_by_id, residents, firms, fees) IN (0, 5) "
            "AND (begun_at IS NULL OR agreed_at IS NOT NULL) AND residents >= 0 AND fees BETWEEN 0 AND firms",
            name="begun",
        ),
        CheckConstraint(
            "(residents_paid_at IS NULL OR begun_at IS NOT NULL) "
            "AND (firms_paid_at IS NULL OR residents_paid_at IS NOT NULL) "
            "AND (done_at IS NULL OR firms_paid_at IS NOT NULL) AND (done_at IS NULL) = (rest IS NULL)",
            name="steps",
        ),
        CheckConstraint(
            "ends_on >= (planned_at AT TIME ZONE 'Europe/Amsterdam')::date + CASE WHEN live THEN 365 ELSE 30 END",
            name="notice",
        ),
        CheckConstraint(
            "(begun_at AT TIME ZONE 'Europe/Amsterdam')::date > ends_on", name="after_notice"
        ),
        Index(
            "uq_wind_down_running", "instrument_code", "live", unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    why: Mapped[str]
    good_cause: Mapped[str]
    ends_on: Mapped[date]
    planned_at: Mapped[datetime]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_why: Mapped[str | None]
    begun_at: Mapped[datetime | None]
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    residents: Mapped[int | None]
    firms: Mapped[int | None]
    fees: Mapped[int | None]
    residents_paid_at: Mapped[datetime | None]
    firms_paid_at: Mapped[datetime | None]
    rest: Mapped[int | None]
    done_at: Mapped[datetime | None]

    planned_by: Mapped[User] = relationship(foreign_keys=[planned_by_id], lazy="raise")
    agreed_by: Mapped[User | None] = relationship(foreign_keys=[agreed_by_id], lazy="raise")


class WindDownLine(Base):
    """What one wallet held when it began, and the fee of a firm; append-only."""

    __tablename__ = "wind_down_line"
    __retention__ = Retention(N_("Wat van wie was toen het geld stopte, als nummers."), _YEARS, _STAYS)
    __table_args__ = (CheckConstraint("amount > 0 AND fee BETWEEN 0 AND amount", name="amount"),)

    wind_down_id: Mapped[int] = mapped_column(
        ForeignKey("wind_down.id"), primary_key=True, autoincrement=False
    )
    wallet_id: Mapped[int] = mapped_column(
        ForeignKey("wallet.id"), primary_key=True, autoincrement=False, index=True
    )
    amount: Mapped[int]
    fee: Mapped[int]
