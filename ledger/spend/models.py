"""Purchase lines, imports, and files that wait for their owner's yes."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.spend.rules import Kind, Source
from ledger.suppliers.models import Supplier

_FIRST = text("kind IN ('booked', 'same', 'conflict')")
_REPLACES = text("replaces_id IS NOT NULL")
_INVOICED = text("invoice_id IS NOT NULL AND kind IN ('booked', 'same', 'conflict')")
_AGAIN = "replaces_id IS NULL AND same_as_id IS NOT NULL AND weight = 0"
_INSTEAD = "same_as_id IS NULL AND replaces_id IS NOT NULL AND length(reason) > 0"
_KINDS = f"""CASE kind WHEN 'booked' THEN replaces_id IS NULL AND same_as_id IS NULL AND weight = 1
    WHEN 'same' THEN {_AGAIN} WHEN 'conflict' THEN {_AGAIN}
    WHEN 'reversal' THEN {_INSTEAD} AND weight = -1 WHEN 'correction' THEN {_INSTEAD} AND weight = 1 ELSE false END"""
"""What each kind demands, the commonest first: a million lines are weighed by it at a time."""
_KEPT = N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn.")


class SpendImport(Base):
    """A file of purchase lines that was booked; its checksum stands in the published figure's papers.

    `findings`: which rows were left out, and what was doubtful, as `ledger.uploads.rules.told` has it; of files
    before 2026-11-29 nothing is known.
    """

    __tablename__ = "spend_import"
    __retention__ = Retention(
        N_("Wie een bestand met inkoop opsloeg."), _KEPT, N_("Wie het account wist, wordt een nummer.")
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    file_name: Mapped[str]
    checksum: Mapped[str]
    row_count: Mapped[int]
    added_count: Mapped[int]
    total_amount: Mapped[int]
    findings: Mapped[dict[str, Any]] = mapped_column(JSONB, deferred=True, server_default=text("'{}'"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class SpendLine(Base):
    """One row of purchasing: net of VAT, in signed cents. Never changed; a correction is a reversal and a new row.

    Who a line names (anchor, supplier, persons) and which invoice or line it is or replaces, a trigger checks once per
    statement, for a million come at a time. No line is ever deleted.
    `weight` is 1 for what counts, -1 for a reversal (its amount is the negative), 0 for another record of a purchase
    that counts already. `period_on` decides the period: the invoice date, or that of the invoice it credits.
    `row_number` is the physical row of the file it came with, from 1; lines that came before 2026-11-29 know none.
    In a further sheet of a workbook it says the sheet too (`ledger.tables.rules.sheet_and_row`).
    """

    __tablename__ = "spend_line"
    __table_args__ = (
        CheckConstraint("source IN ('invoice', 'recorded')", name="source"),
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("ordinal >= 1", name="ordinal"),
        CheckConstraint("row_number >= 1", name="row_number"),
        CheckConstraint("net_amount BETWEEN -1000000000000000 AND 1000000000000000", name="net_amount"),
        CheckConstraint("currency = 'EUR'", name="currency"),
        CheckConstraint("length(cpv) = 8 AND ltrim(cpv, '0123456789') = ''", name="cpv"),
        CheckConstraint("exclusion IN ('X1', 'X2', 'X3', 'X4', 'X5', 'X6', 'X7')", name="exclusion"),
        CheckConstraint("contract_ends_on >= contract_starts_on", name="contract"),
        Index(
            "uq_spend_line_identity", "anchor_id", "invoice_on", "net_amount", "identity", "ordinal", unique=True,
            postgresql_nulls_not_distinct=True, postgresql_where=_FIRST,
        ),
        Index("uq_spend_line_replaces", "replaces_id", "kind", unique=True, postgresql_where=_REPLACES),
        Index("uq_spend_line_invoice", "invoice_id", unique=True, postgresql_where=_INVOICED),
        Index("ix_spend_line_document", "supplier_id", "document_key"),
        Index("ix_spend_line_same_as_id", "same_as_id", postgresql_where=text("same_as_id IS NOT NULL")),
        Index(
            "ix_spend_line_conflict", "anchor_id", "same_as_id", postgresql_where=text("kind = 'conflict'")
        ),
        Index(
            "ix_spend_line_import_id", "import_id", postgresql_using="brin",
            postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
        ),
        Index("ix_spend_line_period", "period_on", "id"),
        Index("ix_spend_line_anchor_id", "anchor_id", "period_on", "id"),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Facturen van leveranciers aan grote kopers, ook van eenmanszaken."), _KEPT,
        N_("Openbaar zijn alleen groepen van vijf of meer leveranciers."),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int]
    supplier_id: Mapped[int]
    source: Mapped[Source]
    kind: Mapped[Kind]
    weight: Mapped[int] = mapped_column(SmallInteger)
    identity: Mapped[UUID]
    ordinal: Mapped[int] = mapped_column(Integer)
    document_number: Mapped[str]
    document_key: Mapped[str]
    invoice_on: Mapped[date | None]
    period_on: Mapped[date | None]
    net_amount: Mapped[int]
    irrecoverable_vat_amount: Mapped[int]
    currency: Mapped[str]
    description: Mapped[str]
    cpv: Mapped[str | None]
    category: Mapped[str]
    exclusion: Mapped[str | None]
    coded_by_id: Mapped[int | None]
    contract_reference: Mapped[str]
    contract_starts_on: Mapped[date | None]
    contract_ends_on: Mapped[date | None]
    tender_reference: Mapped[str]
    invoice_id: Mapped[int | None]
    import_id: Mapped[int | None]
    row_number: Mapped[int | None] = mapped_column(Integer)
    replaces_id: Mapped[int | None]
    same_as_id: Mapped[int | None]
    reason: Mapped[str]
    actor_id: Mapped[int | None]
    recorded_at: Mapped[datetime]

    supplier: Mapped[Supplier] = relationship(
        lazy="raise", primaryjoin=lambda: foreign(SpendLine.supplier_id) == Supplier.id
    )
    anchor: Mapped[Organisation] = relationship(
        lazy="raise", primaryjoin=lambda: foreign(SpendLine.anchor_id) == Organisation.id
    )
    coded_by: Mapped[User | None] = relationship(
        lazy="raise", primaryjoin=lambda: foreign(SpendLine.coded_by_id) == User.id
    )

    @property
    def net(self) -> Money:
        """The amount without VAT."""
        return Money(self.net_amount)


class SpendUndo(Base):
    """A file that was taken back: `line_count` lines of it that counted have a reversal. Never changed."""

    __tablename__ = "spend_undo"
    __table_args__ = (CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),)
    __retention__ = Retention(
        N_("Wie een bestand met inkoop terugnam, en waarom."),
        _KEPT,
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("spend_import.id"), unique=True)
    line_count: Mapped[int]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
