"""Offers of partners and requests of cooperatives and initiatives. What they say never changes; they can be closed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.initiatives.models import Initiative
from coops.support import rules
from coops.support.rules import Kind, OfferFacts, RequestFacts
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_TERM = N_("Tien jaar na afloop (Verordening (EU) 2023/2831, artikel 6).")
_ERASED = N_("De regel blijft staan. Een gewist account staat er als nummer.")
_KINDS = "kind IN ('premises', 'expertise', 'administration', 'training', 'credit')"


class SupportOffer(Base):
    """What a partner offers; everybody reads it. See `rules.OfferFacts` for the units.

    `replaces_id`: the offer of which it took the place when the partner changed it.
    """

    __tablename__ = "support_offer"
    __retention__ = Retention(N_("Wie steun aanbood of het aanbod sloot, als nummer."), _TERM, _ERASED)
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("title <> '' AND length(title) <= 120 AND length(text) <= 2000", name="texts"),
        CheckConstraint("amount BETWEEN 1 AND 1000000", name="amount"),
        CheckConstraint(
            "price >= 0 AND market >= price AND (kind = 'credit' OR market_how <> '') "
            "AND (kind <> 'credit' OR market = 0)",
            name="price",
        ),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed"),
        UniqueConstraint("replaces_id"),
        Index("ix_support_offer_organisation_id", "organisation_id"),
        Index("ix_support_offer_kind", "kind", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    amount: Mapped[int]
    price: Mapped[int]
    market: Mapped[int]
    market_how: Mapped[str]
    place_code: Mapped[str | None]
    shared: Mapped[bool]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("support_offer.id"))

    organisation: Mapped[Organisation] = relationship(lazy="raise")

    def __init__(self, *, facts: OfferFacts, made_at: datetime, **rest: Any) -> None:
        rules.check_offer(facts, local_date(made_at))
        refuse_bsn(title=facts.title, text=facts.text)
        super().__init__(
            kind=facts.kind.value, title=facts.title.strip(), text=facts.text.strip(), amount=facts.amount,
            price=facts.price, market=facts.market, market_how=facts.market_how.strip(),
            place_code=facts.place_code, shared=facts.shared, starts_on=facts.starts_on, ends_on=facts.ends_on,
            made_at=made_at, **rest,
        )  # fmt: skip

    @property
    def of_public_body(self) -> bool:
        """Whether a public body gives it: its money is public money."""
        return (
            self.organisation.legal_form == "public_body" or self.organisation.anchor_type == "municipality"
        )

    @property
    def facts(self) -> OfferFacts:
        """As a value."""
        return OfferFacts(
            Kind(self.kind), self.title, self.text, self.amount, self.price, self.market, self.market_how,
            self.place_code, self.shared, self.starts_on, self.ends_on,
        )  # fmt: skip


class SupportRequest(Base):
    """What one cooperative or one initiative asks; partners and the programme read it. See `rules.RequestFacts`."""

    __tablename__ = "support_request"
    __retention__ = Retention(N_("Wie om steun vroeg of de vraag sloot, als nummer."), _TERM, _ERASED)
    __table_args__ = (
        CheckConstraint(_KINDS, name="kind"),
        CheckConstraint("(organisation_id IS NULL) <> (initiative_id IS NULL)", name="one_party"),
        CheckConstraint("title <> '' AND length(title) <= 120", name="title"),
        CheckConstraint("amount BETWEEN 1 AND 1000000 AND most_price >= 0", name="amount"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("(closed_at IS NULL) = (closed_by_id IS NULL)", name="closed"),
        Index("ix_support_request_organisation_id", "organisation_id"),
        Index("ix_support_request_initiative_id", "initiative_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    initiative_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"))
    kind: Mapped[str]
    title: Mapped[str]
    amount: Mapped[int]
    most_price: Mapped[int | None]
    place_code: Mapped[str | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    initiative: Mapped[Initiative | None] = relationship(lazy="raise")

    def __init__(self, *, facts: RequestFacts, made_at: datetime, **rest: Any) -> None:
        rules.check_request(facts, local_date(made_at))
        refuse_bsn(title=facts.title)
        super().__init__(
            kind=facts.kind.value, title=facts.title.strip(), amount=facts.amount, most_price=facts.most_price,
            place_code=facts.place_code, starts_on=facts.starts_on, ends_on=facts.ends_on, made_at=made_at, **rest,
        )  # fmt: skip

    @property
    def facts(self) -> RequestFacts:
        """As a value."""
        return RequestFacts(
            Kind(self.kind), self.title, self.amount, self.most_price, self.place_code, self.starts_on, self.ends_on,
        )  # fmt: skip

    @property
    def asker(self) -> str:
        """Whose request it is: the cooperative's name or the initiative's sentence."""
        if self.organisation is not None:
            return self.organisation.name
        return "" if self.initiative is None else self.initiative.sentence
