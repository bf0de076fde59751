"""Intended sales and leases, and who is interested. What was published never changes (triggers of migration 0066)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.initiatives.models import Initiative
from coops.property import rules
from coops.property.rules import NoticeFacts, Stage
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_TERM = N_("Twintig jaar na afloop (Archiefwet, selectielijst; wij rekenen ruim).")
_STANDS = text("withdrawn_at IS NULL")
_ERASED = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class PropertyNotice(Base):
    """What an owner intends with one property. `closes_on`: last day for interest; `decide_by`: for the decision.

    A decision is proposed by one person and taken by another; `chosen_id` empty means that nobody was chosen.
    """

    __tablename__ = "property_notice"
    __retention__ = Retention(
        N_("Wie een voornemen opschreef, publiceerde, introk of erover besloot, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("deal IN ('sale', 'lease')", name="deal"),
        CheckConstraint("title <> '' AND use <> '' AND length(criteria) >= 40", name="told"),
        CheckConstraint("sole_reason = '' OR length(sole_reason) >= 40", name="sole_reason"),
        CheckConstraint("area BETWEEN 1 AND 1000000", name="area"),
        CheckConstraint(
            "(published_at IS NULL) = (published_by_id IS NULL) AND (published_at IS NULL) = (closes_on IS NULL) "
            "AND (published_at IS NULL) = (decide_by IS NULL) AND published_by_id <> made_by_id",
            name="published",
        ),
        CheckConstraint("decide_by > closes_on", name="decide_by"),
        CheckConstraint("returned_at IS NULL OR published_at IS NULL", name="returned"),
        CheckConstraint(
            "(proposed_at IS NULL) = (proposed_by_id IS NULL) AND (proposed_at IS NULL) = (reasons = '') "
            "AND (proposed_at IS NOT NULL OR chosen_id IS NULL) "
            "AND (proposed_at IS NULL OR (proposed_at AT TIME ZONE 'Europe/Amsterdam')::date > closes_on)",
            name="proposed",
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL) AND decided_by_id <> proposed_by_id "
            "AND (decided_at IS NULL OR proposed_at IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(
            "(closed_at IS NULL) = (closed_by_id IS NULL) AND (closed_at IS NULL) = (close_reason = '') "
            "AND (closed_at IS NULL OR decided_at IS NULL)",
            name="closed",
        ),
        Index("ix_property_notice_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    deal: Mapped[str]
    title: Mapped[str]
    place_code: Mapped[str]
    area: Mapped[int]
    use: Mapped[str]
    criteria: Mapped[str]
    sole_reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    published_at: Mapped[datetime | None]
    closes_on: Mapped[date | None]
    decide_by: Mapped[date | None]
    chosen_id: Mapped[int | None] = mapped_column(ForeignKey("property_interest.id", use_alter=True))
    reasons: Mapped[str]
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    interests: Mapped[list["PropertyInterest"]] = relationship(
        lazy="raise", order_by="PropertyInterest.id", foreign_keys="PropertyInterest.notice_id"
    )

    tests: Mapped[list["PropertyTest"]] = relationship(lazy="raise", order_by="PropertyTest.id")

    def __init__(self, *, facts: NoticeFacts, **rest: Any) -> None:
        super().__init__(reasons="", close_reason="", **rest)
        self.say(facts)

    def say(self, facts: NoticeFacts) -> None:
        """What is intended, as it may be kept.

        Raises:
            What `rules.check_notice` raises; BsnFound: at the field.
        """
        rules.check_notice(facts)
        refuse_bsn(title=facts.title, use=facts.use)
        self.deal, self.title, self.place_code = facts.deal.value, facts.title.strip(), facts.place_code
        self.area, self.use = facts.area, facts.use.strip()
        self.criteria, self.sole_reason = "\n".join(rules.lines(facts.criteria)), facts.sole_reason.strip()

    @property
    def facts(self) -> NoticeFacts:
        """The notice as the rules know it."""
        return NoticeFacts(
            rules.Deal(self.deal),
            self.title,
            self.place_code,
            self.area,
            self.use,
            self.criteria,
            self.sole_reason,
        )

    @property
    def latest(self) -> list["PropertyTest"]:
        """What was found when somebody looked at it last."""
        last = max((each.tested_at for each in self.tests), default=None)
        return [each for each in self.tests if each.tested_at == last]

    def stage(self, at: datetime) -> Stage:
        """Where it stands at an instant."""
        return rules.stage(
            self.closes_on, withdrawn=self.closed_at is not None, decided=self.decided_at is not None,
            today=local_date(at), returned=self.returned_at is not None,
        )  # fmt: skip


class PropertyTest(Base):
    """What a second person found of one criterion: never changed (trigger of migration 0169)."""

    __tablename__ = "property_test"
    __retention__ = Retention(N_("Wie de criteria van een voornemen toetste, als nummer."), _TERM, _ERASED)
    __table_args__ = (
        CheckConstraint("criterion <> ''", name="criterion"),
        CheckConstraint("length(note) >= 10", name="note"),
        Index("ix_property_test_notice_id", "notice_id"),
    )

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("property_notice.id"))
    criterion: Mapped[str]
    objective: Mapped[bool]
    testable: Mapped[bool]
    reasonable: Mapped[bool]
    note: Mapped[str]
    tested_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    tested_at: Mapped[datetime]

    def __init__(self, *, said: rules.CriterionTest, **rest: Any) -> None:
        refuse_bsn(tests=said.note)
        found = {demand.value: demand in said.meets for demand in rules.Demand}
        super().__init__(criterion=said.criterion, note=said.note.strip(), **found, **rest)

    @property
    def lacks(self) -> list[str]:
        """The texts of the demands that it does not meet."""
        return [text for demand, text in rules.DEMANDS.items() if not getattr(self, demand.value)]


class PropertyInterest(Base):
    """That one cooperative or one initiative is interested, and how it meets the criteria. One per party stands."""

    __tablename__ = "property_interest"
    __retention__ = Retention(
        N_("Wie namens een coöperatie of groep belangstelling meldde, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("(organisation_id IS NULL) <> (initiative_id IS NULL)", name="one_party"),
        CheckConstraint("length(text) >= 40", name="text"),
        CheckConstraint("withdrawn_at >= made_at", name="withdrawn_at"),
        Index(
            "uq_property_interest_organisation",
            "notice_id",
            "organisation_id",
            unique=True,
            postgresql_where=_STANDS,
        ),
        Index(
            "uq_property_interest_initiative",
            "notice_id",
            "initiative_id",
            unique=True,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    notice_id: Mapped[int] = mapped_column(ForeignKey("property_notice.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    initiative_id: Mapped[int | None] = mapped_column(ForeignKey("initiative.id"))
    text: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    initiative: Mapped[Initiative | None] = relationship(lazy="raise")

    @property
    def party(self) -> str:
        """Who is interested."""
        if self.organisation is not None:
            return self.organisation.name
        return "" if self.initiative is None else self.initiative.sentence
