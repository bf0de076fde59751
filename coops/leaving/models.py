"""Members who leave."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.members.models import Member
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_


class Leaving(Base):
    """That a member leaves: why, from when, what a member to be expelled answered, and what became of the capital.

    `gone_on`: the end of the notice, or the last day to answer. Amounts in euro cents, fixed when it is settled.
    """

    __tablename__ = "leaving"
    __retention__ = Retention(
        N_("Waarom een lid vertrekt, wat het antwoordde en wat het terugkrijgt."),
        N_("Zeven jaar na het jaar van vertrek (art. 52 AWR)."),
        N_("Reden en antwoord verdwijnen met de naam. De bedragen blijven."),
    )
    __table_args__ = (
        CheckConstraint("kind IN ('notice', 'death', 'expulsion')", name="kind"),
        CheckConstraint("kind <> 'expulsion' OR reason <> ''", name="reason"),
        CheckConstraint("(answered_at IS NULL) = (answer = '')", name="answer"),
        CheckConstraint("answered_at IS NULL OR kind = 'expulsion'", name="answered_at"),
        CheckConstraint(
            "settled_at IS NULL OR (kind = 'expulsion' AND answered_at IS NOT NULL)"
            " OR (settled_at AT TIME ZONE 'Europe/Amsterdam')::date > gone_on"
            " OR (kind <> 'expulsion' AND (settled_at AT TIME ZONE 'Europe/Amsterdam')::date = gone_on)",
            name="settled_at",
        ),
        CheckConstraint(
            "(settled_at IS NULL) = (capital_minor IS NULL) AND capital_minor = unpaid_minor + loss_minor + repay_minor"
            " AND unpaid_minor >= 0 AND loss_minor >= 0 AND repay_minor >= 0",
            name="settlement",
        ),
        CheckConstraint("withdrawn_at IS NULL OR settled_at IS NULL", name="withdrawn_at"),
        Index(
            "uq_leaving_member_id", "member_id", unique=True, postgresql_where=text("withdrawn_at IS NULL")
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]
    reason: Mapped[str]
    noted_at: Mapped[datetime]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    gone_on: Mapped[date]
    answer: Mapped[str]
    answered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    capital_minor: Mapped[int | None]
    unpaid_minor: Mapped[int | None]
    loss_minor: Mapped[int | None]
    repay_minor: Mapped[int | None]

    member: Mapped[Member] = relationship()
