"""What tenders demand of bidders. Frozen at publication by a trigger of migration 0038, but for lowering."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL
from procurement.demands.rules import DemandFacts, Kind, Table, kind_of, stored


class SelectionDemand(Base):
    """A demand on whoever bids: on one lot, or on every lot of its tender. `minimum_minor` in euro cents without VAT.

    `unit`: "euro_year", "euro" or "none". `deviates`: the ids of the advice that it departed from when it was
    kept; then `explanation` says why. `ceiling_times`: of turnover, how often the value of the lot the law of that day
    allowed; the database multiplies. `asked` is False when a rectification took it back.
    """

    __tablename__ = "selection_demand"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint(
            "(kind, code, unit) IN (('turnover', 'slc-stand-to-gen', 'euro_year'), "
            "('reference', 'slc-abil-ref-services', 'euro'), ('insurance', 'slc-stand-ins', 'euro'), "
            "('certificate', 'slc-sche-qu-cert-indep', 'none'), ('certificate', 'slc-sche-env-cert-indep', 'none'), "
            "('other', 'slc-abil-staff-qual', 'none'), ('other', 'slc-suit-reg-prof', 'none'))",
            name="kind",
        ),
        CheckConstraint("text <> '' AND length(text) <= 500", name="text"),
        CheckConstraint("(unit = 'none') = (minimum_minor IS NULL)", name="unit"),
        CheckConstraint("minimum_minor > 0", name="minimum"),
        CheckConstraint("number BETWEEN 1 AND 10 AND (kind = 'reference' OR number = 1)", name="number"),
        CheckConstraint("length(reason) >= 15", name="reason"),
        CheckConstraint(
            "jsonb_typeof(deviates) = 'array' AND (deviates = '[]'::jsonb OR length(explanation) >= 15)",
            name="explained",
        ),
        CheckConstraint("kind <> 'turnover' OR length(explanation) >= 15", name="turnover"),
        CheckConstraint("(kind = 'turnover') = (ceiling_times IS NOT NULL)", name="ceiling"),
        CheckConstraint("ceiling_times > 0", name="ceiling_times"),
        ForeignKeyConstraint(["tender_id", "lot_id"], ["lot.tender_id", "lot.id"], ondelete="CASCADE"),
        Index("ix_selection_demand_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    lot_id: Mapped[int | None]
    kind: Mapped[str]
    code: Mapped[str]
    text: Mapped[str]
    minimum_minor: Mapped[int | None]
    number: Mapped[int]
    unit: Mapped[str]
    reason: Mapped[str]
    explanation: Mapped[str]
    deviates: Mapped[list[Any]]
    ceiling_times: Mapped[int | None]
    asked: Mapped[bool]

    def __init__(
        self, *, tender_id: int, facts: DemandFacts, table: Table, deviates: Sequence[str] = ()
    ) -> None:
        super().__init__(tender_id=tender_id)
        self.write(facts, table, deviates)

    def write(self, facts: DemandFacts, table: Table, deviates: Sequence[str]) -> None:
        """Ask this, by the law of this table, departing from these lines of its advice."""
        for name, value in stored(facts).items():
            setattr(self, name, value)
        self.deviates = list(deviates)
        self.ceiling_times = table.times if facts.kind is Kind.TURNOVER else None

    @property
    def facts(self) -> DemandFacts:
        """What its buyer wrote."""
        return DemandFacts(
            self.code, self.text, self.reason, self.explanation, self.minimum_minor, self.number, self.lot_id, self.id,
            self.asked,
        )  # fmt: skip

    @property
    def sort(self) -> Kind:
        """Its kind as a value."""
        return kind_of(self.code)
