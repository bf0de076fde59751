"""Places with budgets and tasks, residents with their hours, and where credits are spent."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.accounts.models import Account

_YEARS = N_("Zeven jaar na het boekjaar (art. 52 AWR).")
_NUMBER = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class CreditPlace(Base):
    """An organisation that gives credits for hours (`host`), takes them (`accepts`), or both."""

    __tablename__ = "credit_place"
    __retention__ = Retention(N_("Wie een plek voor waarderingspunten erkende."), _YEARS, _NUMBER)
    __table_args__ = (CheckConstraint("host OR accepts", name="use"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    host: Mapped[bool]
    accepts: Mapped[bool]
    recognised_at: Mapped[datetime]
    recognised_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class CreditBudget(Base):
    """What a host may give for work in a period: credits, and credits per hour (both in hundredths)."""

    __tablename__ = "credit_budget"
    __retention__ = Retention(N_("Wie een budget voor waarderingspunten gaf."), _YEARS, _NUMBER)
    __table_args__ = (
        CheckConstraint("credits > 0", name="credits"),
        CheckConstraint("rate BETWEEN 25 AND 200", name="rate"),
        CheckConstraint("ends_on >= begins_on", name="period"),
    )

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("credit_place.id"), index=True)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    credits: Mapped[int]
    rate: Mapped[int]
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    place: Mapped[CreditPlace] = relationship(lazy="raise")


class CreditTask(Base):
    """What a host asks help with, out of one budget, and for how many hours (hundredths) in all."""

    __tablename__ = "credit_task"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("hours > 0", name="hours"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    budget_id: Mapped[int] = mapped_column(ForeignKey("credit_budget.id"), index=True)
    title: Mapped[str]
    hours: Mapped[int]
    offered_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    budget: Mapped[CreditBudget] = relationship(lazy="raise")


class CreditHolder(Base):
    """A resident who takes part, said to be old enough and to have read the warning. `live`: no simulation."""

    __tablename__ = "credit_holder"
    __retention__ = Retention(
        N_("Wie meedoet met waarderingspunten, en dat de waarschuwing is gelezen. Geen geboortedatum."),
        _YEARS, N_("De naam van een gewiste bewoner verdwijnt. De punten blijven als getal."),
    )  # fmt: skip
    __table_args__ = (
        UniqueConstraint("user_id", "live"),
        CheckConstraint("of_age AND warned", name="ready"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    live: Mapped[bool]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    of_age: Mapped[bool]
    warned: Mapped[bool]
    begun_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")
    account: Mapped[Account] = relationship(lazy="raise")


class CreditHours(Base):
    """Hours that a resident hands in; the host confirms or refuses them, and then they stay (`credit_hours_keep`)."""

    __tablename__ = "credit_hours"
    __retention__ = Retention(
        N_("Wie op welke dag hoeveel uur hielp, en wie dat bevestigde of weigerde."), _YEARS, _NUMBER
    )
    __table_args__ = (
        CheckConstraint("hours BETWEEN 25 AND 800 AND hours % 25 = 0", name="hours"),
        CheckConstraint("unpaid", name="unpaid"),
        CheckConstraint(
            "num_nulls(granted_at, granted_by_id, credits, transfer_id) IN (0, 4)", name="granted"
        ),
        CheckConstraint("num_nulls(refused_at, refused_by_id, reason) IN (0, 3)", name="refused"),
        CheckConstraint("granted_at IS NULL OR refused_at IS NULL", name="once"),
        CheckConstraint("granted_by_id <> worker_id AND first_by_id <> worker_id", name="not_oneself"),
        CheckConstraint(
            "granted_at IS NULL OR hours <= 400 OR (first_by_id IS NOT NULL AND first_by_id <> granted_by_id)",
            name="second",
        ),
        Index("ix_credit_hours_holder_id_worked_on", "holder_id", "worked_on"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    task_id: Mapped[int] = mapped_column(ForeignKey("credit_task.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("credit_holder.id"))
    worker_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    worked_on: Mapped[date]
    hours: Mapped[int]
    unpaid: Mapped[bool]
    handed_in_at: Mapped[datetime]
    first_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[datetime | None]
    credits: Mapped[int | None]
    transfer_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    refused_at: Mapped[datetime | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str | None]
    reminded_at: Mapped[datetime | None]
    reminded_again_at: Mapped[datetime | None]

    task: Mapped[CreditTask] = relationship(lazy="raise")
    holder: Mapped[CreditHolder] = relationship(lazy="raise")


class CreditOffer(Base):
    """What credits are spent on at a place: a title and its price in hundredths of a credit."""

    __tablename__ = "credit_offer"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("price > 0", name="price"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    place_id: Mapped[int] = mapped_column(ForeignKey("credit_place.id"), index=True)
    title: Mapped[str]
    price: Mapped[int]
    offered_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    place: Mapped[CreditPlace] = relationship(lazy="raise")


class CreditSpending(Base):
    """Credits spent on an offer; append-only. They are gone then: who takes them gets no credits."""

    __tablename__ = "credit_spending"
    __retention__ = Retention(N_("Wie waar punten uitgaf, als nummer."), _YEARS, _NUMBER)
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    id: Mapped[Key]
    offer_id: Mapped[int] = mapped_column(ForeignKey("credit_offer.id"), index=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("credit_holder.id"), index=True)
    amount: Mapped[int]
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    spent_at: Mapped[datetime]

    offer: Mapped[CreditOffer] = relationship(lazy="raise")
