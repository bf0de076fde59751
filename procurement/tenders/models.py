"""Tenders with their lots, criteria, questions, notes and changes of deadline.

A draft may be half filled; a published tender is frozen: triggers in migration 0012 refuse changes to its content,
its lots and its criteria. The state is derived (`rules.state_of`), never stored.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Numeric,
    UniqueConstraint,
    column,
    func,
    select,
    table,
    text,
)  # fmt: skip
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from coops.needs.models import Need
from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_, search_key
from procurement.methods.models import METHOD_CHECKS, PARAMETER_CHECKS, Ranked
from procurement.procedures.models import PROCEDURE_CHECKS
from procurement.sealing.models import TenderKey

POINTS = Numeric(6, 2)

LONG = N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim).")
STAYS = N_("De regel blijft staan. Een gewist account staat er als nummer.")

_BLANK = (
    "title", "description", "requirements", "no_lots_reason", "contact_name", "contact_email", "contact_phone",
    "procedure_reason", "reservation_reason", "cancel_reason", "unsuccessful_reason", "urgent_reason",
    "prior_notice_reference", "framework_reason", "price_only_reason",
)  # fmt: skip
_LOTS, _STOPS = table("lot", column("tender_id")), table("lot_stop", column("lot_id"), column("reason"))


class TenderCounter(Base):
    """The last tender number given out in a year; locked while the next one is taken, so numbers have no gaps."""

    __tablename__ = "tender_counter"
    __retention__ = NOTHING_PERSONAL

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Tender(Ranked, Base):
    """One contracting process of one buyer.

    Money is euro cents without VAT; `value_minor` is the estimate over the whole term including options, public
    only when `value_public`; the values of its lots add up to it. `most_lots_bid` and `most_lots_won` limit one
    bidder (None: no limit). `procedure` is an id of the dated table of procedures. Later subjects set `opened_at`,
    `scores_frozen_at`, `decided_at`, `standstill_until`, `awarded_at`, `completed_at` and `unsuccessful_at`.
    `access`: who may bid, `open`, `invited` or `selected`; `procedure_facts["row"]` is the row of the procedure it
    started with. `framework_max_minor`: the most that is called off under a framework (CJEU C-23/20);
    `framework_parties`: with how many suppliers at most.
    """

    __tablename__ = "tender"
    __retention__ = Retention(
        N_("Naam, e-mail en telefoon van de contactpersoon. Wie opstelde en controleerde, als nummers."),
        LONG, STAYS,
    )  # fmt: skip
    __table_args__ = (
        CheckConstraint("number ~ '^T-[0-9]{4}-[0-9]{4,}$'", name="number"),
        CheckConstraint("cpv ~ '^[0-9]{8}$'", name="cpv"),
        CheckConstraint("value_minor > 0", name="value_minor"),
        *METHOD_CHECKS,
        CheckConstraint("tie_break IN ('quality', 'price', 'lot')", name="tie_break"),
        CheckConstraint("payment_days BETWEEN 1 AND 30", name="payment_days"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("most_lots_bid >= 1", name="most_lots_bid"),
        CheckConstraint("most_lots_won >= 1", name="most_lots_won"),
        CheckConstraint("bid_validity_days BETWEEN 14 AND 365", name="bid_validity_days"),
        CheckConstraint("most_lots_won <= most_lots_bid", name="limits"),
        CheckConstraint(
            "reviewed_by_id <> author_id AND reviewed_by_id <> edited_by_id", name="second_person"
        ),
        CheckConstraint("(reviewed_at IS NULL) = (reviewed_by_id IS NULL)", name="reviewed"),
        CheckConstraint(
            "published_at IS NULL OR (reviewed_at IS NOT NULL AND reviewed_at <= published_at "
            "AND questions_until > published_at AND answers_until >= questions_until "
            "AND closes_at > answers_until AND title <> '' AND method IS NOT NULL AND procedure IS NOT NULL "
            "AND value_minor IS NOT NULL AND cpv IS NOT NULL AND tie_break IS NOT NULL)",
            name="published_whole",
        ),
        CheckConstraint("opened_at >= closes_at", name="opened_after_closing"),
        CheckConstraint("scores_frozen_at >= opened_at", name="frozen_after_opening"),
        CheckConstraint("decided_at >= scores_frozen_at", name="decided_after_scores"),
        CheckConstraint("awarded_at >= standstill_until", name="awarded_after_standstill"),
        CheckConstraint("cancelled_at IS NULL OR cancel_reason <> ''", name="cancel_reason"),
        CheckConstraint("unsuccessful_at IS NULL OR unsuccessful_reason <> ''", name="unsuccessful_reason"),
        *PROCEDURE_CHECKS,
        Index("ix_tender_buyer_id", "buyer_id"),
        Index("ix_tender_need_id", "need_id"),
        Index("ix_tender_published_at", "published_at"),
        Index("ix_tender_closes_at", "closes_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    edited_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    edited_at: Mapped[datetime]
    version: Mapped[int]
    created_at: Mapped[datetime]

    title: Mapped[str]
    search_text: Mapped[str]
    description: Mapped[str]
    requirements: Mapped[str]
    category: Mapped[str | None]
    cpv: Mapped[str | None]
    place_code: Mapped[str | None]
    value_minor: Mapped[int | None]
    value_public: Mapped[bool]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    payment_days: Mapped[int]
    no_lots_reason: Mapped[str]
    contact_name: Mapped[str]
    contact_email: Mapped[str]
    contact_phone: Mapped[str]

    procedure: Mapped[str | None]
    procedure_facts: Mapped[dict[str, Any] | None]
    procedure_reason: Mapped[str]
    reservation: Mapped[str | None]
    reservation_reason: Mapped[str]
    access: Mapped[str]
    urgent_reason: Mapped[str]
    prior_notice_on: Mapped[date | None]
    prior_notice_reference: Mapped[str]
    documents_free: Mapped[bool]
    bid_validity_days: Mapped[int | None]
    framework: Mapped[str | None]
    framework_max_minor: Mapped[int | None]
    framework_parties: Mapped[int | None]
    framework_reason: Mapped[str]

    most_lots_bid: Mapped[int | None]
    most_lots_won: Mapped[int | None]
    content_hash: Mapped[str | None]

    review_asked_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    questions_until: Mapped[datetime | None]
    answers_until: Mapped[datetime | None]
    apply_until: Mapped[datetime | None]
    selected_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    key_id: Mapped[int | None] = mapped_column(ForeignKey("tender_key.id"))
    opened_at: Mapped[datetime | None]
    scores_frozen_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    standstill_until: Mapped[datetime | None]
    awarded_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str]
    unsuccessful_at: Mapped[datetime | None]
    unsuccessful_reason: Mapped[str]

    lot_count: Mapped[int] = column_property(
        select(func.count()).select_from(_LOTS).where(_LOTS.c.tender_id == id).scalar_subquery()  # noqa: A003
    )
    buyer: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[buyer_id])
    need: Mapped[Need | None] = relationship(lazy="raise")
    key: Mapped[TenderKey | None] = relationship(lazy="raise")
    lots: Mapped[list["Lot"]] = relationship(
        back_populates="tender", lazy="raise", order_by="Lot.number", cascade="all, delete-orphan"
    )

    def __init__(self, **facts: Any) -> None:
        blank: dict[str, Any] = dict.fromkeys(_BLANK, "")
        usual = {
            "version": 1, "value_public": False, "payment_days": 30, "access": "open", "documents_free": True,
        }  # fmt: skip
        chosen = {**usual, **blank, **facts}
        chosen.setdefault("edited_by_id", chosen.get("author_id"))
        chosen.setdefault("edited_at", chosen.get("created_at"))
        words = search_key(f"{chosen['title']} {chosen['description']}")
        super().__init__(search_text=words[:2000], **chosen)

    @property
    def is_divided(self) -> bool:
        """Whether there were several lots when this row was read."""
        return self.lot_count > 1


class Lot(Base):
    """A part of a tender (perceel) that can be won alone, numbered from 1; most tenders have one.

    `cpv`, `place_code` and the term are None where they are the tender's; criteria follow lot 1 unless `own_criteria`.
    Prices in euro cents, `reference_quality` in percent (`procurement.methods`). `formula` is frozen at publishing.
    `stop_reason`: why it alone was stopped. `outside`: outside the European procedure (Aw 2012, art. 2.18, 2.19).
    """

    __tablename__ = "lot"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        UniqueConstraint("tender_id", "id"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("value_minor > 0", name="value_minor"),
        CheckConstraint("cpv ~ '^[0-9]{8}$'", name="cpv"),
        CheckConstraint("ends_on > starts_on", name="term"),
        CheckConstraint("price_min_minor >= 0 AND price_max_minor > price_min_minor", name="price_bounds"),
        CheckConstraint("number > 1 OR NOT own_criteria", name="own_criteria"),
        *PARAMETER_CHECKS,
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    value_minor: Mapped[int | None]
    cpv: Mapped[str | None]
    place_code: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    own_criteria: Mapped[bool]
    outside: Mapped[bool]
    price_min_minor: Mapped[int | None]
    price_max_minor: Mapped[int | None]
    log_base: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    reference_minor: Mapped[int | None]
    reference_quality: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    exponent: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    formula: Mapped[str | None]
    stop_reason: Mapped[str | None] = column_property(
        select(_STOPS.c.reason).where(_STOPS.c.lot_id == id).scalar_subquery()  # noqa: A003
    )

    tender: Mapped[Tender] = relationship(back_populates="lots", lazy="raise")
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="lot", lazy="raise", order_by="Criterion.position", cascade="all, delete-orphan"
    )

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"description": "", "own_criteria": False, "outside": False, **facts})


class Criterion(Base):
    """What a bid is judged on. The panel scores quality from 0 to `max_points`; below `min_points` a bid drops out.

    `fixed_price_range`: the `max_points` of all criteria, price included, sum to 100.
    `value_award`: `value_minor` is what full points are worth in euro cents, fraction = points / max_points; the
    price criterion has no points.
    """

    __tablename__ = "criterion"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        UniqueConstraint("lot_id", "code"),
        CheckConstraint("kind IN ('price', 'quality')", name="kind"),
        CheckConstraint("max_points > 0", name="max_points"),
        CheckConstraint("min_points >= 0 AND min_points <= max_points", name="min_points"),
        CheckConstraint("value_minor > 0", name="value_minor"),
        CheckConstraint("kind = 'price' OR max_points IS NOT NULL", name="quality_points"),
        Index("uq_criterion_price", "lot_id", unique=True, postgresql_where=text("kind = 'price'")),
    )

    id: Mapped[Key]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    code: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    max_points: Mapped[Decimal | None] = mapped_column(POINTS)
    min_points: Mapped[Decimal | None] = mapped_column(POINTS)
    value_minor: Mapped[int | None]

    lot: Mapped[Lot] = relationship(back_populates="criteria", lazy="raise")


class Nota(Base):
    """A nota van inlichtingen: answers published to everyone at one moment. Numbered per tender from 1."""

    __tablename__ = "nota"
    __retention__ = Retention(N_("Wie een nota van inlichtingen publiceerde, als nummer."), LONG, STAYS)
    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    questions: Mapped[list["Question"]] = relationship(
        back_populates="nota", lazy="raise", order_by="Question.id"
    )


class Question(Base):
    """A question about a part of a published tender. Who asked is shown to nobody but the asker itself."""

    __tablename__ = "question"
    __retention__ = Retention(
        N_("Wie een vraag stelde en wie antwoordde, als nummers. Anderen zien de vrager niet."), LONG, STAYS
    )
    __table_args__ = (
        CheckConstraint("text <> '' AND length(text) <= 2000", name="text"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        CheckConstraint("(published_at IS NULL) = (nota_id IS NULL)", name="published"),
        CheckConstraint("published_at >= answered_at AND answered_at >= asked_at", name="order"),
        CheckConstraint("published_at IS NULL OR answered_at IS NOT NULL", name="published_answered"),
        Index("ix_question_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    part: Mapped[str]
    asked_by_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    asked_by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime]
    text: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    nota_id: Mapped[int | None] = mapped_column(ForeignKey("nota.id"))
    published_at: Mapped[datetime | None]

    nota: Mapped[Nota | None] = relationship(back_populates="questions", lazy="raise")


class Amendment(Base):
    """A change after publication (rectificatie), with its reason. Never changed, never removed.

    `kind`: the deadline moved, the content changed, an outage, or a selection that moved the deadline. `fields`
    names each changed field with its old and new value; `version` is the version of the tender it made.
    """

    __tablename__ = "amendment"
    __retention__ = Retention(N_("Wie een opdracht wijzigde, als nummer, met de reden."), LONG, STAYS)
    __table_args__ = (
        CheckConstraint("kind IN ('deadline', 'content', 'outage', 'selection')", name="kind"),
        CheckConstraint(
            "closes_at > closed_at_before OR (closes_at = closed_at_before AND kind IN ('content', 'selection'))",
            name="later",
        ),
        CheckConstraint("(kind = 'content') = (fields <> '{}'::jsonb)", name="fields"),
        UniqueConstraint("tender_id", "version"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_amendment_tender_id", "tender_id"),
    )

    id: Mapped[Key]
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    closed_at_before: Mapped[datetime]
    closes_at: Mapped[datetime]
    questions_until: Mapped[datetime | None]
    kind: Mapped[str]
    version: Mapped[int | None]
    fields: Mapped[dict[str, Any]]
    substantial: Mapped[bool]

    def __init__(self, **facts: Any) -> None:
        super().__init__(**{"kind": "deadline", "fields": {}, "substantial": False, **facts})


class Follower(Base):
    """An organisation that hears of every change: it asked, it has a draft, or it chose to follow."""

    __tablename__ = "tender_follower"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (Index("ix_tender_follower_organisation_id", "organisation_id"),)

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    since: Mapped[datetime]
