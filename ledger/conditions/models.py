"""Versions of conditions, the vote on each, and what each would have done to a quarter's books; cents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from ledger.conditions import rules
from ledger.conditions.rules import BOUNDS, Every, Group, Terms
from ledger.instruments.rules import Code

_KEPT = N_("Zolang het geld bestaat, en zeven jaar daarna.")
_THEN = N_("De regel blijft staan. Een gewist account staat er als nummer.")
_GROUPS = ", ".join(f"'{each}'" for each in Group)
TERMS = tuple(Terms.__dataclass_fields__)
"""The columns that are the conditions as data."""


def _between(field: str) -> str:
    least, most = BOUNDS[field]
    return f"{field} BETWEEN {least} AND {most}"


class ConditionVersion(Base):
    """One version of the conditions of an instrument, in words and as data; a proposal until it is adopted.

    Nothing of it ever changes but that it is adopted, once, on a computed effect and a vote (`condition_keep`).
    """

    __tablename__ = "condition_version"
    __retention__ = Retention(N_("Wie regels van lokaal geld voorstelde of vaststelde."), _KEPT, _THEN)
    __table_args__ = (
        UniqueConstraint("instrument_code", "number"),
        Index(
            "uq_condition_version_starts_on",
            "instrument_code",
            "starts_on",
            unique=True,
            postgresql_where=text("adopted_at IS NOT NULL"),
        ),
        *(CheckConstraint(_between(each), name=each) for each in BOUNDS),
        CheckConstraint(
            f"cardinality(accept_where) > 0 AND accept_where <@ ARRAY[{_GROUPS}]", name="accept_where"
        ),
        CheckConstraint("demurrage_every IN ('never', 'quarter', 'year')", name="demurrage_every"),
        CheckConstraint("(demurrage_every = 'never') = (demurrage_rate = 0)", name="charged"),
        CheckConstraint(
            "instrument_code <> 'KRE' OR (fee_rate = 0 AND demurrage_rate = 0 AND lapse_months IS NULL "
            "AND NOT 'resident' = ANY (accept_where))",
            name="mutual",
        ),
        CheckConstraint("num_nulls(adopted_at, adopted_by_id, effect_id) IN (0, 3)", name="adopted"),
        CheckConstraint("adopted_by_id <> proposed_by_id", name="second"),
        CheckConstraint(
            "starts_on >= (coalesce(adopted_at, proposed_at) AT TIME ZONE 'Europe/Amsterdam')::date + 30",
            name="notice",
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    instrument_code: Mapped[Code] = mapped_column(ForeignKey("instrument.code"))
    number: Mapped[int]
    words: Mapped[str]
    starts_on: Mapped[date]
    accept_where: Mapped[list[str]] = mapped_column(ARRAY(Text))
    accept_share: Mapped[int]
    accept_price: Mapped[int | None]
    accept_cap: Mapped[int | None]
    fee_rate: Mapped[int]
    fee_days: Mapped[int]
    fee_hops: Mapped[int]
    demurrage_every: Mapped[Every]
    demurrage_rate: Mapped[int]
    free_days: Mapped[int]
    exempt: Mapped[int]
    lapse_months: Mapped[int | None]
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    adopted_at: Mapped[datetime | None]
    adopted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    effect_id: Mapped[int | None] = mapped_column(ForeignKey("condition_effect.id", use_alter=True))

    proposed_by: Mapped[User] = relationship(foreign_keys=[proposed_by_id], lazy="raise")
    adopted_by: Mapped[User | None] = relationship(foreign_keys=[adopted_by_id], lazy="raise")
    vote: Mapped["ConditionVote | None"] = relationship(lazy="raise", uselist=False)

    def __init__(self, *, terms: Terms, instrument_code: Code, **facts: Any) -> None:
        rules.check_terms(instrument_code, terms)
        values = {each: getattr(terms, each) for each in TERMS}
        values["accept_where"] = [each.value for each in terms.accept_where]
        super().__init__(instrument_code=instrument_code, **values, **facts)

    @property
    def terms(self) -> Terms:
        """What it says, as data."""
        values = {each: getattr(self, each) for each in TERMS}
        values["accept_where"] = tuple(Group(each) for each in self.accept_where)
        values["demurrage_every"] = Every(self.demurrage_every)
        return Terms(**values)


class ConditionVote(Base):
    """What members decided about a version, and in which document it stands; append-only."""

    __tablename__ = "condition_vote"
    __retention__ = Retention(N_("Wie de uitslag van een stemming opschreef."), _KEPT, _THEN)
    __table_args__ = (CheckConstraint("votes_against >= 0 AND votes_for > votes_against", name="carried"),)

    version_id: Mapped[int] = mapped_column(
        ForeignKey("condition_version.id"), primary_key=True, autoincrement=False
    )
    document: Mapped[str]
    decided_on: Mapped[date]
    votes_for: Mapped[int]
    votes_against: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    recorded_by: Mapped[User] = relationship(lazy="raise")


class ConditionEffect(Base):
    """What a version would have done on the last day of a quarter, computed on the books as they then were.

    `book_lines`: how many lines the wallets had up to that day. Lines are only added, so another number is other books.
    `stopped_*`: payments of the quarter that would not have been accepted. Append-only.
    """

    __tablename__ = "condition_effect"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint(
            "book_lines >= 0 AND wallets >= 0 AND stopped_count >= 0 AND stopped_amount >= 0", name="counted"
        ),
    )

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("condition_version.id"), index=True)
    quarter: Mapped[str]
    book_lines: Mapped[int]
    wallets: Mapped[int]
    stopped_count: Mapped[int]
    stopped_amount: Mapped[int]
    computed_at: Mapped[datetime]

    parts: Mapped[list["ConditionEffectPart"]] = relationship(
        lazy="raise", order_by="ConditionEffectPart.party_group"
    )

    @property
    def total(self) -> Money:
        """What would have been charged in all."""
        return Money(sum(each.charged for each in self.parts))

    @property
    def hit(self) -> int:
        """How many wallets would have been charged."""
        return sum(each.hit for each in self.parts)

    @property
    def biggest(self) -> Money:
        """The largest single charge."""
        return Money(max((each.biggest for each in self.parts), default=0))

    @property
    def lapsed(self) -> Money:
        """What would have lapsed: to be paid back in euros."""
        return Money(sum(each.lapsed for each in self.parts))


class ConditionEffectPart(Base):
    """The effect on one group of holders. `spared`: what the exempt would have paid, `spared_count` of them."""

    __tablename__ = "condition_effect_part"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (
        CheckConstraint(f"party_group IN ({_GROUPS})", name="party_group"),
        CheckConstraint("party_group <> 'resident' OR charged = 0", name="residents"),
        CheckConstraint(
            "hit BETWEEN 0 AND wallets AND biggest BETWEEN 0 AND charged AND spared >= 0 AND lapsed >= 0",
            name="amounts",
        ),
    )

    effect_id: Mapped[int] = mapped_column(
        ForeignKey("condition_effect.id"), primary_key=True, autoincrement=False
    )
    party_group: Mapped[Group] = mapped_column(primary_key=True)
    wallets: Mapped[int]
    hit: Mapped[int]
    charged: Mapped[int]
    biggest: Mapped[int]
    spared_count: Mapped[int]
    spared: Mapped[int]
    lapsed: Mapped[int]
