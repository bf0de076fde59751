"""Releases as they were published: the text itself and its hash. Append-only by trigger (migration 0019)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL


class Release(Base):
    """One release. `content` is canonical JSON (RFC 8785), `sha256` the hash over its bytes.

    It is of a tender, of a need or of an order without competition. `key` names what happened within that, so that
    nothing is published twice. `extensions` are the ids of the extensions it uses. `released_at` is its date in the
    content.
    """

    __tablename__ = "ocds_release"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("tender_id", "key"),
        UniqueConstraint("need_id", "key"),
        UniqueConstraint("call_off_id", "key"),
        CheckConstraint("num_nonnulls(tender_id, need_id, call_off_id) = 1", name="subject"),
        CheckConstraint(
            "ocid ~ '^ocds-[a-z0-9]{6}-([NT]-[0-9]{4}-[0-9]{4,}|C-[0-9]{4}-[0-9]{4,}-[0-9]{2,})$'",
            name="ocid",
        ),
        CheckConstraint("sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')", name="sha256"),
        Index("ix_ocds_release_ocid", "ocid"),
    )

    id: Mapped[Key]
    ocid: Mapped[str]
    release_id: Mapped[str] = mapped_column(unique=True)
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    call_off_id: Mapped[int | None] = mapped_column(ForeignKey("call_off.id"))
    key: Mapped[str]
    tag: Mapped[str]
    released_at: Mapped[datetime]
    extensions: Mapped[list[str]]
    content: Mapped[str] = mapped_column(deferred=True)
    sha256: Mapped[str]
