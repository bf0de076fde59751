"""Extracts of a trade register as they came, and the establishments in them. Never changed: a new one is added."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import BranchNumber, Iban, KvkNumber, VatId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.extracts.rules import Branch, Extract

_KEPT = N_("Zolang de inkoopregels worden bewaard: twintig jaar.")


class RegisterExtract(Base):
    """What a register said of one KvK number on the day of look-up. The latest one of a number is what counts.

    What came by a file or on paper was confirmed by a second person, between 2013 and now (trigger of migration 0146).
    """

    __tablename__ = "register_extract"
    __table_args__ = (
        CheckConstraint("kvk_number ~ '^[0-9]{8}$'", name="kvk_number"),
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        CheckConstraint("via IN ('api', 'file', 'document')", name="via"),
        CheckConstraint("length(source) BETWEEN 1 AND 300", name="source"),
        CheckConstraint("via <> 'document' OR checked_by_id IS NOT NULL", name="checked"),
        CheckConstraint("checked_by_id <> created_by_id", name="second_person"),
        CheckConstraint("ended_on >= started_on", name="ended_on"),
    )
    __retention__ = Retention(
        N_("Naam, adres en nummers van leveranciers uit het Handelsregister, ook van eenmanszaken."),
        _KEPT,
        N_("Namen van personen zijn nooit openbaar. Daarna worden ze een nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kvk_number: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    trade_names: Mapped[list[str]]
    legal_form: Mapped[str]
    natural_person: Mapped[bool]
    statutory_seat: Mapped[str]
    vat_id: Mapped[str | None] = mapped_column(index=True)
    iban: Mapped[str | None] = mapped_column(index=True)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    looked_up_on: Mapped[date]
    via: Mapped[str]
    source: Mapped[str]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]

    branches: Mapped[list["RegisterBranch"]] = relationship(
        lazy="raise", order_by="(RegisterBranch.from_on, RegisterBranch.id)"
    )
    created_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[created_by_id])

    def told(self) -> Extract:
        """The same as a value, with its establishments; they must be loaded."""
        return Extract(
            kvk_number=KvkNumber(self.kvk_number), name=self.name, trade_names=tuple(self.trade_names),
            legal_form=self.legal_form, natural_person=self.natural_person, statutory_seat=self.statutory_seat,
            vat_id=VatId(self.vat_id) if self.vat_id else None, iban=Iban(self.iban) if self.iban else None,
            started_on=self.started_on, ended_on=self.ended_on, branches=tuple(b.told() for b in self.branches),
        )  # fmt: skip


class RegisterBranch(Base):
    """An establishment at one address, from a day until (exclusive) another, as one extract tells it."""

    __tablename__ = "register_branch"
    __table_args__ = (
        CheckConstraint("number ~ '^[0-9]{12}$'", name="number"),
        CheckConstraint("until_on > from_on", name="until_on"),
        CheckConstraint("from_on >= started_on", name="from_on"),
        CheckConstraint("workers >= 0", name="workers"),
    )
    __retention__ = Retention(
        N_("Adres van een vestiging van een leverancier, ook van een eenmanszaak."),
        _KEPT,
        N_("Namen van personen zijn nooit openbaar. Daarna worden ze een nummer."),
    )

    id: Mapped[Key]
    extract_id: Mapped[int] = mapped_column(ForeignKey("register_extract.id"), index=True)
    number: Mapped[str | None] = mapped_column(index=True)
    main: Mapped[bool]
    name: Mapped[str]
    street: Mapped[str]
    house_number: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    country: Mapped[str]
    started_on: Mapped[date]
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    workers: Mapped[int | None]
    shielded: Mapped[bool]

    def told(self) -> Branch:
        """The same as a value."""
        return Branch(
            number=BranchNumber(self.number) if self.number else None, main=self.main, name=self.name,
            street=self.street, house_number=self.house_number, postcode=self.postcode, city=self.city,
            country=self.country, started_on=self.started_on, from_on=self.from_on, until_on=self.until_on,
            workers=self.workers, shielded=self.shielded,
        )  # fmt: skip
