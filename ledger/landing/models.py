"""What came of questions about money, and the papers with what was passed on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.landing import rules


class FlagAnswer(Base):
    """What somebody found out about one flag of a period. `key` is the flag's own (`Flag.key`)."""

    __tablename__ = "landing_answer"
    __table_args__ = (
        CheckConstraint("key ~ '^[0-9a-f]{32}$'", name="key"),
        CheckConstraint("outcome IN ('explained', 'mended', 'searching')", name="outcome"),
        CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        Index("ix_landing_answer_period", "period", "key", "id"),
    )
    __retention__ = Retention(
        N_("Wie uitzocht wat opviel in het geld, en wat eruit kwam."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    period: Mapped[str]
    key: Mapped[str]
    outcome: Mapped[str]
    reason: Mapped[str]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    by: Mapped[User | None] = relationship(lazy="raise")

    def __init__(self, *, period: str, key: str, outcome: str, reason: str, by_id: int, at: datetime) -> None:
        super().__init__(
            period=period, key=key, outcome=outcome, reason=rules.check_answer(outcome, reason), by_id=by_id, at=at
        )  # fmt: skip


class SubcontractPaper(Base):
    """A paper of a subcontractor (invoice or contract), with what a prime says it passed on to it; locked at rest.

    `digest`: SHA-256 of the content, `size` its bytes. It comes and goes while nobody looked; then it stays (trigger of
    migration 0137). With a change it goes along to what replaces the old.
    """

    __tablename__ = "subcontract_paper"
    __table_args__ = (
        CheckConstraint("kind IN ('pdf', 'jpg', 'png')", name="kind"),
        CheckConstraint("size BETWEEN 1 AND 26214400", name="size"),
        UniqueConstraint("subcontract_id", "digest", name="uq_subcontract_paper_subcontract_id"),
    )
    __retention__ = Retention(
        N_(
            "Facturen en contracten van onderaannemers, versleuteld, en wie ze erbij deed. Er staan soms namen in."
        ),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Het bestand wordt gewist. Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    subcontract_id: Mapped[int] = mapped_column(ForeignKey("subcontract.id"))
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_key: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    added_by: Mapped[User] = relationship(lazy="raise")
