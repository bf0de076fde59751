"""What tenders demand of bidders. Frozen at publication by a trigger of migration 0030."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import NOTHING_PERSONAL
from procurement.demands.rules import DemandFacts, Kind, kind_of, stored


class SelectionDemand(Base):
    """A demand on whoever bids, for every lot of its tender. `minimum_minor` in euro cents without VAT.

    `unit`: "euro_year", "euro" or "none". `deviates`: the ids of the advice that it departed from when it was
    kept; then `explanation` says why.
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
        Index("ix_selection_demand_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    kind: Mapped[str]
    code: Mapped[str]
    text: Mapped[str]
    minimum_minor: Mapped[int | None]
    number: Mapped[int]
    unit: Mapped[str]
    reason: Mapped[str]
    explanation: Mapped[str]
    deviates: Mapped[list[Any]]

    def __init__(self, *, tender_id: int, facts: DemandFacts, deviates: tuple[str, ...] = ()) -> None:
        super().__init__(tender_id=tender_id, **stored(facts), deviates=list(deviates))

    @property
    def facts(self) -> DemandFacts:
        """What its buyer wrote."""
        return DemandFacts(
            self.code, self.text, self.reason, self.explanation, self.minimum_minor, self.number, self.id
        )

    @property
    def sort(self) -> Kind:
        """Its kind as a value."""
        return kind_of(self.code)
