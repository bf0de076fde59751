"""Own purchasing bands. Confirmed ones stay for good (trigger of migration 0030); later ones take their place."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class OwnBand(Base):
    """Up to where a buyer asks one quote, and up to where it invites several; euro cents without VAT."""

    __tablename__ = "own_band"
    __retention__ = Retention(
        N_("Wie inkoopgrenzen invulde en bevestigde."),
        N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("kind IN ('services', 'works')", name="kind"),
        CheckConstraint("single_below_minor > 0", name="single"),
        CheckConstraint("invited_below_minor > single_below_minor", name="invited"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("confirmed_by_id <> entered_by_id", name="second_person"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name="confirmed"),
        CheckConstraint("confirmed_at >= entered_at", name="order"),
        Index(
            "uq_own_band_confirmed", "organisation_id", "kind", "valid_from", unique=True,
            postgresql_where=text("confirmed_at IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]
    valid_from: Mapped[date]
    single_below_minor: Mapped[int]
    invited_below_minor: Mapped[int | None]
    source: Mapped[str]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    confirmed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    entered_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[entered_by_id])
    confirmed_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[confirmed_by_id])
