"""Reading answers of banks, and the files they are about."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from ledger.batches.models import PaymentBatch
from ledger.debits.models import DebitFile
from ledger.verdicts.models import BankReport


def reports(party_id: int) -> Select[BankReport]:
    """What an organisation's bank answered, latest first, with the files."""
    return (
        select(BankReport)
        .where(BankReport.party_id == party_id)
        .options(joinedload(BankReport.batch), joinedload(BankReport.file))
        .order_by(BankReport.id.desc())
    )


def is_known(session: Session, party_id: int, number: str) -> bool:
    """Whether an answer was taken in before."""
    found = select(BankReport.id).where(BankReport.party_id == party_id, BankReport.number == number)
    return session.scalar(found) is not None


def find_batch(session: Session, party_id: int, message_id: str) -> PaymentBatch | None:
    """The file of transfers an answer is about, held, as it is now."""
    return session.scalar(
        select(PaymentBatch)
        .where(PaymentBatch.payer_id == party_id, PaymentBatch.message_id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_file(session: Session, party_id: int, message_id: str) -> DebitFile | None:
    """The file of direct debits an answer is about, held, as it is now."""
    return session.scalar(
        select(DebitFile)
        .where(DebitFile.organisation_id == party_id, DebitFile.message_id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
