"""The PIN of a person, as a hash that takes work to try."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.pins.rules import TRIES


class Pin(Base):
    """A person's PIN (argon2id) and how often it was typed wrong in a row. Five times: it works no more."""

    __tablename__ = "wallet_pin"
    __retention__ = Retention(
        N_("De pincode van uw portemonnee, onleesbaar gemaakt, en hoe vaak hij fout was."),
        N_("Tot u een andere kiest of uw account wist."),
        N_("De regel wordt gewist."),
    )
    __table_args__ = (
        CheckConstraint(f"tries BETWEEN 0 AND {TRIES}", name="tries"),
        CheckConstraint("pin_hash LIKE '$argon2id$%'", name="hash"),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    pin_hash: Mapped[str]
    tries: Mapped[int]
    chosen_at: Mapped[datetime]

    @property
    def locked(self) -> bool:
        """Whether it works no more."""
        return self.tries >= TRIES
