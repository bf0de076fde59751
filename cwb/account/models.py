"""A registration of an organisation that is not finished."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from cwb.kernel.database import Base
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class OrganisationDraft(Base):
    """What somebody typed of an organisation before registering it; one per account. `answers`: field → value."""

    __tablename__ = "organisation_draft"
    __retention__ = Retention(
        N_("Wat iemand invulde van een organisatie die nog niet is aangemeld."),
        N_("Tot de aanmelding af is, hooguit een half jaar na de laatste wijziging."),
        N_("Alles wordt gewist."),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    answers: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]
