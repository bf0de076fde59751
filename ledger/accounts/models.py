"""Accounts and currencies. Amounts are minor units of the account's currency; debit is positive, credit negative."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class Currency(Base):
    """A unit of account. `scale` is the number of decimals of the major unit."""

    __tablename__ = "currency"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint("code ~ '^[A-Z][A-Z0-9]{1,11}$'", name="code"),
        CheckConstraint("scale BETWEEN 0 AND 4", name="scale"),
        CheckConstraint("kind IN ('fiat', 'backed', 'mutual', 'appreciation')", name="kind"),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    scale: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]


class Account(Base):
    """One account in one party's set of books. `posted`, `pending_*` and `version` are a cache of the entries.

    Kind, role and the length of `subkey` are held by a trigger at opening (see the migration for why).
    """

    __tablename__ = "account"
    __retention__ = Retention(
        N_("Het saldo van een organisatie of bewoner."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De naam van een gewiste bewoner verdwijnt. De bedragen blijven."),
    )
    __table_args__ = (
        UniqueConstraint("party_id", "role", "currency", "subkey"),
        CheckConstraint("posted - pending_out >= floor", name="floor"),
        CheckConstraint("posted + pending_in <= ceiling", name="ceiling"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    currency: Mapped[str] = mapped_column(ForeignKey("currency.code"))
    kind: Mapped[str]
    role: Mapped[str]
    subkey: Mapped[str] = mapped_column(server_default="")
    name: Mapped[str] = mapped_column(server_default="")
    floor: Mapped[int | None]
    ceiling: Mapped[int | None]
    posted: Mapped[int] = mapped_column(server_default="0")
    pending_in: Mapped[int] = mapped_column(server_default="0")
    pending_out: Mapped[int] = mapped_column(server_default="0")
    version: Mapped[int] = mapped_column(server_default="0")
    opened_at: Mapped[datetime] = mapped_column(server_default=text("cwb_now()"))
    closed_at: Mapped[datetime | None]
