"""What may stop a definitive award: a summons before the judge (kort geding)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Summons(Base):
    """A summons served within the standstill: signing waits until its judgment is written down.

    `lot_ids` are the lots it is about, empty for all. `may_award` None until there is a judgment; False means that the
    decision about these lots cannot become definitive.
    """

    __tablename__ = "summons"
    __retention__ = Retention(
        N_("Dat een inschrijver naar de rechter ging, en wat de rechter besliste."),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("reference <> ''", name="reference"),
        CheckConstraint(
            "(judged_at IS NULL) = (may_award IS NULL) AND (judged_at IS NULL) = (judged_by_id IS NULL)", name="judged"
        ),
        CheckConstraint("judged_at IS NULL OR judgment <> ''", name="judgment"),
        Index("ix_summons_decision_id", "decision_id"),
    )  # fmt: skip

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("award_decision.id"))
    lot_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    served_on: Mapped[date]
    reference: Mapped[str]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    may_award: Mapped[bool | None]
    judgment: Mapped[str]
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    judged_at: Mapped[datetime | None]

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"lot_ids": [], "judgment": "", **facts})


class StandstillExtension(Base):
    """The buyer lets a standstill run longer, of these lots or (empty) of all, before it ends; told at once."""

    __tablename__ = "standstill_extension"
    __retention__ = Retention(
        N_("Wie een wachttijd verlengde, als nummer, met de reden."),
        N_("Twintig jaar: zo lang moet een gunning na te gaan zijn (Archiefwet)."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("length(reason) >= 10", name="reason"),
        CheckConstraint("until > until_before", name="later"),
        CheckConstraint("extended_at < until_before", name="in_time"),
        Index("ix_standstill_extension_decision_id", "decision_id"),
    )

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("award_decision.id"))
    lot_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    until_before: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str]
    extended_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    extended_at: Mapped[datetime]

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"lot_ids": [], **facts})
