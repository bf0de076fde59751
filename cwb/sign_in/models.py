"""Sessions, e-mailed codes, counted attempts, and the users of a demo."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class UserSession(Base):
    """Somebody signed in on one device. Only a hash of the token is kept: a stolen table opens nothing.

    `as_self`: chose to act for no organisation; without a choice, and with one organisation, it is that one.
    """

    __tablename__ = "user_session"
    __table_args__ = (
        CheckConstraint("expires_at > opened_at", name="expires_at"),
        CheckConstraint("NOT as_self OR organisation_id IS NULL", name="as_self"),
    )
    __retention__ = Retention(
        N_("Op welk soort toestel u bent ingelogd, en sinds wanneer."),
        N_("Tot u uitlogt. Anders hooguit 12 uur (medewerkers) of 30 dagen (leden)."),
        N_("De regel wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    as_self: Mapped[bool]
    device: Mapped[str]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    second_factor_at: Mapped[datetime | None]


class MailCode(Base):
    """A code and a link in one letter. Of each secret only a hash is kept; a registration waits here too."""

    __tablename__ = "mail_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('register', 'sign_in', 'reset', 'new_email')", name="purpose"),
        CheckConstraint("tries BETWEEN 0 AND 5", name="tries"),
        CheckConstraint("locale IN ('nl', 'en', 'ar', 'tr')", name="locale"),
    )
    __retention__ = Retention(
        N_("Uw e-mailadres bij een gemailde code. Bij aanmelden ook uw naam."),
        N_("De code werkt 15 minuten."),
        N_("De regel wordt binnen een dag gewist."),
    )

    id: Mapped[Key]
    purpose: Mapped[str]
    email: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    browser_hash: Mapped[bytes] = mapped_column(unique=True)
    code_hash: Mapped[bytes]
    link_hash: Mapped[bytes] = mapped_column(unique=True)
    tries: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    name: Mapped[str | None]
    password_hash: Mapped[str | None]
    locale: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """How often something was tried in a quarter of an hour; `bucket` is a hash of what it was tried on."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (CheckConstraint("count > 0", name="count"),)
    __retention__ = Retention(
        N_("Hoe vaak er werd geprobeerd in te loggen. Adressen staan er onleesbaar in."),
        N_("Een dag."),
        N_("De regel wordt gewist."),
    )

    bucket: Mapped[bytes] = mapped_column(primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    count: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class DemoUser(Base):
    """An invented person one may become with one click; a trigger keeps them out of real databases."""

    __tablename__ = "demo_user"
    __retention__ = NOTHING_PERSONAL

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    role: Mapped[str]
    label: Mapped[str]
    position: Mapped[int] = mapped_column(Integer)
