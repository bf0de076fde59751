"""A registration that is not finished."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class EnrolmentDraft(Base):
    """Answers kept until they are sent: of an organisation, or of who founds one. `answers`: page → its answers.

    `aside`: it waits while its owner fills in another one.
    """

    __tablename__ = "cooperative_draft"
    __table_args__ = (
        Index(
            "uq_cooperative_draft_own", "begun_by_id", unique=True,
            postgresql_where=text("organisation_id IS NULL AND NOT aside"),
        ),
        Index("ix_cooperative_draft_begun_by_id", "begun_by_id"),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Antwoorden van een aanmelding die nog niet af is, en wie die begon."),
        N_("Tot de aanmelding af is, hooguit een half jaar na de laatste wijziging."),
        N_("Alles wordt gewist, ook de stukken."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answers: Mapped[dict[str, Any]]
    aside: Mapped[bool] = mapped_column(default=False, server_default=false())
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime]
