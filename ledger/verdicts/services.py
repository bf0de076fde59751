"""Taking an answer of a bank in: refused lines are released or ended, exactly once. All in the caller's transaction."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.errors import Forbidden
from cwb.kernel.policy import Actor, Role
from ledger.batches import queries as batches
from ledger.batches.models import PaymentBatch
from ledger.batches.services import release
from ledger.bounces.rules import code_of
from ledger.collected.queries import transfers
from ledger.collected.services import take_in
from ledger.debits import queries as debits
from ledger.debits.models import DebitFile
from ledger.debits.rules import DebitState
from ledger.debits.services import end_debit
from ledger.verdicts import errors, queries, rules
from ledger.verdicts.gateway import groups_of, read
from ledger.verdicts.models import BankReport
from ledger.verdicts.rules import Line, Report, Skip, Verdict


def take_report(session: Session, *, party_id: int, content: bytes, actor: Actor, at: datetime) -> BankReport:
    """Take in what the bank says of one file: what it refused is free for a new file, or open again with the member.

    What a statement tells of already is left alone, for that counts; so is what is unclear.

    Raises:
        ReportUnreadable, ReportDangerous, ReportTooLarge, ReportOfNothing, ReportDiffers: nothing is done.
        ReportKnown: it was taken in before. Forbidden: debits are the board's.
    """
    report = read(content)
    batch = queries.find_batch(session, party_id, report.original)
    file = None if batch else queries.find_file(session, party_id, report.original)
    if queries.is_known(session, party_id, report.number):
        raise errors.ReportKnown(field="file")
    if batch is not None:
        verdict, left = _transfers(session, batch, report, actor, at)
    elif file is not None:
        if not actor.has(Role.BOARD):
            raise Forbidden
        verdict, left = _debits(session, file, report, at)
    else:
        raise errors.ReportOfNothing(field="file")
    made = BankReport(
        party_id=party_id, number=report.number, batch_id=batch.id if batch else None,
        file_id=file.id if file else None, standing=verdict.standing, refused=len(verdict.refused) - len(left),
        skipped=[[mark, why.value] for mark, why in (*verdict.skipped, *left)],
        checksum=sha256(content).hexdigest(), read_at=at, read_by_id=actor.user_id,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError:
        raise errors.ReportKnown(field="file") from None
    record(
        session, action="bank.report_read", subject=f"bank_report:{made.public_id}", actor_id=actor.user_id,
        facts={"standing": made.standing.value, "refused": made.refused, "skipped": len(made.skipped)}, at=at,
    )  # fmt: skip
    if file is not None and made.refused:
        take_in(
            session, party_id=party_id, actor=actor, at=at
        )  # what waited for a sum without the refused ones
    return made


def _transfers(
    session: Session, batch: PaymentBatch, report: Report, actor: Actor, at: datetime
) -> tuple[Verdict, list[tuple[str, Skip]]]:
    """Release what was refused. A statement, or one whose entry still waits, goes before the answer."""
    whole = batches.batch(session, batch.public_id, batch.payer_id)
    groups = groups_of(whole.content)
    verdict = rules.judge(
        report,
        [
            Line(each.id, each.end_to_end, groups.get(each.end_to_end, ""), each.amount)
            for each in whole.orders
        ],
    )
    seen, waiting = batches.seen(session, whole), batches.waiting_marks(session, whole)
    left: list[tuple[str, Skip]] = []
    free: dict[int, str] = {}
    for each in whole.orders:
        if each.id not in verdict.refused:
            continue
        if each.id in seen or each.end_to_end in waiting:
            left.append((each.end_to_end, Skip.CAME))
        elif not each.live:
            left.append((each.end_to_end, Skip.DECIDED))
        else:
            free[each.id] = verdict.refused[each.id]
    release(session, batch=whole, refused=free, answer=verdict.standing.value, actor=actor, at=at)
    return verdict, left


def _debits(
    session: Session, file: DebitFile, report: Report, at: datetime
) -> tuple[Verdict, list[tuple[str, Skip]]]:
    """End what was refused before it came in, as if a person had said so at the file."""
    whole = debits.file(session, file.public_id, file.organisation_id)
    verdict = rules.judge(
        report, [Line(each.id, each.mark, each.group_mark, each.amount) for each in whole.lines]
    )
    lines = [debits.locked(session, each.id) for each in whole.lines if each.id in verdict.refused]
    came = transfers(
        session, [each.id for each in lines]
    )  # once they are held: a statement books under the same lock
    left: list[tuple[str, Skip]] = []
    for held in lines:
        if held.id in came:
            left.append((held.mark, Skip.CAME))
        elif held.state is not DebitState.SENT:
            left.append((held.mark, Skip.DECIDED))
        else:
            end_debit(session, debit=held, code=code_of(verdict.refused[held.id]), returned=False, at=at)
    if whole.withdrawn_at is None:
        whole.answer, whole.answered_at = verdict.standing.value, at
        session.flush()
    return verdict, left
