"""Instruments with their switch, and the counts of their backing."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.instruments import rules
from ledger.instruments.rules import INSTRUMENTS, Cause, Code

_CAUSES = ", ".join(f"'{each.value}'" for each in Cause)

_CODES = ", ".join(f"'{each}'" for each in Code)


class Instrument(Base):
    """One instrument with its keeper. It is a simulation until a second person confirmed the legal review.

    Keeper and a confirmed review never change (trigger `instrument_keep`). `stopped`: nothing is issued.
    """

    __tablename__ = "instrument"
    __retention__ = Retention(
        N_("Wie een juridische toets opschreef, deed en bevestigde."),
        N_("Zolang het geld bestaat, en zeven jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"code IN ({_CODES})", name="code"),
        CheckConstraint(
            "num_nulls(document, reviewer, reviewed_on, proposed_by_id) IN (0, 4)", name="review"
        ),
        CheckConstraint(
            "confirmed_at IS NULL OR (confirmed_by_id IS NOT NULL AND proposed_by_id IS NOT NULL "
            "AND confirmed_by_id <> proposed_by_id)",
            name="second",
        ),
    )

    code: Mapped[Code] = mapped_column(primary_key=True)
    keeper_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    opened_at: Mapped[datetime]
    document: Mapped[str | None]
    reviewer: Mapped[str | None]
    reviewed_on: Mapped[date | None]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]
    stopped: Mapped[bool]

    keeper: Mapped[Organisation] = relationship(lazy="raise")
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id], lazy="raise")
    confirmed_by: Mapped[User | None] = relationship(foreign_keys=[confirmed_by_id], lazy="raise")

    @property
    def rule(self) -> rules.Instrument:
        """What it is."""
        return INSTRUMENTS[Code(self.code)]

    @property
    def live(self) -> bool:
        """Whether it is real money, no simulation."""
        return self.confirmed_at is not None

    @property
    def currency(self) -> str:
        """The currency of its units, as it stands now."""
        return rules.currency(Code(self.code), live=self.live)

    @property
    def euro(self) -> str:
        """The currency of its backing, as it stands now."""
        return rules.euro(live=self.live)


class BackingCount(Base):
    """What stood on the account of the backing, beside what was out at that moment."""

    __tablename__ = "backing_count"
    __retention__ = Retention(
        N_("Wie de dekking telde."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (Index("ix_backing_count_instrument_code", "instrument_code", "counted_at"),)

    id: Mapped[Key]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    counted: Mapped[int]
    supply: Mapped[int]
    counted_at: Mapped[datetime]
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    @property
    def short(self) -> Money:
        """What is missing."""
        return Money(max(0, self.supply - self.counted))

    @property
    def ratio(self) -> Decimal:
        """Backing over supply."""
        return rules.ratio(Money(self.counted), Money(self.supply))


class IssuingStop(Base):
    """Why nothing is issued, from when until a person let it go on; of a cause one at a time (`issuing_stop_keep`).

    `instrument.stopped` says whether any is open; the database refuses to clear it while one is.
    """

    __tablename__ = "issuing_stop"
    __retention__ = Retention(
        N_("Wie besloot dat uitgeven weer mag."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"cause IN ({_CAUSES})", name="cause"),
        CheckConstraint("num_nulls(lifted_at, lifted_by_id, why) IN (0, 3)", name="lifted"),
        CheckConstraint("lifted_at >= stopped_at", name="order"),
        Index(
            "uq_issuing_stop_open", "instrument_code", "live", "cause", unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    live: Mapped[bool]
    cause: Mapped[Cause]
    stopped_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    why: Mapped[str | None]

    lifted_by: Mapped[User | None] = relationship(lazy="raise")
