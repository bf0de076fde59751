"""Agreements on support, and what was delivered. What was said never changes (triggers of migration 0065)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.arrangements import rules
from coops.arrangements.rules import Delivered, Stage, Taken, Terms
from coops.support.models import SupportOffer, SupportRequest
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_TERM = N_("Tien jaar na afloop (Verordening (EU) 2023/2831, artikel 6).")
_ERASED = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class SupportAgreement(Base):
    """What a giver promises a receiver. `units` is what is to be delivered; `price` and `market` are totals in cents.

    It is a promise from `agreed_at` on, kept when `units` were delivered by `ends_on`. `over_ceiling`: both saw that
    the receiver passed the ceiling of de-minimis aid; `aid_before` is what it had been granted then, in cents.
    """

    __tablename__ = "support_agreement"
    __retention__ = Retention(N_("Wie een afspraak voorstelde, aannam of sloot, als nummer."), _TERM, _ERASED)
    __table_args__ = (
        CheckConstraint("amount BETWEEN 1 AND 1000000 AND units >= 1", name="amount"),
        CheckConstraint("price >= 0 AND market >= price AND market_how <> ''", name="price"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("proposed_side IN ('giver', 'receiver')", name="proposed_side"),
        CheckConstraint(
            "(agreed_at IS NULL) = (agreed_by_id IS NULL) AND agreed_by_id <> proposed_by_id "
            "AND (agreed_at IS NULL) = (aid_before IS NULL) AND (agreed_at IS NOT NULL OR NOT over_ceiling)",
            name="both",
        ),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (closed_side IS NULL) "
            "AND (closed_at IS NULL) = (close_reason = '') AND closed_side IN ('giver', 'receiver')",
            name="closed",
        ),
        Index("ix_support_agreement_offer_id", "offer_id"),
        Index("ix_support_agreement_request_id", "request_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    offer_id: Mapped[int] = mapped_column(ForeignKey("support_offer.id"))
    request_id: Mapped[int] = mapped_column(ForeignKey("support_request.id"))
    amount: Mapped[int]
    units: Mapped[int]
    price: Mapped[int]
    market: Mapped[int]
    market_how: Mapped[str]
    public_money: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    proposed_side: Mapped[str]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    over_ceiling: Mapped[bool]
    aid_before: Mapped[int | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_side: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str]

    offer: Mapped[SupportOffer] = relationship(lazy="raise")
    request: Mapped[SupportRequest] = relationship(lazy="raise")
    deliveries: Mapped[list["SupportDelivery"]] = relationship(lazy="raise", order_by="SupportDelivery.id")

    def __init__(self, *, offer: SupportOffer, terms: Terms, proposed_at: datetime, **rest: Any) -> None:
        totals = rules.check_terms(terms, offer.facts, local_date(proposed_at))
        rules.check_money(public_money=terms.public_money, public_body=offer.of_public_body)
        super().__init__(
            offer_id=offer.id, amount=terms.amount, market_how=terms.market_how.strip(),
            starts_on=terms.starts_on, ends_on=terms.ends_on, proposed_at=proposed_at, over_ceiling=False,
            close_reason="", public_money=terms.public_money, **totals._asdict(), **rest,
        )  # fmt: skip

    @property
    def aid(self) -> int:
        """Gross grant equivalent in cents: market value less price; none where no public money is in it."""
        return self.market - self.price if self.public_money else 0

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.agreed_at is not None:
            return Stage.AGREED
        return Stage.PROPOSED if self.closed_at is None else Stage.DECLINED

    @property
    def taken(self) -> Taken:
        """What it takes of the offer; ended premises until the day that they were given back."""
        last = self.ends_on if self.closed_at is None else min(self.ends_on, local_date(self.closed_at))
        return Taken(self.amount, self.starts_on, last)


class SupportDelivery(Base):
    """One delivery, or a correction of one, in units of its kind; the receiver confirms it or says why not."""

    __tablename__ = "support_delivery"
    __retention__ = Retention(N_("Wie een levering opschreef of bevestigde, als nummer."), _TERM, _ERASED)
    __table_args__ = (
        CheckConstraint("amount > 0 OR (amount < 0 AND corrects_id IS NOT NULL)", name="amount"),
        CheckConstraint("length(text) <= 500", name="text"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (answered_at IS NULL) = (confirmed IS NULL) "
            "AND answered_by_id <> recorded_by_id",
            name="second_person",
        ),
        CheckConstraint("(confirmed IS FALSE) = (refuse_reason <> '')", name="refused"),
        Index("ix_support_delivery_agreement_id", "agreement_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("support_agreement.id"))
    amount: Mapped[int]
    delivered_on: Mapped[date]
    text: Mapped[str]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("support_delivery.id"))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None]
    confirmed: Mapped[bool | None]
    refuse_reason: Mapped[str]

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"refuse_reason": "", "corrects_id": None, **facts})

    @property
    def line(self) -> Delivered:
        """As a value."""
        return Delivered(self.amount, self.delivered_on, self.confirmed)
