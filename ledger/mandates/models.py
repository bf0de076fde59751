"""Mandates, and on which terms an organisation takes direct debits."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.mandates.rules import FEWEST_NOTICE, LIVE, MOST_NOTICE, MOST_WORDS, MandateState

_STATES = ", ".join(f"'{each.value}'" for each in MandateState)
_LIVE = ", ".join(f"'{each.value}'" for each in sorted(LIVE))


class DebitTerms(Base):
    """That an organisation takes direct debits: days of notice before each, and the words on the payer's statement."""

    __tablename__ = "debit_terms"
    __retention__ = Retention(
        N_("Wie de afspraken over incasso invulde, als nummer."),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"notice_days BETWEEN {FEWEST_NOTICE} AND {MOST_NOTICE}", name="notice_days"),
        CheckConstraint(f"length(words) BETWEEN 1 AND {MOST_WORDS}", name="words"),
    )

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    notice_days: Mapped[int]
    words: Mapped[str]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]


class DebitMandate(Base):
    """A payer lets an organisation take money. `wording` is what was read at the tick; no address of a device.

    `reference` is the unique mandate reference. `session`, `customer`, `method` and `mandate` are numbers at the
    provider; the account is there, here stand its last four signs. `subject` is what it is for. Given to the
    organisation itself (`medium` phone or paper), `iban` and `holder` stand here; a paper may be of who has no account.
    """

    __tablename__ = "debit_mandate"
    __retention__ = Retention(
        N_(
            "Wie een machtiging gaf, als nummer, wat er stond, en de laatste vier tekens van de rekening. Incasseert "
            "de coöperatie via haar eigen bank: ook de naam en de hele rekening."
        ),
        N_(
            "Zolang zij geldt, en dertien maanden na de laatste afschrijving; in de boeken zeven jaar (art. 52 AWR)."
        ),
        N_("Naam en rekening worden gewist. De regel blijft staan, met het nummer van het account."),
    )
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"(state IN ({_LIVE})) = (ended_at IS NULL)", name="ended"),
        CheckConstraint("state <> 'active' OR given_on IS NOT NULL", name="given"),
        CheckConstraint(
            "(given_on IS NULL) = (reference IS NULL) AND (given_on IS NULL) = (num_nonnulls(method, iban) = 0)",
            name="whole",
        ),
        CheckConstraint(
            "medium IN ('provider', 'phone', 'paper') AND (medium = 'provider') = (iban IS NULL) "
            "AND (iban IS NULL) = (holder = '') AND (iban IS NULL OR session IS NULL)",
            name="medium",
        ),
        CheckConstraint("payer_id IS NOT NULL OR medium = 'paper'", name="payer"),
        CheckConstraint("length(subject) <= 120 AND length(wording) BETWEEN 1 AND 2000", name="texts"),
        Index(
            "uq_debit_mandate_live", "organisation_id", "subject", unique=True,
            postgresql_where=text(f"state IN ({_LIVE})"),
        ),
        Index("uq_debit_mandate_reference", "organisation_id", "reference", unique=True),
        Index("ix_debit_mandate_mandate", "mandate"),
    )  # fmt: skip

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    subject: Mapped[str]
    wording: Mapped[str]
    till: Mapped[str]
    state: Mapped[MandateState] = mapped_column(default=MandateState.ASKED)
    session: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    customer: Mapped[str | None]
    method: Mapped[str | None]
    mandate: Mapped[str | None]
    reference: Mapped[str | None]
    last4: Mapped[str] = mapped_column(default="")
    medium: Mapped[str] = mapped_column(default="provider")
    iban: Mapped[str | None]
    holder: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    given_on: Mapped[date | None]
    last_used_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]

    payer: Mapped[User | None] = relationship(lazy="raise")
