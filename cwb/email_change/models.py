"""The way back to an old address."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class EmailChange(Base):
    """An address that an account had until `changed_at`; who reads it can take it back until `expires_at`."""

    __tablename__ = "email_change"
    __table_args__ = (CheckConstraint("expires_at > changed_at", name="expires_at"),)
    __retention__ = Retention(
        N_("Uw vorige e-mailadres, na een wijziging."),
        N_("Een week: zo lang kunt u de wijziging ongedaan maken."),
        N_("De regel wordt gewist."),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    old_email: Mapped[str]
    undo_hash: Mapped[bytes] = mapped_column(unique=True)
    changed_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
