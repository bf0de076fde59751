"""What somebody says to have seen, and what the second person says of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.suppliers.models import Supplier


class Sighting(Base):
    """What was filled in about a supplier's place (`facts`, as it was typed), and the answer of a second person.

    `holds`: it saw the same; then the evidence was added. What was said never changes and is answered once (trigger of
    migration 0179).
    """

    __tablename__ = "supplier_sighting"
    __table_args__ = (
        CheckConstraint("about IN ('address', 'extract')", name="about"),
        CheckConstraint("(about = 'address') = (supplier_id IS NOT NULL)", name="supplier"),
        CheckConstraint("num_nulls(answered_by_id, answered_at, holds, note) IN (0, 4)", name="answer"),
        CheckConstraint("answered_by_id <> said_by_id", name="second_person"),
        CheckConstraint("length(note) BETWEEN 10 AND 500", name="note"),
        Index("ix_supplier_sighting_open", "id", postgresql_where=text("answered_at IS NULL")),
        Index("ix_supplier_sighting_supplier_id", "supplier_id"),
    )
    __retention__ = Retention(
        N_("Wat iemand over de plaats van een leverancier zag, en wie dat nakeek."),
        N_("Zolang de inkoopregels worden bewaard: twintig jaar."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    about: Mapped[str]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"))
    title: Mapped[str]
    facts: Mapped[dict[str, str]] = mapped_column(JSONB)
    said_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    said_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    holds: Mapped[bool | None]
    note: Mapped[str | None]

    supplier: Mapped[Supplier | None] = relationship(lazy="raise")
    said_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[said_by_id])
    answered_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[answered_by_id])
