"""Counts for reserved contracts. What was stated stays (trigger of migration 0040); a later one takes its place."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.reserved.models import Stated, fences
from procurement.reserved.rules import Standing
from procurement.workplaces import rules


class WorkplaceCount(Stated):
    """How many people work at an organisation, and how many of them come from the target group; heads, never names."""

    __tablename__ = "workplace_count"
    kind = rules.KIND
    __retention__ = Retention(
        N_("Aantallen mensen per organisatie, zonder namen. Wie ze invulde en controleerde, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("people > 0 AND target BETWEEN 0 AND people AND seconded BETWEEN 0 AND target", name="people"),
        CheckConstraint(f"length(aim) >= {rules.LEAST_AIM} AND proof_note <> ''", name="texts"),
        CheckConstraint(
            "valid_until > counted_on AND valid_until <= counted_on + 366 AND counted_on <= stated_at::date + 1",
            name="days",
        ),
        *fences("workplace_count"),
    )  # fmt: skip

    counted_on: Mapped[date]
    people: Mapped[int]
    target: Mapped[int]
    seconded: Mapped[int]
    aim: Mapped[str]
    proof: Mapped[str]
    proof_note: Mapped[str]

    def standing(self, on: date, percent: int) -> Standing:
        """How it stands on a day for a share of so many percent."""
        return rules.standing(
            self.people,
            self.target,
            valid_until=self.valid_until,
            accepted=self.accepted,
            on=on,
            percent=percent,
        )

    @property
    def trail(self) -> dict[str, Any]:
        """What the trail keeps of it: its numbers too."""
        return {"people": self.people, "target": self.target, **super().trail}
