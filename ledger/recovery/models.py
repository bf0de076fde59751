"""What the staff desk mended, for whom, by whom."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.recovery.rules import TRIES, Checked

_CHECKED = ", ".join(f"'{each}'" for each in Checked)


class Recovery(Base):
    """A code for a new PIN, given by who saw an identity document. Only its hash is kept (argon2id).

    Who, by whom and for what never change (trigger `wallet_recovery_keep`).
    """

    __tablename__ = "wallet_recovery"
    __retention__ = Retention(
        N_("Wie bij het programma een nieuwe code kreeg, welk soort bewijs is gezien, en wie hielp."),
        N_("Zeven jaar, als deel van het logboek van het geld."),
        N_("De naam achter het nummer kan weg."),
    )
    __table_args__ = (
        CheckConstraint("user_id <> made_by_id", name="other"),
        CheckConstraint(f"checked IN ({_CHECKED})", name="checked"),
        CheckConstraint(f"tries BETWEEN 0 AND {TRIES}", name="tries"),
        CheckConstraint(
            "expires_at > made_at AND expires_at <= made_at + interval '24 hours'", name="expires"
        ),
        CheckConstraint(
            "num_nulls(second_by_id, second_at) IN (0, 2) AND (second_by_id IS NULL OR second_by_id NOT IN "
            "(made_by_id, user_id))",
            name="second",
        ),
        CheckConstraint(
            "used_at IS NULL OR (used_at < expires_at AND (NOT needs_second OR second_at IS NOT NULL))",
            name="used",
        ),
        Index("ix_wallet_recovery_user_id", "user_id", "made_at"),
        Index("ix_wallet_recovery_made_at", "made_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code_hash: Mapped[str]
    checked: Mapped[str]
    lost: Mapped[bool]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    needs_second: Mapped[bool]
    second_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    second_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="raise")
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id], lazy="raise")
    second_by: Mapped[User | None] = relationship(foreign_keys=[second_by_id], lazy="raise")
