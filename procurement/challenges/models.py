"""Challenges and what happened to them. Texts go only when a challenge is taken back (trigger of migration 0024)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.needs.models import Need
from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from procurement.challenges.rules import Answer, Follow, State, Step
from procurement.contracts.models import Contract

_STATES = ", ".join(f"'{each}'" for each in State)
_STEPS = ", ".join(f"'{each}'" for each in Step)
_ANSWERS = ", ".join(f"'{each}'" for each in Answer)
_FOLLOWS = ", ".join(f"'{each}'" for each in Follow)


class ChallengeCounter(Base):
    """The last number given out in a year; locked while the next one is taken, so there are no gaps."""

    __tablename__ = "challenge_counter"
    __retention__ = NOTHING_PERSONAL

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Challenge(Base):
    """Who says it can be done better: about a contract or a need, by a group of residents or a cooperative.

    What, how and how much are public. Who stands behind it is for the buyer, unless `name_public`. The contact is the
    account that handed it in.
    """

    __tablename__ = "challenge"
    __retention__ = Retention(
        N_("Wie een contract of behoefte uitdaagt, voor welke groep, en wie erachter staat."),
        N_("Tot de uitdagers zich terugtrekken; anders zeven jaar na het antwoord."),
        N_("Bij terugtrekken wissen wij de teksten en de naam. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint("number ~ '^U-[0-9]{4}-[0-9]{4,}$'", name="number"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("group_name <> ''", name="group_name"),
        CheckConstraint("amount_minor > 0", name="amount_minor"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(contract_id IS NULL) <> (need_id IS NULL)", name="subject"),
        CheckConstraint(
            "state = 'withdrawn' OR length(what) >= 10 AND length(how) >= 10 AND supporters <> ''",
            name="told",
        ),
        Index("ix_challenge_buyer_id", "buyer_id"),
        Index("ix_challenge_contract_id", "contract_id"),
        Index("ix_challenge_need_id", "need_id"),
        Index("ix_challenge_submitted_by_id", "submitted_by_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    number: Mapped[str] = mapped_column(unique=True)
    contract_id: Mapped[int | None] = mapped_column(ForeignKey("contract.id"))
    need_id: Mapped[int | None] = mapped_column(ForeignKey("need.id"))
    buyer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    group_name: Mapped[str]
    what: Mapped[str]
    how: Mapped[str]
    supporters: Mapped[str]
    amount_minor: Mapped[int | None]
    name_public: Mapped[bool]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime]
    answer_by: Mapped[date]
    state: Mapped[State]

    contract: Mapped[Contract | None] = relationship(lazy="raise")
    need: Mapped[Need | None] = relationship(lazy="raise")
    buyer: Mapped[Organisation] = relationship(lazy="raise", foreign_keys=[buyer_id])
    organisation: Mapped[Organisation | None] = relationship(lazy="raise", foreign_keys=[organisation_id])
    submitted_by: Mapped[User] = relationship(lazy="raise")
    steps: Mapped[list["ChallengeStep"]] = relationship(
        lazy="raise", order_by="ChallengeStep.id", back_populates="challenge"
    )

    @property
    def amount(self) -> Money | None:
        """What the challengers think it costs, without VAT."""
        return None if self.amount_minor is None else Money(self.amount_minor)

    @property
    def is_extended(self) -> bool:
        """Whether the buyer took more time; steps are loaded."""
        return any(each.kind is Step.EXTENDED for each in self.steps)


class ChallengeStep(Base):
    """One step, with words; an answer with what follows. Once each, never changed."""

    __tablename__ = "challenge_step"
    __retention__ = Retention(
        N_("Wie een uitdaging behandelde of introk, en met welke woorden."),
        N_("Zeven jaar na het antwoord."),
        N_("Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"kind IN ({_STEPS})", name="kind"),
        CheckConstraint(f"answer IN ({_ANSWERS})", name="answer"),
        CheckConstraint(f"follow IN ({_FOLLOWS})", name="follow"),
        CheckConstraint(
            "(kind = 'answered') = (answer IS NOT NULL) AND (kind = 'answered') = (follow IS NOT NULL)",
            name="whole",
        ),
        CheckConstraint("kind = 'withdrawn' OR length(text) >= 10", name="text"),
        CheckConstraint("answer <> 'no' OR follow = 'nothing'", name="follows"),
        UniqueConstraint("challenge_id", "kind"),
    )

    id: Mapped[Key]
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    kind: Mapped[Step]
    answer: Mapped[Answer | None]
    follow: Mapped[Follow | None]
    text: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime]

    challenge: Mapped[Challenge] = relationship(lazy="raise", back_populates="steps")
