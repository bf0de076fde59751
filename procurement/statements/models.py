"""What tenders ask about bidders, and what organisations answered once. Answers are locked: they speak of crime."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_


class StatementDemand(Base):
    """What a tender asks: grounds, criteria, papers, and where files may be added. Frozen at publication by trigger."""

    __tablename__ = "statement_demand"
    __retention__ = NOTHING_PERSONAL

    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), primary_key=True, autoincrement=False)
    grounds: Mapped[list[str]]
    criteria: Mapped[list[Any]]
    papers: Mapped[list[str]]
    attach: Mapped[list[str]]


class StatementProfile(Base):
    """An organisation's answers, locked with the installation's key outside the database. `saves` counts changes."""

    __tablename__ = "statement_profile"
    __table_args__ = (CheckConstraint("saves >= 1", name="saves"),)
    __retention__ = Retention(
        N_("Wat een organisatie over zichzelf verklaarde, versleuteld, en wie dat invulde."),
        N_("Tot de organisatie het verandert, hooguit zeven jaar."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    content: Mapped[bytes]
    content_key: Mapped[str]
    saves: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]


class StatementPaper(Base):
    """A paper that an organisation has. `renew_on`: from then on it is told to ask for a new one."""

    __tablename__ = "statement_paper"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "issued_on"),
        CheckConstraint("kind IN ('gva', 'tax', 'kvk', 'insurance')", name="kind"),
        CheckConstraint("expires_on > issued_on AND renew_on < expires_on", name="order"),
    )
    __retention__ = Retention(
        N_("Welke stukken een organisatie heeft, van welke dag, en wie dat invulde."),
        N_("Tot de organisatie het weghaalt, hooguit zeven jaar."),
        N_("De naam erachter wordt een nummer als het account is gewist."),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]
    issued_on: Mapped[date]
    expires_on: Mapped[date]
    renew_on: Mapped[date]
    reference: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    file: Mapped["PaperFile | None"] = relationship(lazy="raise", viewonly=True)


class PaperFile(Base):
    """The file of a paper, locked with the key of the installation; it goes with its paper, and is its own alone."""

    __tablename__ = "statement_paper_file"
    __table_args__ = (CheckConstraint("size BETWEEN 1 AND 26214400", name="size"),)
    __retention__ = Retention(
        N_("Het bestand van een stuk, versleuteld, en wie het erbij deed. Er staan soms namen in."),
        N_("Tot de organisatie het weghaalt, hooguit zeven jaar."),
        N_("Het gaat weg met het stuk. Een gewist account staat er als nummer."),
    )

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("statement_paper.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    name: Mapped[str]
    kind: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    content_key: Mapped[str]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]
