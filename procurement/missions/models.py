"""Statements for reserved services. What was stated stays (trigger of migration 0046); a later one takes its place."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.missions import rules
from procurement.reserved.models import Stated, fences
from procurement.reserved.rules import Standing, standing


class Mission(Stated):
    """What an organisation says of its public task, its profit and who has a say, and where that is written."""

    __tablename__ = "mission"
    kind = rules.KIND
    __retention__ = Retention(
        N_("Wat een organisatie over haar publieke taak zegt. Wie het invulde en controleerde, als nummer."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("profit IN ('reinvested', 'shared')", name="profit"),
        CheckConstraint("control IN ('workers', 'participants')", name="control"),
        CheckConstraint(
            f"length(aim) >= {rules.LEAST_AIM} AND length(basis) >= {rules.LEAST_BASIS}", name="texts"
        ),
        CheckConstraint(
            "valid_until > stated_at::date - 1 AND valid_until <= stated_at::date + 1 + 366", name="days"
        ),
        *fences("mission"),
    )

    aim: Mapped[str]
    profit: Mapped[str]
    control: Mapped[str]
    basis: Mapped[str]

    def standing(self, on: date) -> Standing:
        """How it stands on a day."""
        return standing(valid_until=self.valid_until, accepted=self.accepted, on=on)
