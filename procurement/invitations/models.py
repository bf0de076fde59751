"""Invitations. Before publication a list to work on; afterwards a record that triggers keep as it was (0021)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.invitations.rules import check_reason
from procurement.tenders.models import Tender


class Invitee(Base):
    """One organisation that a buyer invites, with the reason and whose turn it was (`Turn.kept`)."""

    __tablename__ = "invitee"
    __retention__ = Retention(
        N_("Wie een organisatie uitnodigde, als nummer, met de reden."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("tender_id", "organisation_id"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_invitee_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str]
    rotation: Mapped[dict[str, Any]]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    tender: Mapped[Tender] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    def __init__(self, *, reason: str, **facts: Any) -> None:
        super().__init__(reason=check_reason(reason), **facts)
