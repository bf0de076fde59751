"""Writing a creditor down, making and withdrawing files, and what the bank refuses. All in the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import organisation_by_id
from cwb.kernel.clock import local_date
from cwb.kernel.events import emit
from cwb.kernel.ids import uuid7
from cwb.kernel.policy import Actor
from ledger.debits import errors, queries, rules
from ledger.debits.events import BankDebitEnded, BankDebitWithdrawn
from ledger.debits.gateway import pain008
from ledger.debits.models import BankDebit, DebitCreditor, DebitFile
from ledger.debits.rules import Debit, DebitState, Wanted
from ledger.mandates import queries as mandates


def set_creditor(
    session: Session, *, organisation_id: int, creditor_id: str, iban: str, version: int, actor: Actor, at: datetime
) -> DebitCreditor:  # fmt: skip
    """Write down the contract for direct debit with the own bank. Files that were made stay as they were.

    Raises:
        CreditorChanged: somebody was first. `version` is 0 for the first time.
        CreditorIdInvalid, CreditorIbanInvalid: at the field.
    """
    found = queries.find_creditor(session, organisation_id)
    if (found.version if found else 0) != version:
        raise errors.CreditorChanged
    made = found or DebitCreditor(organisation_id=organisation_id)
    made.set(creditor_id, iban)
    made.version, made.saved_by_id, made.saved_at = version + 1, actor.user_id, at
    session.add(made)
    session.flush()
    record(
        session, action="debits.creditor", subject=f"organisation:{organisation_id}", actor_id=actor.user_id,
        facts={"creditor_id": made.creditor_id}, at=at,
    )  # fmt: skip
    return made


def make_file(
    session: Session, *, organisation_id: int, wanted: Sequence[Wanted], actor: Actor, at: datetime
) -> DebitFile:
    """One file with all that is wanted, each on its announced day or the first the bank still makes.

    The mandates are those of the own bank, held by the caller; their last use is written down.

    Raises:
        CreditorMissing, NothingToDebit: nothing is made.
    """
    creditor = queries.find_creditor(session, organisation_id)
    if creditor is None:
        raise errors.CreditorMissing
    if not wanted:
        raise errors.NothingToDebit
    debits = _debits(session, wanted, at)
    public_id = uuid7()
    name = rules.check_creditor(organisation_by_id(session, organisation_id).name)
    content = pain008(
        name=name, iban=creditor.iban, creditor_id=creditor.creditor_id, message_id=public_id.hex, debits=debits, at=at
    )  # fmt: skip
    made = DebitFile(
        public_id=public_id, organisation_id=organisation_id, creditor_id=creditor.creditor_id, iban=creditor.iban,
        message_id=public_id.hex, debits=len(debits), amount=sum(each.amount for each in debits),
        content=content.decode(), checksum=sha256(content).hexdigest(), made_at=at, made_by_id=actor.user_id,
        lines=[
            BankDebit(
                organisation_id=organisation_id, mandate_id=one.mandate_id, about=one.about, account_id=one.account_id,
                kind=one.kind, amount=one.amount, collect_on=each.collect_on, turn=each.turn, mark=each.mark,
                group_mark=each.group,
            )
            for one, each in zip(wanted, debits, strict=True)
        ],
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="debits.file_made", subject=f"debit_file:{made.public_id}", actor_id=actor.user_id,
        facts={"amount": made.amount, "debits": made.debits, "checksum": made.checksum}, at=at,
    )  # fmt: skip
    return made


def _debits(session: Session, wanted: Sequence[Wanted], at: datetime) -> list[Debit]:
    ids = [each.mandate_id for each in wanted]
    turns = rules.sequences(ids, queries.used(session, ids))
    held = {each: mandates.locked(session, each) for each in sorted(set(ids))}
    today, groups, made = local_date(at), dict[tuple[object, object], str](), []
    for one, turn in zip(wanted, turns, strict=True):
        mandate, day = held[one.mandate_id], rules.debit_day(one.collect_on, today)
        group = groups.setdefault((turn, day), f"DG{uuid7().hex.upper()}")
        if mandate.iban is None or mandate.reference is None or mandate.given_on is None:
            raise errors.AccountInvalid  # a mandate at the provider is used there
        made.append(
            Debit(
                f"DD{uuid7().hex.upper()}", group, one.amount, day, turn, mandate.holder, mandate.iban,
                mandate.reference, mandate.given_on, one.words,
            )
        )  # fmt: skip
        mandate.last_used_on = day
    return made


def withdraw_file(session: Session, *, file: DebitFile, actor: Actor, at: datetime) -> None:
    """The file was never sent to the bank: what is in it may go in a new one.

    Raises:
        FileUsed: something in it was decided. The caller looks whether a statement tells of it.
    """
    session.refresh(file, ["withdrawn_at"], with_for_update=True)
    held = [queries.locked(session, each.id) for each in file.lines]
    if file.withdrawn_at is not None or any(each.state is not DebitState.SENT for each in held):
        raise errors.FileUsed
    file.withdrawn_at = at
    for each in held:
        each.state, each.decided_at = DebitState.WITHDRAWN, at
    session.flush()
    for each in held:
        emit(session, BankDebitWithdrawn(each.id, at))
    record(
        session, action="debits.file_withdrawn", subject=f"debit_file:{file.public_id}", actor_id=actor.user_id, at=at
    )  # fmt: skip


def end_debit(session: Session, *, debit: BankDebit, code: str, returned: bool, at: datetime) -> None:
    """The bank refused a debit, or it was returned after it came in. Nothing is booked here.

    Raises:
        DebitDecided: it ended before.
    """
    held = queries.locked(session, debit.id)
    if held.state is not DebitState.SENT:
        raise errors.DebitDecided
    held.state, held.code, held.decided_at = DebitState.RETURNED if returned else DebitState.REFUSED, code, at
    session.flush()
    emit(session, BankDebitEnded(held.id, returned, code, at))
