"""Answers of banks that were taken in; rows are only added."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cwb.kernel.database import Base, Key, PublicId
from cwb.kernel.retention import Retention
from cwb.kernel.text import N_
from ledger.batches.models import PaymentBatch
from ledger.debits.models import DebitFile
from ledger.verdicts.rules import Standing

_STANDINGS = ", ".join(f"'{each.value}'" for each in Standing)


class BankReport(Base):
    """One answer about one file, of transfers or of debits. `number` is the bank's own: once per organisation.

    `refused`: how many lines ended by it; `skipped`: marks that were left alone, each with why. `checksum`: SHA-256 of
    what was read; the file itself is not kept.
    """

    __tablename__ = "bank_report"
    __retention__ = Retention(
        N_("Wie het antwoord van de bank inlas, als nummer."),
        N_("Zeven jaar na het boekjaar (art. 52 AWR)."),
        N_("De regel blijft staan. Een gewist account staat er als nummer."),
    )
    __table_args__ = (
        UniqueConstraint("party_id", "number"),
        CheckConstraint("num_nonnulls(batch_id, file_id) = 1", name="of_one"),
        CheckConstraint(f"standing IN ({_STANDINGS})", name="standing"),
        CheckConstraint("refused >= 0", name="refused"),
        CheckConstraint("length(checksum) = 64", name="checksum"),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    party_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("payment_batch.id"), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("debit_file.id"), index=True)
    standing: Mapped[Standing]
    refused: Mapped[int]
    skipped: Mapped[list[Any]] = mapped_column(JSONB)
    checksum: Mapped[str]
    read_at: Mapped[datetime]
    read_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    batch: Mapped[PaymentBatch | None] = relationship(lazy="raise")
    file: Mapped[DebitFile | None] = relationship(lazy="raise")
