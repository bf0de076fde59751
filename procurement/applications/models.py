"""Applications. The text is locked with the installation's key; the database's clock is the gate (migration 0021)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Application(Base):
    """One organisation that applies for a tender; changed until applying ends, then decided once.

    `saves` counts changes; `submitted_at` is the database's instant of the last one.
    """

    __tablename__ = "application"
    __retention__ = Retention(
        N_("Wie een organisatie aanmeldde en wie koos, als nummers. De tekst is versleuteld."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("tender_id", "organisation_id"),
        CheckConstraint("(content IS NULL) = (content_key IS NULL)", name="content"),
        CheckConstraint(
            "(selected IS NULL) = (decided_at IS NULL) AND (selected IS NULL) = (decided_by_id IS NULL) "
            "AND (selected IS NULL) = (reason = '')",
            name="decided",
        ),
        Index("ix_application_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    content: Mapped[bytes | None]
    content_key: Mapped[str | None]
    saves: Mapped[int]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    selected: Mapped[bool | None]
    reason: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"saves": 1, "reason": "", **facts})
