"""Terms about a G-account, the split of an invoice at sending, and evidence."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation, User
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.identifiers import Iban
from cwb.kernel.money import Money
from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_
from cwb.kernel.words import ReasonTooShort, words
from ledger.agreements.models import Agreement
from ledger.chains import rules
from ledger.chains.errors import AgreedBefore, TermClosed
from ledger.chains.rules import Basis, ChainRole, EvidenceKind

_ROLES = ", ".join(f"'{each}'" for each in ChainRole)
_BASES = ", ".join(f"'{each}'" for each in Basis)
_KINDS = ", ".join(f"'{each}'" for each in EvidenceKind)


class ChainTerm(Base):
    """What a supplier proposed for its part of an agreement from a day on; counts once the buyer agreed.

    Percentages of the invoice or of `wage_share` percent of it without VAT, as `basis` says. Only `agreed_*` is ever
    filled in, once, and then `closed_*` (trigger `chain_term_keep`): the buyer refused it, the supplier took it back,
    or either let it count no longer, with a reason. What was sent stays split.
    """

    __tablename__ = "chain_term"
    __retention__ = Retention(
        N_("Het nummer van een G-rekening, en wie de afspraak voorstelde en akkoord gaf, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"role IN ({_ROLES})", name="role"),
        CheckConstraint(f"basis IN ({_BASES})", name="basis"),
        CheckConstraint("g_percentage > 0 AND g_percentage < 100", name="g_percentage"),
        CheckConstraint("wage_share > 0 AND wage_share < 100", name="wage_share"),
        CheckConstraint("basis <> 'wages' OR wage_share IS NOT NULL", name="wages"),
        CheckConstraint("iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$'", name="iban"),
        CheckConstraint("num_nulls(agreed_by_id, agreed_at) IN (0, 2)", name="agreed"),
        CheckConstraint("num_nulls(closed_by_id, closed_at, closed_reason) IN (0, 3)", name="closed"),
        CheckConstraint("length(closed_reason) BETWEEN 10 AND 2000", name="closed_reason"),
        Index("ix_chain_term_agreement_id_party_id", "agreement_id", "party_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date]
    role: Mapped[ChainRole]
    basis: Mapped[Basis]
    wage_share: Mapped[Decimal | None]
    g_percentage: Mapped[Decimal]
    iban: Mapped[str]
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    stated_at: Mapped[datetime]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    agreed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]

    agreement: Mapped[Agreement] = relationship(lazy="raise")
    party: Mapped[Organisation] = relationship(lazy="raise")

    def __init__(
        self, *, agreement_id: int, party_id: int, from_on: date, role: ChainRole, basis: Basis,
        wage_share: Decimal | None, g_percentage: Decimal, iban: str, stated_by_id: int, stated_at: datetime,
    ) -> None:  # fmt: skip
        rules.check_shares(basis, g_percentage, wage_share)
        super().__init__(
            agreement_id=agreement_id, party_id=party_id, from_on=from_on, role=role, basis=basis,
            wage_share=wage_share, g_percentage=g_percentage, iban=Iban.parse(iban), stated_by_id=stated_by_id,
            stated_at=stated_at,
        )  # fmt: skip

    def agree(self, user_id: int, at: datetime) -> None:
        """Let it count.

        Raises:
            AgreedBefore: it does already. TermClosed: it was refused or taken back.
        """
        if self.closed_at is not None:
            raise TermClosed
        if self.agreed_at is not None:
            raise AgreedBefore
        self.agreed_by_id, self.agreed_at = user_id, at

    def close(self, user_id: int, reason: str, at: datetime) -> None:
        """Let it count no longer, or never.

        Raises:
            TermClosed: it was closed before. ReasonTooShort: nobody can follow why.
        """
        if self.closed_at is not None:
            raise TermClosed
        said = words(reason, "reason", short=ReasonTooShort)
        self.closed_by_id, self.closed_at, self.closed_reason = user_id, at, said


class InvoiceSplit(Base):
    """The part of a sent invoice for the G-account, in cents; never changed (trigger `invoice_split_keep`)."""

    __tablename__ = "invoice_split"
    __retention__ = NOTHING_PERSONAL
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True, autoincrement=False)
    term_id: Mapped[int] = mapped_column(ForeignKey("chain_term.id"), index=True)
    amount: Mapped[int]

    term: Mapped[ChainTerm] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """The part."""
        return Money(self.amount)


class ChainEvidence(Base):
    """A piece of the evidence file: that it is there, of which day, valid until when. No copy of any document."""

    __tablename__ = "chain_evidence"
    __retention__ = Retention(
        N_("Dat een stuk gezien is, van welke dag, en wie dat opschreef, als nummer. Nooit een kopie."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("valid_until >= dated_on", name="days"),
        Index("ix_chain_evidence_agreement_id_party_id", "agreement_id", "party_id"),
    )

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[EvidenceKind]
    dated_on: Mapped[date]
    valid_until: Mapped[date | None]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime]

    added_by: Mapped[User] = relationship(lazy="raise")
