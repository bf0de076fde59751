"""Invitations by mail to take a role in an organisation."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.policy import Role
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from cwb.people import rules


class Invitation(Base):
    """Somebody asked by mail to take a role. Of the link only a hash is kept; each letter has a new one.

    Who is asked to help may be asked for more than one role (`also`), until a day.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(
            "role IN ('purchaser', 'assessor', 'cooperative_member', 'cooperative_fellow', 'cooperative_board', "
            "'resident', 'programme', 'coach', 'alliance_board', 'auditor', 'administrator', "
            "'bid_helper', 'invoice_helper', 'register_helper')",
            name="role",
        ),
        CheckConstraint(
            "(role IN ('bid_helper', 'invoice_helper', 'register_helper')) = (ends_on IS NOT NULL)",
            name="ends_on",
        ),
        CheckConstraint(
            'also <@ \'["bid_helper", "invoice_helper", "register_helper"]\'::jsonb '
            "AND (ends_on IS NOT NULL OR also = '[]'::jsonb)",
            name="also",
        ),
        CheckConstraint("sent_count BETWEEN 1 AND 5", name="sent_count"),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted"),
        Index(
            "uq_invitation_open",
            "organisation_id",
            text("lower(email)"),
            "role",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )
    __retention__ = Retention(
        N_("Het e-mailadres van wie werd uitgenodigd, voor welke rol en door wie."),
        N_("Tot een jaar na de uitnodiging."),
        N_("De regel wordt gewist. De rol zelf blijft staan."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str]
    role: Mapped[Role]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    sent_at: Mapped[datetime]
    sent_count: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    ends_on: Mapped[date | None]
    also: Mapped[list[str]] = mapped_column(default=list, server_default=text("'[]'::jsonb"))

    def state(self, at: datetime) -> rules.State:
        """Where it stands at an instant."""
        return rules.state(
            accepted_at=self.accepted_at, withdrawn_at=self.withdrawn_at, expires_at=self.expires_at, at=at
        )

    @property
    def roles(self) -> list[Role]:
        """Every role that goes with saying yes."""
        return [self.role, *map(Role, self.also)]
