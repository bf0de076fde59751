"""Reviews of a contract by its two parties. Never changed; answered once (trigger of migration 0024)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words
from procurement.contracts.models import Contract
from procurement.performance import rules
from procurement.performance.rules import MARKS, Side


class ContractReview(Base):
    """One side looks back: three marks of one to five, words, and the answer of the other side.

    For the two parties alone; the programme sees averages. No score of a tender ever reads this table.
    """

    __tablename__ = "contract_review"
    __retention__ = Retention(
        N_("Wie terugkeek op een contract, en wat de ander daarop zei."),
        N_("Zeven jaar na het einde van het contract."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("side IN ('buyer', 'supplier')", name="side"),
        CheckConstraint("work BETWEEN 1 AND 5", name="work"),
        CheckConstraint("promises BETWEEN 1 AND 5", name="promises"),
        CheckConstraint("together BETWEEN 1 AND 5", name="together"),
        CheckConstraint("length(text) >= 10", name="text"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (answer = '')",
            name="answered",
        ),
        Index("ix_contract_review_contract_id", "contract_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    side: Mapped[Side]
    work: Mapped[int]
    promises: Mapped[int]
    together: Mapped[int]
    text: Mapped[str]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    written_at: Mapped[datetime]
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]

    contract: Mapped[Contract] = relationship(lazy="raise")
    written_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[written_by_id])
    answered_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[answered_by_id])

    def __init__(self, **facts: Any) -> None:
        marks = {name: rules.check_mark(facts[name], name) for name in MARKS}
        super().__init__(**{"answer": "", **facts, **marks, "text": words(facts["text"], "text")})
