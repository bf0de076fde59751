"""Files that wait for their owner's yes, and mappings that are used again."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, validates

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.columns.rules import ColumnMap
from ledger.uploads.rules import profile_name


class SpendUpload(Base):
    """A file waiting for its owner's yes; gone once it is booked or thrown away, at the latest after a day."""

    __tablename__ = "spend_upload"
    __retention__ = Retention(
        N_("Een bestand met inkoop dat nog niet is opgeslagen."),
        N_("Hooguit een dag."),
        N_("Het wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    file_name: Mapped[str]
    content: Mapped[bytes]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]


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
