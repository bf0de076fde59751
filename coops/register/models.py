"""Profiles of cooperatives, their claims and the decisions on them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.papers.models import CooperativePaper
from coops.papers.rules import PaperKind
from coops.register import rules
from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_, search_key

_KINDS = ", ".join(f"'{each}'" for each in PaperKind)


class Cooperative(Base):
    """The profile of an organisation in the register. Retention: as long as it is listed; organisations only.

    `place_said`: its wijk is said by itself, for its address proves none.
    `members` is how many members it has (no names). `serves` are codes of the wijken it works in, none for the whole
    area. `weekly_hours` and `people` are what it can put to work; `largest_minor` is the largest contract it handled in
    euro cents. `sectors` are ids of the area pack's categories, `languages` are language codes.
    `computed_kind` and `computed_grade`: what its facts made of it when they last changed, and every morning anew.
    `coach_id`: the programme's person who guides it, and who therefore may not verify it.
    """

    __tablename__ = "cooperative"
    __retention__ = Retention(
        N_(
            "Wie een coöperatie aanmeldde, wijzigde of begeleidt, als nummer. Bij een eenmanszaak ook over een persoon."
        ),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(
            "kind IN ('worker', 'neighbourhood', 'residents', 'social_enterprise', 'other')", name="kind"
        ),
        CheckConstraint(
            "computed_kind IN ('worker', 'neighbourhood', 'residents', 'social_enterprise', 'holding', 'other') "
            "AND computed_grade IN ('e0', 'e1', 'e2', 'e3', 'e4')",
            name="computed",
        ),
        CheckConstraint("weekly_hours >= 0", name="weekly_hours"),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("largest_minor >= 0", name="largest_minor"),
        CheckConstraint("members >= 0", name="members"),
        CheckConstraint("NOT place_said OR place_code IS NOT NULL", name="place_said"),
        CheckConstraint("jsonb_array_length(sectors) > 0", name="sectors"),
        Index("ix_cooperative_sectors", "sectors", postgresql_using="gin"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    kind: Mapped[str]
    description: Mapped[str]
    search_text: Mapped[str]
    sectors: Mapped[list[str]]
    languages: Mapped[list[str]]
    place_code: Mapped[str | None]
    place_said: Mapped[bool] = mapped_column(server_default=text("false"))
    weekly_hours: Mapped[int | None]
    people: Mapped[int | None]
    largest_minor: Mapped[int | None]
    members: Mapped[int | None]
    serves: Mapped[list[str]]
    computed_kind: Mapped[str] = mapped_column(server_default="other")
    computed_grade: Mapped[str] = mapped_column(server_default="e0")
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    registered_at: Mapped[datetime]
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    claims: Mapped[list["CooperativeClaim"]] = relationship(lazy="raise", cascade="all, delete-orphan")

    def __init__(self, *, name: str, description: str, **facts: Any) -> None:
        rules.check_profile(facts["sectors"], facts.get("weekly_hours"), facts.get("people"))
        facts = {
            "version": 1,
            "computed_kind": "other",
            "computed_grade": "e0",
            "changed_at": facts["registered_at"],
            "serves": [],
            **facts,
        }
        facts.setdefault("changed_by_id", facts["registered_by_id"])
        super().__init__(
            description=description, search_text=search_key(f"{name} {description}")[:2000], **facts
        )


class CooperativeClaim(Base):
    """One fact a cooperative states of itself: `since` when it says this, `declared_at` when it last said so.

    `minuted`: it follows from the minutes of a meeting that was closed in this system.
    """

    __tablename__ = "cooperative_claim"
    __retention__ = Retention(
        N_("Wat een coöperatie over zichzelf verklaart, in aantallen, zonder namen."),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan, zodat na te gaan is wat er toen gold."),
    )
    __table_args__ = (CheckConstraint("value <> ''", name="value"),)

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"), primary_key=True)
    code: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    since: Mapped[datetime]
    declared_at: Mapped[datetime]
    minuted: Mapped[bool] = mapped_column(default=False)


class Judgement(Base):
    """What a second person found of one fact: the grade, on which paper, or why not. Never changed, never removed.

    `value` is what was stated then. `grade` NONE is a refusal. `falls_at`: when the grade falls one step.
    `paper` says where it stands, in the file `paper_id` or in a paper that was seen elsewhere: its kind, day and place.
    Of a judgement from before this was asked neither may be known (a trigger asks it of new ones).
    """

    __tablename__ = "cooperative_judgement"
    __retention__ = Retention(
        N_("Wie een feit van een coöperatie beoordeelde, als nummer, met het stuk of de reden."),
        N_("Zolang de coöperatie meedoet, en zeven jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("value <> ''", name="value"),
        CheckConstraint("grade IN ('e0', 'e2', 'e3', 'e4')", name="grade"),
        CheckConstraint("CASE WHEN grade = 'e0' THEN reason <> '' ELSE paper <> '' END", name="grounds"),
        CheckConstraint(
            "(grade = 'e0') = (falls_at IS NULL) AND (falls_at IS NULL OR falls_at > decided_at)",
            name="falls",
        ),
        CheckConstraint(
            "num_nonnulls(paper_kind, paper_dated_on, paper_place) IN (0, 3)"
            " AND (paper_id IS NULL OR paper_kind IS NULL)",
            name="paper",
        ),
        CheckConstraint(f"paper_kind IN ({_KINDS}) AND paper_place <> ''", name="elsewhere"),
        Index("ix_cooperative_judgement_cooperative_id", "cooperative_id", "code", "decided_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    code: Mapped[str]
    value: Mapped[str]
    grade: Mapped[str]
    paper: Mapped[str]
    paper_id: Mapped[int | None] = mapped_column(ForeignKey(CooperativePaper.id))
    paper_kind: Mapped[str | None]
    paper_dated_on: Mapped[date | None]
    paper_place: Mapped[str | None]
    reason: Mapped[str]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime]
    falls_at: Mapped[datetime | None] = mapped_column(index=True)

    cooperative: Mapped[Cooperative] = relationship(lazy="raise")
    file: Mapped[CooperativePaper | None] = relationship(lazy="raise")

    def __init__(
        self,
        *,
        code: str,
        grade: rules.Grade,
        proof: rules.Proof,
        reason: str,
        decided_at: datetime,
        **facts: Any,
    ) -> None:
        rules.check_judgement(code, grade, proof, reason, on=local_date(decided_at))
        falls = None if grade not in rules.JUDGED else decided_at + rules.first_step(grade)
        elsewhere = (
            {"paper_kind": proof.kind, "paper_dated_on": proof.dated_on, "paper_place": proof.place.strip()}
            if proof.paper_id is None and proof.is_named
            else {}
        )
        super().__init__(
            code=code, grade=grade.value, paper=proof.paper.strip(), paper_id=proof.paper_id, reason=reason.strip(),
            decided_at=decided_at, falls_at=falls, **elsewhere, **facts,
        )  # fmt: skip

    @property
    def is_named(self) -> bool:
        """Whether it says which paper was seen."""
        return self.paper_id is not None or self.paper_kind is not None

    def judged(self) -> rules.Judged:
        """The judgement as the rules know it."""
        return rules.Judged(rules.Grade(self.grade), self.decided_at)


class Verification(Base):
    """A decision of the programme on a cooperative. Never changed, never removed.

    `claims`: the facts that were proven by a named paper then. Without one a verification counts for nothing; such
    ones are from before this was asked (a trigger asks it of new ones).
    """

    __tablename__ = "cooperative_verification"
    __retention__ = Retention(
        N_("Wie bewijs controleerde, als nummer, met een toelichting."),
        N_("Zolang de coöperatie meedoet, en zeven jaar daarna."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("valid_until > decided_at", name="valid_until"),
        CheckConstraint("note <> ''", name="note"),
        Index("ix_cooperative_verification_cooperative_id", "cooperative_id"),
    )

    id: Mapped[Key]
    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperative.id"))
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    verified: Mapped[bool]
    claims: Mapped[list[str]]
    note: Mapped[str]
    valid_until: Mapped[datetime]

    cooperative: Mapped[Cooperative] = relationship(lazy="raise")

    def verdict(self, claims: Iterable[CooperativeClaim]) -> rules.Verdict:
        """The decision as the rules know it, given what the cooperative says now."""
        same = {each.code for each in claims if each.since <= self.decided_at}
        outdated = not set(self.claims) - rules.MOVING <= same
        return rules.Verdict(self.decided_at, self.verified and bool(self.claims), self.valid_until, outdated)
