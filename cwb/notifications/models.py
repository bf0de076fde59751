"""The mail outbox: one row per letter, sent after the commit."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Mail(Base):
    """A letter, written out in the reader's language. `key` makes it unique; sent ones are cleared.

    `unsubscribe` is the path of the one-click stop of a letter that comes by subscription (RFC 8058).
    """

    __tablename__ = "mail"
    __retention__ = Retention(
        N_("E-mailadres en tekst van onze brieven, ook de code om in te loggen."),
        N_("Dertig dagen na het versturen."),
        N_("De brief wordt gewist."),
    )
    __table_args__ = (Index("ix_mail_waiting", "next_try_at", postgresql_where=text("sent_at IS NULL")),)

    id: Mapped[Key]
    key: Mapped[str | None] = mapped_column(unique=True)
    recipient: Mapped[str]
    locale: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    link: Mapped[str | None]
    unsubscribe: Mapped[str | None]
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    fault: Mapped[str | None]


class MailFile(Base):
    """A file that goes with a letter, and is cleared with it."""

    __tablename__ = "mail_file"
    __retention__ = Retention(
        N_("Bestanden bij onze brieven, zoals een factuur."),
        N_("Dertig dagen na het versturen."),
        N_("Het bestand wordt gewist, met de brief."),
    )

    id: Mapped[Key]
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
