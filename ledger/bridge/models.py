"""Totals of ledgers, as anchors typed them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.period import Period
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class LedgerTotal(Base):
    """What an anchor's ledger says it bought in a quarter, and where that stands. Never changed: the latest counts.

    `lines_amount`: what its lines made together when it was typed; `lines_since`: when the first of them came (None:
    there were none). Whoever typed it could see that.
    """

    __tablename__ = "ledger_total"
    __table_args__ = (
        CheckConstraint("quarter_on = date_trunc('quarter', quarter_on::timestamp)", name="quarter_on"),
        CheckConstraint("amount BETWEEN -100000000000000000 AND 100000000000000000", name="amount"),
        CheckConstraint("length(source) BETWEEN 1 AND 200", name="source"),
        CheckConstraint(
            "lines_since <= at AND (lines_since IS NULL OR lines_amount IS NOT NULL)", name="lines_since"
        ),
        Index("ix_ledger_total_anchor_id", "anchor_id", "quarter_on", "id"),
    )
    __retention__ = Retention(
        N_("Wie het totaal van een grootboek opgaf."),
        N_("Twintig jaar, zolang het cijfer na te rekenen moet zijn."),
        N_("Wie het account wist, wordt een nummer."),
    )

    id: Mapped[Key]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    quarter_on: Mapped[date]
    amount: Mapped[int]
    source: Mapped[str]
    lines_amount: Mapped[int | None]
    lines_since: Mapped[datetime | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    actor: Mapped[User | None] = relationship(lazy="raise")

    @property
    def quarter(self) -> Period:
        """Of which quarter it is."""
        return Period.quarter_of(self.quarter_on)
