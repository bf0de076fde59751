"""Plans, the terms they have from a day on, and what became of each period."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, Party
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.errors import Refusal
from cwb.kernel.facts import stored
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.agreements import rules as agreed
from ledger.agreements.models import Agreement
from ledger.customers.models import Customer
from ledger.freehand.rules import Typed
from ledger.invoicing.models import Invoice
from ledger.recurring import rules
from ledger.recurring.errors import PlanEnded, PlanPaused
from ledger.recurring.rules import Every, RunState
from ledger.vat.rules import VatCode

_UNITS = ", ".join(f"'{code}'" for code in agreed.UNITS)
_VAT = ", ".join(f"'{code}'" for code in VatCode)
_KEPT = Retention(
    N_("Voor welke klant een factuur terugkomt, met een toelichting, en wie dat zo liet doen, als nummer."),
    N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
    N_("De regel blijft staan. Een gewist account staat er als nummer."),
)


class RecurringPlan(Base):
    """An invoice that comes back. Only standing still, ending, and who lets it send by itself change.

    `begins_on` is the first day of the first period's month; `day` from 1 to 30 of the month after a period, or 31: the
    last day of the period. With an `agreement_id` each invoice has what is next under it; else the lines are those of
    `RecurringTerms`. `sender_id`: who said that it sends by itself (None: it prepares drafts).
    """

    __tablename__ = "recurring_plan"
    __retention__ = _KEPT
    __table_args__ = (
        CheckConstraint("every IN ('month', 'quarter', 'year')", name="every"),
        CheckConstraint("day BETWEEN 1 AND 31", name="day"),
        CheckConstraint("extract(day FROM begins_on) = 1", name="begins_on"),
        CheckConstraint("ends_on >= begins_on", name="ends_on"),
        CheckConstraint("seller_id <> buyer_id", name="parties"),
        CheckConstraint("length(title) BETWEEN 1 AND 200", name="title"),
        Index("ix_recurring_plan_seller_id", "seller_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    seller_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("party.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    title: Mapped[str]
    every: Mapped[Every]
    day: Mapped[int]
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]
    paused_at: Mapped[datetime | None]
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]

    buyer: Mapped[Organisation | Customer] = relationship(Party, foreign_keys=[buyer_id], lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise_on_sql")
    terms: Mapped[list["RecurringTerms"]] = relationship(
        order_by="RecurringTerms.since.desc(), RecurringTerms.id.desc()", lazy="raise", back_populates="plan"
    )
    runs: Mapped[list["RecurringRun"]] = relationship(
        order_by="RecurringRun.period_from.desc()", lazy="raise", back_populates="plan"
    )

    def __init__(self, *, day: int, title: str, begins_on: date, ends_on: date | None, **facts: Any) -> None:
        rules.check_day(day)
        if ends_on is not None:
            rules.check_begin(begins_on, begins_on, ends_on)
        super().__init__(
            day=day, title=agreed.short_text(title, agreed.NAME, "title"), begins_on=begins_on, ends_on=ends_on,
            **facts,
        )  # fmt: skip

    def is_over(self, today: date) -> bool:
        """Whether no period follows any more, because it was ended."""
        return self.ends_on is not None and self.ends_on < today

    def check_running(self, today: date) -> None:
        """Whether it can still be changed.

        Raises:
            PlanEnded.
        """
        if self.ends_on is not None and self.ends_on < today:
            raise PlanEnded(on=self.ends_on)

    def check_pause(self, *, paused: bool) -> None:
        """Whether it stands still, or not, as who presses the button thinks.

        Raises:
            PlanPaused: a colleague was first.
        """
        if (self.paused_at is not None) is not paused:
            raise PlanPaused

    def terms_for(self, first: date) -> "RecurringTerms":
        """The terms of a period by its first day: the latest that begin on or before it, else the oldest."""
        return next((each for each in self.terms if each.since <= first), self.terms[-1])


class RecurringTerms(Base):
    """What is on an invoice of a plan for periods that begin on or after `since`; rows are only added."""

    __tablename__ = "recurring_terms"
    __retention__ = _KEPT
    __table_args__ = (
        CheckConstraint("payment_days BETWEEN 1 AND 60", name="payment_days"),
        Index("ix_recurring_terms_plan_id", "plan_id", "since"),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("recurring_plan.id"))
    since: Mapped[date]
    payment_days: Mapped[int]
    order_reference: Mapped[str]
    buyer_reference: Mapped[str]
    exemption_reason: Mapped[str]
    note: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    plan: Mapped[RecurringPlan] = relationship(back_populates="terms", lazy="raise")
    lines: Mapped[list["RecurringLine"]] = relationship(order_by="RecurringLine.position", lazy="raise")

    def __init__(self, *, lines: Sequence[Typed], note: str, **facts: Any) -> None:
        rules.check_marks(note, "note")
        super().__init__(note=note, **facts)
        self.lines = [RecurringLine(line, position) for position, line in enumerate(lines, start=1)]


class RecurringLine(Base):
    """One line as it was typed; its description may have marks of a period."""

    __tablename__ = "recurring_line"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("terms_id", "position"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint(f"vat_code IN ({_VAT})", name="vat_code"),
        CheckConstraint(f"unit IN ({_UNITS})", name="unit"),
    )

    id: Mapped[Key]
    terms_id: Mapped[int] = mapped_column(ForeignKey("recurring_terms.id"))
    position: Mapped[int]
    description: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[Decimal]
    unit_price: Mapped[Decimal]
    vat_code: Mapped[VatCode]

    def __init__(self, line: Typed, position: int) -> None:
        rules.check_marks(line.description, "lines")
        super().__init__(
            position=position, description=line.description, unit=line.unit, quantity=line.quantity,
            unit_price=line.unit_price, vat_code=line.vat_code,
        )  # fmt: skip


class RecurringRun(Base):
    """What became of one period of a plan, once per period.

    `planned_on` is its day by the plan, `at` when it was done: later after an outage. `reason` (a msgid with `facts`)
    says why it waits, or why a draft was not sent by itself. A draft that is thrown away leaves `invoice_id` empty.
    """

    __tablename__ = "recurring_run"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("plan_id", "period_from"),
        CheckConstraint("state IN ('made', 'waiting', 'skipped')", name="state"),
        CheckConstraint("state = 'made' OR invoice_id IS NULL", name="invoice"),
        CheckConstraint("state <> 'waiting' OR reason <> ''", name="reason"),
        CheckConstraint("period_until >= period_from", name="period"),
        Index("uq_recurring_run_invoice_id", "invoice_id", unique=True),
        Index("ix_recurring_run_waiting", "plan_id", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[Key]
    plan_id: Mapped[int] = mapped_column(ForeignKey("recurring_plan.id"))
    period_from: Mapped[date]
    period_until: Mapped[date]
    planned_on: Mapped[date]
    state: Mapped[RunState]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[datetime]

    plan: Mapped[RecurringPlan] = relationship(back_populates="runs", lazy="raise")
    invoice: Mapped[Invoice | None] = relationship(lazy="raise")

    def because(self, fault: Refusal | None) -> None:
        """Keep why, as each reader has it in their own language; nothing: the reason is gone."""
        facts: Mapping[str, object] = fault.facts if fault else {}
        self.reason = fault.message if fault else ""
        self.facts = {name: stored(value) for name, value in facts.items()}
