"""Hours that people worked under an agreement."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.agreements.models import AgreedLine, Agreement
from ledger.agreements.rules import short_text
from ledger.invoicing.models import Invoice
from ledger.timesheets import rules
from ledger.timesheets.errors import AlreadySigned
from ledger.timesheets.rules import HoursState


class WorkedHours(Base):
    """What one person worked on one day under a line priced per hour; from signing on only `invoice_id` is filled.

    `answer` is why the customer sent them back; `answered_by_id` signed them or sent them back. One column holds the
    invoice, so hours stand on one invoice at most; a draft that is thrown away lets them go.
    """

    __tablename__ = "worked_hours"
    __retention__ = Retention(
        N_(
            "Wie op welke dag hoeveel uur werkte, als nummer, met een korte toelichting. De klant ziet geen naam."
        ),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("quarters BETWEEN 1 AND 96", name="quarters"),
        CheckConstraint("state IN ('entered', 'sent_back', 'signed')", name="state"),
        CheckConstraint("length(note) <= 200", name="note"),
        CheckConstraint(
            "(state = 'entered') = (answered_by_id IS NULL) AND (answered_by_id IS NULL) = (answered_at IS NULL)",
            name="answered",
        ),
        CheckConstraint("(state = 'sent_back') = (length(answer) > 0)", name="answer"),
        CheckConstraint("answered_by_id <> user_id OR state <> 'signed'", name="not_by_oneself"),
        CheckConstraint("invoice_id IS NULL OR state = 'signed'", name="invoiced"),
        Index("ix_worked_hours_user_id_worked_on", "user_id", "worked_on"),
        Index("ix_worked_hours_agreement_id_state", "agreement_id", "state"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    agreement_line_id: Mapped[int] = mapped_column(ForeignKey("agreement_line.id"), index=True)
    seller_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    worked_on: Mapped[date]
    quarters: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[str]
    state: Mapped[HoursState]
    entered_at: Mapped[datetime]
    answer: Mapped[str]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id", ondelete="SET NULL"), index=True)

    agreement: Mapped[Agreement] = relationship(lazy="raise_on_sql")
    line: Mapped[AgreedLine] = relationship(lazy="raise_on_sql")
    seller: Mapped[Organisation] = relationship(lazy="raise")
    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="raise")
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id], lazy="raise")
    invoice: Mapped[Invoice | None] = relationship(lazy="raise")

    def __init__(self, **facts: Any) -> None:
        super().__init__(state=HoursState.ENTERED, answer="", **facts)

    def write(
        self, *, agreement: Agreement, line: AgreedLine, worked_on: date, hours: Decimal, note: str, today: date,
        at: datetime,
    ) -> None:  # fmt: skip
        """Fill in or change what was worked; what was sent back waits for the customer again.

        Raises:
            AlreadySigned, NotPerHour, NotInQuarters, TextTooLong, WorkedInFuture, WorkedOutsideAgreement: see there.
        """
        self.check_open()
        rules.check_line(line.unit)
        rules.check_day(worked_on, today=today, starts_on=agreement.starts_on, ends_on=agreement.ends_on)
        self.agreement_id, self.agreement_line_id = agreement.id, line.id
        self.worked_on, self.quarters = worked_on, rules.quarters_of(hours)
        self.note = short_text(note, rules.NOTE, "note", needed=False)
        self.state, self.answer, self.answered_by_id, self.answered_at = HoursState.ENTERED, "", None, None
        self.entered_at = at

    def check_open(self) -> None:
        """Whether this can still change.

        Raises:
            AlreadySigned: it cannot.
        """
        if self.state is HoursState.SIGNED:
            raise AlreadySigned

    @property
    def seen(self) -> str:
        """These hours as the customer reads them: what is answered is what was read, or nothing."""
        return rules.seen(self.id, self.agreement_line_id, self.worked_on, self.quarters, self.note)

    @property
    def hours(self) -> Decimal:
        """How many hours."""
        return rules.hours_of(self.quarters)
