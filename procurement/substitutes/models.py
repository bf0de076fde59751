"""Replacements of who lends its means to a winner. What was done stays: fences and rows in migration 0059."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from procurement.opening.models import OpenedBid
from procurement.substitutes import rules
from procurement.tenders.models import Tender


class Substitute(Base):
    """One replacement: asked by the buyer (`reason`), named by the winner (`kvk`, `name`, `means`), stated, checked.

    Who is named need not be here yet: it is found by its KvK number once it is. `request_id` is the proof that was
    asked of the one who goes (`gone`); `until` the end of the term to name and state.
    """

    __tablename__ = "backer_substitute"
    __table_args__ = (
        CheckConstraint("length(reason) >= 20", name="reason"),
        CheckConstraint("until > asked_at", name="term"),
        CheckConstraint(
            "(named_at IS NULL) = (kvk = '') AND (named_at IS NULL) = (named_by_id IS NULL)"
            " AND (kvk = '' OR kvk ~ '^[0-9]{8}$' AND name <> '' AND length(means) >= 10)",
            name="named",
        ),
        CheckConstraint(
            "num_nulls(organisation_id, content, content_key, valid_until, promised_by_id, promised_at) IN (0, 6)"
            " AND (promised_at IS NULL OR named_at IS NOT NULL AND length(promise) >= 10)",
            name="promised",
        ),
        CheckConstraint(
            "num_nulls(is_good, decided_by_id, decided_at) IN (0, 3)"
            " AND (is_good IS NULL OR promised_at IS NOT NULL AND length(note) >= 20)",
            name="decided",
        ),
        Index(
            "uq_backer_substitute_running", "request_id", unique=True, postgresql_where=text("is_good IS NOT FALSE")
        ),
        Index("ix_backer_substitute_tender_id", "tender_id"),
        Index("ix_backer_substitute_opened_bid_id", "opened_bid_id"),
        Index("ix_backer_substitute_kvk", "kvk"),
    )  # fmt: skip
    __retention__ = Retention(
        N_("Wie in de plaats kwam van wie middelen leent, en wat zij over zichzelf verklaart, versleuteld."),
        N_("Zeven jaar na het einde van de aanbesteding (Archiefwet)."),
        N_("Een gewist account staat er als nummer."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = mapped_column(ForeignKey("proof_request.id"))
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    opened_bid_id: Mapped[int] = mapped_column(ForeignKey("opened_bid.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    gone_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str]
    until: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    kvk: Mapped[str]
    name: Mapped[str]
    means: Mapped[str]
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    named_at: Mapped[datetime | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    promise: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    content_key: Mapped[str | None]
    valid_until: Mapped[date | None]
    promised_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    promised_at: Mapped[datetime | None]
    is_good: Mapped[bool | None]
    note: Mapped[str]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]

    tender: Mapped[Tender] = relationship(lazy="raise")
    bid: Mapped[OpenedBid] = relationship(lazy="raise")
    lead: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[lead_id])
    gone: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[gone_id])

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"kvk": "", "name": "", "means": "", "promise": "", "note": "", **facts})

    @property
    def last_day(self) -> date:
        """The last whole day to name and state: the term ends at a midnight in Amsterdam."""
        return local_date(self.until - timedelta(seconds=1))

    @property
    def standing(self) -> rules.Standing:
        """How far it is."""
        return rules.standing(
            is_named=self.named_at is not None, is_stated=self.promised_at is not None, is_good=self.is_good
        )
