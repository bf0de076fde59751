"""Mandates between partners, and what was sent with them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from cwb.kernel.words import words
from ledger.invoicing.models import Invoice
from ledger.jointly import rules
from ledger.jointly.errors import MandateEnded

_KEPT = Retention(
    N_("Wie toestemming gaf om namens een leverancier te factureren, of dat deed, als nummer."),
    N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
    N_("De regel blijft staan. Een gewist account staat er als nummer."),
)


class JointMandate(Base):
    """A supplier lets a partner make and send its invoices under one agreement, in these words, until taken back."""

    __tablename__ = "joint_mandate"
    __retention__ = _KEPT
    __table_args__ = (
        CheckConstraint("party_id <> agent_id", name="parties"),
        CheckConstraint("length(words) BETWEEN 20 AND 2000", name="words"),
        CheckConstraint("num_nulls(ended_at, ended_by_id) IN (0, 2)", name="ended"),
        Index(
            "uq_joint_mandate_running", "agreement_id", "party_id", unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_joint_mandate_agent_id", "agent_id"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    words: Mapped[str]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    party: Mapped[Organisation] = relationship(foreign_keys=[party_id], lazy="raise")
    agent: Mapped[Organisation] = relationship(foreign_keys=[agent_id], lazy="raise")

    def __init__(
        self, *, agreement_id: int, party_id: int, agent_id: int, said: str, suppliers: list[int], given_by_id: int,
        given_at: datetime,
    ) -> None:  # fmt: skip
        rules.check_agent(agent_id, party_id, suppliers)
        super().__init__(
            agreement_id=agreement_id, party_id=party_id, agent_id=agent_id, given_by_id=given_by_id, given_at=given_at,
            words=words(said, "words", least=rules.LEAST),
        )  # fmt: skip

    def end(self, user_id: int, at: datetime) -> None:
        """Take it back; what was sent stays.

        Raises:
            MandateEnded: it was before.
        """
        if self.ended_at is not None:
            raise MandateEnded
        self.ended_at, self.ended_by_id = at, user_id


class JointSplit(Base):
    """One act in which a partner sent the invoices of all for an agreed line; `number` counts within the agreement.

    At commit the database looks that each part is a sent invoice of that partner under that agreement, with a mandate
    for who is not the sender, and that every partner of the line is there (`joint_split_whole`, migration 0194).
    """

    __tablename__ = "joint_split"
    __retention__ = _KEPT
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int]
    agent_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    description: Mapped[str]
    delivered_from: Mapped[date]
    delivered_until: Mapped[date]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime]

    shares: Mapped[list["JointPart"]] = relationship(order_by="JointPart.id", lazy="raise")


class JointPart(Base):
    """The invoice of one partner in such an act, and the mandate it was sent with (None: the sender's own)."""

    __tablename__ = "joint_part"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (UniqueConstraint("split_id", "party_id"),)

    id: Mapped[Key]
    split_id: Mapped[int] = mapped_column(ForeignKey("joint_split.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), unique=True)
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("joint_mandate.id"))

    party: Mapped[Organisation] = relationship(lazy="raise")
    invoice: Mapped[Invoice] = relationship(lazy="raise")
