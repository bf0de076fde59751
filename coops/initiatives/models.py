"""Initiatives: one sentence, who stands by it, what shows its steps, what is to be done, what it learned."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.initiatives import errors
from coops.initiatives.rules import Shown, Signature, Step, check_refusal, check_seen
from coops.papers.rules import PaperKind
from coops.register.rules import Proof
from cwb.kernel.clock import local_date
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_KINDS = ", ".join(f"'{each}'" for each in PaperKind)
_TERM = N_("Twee jaar nadat het initiatief stopte of op eigen benen stond.")
_ERASED = N_("De regel blijft staan. Een gewist account staat er als nummer.")


class Initiative(Base):
    """What somebody wants to begin. Everybody reads the sentence; nobody's name stands in it.

    `cluster_id`: the kept cluster it answers. `coach_id`: who guides it now; who ever did stands in
    `InitiativeCoach`.
    """

    __tablename__ = "initiative"
    __retention__ = Retention(
        N_("Wie een initiatief begon en wie het begeleidt, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("sentence <> ''", name="sentence"),
        CheckConstraint("(stopped_at IS NULL) = (stop_reason = '')", name="stop_reason"),
        CheckConstraint(
            "(stop_asked_at IS NULL) = (stop_asked_by_id IS NULL) AND (stop_asked_at IS NULL) = (stop_ask = '')",
            name="stop_ask",
        ),
        CheckConstraint(
            "stopped_by_id IS NULL OR (stopped_at IS NOT NULL AND stopped_by_id IS DISTINCT FROM stop_asked_by_id)",
            name="stop_two",
        ),
        Index("ix_initiative_category", "category"),
        Index("ix_initiative_cluster_id", "cluster_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    sentence: Mapped[str]
    category: Mapped[str]
    place_code: Mapped[str | None]
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("demand_cluster.id"))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
    coach_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stopped_at: Mapped[datetime | None]
    stop_reason: Mapped[str]
    stop_asked_at: Mapped[datetime | None]
    stop_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    stop_ask: Mapped[str]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    founders: Mapped[list["InitiativeFounder"]] = relationship(
        lazy="raise", order_by="InitiativeFounder.signed_at"
    )
    evidence: Mapped[list["InitiativeEvidence"]] = relationship(
        lazy="raise", order_by="InitiativeEvidence.id"
    )

    def __init__(self, *, sentence: str, **facts: Any) -> None:
        if not sentence.strip():
            raise errors.SentenceMissing(field="sentence")
        refuse_bsn(sentence=sentence)
        super().__init__(sentence=sentence.strip(), **{"stop_reason": "", "stop_ask": "", **facts})

    @property
    def founding(self) -> set[int]:
        """Who founds it: whose signature stands, and who began it as long as that one never took it back."""
        standing = {each.user_id for each in self.founders if each.left_at is None}
        signed = {each.user_id for each in self.founders}
        return standing if self.started_by_id in signed else {*standing, self.started_by_id}

    def clear_stop(self) -> None:
        """No longer stopped, nor proposed to."""
        self.stopped_at = self.stopped_by_id = self.stop_asked_at = self.stop_asked_by_id = None
        self.stop_reason = self.stop_ask = ""


class InitiativeFounder(Base):
    """Somebody's signed intent to found it. Taken back by a date; never shown to the public."""

    __tablename__ = "initiative_founder"
    __retention__ = Retention(
        N_("Wie tekende om samen een coöperatie te beginnen, als nummer van het account."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("left_at >= signed_at", name="left_at"),
        Index("ix_initiative_founder_user_id", "user_id"),
    )

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    signed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    @property
    def signature(self) -> Signature:
        """The intent as the rules know it."""
        return Signature(
            local_date(self.signed_at), None if self.left_at is None else local_date(self.left_at)
        )


class InitiativeRequest(Base):
    """Somebody asks to found it along: let in by another who may, or declined with a word."""

    __tablename__ = "initiative_request"
    __retention__ = Retention(
        N_("Wie vroeg om mee op te richten, en wie daarop antwoordde, als nummer van het account."),
        _TERM,
        _ERASED,
    )
    __table_args__ = (
        CheckConstraint("num_nulls(answered_at, answered_by_id, accepted) IN (0, 3)", name="answered"),
        CheckConstraint("answered_by_id <> user_id", name="another"),
        CheckConstraint("(accepted IS NOT DISTINCT FROM false) = (word <> '')", name="word"),
        Index("ix_initiative_request_user_id", "user_id"),
    )

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    accepted: Mapped[bool | None]
    word: Mapped[str]


class InitiativeCoach(Base):
    """Who guided it and from when; never removed, for whoever once guided it judges neither its papers nor its bids."""

    __tablename__ = "initiative_coach"
    __retention__ = Retention(
        N_("Wie een initiatief begeleidde, als nummer van het account."), _TERM, _ERASED
    )
    __table_args__ = (Index("ix_initiative_coach_user_id", "user_id"),)

    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    since: Mapped[datetime]


class InitiativeEvidence(Base):
    """What shows that a step was reached, told by somebody and perhaps checked by a second person.

    With `agreement_id` and nobody who told it, the contract was signed here by a number that was checked.
    `draft`: statutes that are not final. Triggers ask the paper of final ones, of a contract and of who covers its
    costs, what comes before a step, and something to see for a check: the file, the contract signed here, or the paper
    that was seen elsewhere (`paper_kind` and so on). `refusal`: why it is not right; then it reaches nothing.
    """

    __tablename__ = "initiative_evidence"
    __retention__ = Retention(
        N_("Wie een bewijs opschreef en wie het controleerde, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("step IN ('statutes', 'kvk', 'contract', 'even')", name="step"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("NOT draft OR (step = 'statutes' AND checked_at IS NULL)", name="draft"),
        CheckConstraint("step <> 'kvk' OR (kvk IS NOT NULL AND kvk ~ '^[0-9]{8}$')", name="kvk"),
        CheckConstraint(
            "told_by_id IS NULL OR ((checked_at IS NULL) = (checked_by_id IS NULL) AND checked_by_id <> told_by_id)",
            name="second_person",
        ),
        CheckConstraint(
            "told_by_id IS NOT NULL OR (agreement_id IS NOT NULL AND checked_by_id IS NULL AND checked_at IS NOT NULL)",
            name="told",
        ),
        CheckConstraint("agreement_id IS NULL OR step = 'contract'", name="agreement"),
        CheckConstraint("num_nonnulls(paper_kind, paper_dated_on, paper_place) IN (0, 3)", name="paper"),
        CheckConstraint(f"paper_kind IN ({_KINDS}) AND paper_place <> ''", name="elsewhere"),
        CheckConstraint(
            "num_nulls(refused_at, refused_by_id) IN (0, 2) AND (refused_at IS NULL) = (refusal = '')"
            " AND (refused_at IS NULL OR (checked_at IS NULL AND NOT draft AND refused_by_id <> told_by_id))",
            name="refused",
        ),
        Index(
            "uq_initiative_evidence_agreement",
            "initiative_id",
            "agreement_id",
            unique=True,
            postgresql_where=text("refused_at IS NULL"),
        ),
        Index("ix_initiative_evidence_initiative_id", "initiative_id"),
        Index("ix_initiative_evidence_paper_id", "paper_id"),
        Index("ix_initiative_evidence_agreement_id", "agreement_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    step: Mapped[str]
    reached_on: Mapped[date]
    text: Mapped[str]
    kvk: Mapped[str | None]
    draft: Mapped[bool] = mapped_column(default=False)
    paper_id: Mapped[int | None] = mapped_column(ForeignKey("cooperative_paper.id"))
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"))
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    told_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    checked_at: Mapped[datetime | None]
    paper_kind: Mapped[str | None]
    paper_dated_on: Mapped[date | None]
    paper_place: Mapped[str | None]
    refused_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    refused_at: Mapped[datetime | None]
    refusal: Mapped[str] = mapped_column(default="", server_default="")

    @property
    def filed(self) -> bool:
        """Whether a file or a contract signed here can be seen."""
        return self.paper_id is not None or self.agreement_id is not None

    @property
    def judged(self) -> bool:
        """Whether a second person looked at it."""
        return self.checked_at is not None or self.refused_at is not None

    def check(self, proof: Proof, *, user_id: int, at: datetime) -> None:
        """Somebody saw it: here, or the paper that `proof` describes.

        Raises:
            PaperUnnamed, PaperAhead, BsnFound: at the field.
        """
        check_seen(proof, filed=self.filed, on=local_date(at))
        if not self.filed:
            self.paper_kind, self.paper_dated_on = proof.kind, proof.dated_on
            self.paper_place = proof.place.strip()
        self.checked_at, self.checked_by_id = at, user_id

    def refuse(self, reason: str, *, user_id: int, at: datetime) -> None:
        """Somebody found that it is not right.

        Raises:
            RefusalMissing, BsnFound: at the field.
        """
        check_refusal(reason)
        self.refused_at, self.refused_by_id, self.refusal = at, user_id, reason.strip()

    @property
    def shown(self) -> Shown:
        """The evidence as the rules know it."""
        checked = None if self.checked_at is None else local_date(self.checked_at)
        return Shown(
            Step(self.step), self.reached_on, local_date(self.told_at), checked, self.draft,
            refused=self.refused_at is not None, filed=self.filed,
        )  # fmt: skip


class InitiativeTask(Base):
    """Something to be done by a day: by the founders, the coach or the programme. Missed is shown as broken."""

    __tablename__ = "initiative_task"
    __retention__ = Retention(N_("Wie een taak opschreef en afrondde, als nummer."), _TERM, _ERASED)
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("owner IN ('founders', 'coach', 'programme')", name="owner"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done"),
        Index("ix_initiative_task_initiative_id", "initiative_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    text: Mapped[str]
    owner: Mapped[str]
    due_on: Mapped[date]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    done_at: Mapped[datetime | None]


class InitiativeLearned(Base):
    """What an initiative heard of coming work. It is public at once, so that nobody begins with a head start."""

    __tablename__ = "initiative_learned"
    __retention__ = Retention(
        N_("Wie opschreef wat een initiatief over komend werk hoorde, als nummer."), _TERM, _ERASED
    )
    __table_args__ = (
        CheckConstraint("text <> ''", name="text"),
        Index("ix_initiative_learned_initiative_id", "initiative_id"),
        Index("ix_initiative_learned_need_id", "need_id"),
    )

    id: Mapped[Key]
    initiative_id: Mapped[int] = mapped_column(ForeignKey("initiative.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    text: Mapped[str]
    told_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    told_at: Mapped[datetime]
