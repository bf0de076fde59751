"""Contracts made elsewhere. What was entered stays (trigger of migration 0025); a mistake is taken back and redone."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from procurement.contracts.rules import SETTLED, LocalOutcome
from procurement.externals.rules import Facts, checked

_OUTCOMES = ", ".join(f"'{each}'" for each in SETTLED)


class ExternalCounter(Base):
    """The last number given out in a year; locked while the next one is taken, so there are no gaps."""

    __tablename__ = "external_counter"
    __retention__ = NOTHING_PERSONAL

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ExternalContract(Base):
    """A contract of a buyer that no tender here led to. Value in euro cents without VAT over the whole term.

    The supplier is an organisation only where its KvK number says so; a name alone proposes nothing more.
    """

    __tablename__ = "external_contract"
    __retention__ = Retention(
        N_(
            "Wie een contract invoerde dat elders is aanbesteed. Bij een eenmanszaak is de leverancier een persoon."
        ),
        N_("Zeven jaar na het einde van het contract (art. 52 AWR)."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("number ~ '^X-[0-9]{4}-[0-9]{4,}$'", name="number"),
        CheckConstraint("title <> '' AND length(title) <= 200", name="title"),
        CheckConstraint("supplier_name <> ''", name="supplier_name"),
        CheckConstraint("supplier_kvk ~ '^[0-9]{8}$'", name="supplier_kvk"),
        CheckConstraint("cpv ~ '^[0-9]{8}$'", name="cpv"),
        CheckConstraint("value_minor > 0", name="value_minor"),
        CheckConstraint("tenderned_number ~ '^[0-9]{0,12}$'", name="tenderned_number"),
        CheckConstraint(f"local_outcome IN ({_OUTCOMES})", name="local_outcome"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("buyer_id <> supplier_id", name="parties"),
        CheckConstraint(
            "(local_outcome IS NULL) = (examined_at IS NULL) AND (local_outcome IS NULL) = (examined_by_id IS NULL) "
            "AND (local_outcome IS NULL OR length(local_reason) >= 10)",
            name="examined",
        ),
        CheckConstraint("withdrawn_at IS NULL OR withdraw_reason <> ''", name="withdrawn"),
        Index(
            "uq_external_contract_standing",
            "buyer_id",
            "fingerprint",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_external_contract_supplier_id", "supplier_id"),
        Index("ix_external_contract_ends_on", "ends_on"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    supplier_name: Mapped[str]
    supplier_kvk: Mapped[str | None]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    cpv: Mapped[str | None]
    value_minor: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reference: Mapped[str]
    tenderned_number: Mapped[str]
    published_on: Mapped[date | None]
    local_outcome: Mapped[LocalOutcome | None]
    local_reason: Mapped[str]
    examined_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    examined_at: Mapped[datetime | None]
    fingerprint: Mapped[str]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdraw_reason: Mapped[str]

    buyer: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[buyer_id])
    supplier: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[supplier_id])

    def __init__(self, *, facts: Facts, **rest: Any) -> None:
        facts = checked(facts)
        super().__init__(
            title=facts.title.strip(), supplier_name=facts.supplier_name.strip(), supplier_kvk=facts.supplier_kvk,
            cpv=facts.cpv, value_minor=facts.value.minor, starts_on=facts.starts_on, ends_on=facts.ends_on,
            reference=facts.reference.strip(), tenderned_number=facts.tenderned_number,
            published_on=facts.published_on, fingerprint=facts.fingerprint, local_reason="", withdraw_reason="", **rest,
        )  # fmt: skip

    @property
    def value(self) -> Money:
        """The value without VAT."""
        return Money(self.value_minor)


class ExternalUpload(Base):
    """A file waiting for its owner's yes; gone once it is kept or thrown away, at the latest after a day."""

    __tablename__ = "external_upload"
    __retention__ = Retention(
        N_("Een bestand met contracten dat nog niet is opgeslagen."),
        N_("Hooguit een dag."),
        N_("Het wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    anchor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    file_name: Mapped[str]
    content: Mapped[bytes]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]
