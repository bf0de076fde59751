"""Sums of purchase lines, and the acts that changed them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class SpendRollup(Base):
    """What an anchor bought of a supplier in a quarter in one category, under one contract, with what was proven.

    Made from lines, never by hand (`ledger.rollups.services`); several rows of one group add up. `quarter_on` is the
    first day of the quarter, None for lines without a date. `weight` counts the lines that count, `reversals` how many
    were taken back.
    """

    __tablename__ = "spend_rollup"
    __table_args__ = (
        CheckConstraint("standing IN ('local', 'not_local', 'unknown')", name="standing"),
        Index(
            "ix_spend_rollup_quarter_on", "quarter_on", "anchor_id",
            postgresql_include=["supplier_id", "category", "exclusion", "standing", "wijk", "weight", "net_amount"],
        ),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Hoeveel een grote koper bij een leverancier kocht, ook bij eenmanszaken."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Openbaar zijn alleen groepen van vijf of meer leveranciers."),
    )

    id: Mapped[Key]
    anchor_id: Mapped[int]
    quarter_on: Mapped[date | None]
    supplier_id: Mapped[int] = mapped_column(index=True)
    category: Mapped[str]
    exclusion: Mapped[str | None]
    contract_reference: Mapped[str]
    contract_starts_on: Mapped[date | None]
    contract_ends_on: Mapped[date | None]
    standing: Mapped[str]
    grade: Mapped[int] = mapped_column(SmallInteger)
    wijk: Mapped[str]
    evidence_id: Mapped[int | None]
    net_amount: Mapped[int]
    irrecoverable_vat_amount: Mapped[int]
    weight: Mapped[int]
    reversals: Mapped[int]


class SpendChange(Base):
    """An act that changed the sums of a quarter, with the file it came from. Never changed."""

    __tablename__ = "spend_change"
    __table_args__ = (Index("ix_spend_change_quarter_on", "quarter_on", "import_id"),)
    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    quarter_on: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("spend_import.id"))
    at: Mapped[datetime]
