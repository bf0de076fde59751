"""Prepared figures, what anchors said of them, and their publication. Nothing changes; a new version follows."""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.canonical import canonical_json
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.period import Period
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from cwb.municipalities.rules import Table
from ledger.publication import rules
from ledger.rows.rules import Body

_KEPT = N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn.")
_THEN = N_("Wie het account wist, wordt een nummer.")


class Preparation(Base):
    """The public export of a period as it was when somebody of the programme prepared it, byte for byte.

    `hash` is the export's own, `checksum` the SHA-256 of the bytes of `document`. `reason`: why a version follows one
    that was published; "" for the first. Buyers may comment until and with `comments_until`; None for what was prepared
    before there was a term (trigger of migration 0147).
    """

    __tablename__ = "spend_preparation"
    __table_args__ = (
        CheckConstraint("checksum = encode(sha256(convert_to(document, 'UTF8')), 'hex')", name="checksum"),
        CheckConstraint("hash = document::jsonb ->> 'hash'", name="hash"),
        CheckConstraint("period = document::jsonb ->> 'period'", name="period"),
        CheckConstraint("comments_until > (at AT TIME ZONE 'Europe/Amsterdam')::date", name="comments_until"),
        Index("ix_spend_preparation_period", "period", "id"),
    )
    __retention__ = Retention(N_("Wie een cijfer klaarmaakte, en waarom opnieuw."), _KEPT, _THEN)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    period: Mapped[str]
    area_id: Mapped[str]
    area_version: Mapped[str]
    definition: Mapped[str]
    hash: Mapped[str]
    checksum: Mapped[str]
    document: Mapped[str] = mapped_column(deferred=True)
    reason: Mapped[str]
    comments_until: Mapped[date | None]
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    prepared_by: Mapped[User] = relationship(lazy="raise")
    publication: Mapped["Publication | None"] = relationship(
        lazy="raise", uselist=False, back_populates="preparation"
    )

    def __init__(
        self, *, export: Body, period: Period, today: date, stands: rules.Stands | None, reason: str,
        comments_until: date, tables: Sequence[Table], prepared_by_id: int, at: datetime,
    ) -> None:  # fmt: skip
        published = stands.measured if stands else None
        told = rules.check_prepared(export, period=period, today=today, published=published, reason=reason)
        export = rules.published(export, stands, told, tables)
        written = canonical_json(export)
        super().__init__(
            period=str(period), area_id=export["area"]["id"], area_version=export["area"]["version"],
            definition=export["definition"], hash=export["hash"], checksum=sha256(written).hexdigest(),
            document=written.decode(), reason=told, comments_until=comments_until, prepared_by_id=prepared_by_id, at=at,
        )  # fmt: skip


class Publication(Base):
    """The signature of a second person: from then on a version stands, at its own address, for good.

    `told`: what stood on the page to be read first; None for what was signed before that was kept. `early_reason`: why
    it was signed while buyers could still comment; "" when they no longer could. `narrow_reason`: why it could not
    wait though what changed shows fewer than five suppliers (trigger of migration 0181; "" for what was signed before).
    Where it shows what a sole trader was paid it waits, whatever the reason (migration 0182).
    """

    __tablename__ = "spend_publication"
    __table_args__ = (
        UniqueConstraint("period", "version", name="uq_spend_publication_period"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("jsonb_typeof(told) = 'array'", name="told"),
    )
    __retention__ = Retention(N_("Wie een cijfer tekende."), _KEPT, _THEN)

    id: Mapped[Key]
    preparation_id: Mapped[int] = mapped_column(ForeignKey("spend_preparation.id"), unique=True)
    period: Mapped[str]
    version: Mapped[int] = mapped_column(Integer)
    told: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB)
    early_reason: Mapped[str]
    narrow_reason: Mapped[str]
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    preparation: Mapped[Preparation] = relationship(lazy="raise", back_populates="publication")
    signed_by: Mapped[User] = relationship(lazy="raise")

    def __init__(
        self, *, preparation: Preparation, version: int, now: Body, told: list[dict[str, Any]], signed_by_id: int,
        reason: str = "", before: Body | None = None, cannot_wait: str = "",
        persons: AbstractSet[str] = frozenset(), at: datetime,
    ) -> None:  # fmt: skip
        body = json.loads(preparation.document)
        rules.check_signed(
            body, version=version, now=now, prepared_by_id=preparation.prepared_by_id, actor_id=signed_by_id
        )
        early = rules.early_reason(preparation.comments_until, today=local_date(at), reason=reason)
        super().__init__(
            preparation=preparation, period=preparation.period, version=version, told=told, early_reason=early,
            narrow_reason=rules.narrow_reason(before, body, cannot_wait, persons), signed_by_id=signed_by_id, at=at,
        )  # fmt: skip


class MeasureVersion(Base):
    """What a version of an area or of the measure stood for when a figure was first prepared with it. Kept for good.

    `checksum` is over the content, so that nothing else ever goes by the same version. `name` is the area; "" for the
    measure. A table of addresses or municipalities has the day from which it holds for its version.
    """

    __tablename__ = "measure_version"
    __table_args__ = (
        UniqueConstraint("kind", "name", "version", name="uq_measure_version_kind"),
        CheckConstraint("kind IN ('area', 'definition', 'addresses', 'municipalities')", name="kind"),
        CheckConstraint("checksum ~ '^[0-9a-f]{64}$'", name="checksum"),
    )
    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[str]
    checksum: Mapped[str]
    at: Mapped[datetime]


class FigureComment(Base):
    """What an anchor said of a figure before it was signed. All are kept; its last one stands beside the figure."""

    __tablename__ = "spend_comment"
    __table_args__ = (CheckConstraint("length(text) BETWEEN 1 AND 1000", name="text"),)
    __retention__ = Retention(N_("Wie namens een koper op een cijfer reageerde."), _KEPT, _THEN)

    id: Mapped[Key]
    preparation_id: Mapped[int] = mapped_column(ForeignKey("spend_preparation.id"), index=True)
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    text: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    anchor: Mapped[Organisation] = relationship(lazy="raise")


class FigureStory(Base):
    """A story beside a published figure, with the yes of who is in it. Withdrawn, its words and name are wiped."""

    __tablename__ = "spend_story"
    __table_args__ = (
        CheckConstraint("length(text) <= 2000 AND length(person) <= 200", name="text"),
        CheckConstraint("(withdrawn_at IS NULL) = (text <> '' AND person <> '')", name="withdrawn"),
        Index("uq_spend_story_publication_id", "publication_id", unique=True,
              postgresql_where=text("withdrawn_at IS NULL")),
    )  # fmt: skip
    __retention__ = Retention(
        N_("De naam en het verhaal van iemand die daar ja op zei."),
        N_("Tot die persoon het terugneemt."),
        N_("De woorden en de naam worden gewist. Dat er een verhaal stond, blijft."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("spend_publication.id"))
    text: Mapped[str]
    person: Mapped[str]
    consented_on: Mapped[date]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    def withdraw(self, at: datetime) -> None:
        """Wipe the words and the name."""
        self.text, self.person, self.withdrawn_at = "", "", at
