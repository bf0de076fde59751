"""Samples of published figures: the plan with its seed, the drawn lines, the findings. Nothing changes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.publication.models import Publication
from ledger.samples import rules
from ledger.spend.models import SpendLine

_KEPT = N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn.")
_THEN = N_("Wie het account wist, wordt een nummer.")


class Sample(Base):
    """How an auditor will draw from the lines of a published figure: written down before anything is drawn."""

    __tablename__ = "spend_sample"
    __table_args__ = (
        CheckConstraint("method IN ('random', 'money')", name="method"),
        CheckConstraint("size BETWEEN 1 AND 500 AND size <= line_count", name="size"),
        CheckConstraint("length(seed) BETWEEN 8 AND 200", name="seed"),
    )
    __retention__ = Retention(N_("Welke controleur een steekproef opzette."), _KEPT, _THEN)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    publication_id: Mapped[int] = mapped_column(ForeignKey("spend_publication.id"), index=True)
    method: Mapped[str]
    size: Mapped[int] = mapped_column(Integer)
    seed: Mapped[str]
    line_count: Mapped[int]
    lines_amount: Mapped[int]
    lines_hash: Mapped[str]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    publication: Mapped[Publication] = relationship(lazy="raise")
    planned_by: Mapped[User] = relationship(lazy="raise")
    items: Mapped[list["SampleItem"]] = relationship(lazy="raise", order_by="SampleItem.position")

    def __init__(
        self, *, publication: Publication, method: str, size: int, seed: str, lines: list[rules.Line],
        planned_by_id: int, at: datetime,
    ) -> None:  # fmt: skip
        told = rules.check_plan(method, size, seed, lines=len(lines))
        super().__init__(
            publication_id=publication.id, method=method, size=size, seed=told, line_count=len(lines),
            lines_amount=sum(line.amount for line in lines), lines_hash=rules.population_hash(lines),
            planned_by_id=planned_by_id, at=at,
        )  # fmt: skip


class SampleItem(Base):
    """A drawn line, with how often it was hit."""

    __tablename__ = "spend_sample_item"
    __table_args__ = (
        UniqueConstraint("sample_id", "position", name="uq_spend_sample_item_sample_id"),
        UniqueConstraint("sample_id", "line_id", name="uq_spend_sample_item_line_id"),
        CheckConstraint("hits >= 1 AND position >= 1", name="hits"),
    )
    __retention__ = NOTHING_PERSONAL

    id: Mapped[Key]
    sample_id: Mapped[int] = mapped_column(ForeignKey("spend_sample.id"))
    position: Mapped[int] = mapped_column(Integer)
    line_id: Mapped[int] = mapped_column(ForeignKey("spend_line.id"))
    hits: Mapped[int] = mapped_column(Integer)

    line: Mapped[SpendLine] = relationship(lazy="raise")
    findings: Mapped[list["SampleFinding"]] = relationship(lazy="raise", order_by="SampleFinding.id")

    @property
    def finding(self) -> "SampleFinding | None":
        """What counts: the last that was written down."""
        return self.findings[-1] if self.findings else None


class SampleFinding(Base):
    """What the auditor found of a drawn line. All are kept; the last one counts."""

    __tablename__ = "spend_sample_finding"
    __table_args__ = (
        CheckConstraint("finding IN ('right', 'wrong_amount', 'wrong_place', 'no_paper')", name="finding"),
        CheckConstraint("(finding = 'wrong_amount') = (right_amount IS NOT NULL)", name="right_amount"),
        CheckConstraint("length(note) <= 500", name="note"),
    )
    __retention__ = Retention(N_("Welke controleur wat van een regel vond."), _KEPT, _THEN)

    id: Mapped[Key]
    item_id: Mapped[int] = mapped_column(ForeignKey("spend_sample_item.id"), index=True)
    finding: Mapped[str]
    right_amount: Mapped[int | None]
    note: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    def __init__(
        self, *, item_id: int, finding: str, right_amount: int | None, note: str, actor_id: int, at: datetime
    ) -> None:
        rules.check_finding(finding, right_amount)
        super().__init__(
            item_id=item_id, finding=finding, right_amount=right_amount, note=note.strip(), actor_id=actor_id, at=at
        )  # fmt: skip
