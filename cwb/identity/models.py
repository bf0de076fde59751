"""Parties (organisations and persons), users, and the mandates by which users act for organisations."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.policy import Role
from cwb.kernel.text import search_key

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
    """A legal or natural person in any role: buyer, supplier, account holder (OCDS: party)."""

    __tablename__ = "party"
    __table_args__: tuple[CheckConstraint, ...] = (
        CheckConstraint("kind IN ('organisation', 'person')", name="kind"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}

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

    id: Mapped[int] = mapped_column(ForeignKey("party.id"), primary_key=True)


class Organisation(Party):
    """A legal person. `anchor_type` is set for anchor institutions; identifiers are in their stored form."""

    __tablename__ = "organisation"
    __mapper_args__ = {"polymorphic_identity": "organisation"}
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
    erased_at: Mapped[datetime | None]

    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="user", foreign_keys="Mandate.user_id", lazy="raise"
    )


class Mandate(Base):
    """A user's role in an organisation, from `granted_at` until `ended_at`. Ended, never deleted."""

    __tablename__ = "mandate"
    __table_args__ = (
        CheckConstraint(
            "role IN ('purchaser', 'assessor', 'cooperative_member', 'cooperative_board', 'resident', "
            "'programme', 'auditor', 'administrator')",
            name="role",
        ),
        Index(
            "uq_mandate_running",
            "user_id",
            "organisation_id",
            "role",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="mandates", foreign_keys=[user_id], lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
