"""Passkeys, and questions that were answered."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class Passkey(Base):
    """The public half of a key pair whose secret never leaves a device; it opens nothing by itself."""

    __tablename__ = "passkey"
    __table_args__ = (
        CheckConstraint("sign_count >= 0", name="sign_count"),
        CheckConstraint("length(name) BETWEEN 1 AND 120", name="name"),
    )
    __retention__ = Retention(
        N_("Uw passkeys: een naam die u koos, een openbare sleutel, en wanneer u ze gebruikte."),
        N_("Tot u de passkey verwijdert of uw account wist."),
        N_("De regels worden gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AnsweredQuestion(Base):
    """The hash of a question that a passkey answered: each is answered once."""

    __tablename__ = "passkey_answered"
    __retention__ = NOTHING_PERSONAL

    question_hash: Mapped[bytes] = mapped_column(primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(index=True)
