"""Files of transfers, and the transfers in them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.identity.models import Organisation
from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.money import Money
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.ahead.models import AheadPayback
from ledger.batches.rules import BatchState
from ledger.incoming.models import IncomingInvoice
from ledger.invoicing.models import Invoice


class PaymentBatch(Base):
    """A file for the bank as it was made; never changed. `checksum` is the SHA-256 of its content; cents.

    `answer`: what the bank last said of it as a whole (`ledger.verdicts.rules.Standing`), "" for nothing yet.
    """

    __tablename__ = "payment_batch"
    __retention__ = Retention(
        N_("Naam en rekening van wie betaald wordt, en wie het bestand maakte, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0 AND transfers > 0", name="amount"),
        CheckConstraint("length(checksum) = 64", name="checksum"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer"),
        Index("ix_payment_batch_payer_id", "payer_id"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    payer_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    iban: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    transfers: Mapped[int]
    amount: Mapped[int]
    content: Mapped[str]
    checksum: Mapped[str]
    state: Mapped[BatchState]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answer: Mapped[str] = mapped_column(default="", server_default="")
    answered_at: Mapped[datetime | None]

    payer: Mapped[Organisation] = relationship(lazy="raise")
    orders: Mapped[list["BatchTransfer"]] = relationship(order_by="BatchTransfer.id", lazy="raise")

    @property
    def money(self) -> Money:
        """What it pays in all."""
        return Money(self.amount)


class BatchTransfer(Base):
    """One transfer in a batch, of an invoice made here, one that came (`incoming_id`), or money ahead that goes back.

    `live`: its batch is open and the bank did not refuse it, so that its invoice is in no other. `code`: the bank's
    reason for refusing it, "" where it gave none.
    """

    __tablename__ = "batch_transfer"
    __retention__ = Retention(
        N_("Naam en rekening van wie betaald wordt."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("Daarna gewist. Eerder mag niet van de wet."),
    )
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("num_nulls(invoice_id, incoming_id, payback_id) = 2", name="of_one"),
        CheckConstraint("refused_at IS NULL OR NOT live", name="refused"),
        CheckConstraint("code = '' OR refused_at IS NOT NULL", name="code"),
        Index("uq_batch_transfer_live", "invoice_id", "blocked", unique=True, postgresql_where=text("live")),
        Index("uq_batch_transfer_live_incoming", "incoming_id", unique=True, postgresql_where=text("live")),
        Index("uq_batch_transfer_live_payback", "payback_id", unique=True, postgresql_where=text("live")),
        Index("ix_batch_transfer_batch_id", "batch_id"),
    )

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("payment_batch.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    incoming_id: Mapped[int | None] = mapped_column(ForeignKey("incoming_invoice.id"))
    payback_id: Mapped[int | None] = mapped_column(ForeignKey("ahead_payback.id"))
    blocked: Mapped[bool]
    live: Mapped[bool]
    amount: Mapped[int]
    name: Mapped[str]
    iban: Mapped[str]
    end_to_end: Mapped[str]
    pays_on: Mapped[date]
    code: Mapped[str] = mapped_column(default="", server_default="")
    refused_at: Mapped[datetime | None]

    invoice: Mapped[Invoice | None] = relationship(lazy="raise")
    incoming: Mapped[IncomingInvoice | None] = relationship(lazy="raise")
    payback: Mapped[AheadPayback | None] = relationship(lazy="raise")

    @property
    def money(self) -> Money:
        """The amount."""
        return Money(self.amount)

    @property
    def left(self) -> Money:
        """What is open now on what it pays."""
        if self.payback is not None:
            return self.payback.left
        paid = self.invoice or self.incoming
        return paid.open if paid else Money(0)
