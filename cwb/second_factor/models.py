"""Recovery codes. The secret of the app itself stands, encrypted, with the user."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class RecoveryCode(Base):
    """One of ten codes for a lost phone; each works once, only a hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)
    __retention__ = Retention(
        N_("Onleesbaar gemaakte herstelcodes, voor als u uw telefoon kwijt bent."),
        N_("Tot u nieuwe codes maakt of uw account wist."),
        N_("De regels worden gewist."),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    code_hash: Mapped[bytes]
    used_at: Mapped[datetime | None]
