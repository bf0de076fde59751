"""The log of what helpers did."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key
from cwb.kernel.policy import Role
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class HelpAct(Base):
    """One act of a helper for an organisation. A page looked at stands there once a day.

    `role`: by which it was allowed. `page`: the address.
    """

    __tablename__ = "help_act"
    __retention__ = Retention(
        N_("Welke bladzijden een helper voor uw organisatie bekeek of invulde, en wanneer."),
        N_("Twee jaar."),
        N_("De regel wordt gewist. Wie het account wist, wordt een nummer."),
    )
    __table_args__ = (
        CheckConstraint("deed IN ('did', 'looked')", name="deed"),
        CheckConstraint("role IN ('bid_helper', 'invoice_helper', 'register_helper')", name="role"),
        CheckConstraint("length(page) BETWEEN 1 AND 300", name="page"),
        Index("ix_help_act_organisation_id", "organisation_id", "at"),
        Index(
            "uq_help_act_looked", "organisation_id", "user_id", "page", "acted_on",
            unique=True, postgresql_where=text("deed = 'looked'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[Role]
    deed: Mapped[str]
    page: Mapped[str]
    at: Mapped[datetime]
    acted_on: Mapped[date]

    user: Mapped[User] = relationship(lazy="raise")
