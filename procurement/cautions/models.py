"""Who confirmed a relative method, with what the test showed. Append-only (0026)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base, Key
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.tenders.models import LONG, STAYS


class MethodCaution(Base):
    """A confirmation for one scoring: it counts only while `scoring_digest` is that of the tender.

    Of `rounds` simulated tenders over all lots, in `changed` a loser decided who won.
    """

    __tablename__ = "method_caution"
    __retention__ = Retention(
        N_("Wie bevestigde dat een verliezer de winnaar kan bepalen, als nummer."), LONG, STAYS
    )
    __table_args__ = (
        CheckConstraint("scoring_digest ~ '^[0-9a-f]{64}$'", name="scoring_digest"),
        CheckConstraint("rounds > 0", name="rounds"),
        CheckConstraint("changed BETWEEN 0 AND rounds", name="changed"),
        Index("ix_method_caution_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    scoring_digest: Mapped[str]
    rounds: Mapped[int]
    changed: Mapped[int]
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime]
