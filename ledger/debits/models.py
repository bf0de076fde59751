"""Who may take direct debits through its own bank, files for that bank, and the debits in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.debits import errors, rules
from ledger.debits.rules import DebitState, Turn
from ledger.mandates.models import DebitMandate

_STATES = ", ".join(f"'{each.value}'" for each in DebitState)
_TURNS = ", ".join(f"'{each.value}'" for each in Turn)


class DebitCreditor(Base):
    """That an organisation takes direct debits through its own bank: its creditor identifier and its account."""

    __tablename__ = "debit_creditor"
    __retention__ = Retention(
        N_("Wie het incassant-ID invulde, als nummer."),
        N_("Zolang de coöperatie meedoet."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (CheckConstraint(f"creditor_id ~ '{rules.CREDITOR_ID}'", name="creditor_id"),)

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id"), primary_key=True, autoincrement=False
    )
    creditor_id: Mapped[str]
    iban: Mapped[str]
    version: Mapped[int]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    saved_at: Mapped[datetime]

    def set(self, creditor_id: str, iban: str) -> None:
        """Fill in both.

        Raises:
            CreditorIdInvalid, CreditorIbanInvalid: at the field.
        """
        self.creditor_id = rules.check_creditor_id(creditor_id)
        found = Iban.normalise(iban)
        if found is None:
            raise errors.CreditorIbanInvalid(field="iban")
        self.iban = found


class DebitFile(Base):
    """A file for the bank as it was made; never changed. `checksum` is the SHA-256 of its content; cents.

    `answer`: what the bank last said of it as a whole (`ledger.verdicts.rules.Standing`), "" for nothing yet.
    """

    __tablename__ = "debit_file"
    __retention__ = Retention(
        N_("Naam, rekening en machtiging van wie betaalt, en wie het bestand maakte, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0 AND debits > 0", name="amount"),
        CheckConstraint("length(checksum) = 64", name="checksum"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer"),
        Index("ix_debit_file_organisation_id", "organisation_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    creditor_id: Mapped[str]
    iban: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    debits: Mapped[int]
    amount: Mapped[int]
    content: Mapped[str]
    checksum: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]

    lines: Mapped[list["BankDebit"]] = relationship(
        back_populates="file", order_by="BankDebit.id", lazy="raise"
    )

    @property
    def money(self) -> Money:
        """What it takes in all."""
        return Money(self.amount)


class BankDebit(Base):
    """One debit in a file. `about` is what is owed: of one debt one debit is under way. `code`: the bank's reason."""

    __tablename__ = "bank_debit"
    __retention__ = Retention(
        N_("Welk bedrag van wie is geïncasseerd, en waarom het mislukte."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan, met het nummer van de machtiging."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint(f"turn IN ({_TURNS})", name="turn"),
        CheckConstraint("(state = 'sent') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("code = '' OR state IN ('refused', 'returned')", name="code"),
        Index("uq_bank_debit_live", "organisation_id", "about", unique=True, postgresql_where=text("state = 'sent'")),
        Index("ix_bank_debit_file_id", "file_id"),
        Index("ix_bank_debit_mandate_id", "mandate_id"),
        Index("ix_bank_debit_group_mark", "group_mark"),
    )  # fmt: skip

    id: Mapped[Key]
    file_id: Mapped[int] = mapped_column(ForeignKey("debit_file.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    mandate_id: Mapped[int] = mapped_column(ForeignKey("debit_mandate.id"))
    about: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    amount: Mapped[int]
    collect_on: Mapped[date]
    turn: Mapped[Turn]
    mark: Mapped[str] = mapped_column(unique=True)
    group_mark: Mapped[str]
    state: Mapped[DebitState] = mapped_column(default=DebitState.SENT)
    code: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    mandate: Mapped[DebitMandate] = relationship(lazy="raise")
    file: Mapped[DebitFile] = relationship(back_populates="lines", lazy="raise")

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount)
