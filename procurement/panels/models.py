"""The seats of a panel. Triggers of migration 0014 keep them: never removed, an interest never taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.hearings.rules import LEAST_TEXT

KEPT = Retention(
    N_("Wie beoordeelde, welk belang iemand meldde, en de toelichting bij elke score."),
    N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
    N_("Een gewist account staat er als nummer."),
)


class PanelMember(Base):
    """Somebody of the buyer who assesses a tender's bids. `conflict` is None until declared.

    A conflict reported later stands; a member who leaves is released with a reason, never removed.
    """

    __tablename__ = "panel_member"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("tender_id", "user_id"),
        CheckConstraint("(declared_at IS NULL) = (conflict IS NULL)", name="declared"),
        CheckConstraint("conflict IS NOT TRUE OR conflict_reason <> ''", name="conflict_reason"),
        CheckConstraint("released_at IS NULL OR release_reason <> ''", name="release_reason"),
        CheckConstraint("NOT is_chair OR released_at IS NULL", name="chair_stays"),
        Index("uq_panel_member_chair", "tender_id", unique=True, postgresql_where=text("is_chair")),
        Index("ix_panel_member_user_id", "user_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    is_chair: Mapped[bool]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    conflict: Mapped[bool | None]
    conflict_reason: Mapped[str]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str]

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"conflict_reason": "", "release_reason": "", **facts})

    @property
    def is_able(self) -> bool:
        """Declared without an interest, and still there."""
        return self.conflict is False and self.released_at is None

    @property
    def may_become_chair(self) -> bool:
        """Still there, told of no interest, and not the chair yet."""
        return not self.is_chair and self.released_at is None and self.conflict is not True


class PanelReplacement(Base):
    """Somebody who took the place of a member after the freeze. Written once; the fences stand in migration 0058.

    `is_chair`: the chair's place. Whoever decides is neither of the two.
    """

    __tablename__ = "panel_replacement"
    __retention__ = KEPT
    __table_args__ = (
        UniqueConstraint("left_id"),
        CheckConstraint(f"length(reason) >= {LEAST_TEXT}", name="reason"),
        CheckConstraint("decided_by_id <> came_user_id", name="not_oneself"),
        Index("ix_panel_replacement_tender_id_came_user_id", "tender_id", "came_user_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    left_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    came_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    is_chair: Mapped[bool]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]

    left: Mapped[PanelMember] = relationship(lazy="raise")
    came: Mapped[User] = relationship(lazy="raise", foreign_keys=[came_user_id])
    decided_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[decided_by_id])
