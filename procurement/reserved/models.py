"""The columns every statement for reserved contracts has. What was stated stays; a later one takes its place."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from procurement.reserved.rules import Kind


class Stated(Base):
    """What an organisation stated, until when it counts, who checked it and what was seen."""

    __abstract__ = True

    kind: ClassVar[Kind]

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    valid_until: Mapped[date]
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
    check_note: Mapped[str]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]

    @declared_attr
    @classmethod
    def organisation(cls) -> Mapped[Organisation]:
        """Whose it is."""
        return relationship(lazy="raise")

    @declared_attr
    @classmethod
    def stated_by(cls) -> Mapped[User]:
        """Who filled it in."""
        return relationship(lazy="raise", foreign_keys=[cls.stated_by_id])

    @property
    def trail(self) -> dict[str, Any]:
        """What the trail keeps of it."""
        return {"organisation": str(self.organisation_id), "valid_until": self.valid_until.isoformat()}


def fences(table: str) -> tuple[CheckConstraint | Index, ...]:
    """The constraints every table of statements has: checked whole and by another, withdrawn by somebody."""
    return (
        CheckConstraint(
            "(checked_at IS NULL) = (checked_by_id IS NULL) AND (checked_at IS NULL) = (accepted IS NULL)"
            " AND (checked_at IS NULL) = (check_note = '') AND checked_by_id <> stated_by_id",
            name="checked",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn"),
        Index(f"ix_{table}_organisation_id", "organisation_id", "stated_at"),
    )
