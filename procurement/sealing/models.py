"""Tables of keys. No private key, passphrase or share stands in them in the clear."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from procurement.sealing.rules import Cost, LockedKey


class KeyHolder(Base):
    """A user's own key. Replaced ones stay: shares sealed to them open with the passphrase of that time.

    `reason` says why it was replaced: `changed` (same key, other passphrase; the old lock is erased) or
    `forgotten` (new key).
    """

    __tablename__ = "key_holder"
    __table_args__ = (
        CheckConstraint("octet_length(public_key) = 32", name="public_key"),
        CheckConstraint("reason IN ('changed', 'forgotten')", name="reason"),
        CheckConstraint("(replaced_at IS NULL) = (reason IS NULL)", name="replaced"),
        CheckConstraint("locked IS NOT NULL OR reason = 'changed'", name="locked"),
        Index("uq_key_holder_running", "user_id", unique=True, postgresql_where=text("replaced_at IS NULL")),
        Index("ix_key_holder_user_id", "user_id"),
    )
    __retention__ = Retention(
        N_("Wie welke sleutel heeft, en sinds wanneer. De sleutel zelf is versleuteld."),
        N_("Zeven jaar na de laatste aanbesteding die ermee is verzegeld."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    public_key: Mapped[bytes]
    salt: Mapped[bytes]
    locked: Mapped[bytes | None]
    rounds: Mapped[int]
    memory: Mapped[int]
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    user: Mapped[User] = relationship(lazy="raise")

    def __init__(self, *, user_id: int, key: LockedKey, made_at: datetime) -> None:
        super().__init__(
            user_id=user_id, public_key=key.public_key, salt=key.salt, locked=key.locked,
            rounds=key.cost.rounds, memory=key.cost.memory, made_at=made_at,
        )  # fmt: skip

    def locked_key(self) -> LockedKey | None:
        """The value the rules work on; None when its lock was erased by a change of passphrase."""
        if self.locked is None:
            return None
        return LockedKey(self.public_key, self.salt, self.locked, Cost(self.rounds, self.memory))


class TenderKey(Base):
    """The key pair of one tender. The private half exists only as shares."""

    __tablename__ = "tender_key"
    __table_args__ = (CheckConstraint("octet_length(public_key) = 32", name="public_key"),)

    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    public_key: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]

    shares: Mapped[list["KeyShare"]] = relationship(
        back_populates="key", lazy="raise", order_by="KeyShare.number"
    )


class KeyShare(Base):
    """One of three parts of a tender's private key, sealed to its holder. `part`: officer or escrow."""

    __tablename__ = "key_share"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 3", name="number"),
        CheckConstraint("part IN ('officer', 'escrow')", name="part"),
        UniqueConstraint("key_id", "number"),
        UniqueConstraint("key_id", "user_id"),
        Index("uq_key_share_escrow", "key_id", unique=True, postgresql_where=text("part = 'escrow'")),
        Index("ix_key_share_user_id", "user_id"),
    )
    __retention__ = Retention(
        N_("Wie een deel van de sleutel van een aanbesteding bewaart."),
        N_("Zeven jaar na het einde van de aanbesteding."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    key_id: Mapped[int] = mapped_column(ForeignKey("tender_key.id"))
    number: Mapped[int]
    part: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("key_holder.id"))
    sealed: Mapped[bytes]
    digest: Mapped[str]

    key: Mapped[TenderKey] = relationship(back_populates="shares", lazy="raise")
    holder: Mapped[KeyHolder] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")


class ShareRelease(Base):
    """A share re-sealed by its holder to another one, after the deadline. `reason` if the escrow takes part."""

    __tablename__ = "share_release"
    __table_args__ = (
        UniqueConstraint("share_id", "to_holder_id"),
        Index("ix_share_release_key_id", "key_id"),
    )
    __retention__ = Retention(
        N_("Wie zijn deel van een sleutel vrijgaf, wanneer, aan wie, en waarom."),
        N_("Zeven jaar na het einde van de aanbesteding."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    key_id: Mapped[int] = mapped_column(ForeignKey("tender_key.id"))
    share_id: Mapped[int] = mapped_column(ForeignKey("key_share.id"))
    to_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    to_holder_id: Mapped[int] = mapped_column(ForeignKey("key_holder.id"))
    sealed: Mapped[bytes]
    reason: Mapped[str | None]
    released_at: Mapped[datetime]

    share: Mapped[KeyShare] = relationship(lazy="raise")
    to_user: Mapped[User] = relationship(lazy="raise")


class PassphraseAttempt(Base):
    """One try of a passphrase, kept also when the request was refused: the brake on guessing counts these."""

    __tablename__ = "passphrase_attempt"
    __table_args__ = (Index("ix_passphrase_attempt_user_id_at", "user_id", "at"),)

    __retention__ = Retention(
        N_("Wie wanneer een wachtzin typte, en of die klopte."),
        N_("Een jaar."),
        N_("De regels worden gewist."),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    good: Mapped[bool]
    at: Mapped[datetime]
