"""Parties (organisations and persons), users, and the mandates by which users act for organisations."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.policy import Role
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_, search_key

ANCHOR_TYPES = (
    "municipality",
    "housing_corporation",
    "hospital",
    "school",
    "company",
    "welfare",
)
"""Kinds of anchor institution; texts for them are in the glossary."""


class Party(Base):
    """A legal or natural person in any role: buyer, supplier, account holder (OCDS: party).

    A `customer` is a stranger in one seller's address book (`ledger.customers`), whom nobody else sees.
    """

    __tablename__ = "party"
    __table_args__: tuple[CheckConstraint, ...] = (
        CheckConstraint("kind IN ('organisation', 'person', 'customer')", name="kind"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}
    __retention__ = Retention(
        N_("De naam van een organisatie of een bewoner."),
        N_("Zolang de organisatie of de bewoner meedoet."),
        N_("De naam van een bewoner wordt gewist als het account wordt gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[str]
    name: Mapped[str]
    search_name: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]

    def __init__(self, *, name: str, created_at: datetime, **facts: Any) -> None:
        super().__init__(name=name, search_name=search_key(name), created_at=created_at, **facts)


class Person(Party):
    """A natural person who takes part: a resident, a founder-to-be."""

    __tablename__ = "person"
    __mapper_args__ = {"polymorphic_identity": "person"}
    __retention__ = NOTHING_PERSONAL

    id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)


class Organisation(Party):
    """A business or institution. Identifiers are in their stored form.

    `anchor_type` is set for anchor institutions, `is_programme` for the team that runs the programme; every
    other one is a supplier. A sole trader is a natural person: no RSIN, and only a btw-id that hides no BSN.
    """

    __tablename__ = "organisation"
    __mapper_args__ = {"polymorphic_identity": "organisation"}
    __retention__ = Retention(
        N_("Adres, e-mail, telefoon en IBAN. Bij een eenmanszaak zijn die van een persoon."),
        N_("Zolang de organisatie meedoet, en zeven jaar na de laatste factuur (art. 52 AWR)."),
        N_("Contactgegevens van een eenmanszaak worden gewist. Facturen houden wat de wet eist."),
    )
    __table_args__: tuple[CheckConstraint, ...] = (
        CheckConstraint("kvk_number ~ '^[0-9]{8}$'", name="kvk_number"),
        CheckConstraint("rsin ~ '^[0-9]{9}$'", name="rsin"),
        CheckConstraint("vat_id ~ '^NL[0-9]{9}B[0-9]{2}$'", name="vat_id"),
        CheckConstraint("postcode ~ '^[1-9][0-9]{3} [A-Z]{2}$'", name="postcode"),
        CheckConstraint(
            "anchor_type IN "
            "('municipality', 'housing_corporation', 'hospital', 'school', 'company', 'welfare')",
            name="anchor_type",
        ),
        CheckConstraint("anchor_type IS NULL OR NOT is_programme", name="one_side"),
        CheckConstraint(
            "legal_form IN ('cooperative', 'association', 'foundation', 'private_company', 'public_company', "
            "'sole_trader', 'partnership', 'professional_partnership', 'limited_partnership', 'public_body', "
            "'mutual', 'other')",
            name="legal_form",
        ),
        CheckConstraint("legal_form <> 'sole_trader' OR rsin IS NULL", name="no_bsn_as_rsin"),
        CheckConstraint(
            "legal_form <> 'sole_trader' OR vat_id IS NULL OR "
            "mod(('2321' || substr(vat_id, 3, 9) || '11' || substr(vat_id, 13, 2))::numeric, 97) = 1",
            name="no_bsn_as_vat_id",
        ),
    )

    id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)
    kvk_number: Mapped[str | None] = mapped_column(unique=True)
    branch_number: Mapped[str | None]
    rsin: Mapped[str | None]
    vat_id: Mapped[str | None]
    iban: Mapped[str | None]
    legal_form: Mapped[str]
    anchor_type: Mapped[str | None]
    is_contracting_authority: Mapped[bool | None]
    is_programme: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    street: Mapped[str]
    house_number: Mapped[str]
    postcode: Mapped[str]
    city: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    website: Mapped[str | None]


class User(Base):
    """Somebody who can sign in. What a user may do follows from mandates alone."""

    __tablename__ = "user_account"
    __table_args__ = (
        Index("uq_user_account_email", text("lower(email)"), unique=True),
        CheckConstraint("locale IN ('nl', 'en', 'ar', 'tr')", name="locale"),
    )
    __retention__ = Retention(
        N_("Naam, e-mailadres, taal, een versleuteld wachtwoord en de sleutel van de tweede stap."),
        N_(
            "Tot u het wist. Logt u lang niet in, dan vragen wij het: na een half jaar, met een rol na drie jaar."
        ),
        N_("Naam en e-mail worden vervangen door een nummer. De rest wordt leeg."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[str]
    name: Mapped[str]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None]
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    locale: Mapped[str] = mapped_column(default="nl")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    idle_told_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="user", foreign_keys="Mandate.user_id", lazy="raise"
    )


class Mandate(Base):
    """A user's role in an organisation, from `granted_at` until `ended_at`. Ended, never deleted.

    `ends_on`: the last day of who helps; after it the role gives no right, and the daily round ends it.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint(
            "role IN ('purchaser', 'assessor', 'cooperative_member', 'cooperative_fellow', 'cooperative_board', "
            "'resident', 'programme', 'coach', 'alliance_board', 'auditor', 'administrator', "
            "'bid_helper', 'invoice_helper', 'register_helper')",
            name="role",
        ),
        CheckConstraint(
            "(role IN ('bid_helper', 'invoice_helper', 'register_helper')) = (ends_on IS NOT NULL)",
            name="ends_on",
        ),
        CheckConstraint("ended_at >= granted_at", name="ended_at"),
        Index(
            "uq_mandate_running",
            "user_id",
            "organisation_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    __retention__ = Retention(
        N_("Wie welke rol had, bij welke organisatie, en van wanneer tot wanneer."),
        N_("Twintig jaar: zo lang moet na te gaan zijn wie mocht beslissen (Archiefwet)."),
        N_("De rol blijft staan. De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ends_on: Mapped[date | None]

    user: Mapped[User] = relationship(back_populates="mandates", foreign_keys=[user_id], lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class IbanChange(Base):
    """A new bank account waiting for a second person of the organisation; decided once, then kept as it is."""

    __tablename__ = "iban_change"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id OR NOT accepted", name="two_people"),
        CheckConstraint(
            "(decided_at IS NULL) = (accepted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided",
        ),
        Index(
            "uq_iban_change_open", "organisation_id", unique=True, postgresql_where=text("decided_at IS NULL")
        ),
    )
    __retention__ = Retention(
        N_("Een nieuw IBAN, en wie het vroeg en wie het goedkeurde."),
        N_("Zeven jaar, om fraude te kunnen nagaan (art. 52 AWR)."),
        N_("Daarna gewist. Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    iban: Mapped[str]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
