"""Meetings, what is put to the vote in them, and who was there or represented."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coops.meetings.rules import MeetingTerms, State, state_of
from coops.members.models import Member
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_

_KEPT = N_("Zolang de coöperatie bestaat: besluiten van leden verjaren niet.")
_STAYS = N_("De regel blijft staan. Een gewist account of lid staat er als nummer.")


class MeetingSetting(Base):
    """What the statutes of one cooperative say about meetings. A meeting keeps its own copy."""

    __tablename__ = "meeting_setting"
    __retention__ = Retention(
        N_("Wie de regels uit de statuten invulde, als nummer."), N_("Zolang de coöperatie meedoet."), _STAYS
    )
    __table_args__ = (
        CheckConstraint(
            "convocation_days BETWEEN 1 AND 60 AND quorum_percent BETWEEN 0 AND 100 AND proxies_most BETWEEN 0 AND 10",
            name="terms",
        ),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    convocation_days: Mapped[int]
    quorum_percent: Mapped[int]
    proxies_most: Mapped[int]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    @property
    def terms(self) -> MeetingTerms:
        """The rules as a value."""
        return MeetingTerms(self.convocation_days, self.quorum_percent, self.proxies_most)


class Meeting(Base):
    """One meeting. `voters` is how many votes there were when it opened.

    Called off: members were called to it and it did not open; its motions stay as they were put, without an outcome.
    """

    __tablename__ = "meeting"
    __retention__ = Retention(N_("Wie een vergadering opriep en leidde, als nummer."), _KEPT, _STAYS)
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint(
            "convened_at IS NULL OR (convened_at AT TIME ZONE 'Europe/Amsterdam')::date + convocation_days::int"
            " <= (meets_at AT TIME ZONE 'Europe/Amsterdam')::date",
            name="convened",
        ),
        CheckConstraint(
            "opened_at IS NULL OR (convened_at IS NOT NULL AND voters IS NOT NULL"
            " AND (opened_at AT TIME ZONE 'Europe/Amsterdam')::date"
            " >= (meets_at AT TIME ZONE 'Europe/Amsterdam')::date)",
            name="opened",
        ),
        CheckConstraint("closed_at IS NULL OR (opened_at IS NOT NULL AND minutes <> '')", name="closed"),
        CheckConstraint(
            "(called_off_at IS NULL) = (called_off_why IS NULL) AND called_off_why <> ''"
            " AND (called_off_at IS NULL OR (convened_at IS NOT NULL AND opened_at IS NULL))",
            name="called_off",
        ),
        Index("ix_meeting_organisation_id", "organisation_id", "meets_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    title: Mapped[str]
    meets_at: Mapped[datetime]
    place: Mapped[str]
    agenda: Mapped[str]
    convocation_days: Mapped[int]
    quorum_percent: Mapped[int]
    proxies_most: Mapped[int]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    planned_at: Mapped[datetime]
    convened_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    voters: Mapped[int | None]
    closed_at: Mapped[datetime | None]
    minutes: Mapped[str]
    called_off_at: Mapped[datetime | None]
    called_off_why: Mapped[str | None]

    motions: Mapped[list["Motion"]] = relationship(
        lazy="raise", order_by="Motion.position", back_populates="meeting"
    )

    @property
    def terms(self) -> MeetingTerms:
        """The rules of this meeting."""
        return MeetingTerms(self.convocation_days, self.quorum_percent, self.proxies_most)

    @property
    def state(self) -> State:
        """Where it stands."""
        return state_of(self.convened_at, self.opened_at, self.closed_at, self.called_off_at)


class Motion(Base):
    """What is put to the vote. `outcome` is computed when the vote closes and never changes.

    A motion taken off the agenda closes without a vote: `withdrawn`, and `withdrawn_why` says why.
    """

    __tablename__ = "motion"
    __retention__ = Retention(
        N_("Niets over een persoon, behalve wat het bestuur in de tekst schrijft."), _KEPT, _STAYS
    )
    __table_args__ = (
        UniqueConstraint("meeting_id", "position"),
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("majority IN ('simple', 'two_thirds')", name="majority"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL OR outcome = 'withdrawn'", name="closed"),
        CheckConstraint(
            "(outcome IS NULL) = (closed_at IS NULL)"
            " AND outcome IN ('carried', 'rejected', 'no_quorum', 'withdrawn')",
            name="outcome",
        ),
        CheckConstraint(
            "(outcome IS NOT DISTINCT FROM 'withdrawn') = (withdrawn_why IS NOT NULL)"
            " AND withdrawn_why <> '' AND (withdrawn_why IS NULL OR opened_at IS NULL)",
            name="withdrawn",
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    position: Mapped[int]
    title: Mapped[str]
    text: Mapped[str]
    secret: Mapped[bool]
    majority: Mapped[str]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    withdrawn_why: Mapped[str | None]

    meeting: Mapped[Meeting] = relationship(back_populates="motions")


class Attendance(Base):
    """A member who is there (`holder_id` empty) or is represented by another member who is."""

    __tablename__ = "attendance"
    __retention__ = Retention(N_("Welk lid er was of een volmacht gaf."), _KEPT, _STAYS)
    __table_args__ = (
        CheckConstraint("holder_id <> member_id", name="holder_id"),
        Index("ix_attendance_holder_id", "holder_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    noted_at: Mapped[datetime]

    member: Mapped[Member] = relationship(lazy="raise", foreign_keys=member_id)
    holder: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=holder_id)
