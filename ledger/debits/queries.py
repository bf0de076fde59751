"""Reading creditors, files of direct debits and the debits in them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from ledger.debits.errors import DebitFileUnknown
from ledger.debits.models import BankDebit, DebitCreditor, DebitFile
from ledger.debits.rules import DebitState


def find_creditor(session: Session, organisation_id: int) -> DebitCreditor | None:
    """Under which identifier an organisation takes direct debits through its bank; None: not."""
    return session.scalar(select(DebitCreditor).where(DebitCreditor.organisation_id == organisation_id))


def files(organisation_id: int) -> Select[DebitFile]:
    """The files of an organisation, latest first."""
    return select(DebitFile).where(DebitFile.organisation_id == organisation_id).order_by(DebitFile.id.desc())


def file(session: Session, public_id: UUID, organisation_id: int) -> DebitFile:
    """One of them, with its debits and their mandates.

    Raises:
        DebitFileUnknown: it is not there, or another's.
    """
    whole = selectinload(DebitFile.lines).joinedload(BankDebit.mandate)
    found = session.scalar(files(organisation_id).where(DebitFile.public_id == public_id).options(whole))
    if found is None:
        raise DebitFileUnknown
    return found


def used(session: Session, mandate_ids: Collection[int]) -> frozenset[int]:
    """Of these mandates those by which a debit was sent that the bank did not refuse."""
    rows = session.scalars(
        select(BankDebit.mandate_id).where(
            BankDebit.mandate_id.in_(mandate_ids),
            BankDebit.state.in_([DebitState.SENT, DebitState.RETURNED]),
        )
    )
    return frozenset(rows)


def marked(session: Session, organisation_id: int, marks: Collection[str]) -> Sequence[BankDebit]:
    """The debits with these marks, or in groups with them, held, in the order they were made."""
    return session.scalars(
        select(BankDebit)
        .where(
            BankDebit.organisation_id == organisation_id,
            BankDebit.mark.in_(marks) | BankDebit.group_mark.in_(marks),
        )
        .order_by(BankDebit.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def locked(session: Session, debit_id: int) -> BankDebit:
    """A debit as it is now, held until the end of the transaction, with its file."""
    return session.scalars(
        select(BankDebit)
        .where(BankDebit.id == debit_id)
        .with_for_update(of=BankDebit)
        .options(joinedload(BankDebit.file))
        .execution_options(populate_existing=True)
    ).one()
