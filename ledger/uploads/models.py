"""Files that wait for their owner's yes, and mappings that are used again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.columns.rules import ColumnMap
from ledger.uploads.rules import RunKind, RunState, profile_name


class SpendUpload(Base):
    """A file waiting for its owner's yes; gone once it is booked or thrown away, at the latest after a day.

    `refused`: as it was read last it cannot be booked; it may be with other columns. `row_count` good lines were read
    when it came, of `total_amount` cents in all; None of a long file, and of one whose columns are to be chosen.
    """

    __tablename__ = "spend_upload"
    __table_args__ = (
        CheckConstraint("num_nulls(row_count, total_amount) IN (0, 2) AND row_count >= 0", name="told"),
    )
    __retention__ = Retention(
        N_("Een bestand met inkoop dat nog niet is opgeslagen."),
        N_("Hooguit een dag."),
        N_("Het wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    file_name: Mapped[str]
    size: Mapped[int]
    checksum: Mapped[str]
    refused: Mapped[bool]
    row_count: Mapped[int | None] = mapped_column(Integer)
    total_amount: Mapped[int | None]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


class SpendUploadPart(Base):
    """A piece of a waiting file, so that no process holds all of it; it goes with the file."""

    __tablename__ = "spend_upload_part"
    __table_args__ = (CheckConstraint("number >= 0", name="number"),)
    __retention__ = SpendUpload.__retention__

    upload_id: Mapped[int] = mapped_column(
        ForeignKey("spend_upload.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes]


_ALIVE = "state IN ('waiting', 'running', 'done')"


class SpendRun(Base):
    """Long work on a file, done by the worker: read it, book it, or take it back; how far it is, and what came of it.

    One file is booked once, one import taken back once: a second start finds the first. `result` says what was found,
    or why it was refused.
    """

    __tablename__ = "spend_run"
    __table_args__ = (
        CheckConstraint("kind IN ('look', 'book', 'undo')", name="kind"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'refused', 'failed')", name="state"),
        CheckConstraint(
            "(finished_at IS NOT NULL) = (state IN ('done', 'refused', 'failed'))", name="finished"
        ),
        CheckConstraint("kind <> 'undo' OR (import_id IS NOT NULL AND reason <> '')", name="subject"),
        Index("ix_spend_run_anchor_id", "anchor_id", "id"),
        Index(
            "uq_spend_run_booking", "upload_id", unique=True,
            postgresql_where=text(f"kind = 'book' AND {_ALIVE}"),
        ),
        Index(
            "uq_spend_run_undoing", "import_id", unique=True,
            postgresql_where=text(f"kind = 'undo' AND {_ALIVE}"),
        ),
        Index("ix_spend_run_open", "id", postgresql_where=text("state IN ('waiting', 'running')")),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Wie een bestand met inkoop liet lezen, opslaan of terugnemen."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[RunKind]
    state: Mapped[RunState] = mapped_column(default=RunState.WAITING)
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("spend_upload.id", ondelete="SET NULL"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("spend_import.id"))
    file_name: Mapped[str]
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    period: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    upload: Mapped[SpendUpload | None] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.finished_at is None


class SpendProfile(Base):
    """Which column holds what in the files of one anchor, under a name; saved again it replaces itself."""

    __tablename__ = "spend_profile"
    __table_args__ = (
        UniqueConstraint("anchor_id", "name", name="uq_spend_profile_anchor_id_name"),
        CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"),
        CheckConstraint("jsonb_typeof(columns -> 'fields') IS NOT DISTINCT FROM 'object'", name="columns"),
    )
    __retention__ = Retention(
        N_("De indeling van bestanden met inkoop."),
        N_("Zolang de koper haar gebruikt."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    name: Mapped[str]
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    @validates("name")
    def _name(self, _key: str, name: str) -> str:
        return profile_name(name)

    @validates("columns")
    def _columns(self, _key: str, columns: dict[str, Any]) -> dict[str, Any]:
        return ColumnMap.of(columns).plain()

    @property
    def map(self) -> ColumnMap:
        """The mapping."""
        return ColumnMap.of(self.columns)
