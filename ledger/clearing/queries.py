"""Reading who takes part, what can enter, and rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.clock import local_date
from cwb.kernel.money import Money
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, Tasks, Waiting, rows
from ledger.advances.models import Advance
from ledger.agreements.models import Agreement, AgreementSupplier
from ledger.batches.models import BatchTransfer
from ledger.chains.models import InvoiceSplit
from ledger.chains.rules import parts_left
from ledger.clearing.errors import RoundUnknown
from ledger.clearing.models import ClearingAnswer, ClearingBar, ClearingLine, ClearingMember, ClearingRound
from ledger.clearing.rules import FEWEST, Candidate, Claim, LeaveReason, LeftOut, Notice, RoundState
from ledger.invoicing.models import Invoice
from ledger.invoicing.queries import open_amount
from ledger.invoicing.rules import InvoiceKind, InvoiceState
from ledger.payments.models import Payment
from ledger.payments.queries import paid_blocked
from ledger.payments.rules import PaymentKind


def members(session: Session) -> Sequence[ClearingMember]:
    """Who takes part now, by name."""
    return session.scalars(
        select(ClearingMember)
        .join(Organisation, Organisation.id == ClearingMember.party_id)
        .where(ClearingMember.left_at.is_(None))
        .options(joinedload(ClearingMember.party))
        .order_by(Organisation.name, ClearingMember.id)
    ).all()


def find_member(session: Session, party_id: int, *, lock: bool = False) -> ClearingMember | None:
    """That a party takes part now."""
    statement = select(ClearingMember).where(
        ClearingMember.party_id == party_id, ClearingMember.left_at.is_(None)
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def was_stopped(session: Session, party_id: int) -> bool:
    """Whether the programme took a party out because it could not pay."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    ClearingMember.party_id == party_id, ClearingMember.left_why == LeaveReason.INSOLVENT
                )
            )
        )
    )


def _standing() -> Select[*tuple[Any, ...]]:
    """Invoices with all that decides whether they enter."""
    assigned = exists().where(
        Advance.withdrawn_at.is_(None),
        Advance.released_on.is_(None),
        or_(
            Advance.invoice_id == Invoice.id,
            and_(Advance.agreement_id == Invoice.agreement_id, Advance.borrower_id == Invoice.seller_id),
        ),
    )
    batch = exists().where(BatchTransfer.invoice_id == Invoice.id, BatchTransfer.live)
    return (
        select(
            Invoice.id, Invoice.buyer_id, Invoice.seller_id, Invoice.due_on, Invoice.total_amount,
            Invoice.credited_amount, Invoice.paid_amount, Invoice.state, Invoice.approved_at, batch.label("in_batch"),
            assigned.label("assigned"), ClearingBar.reason, InvoiceSplit.amount.label("split"), Agreement.g_percentage,
        )
        .outerjoin(Agreement, Agreement.id == Invoice.agreement_id)
        .outerjoin(ClearingBar, ClearingBar.agreement_id == Invoice.agreement_id)
        .outerjoin(InvoiceSplit, InvoiceSplit.invoice_id == Invoice.id)
        .order_by(Invoice.id)
    )  # fmt: skip


def candidates(
    session: Session, cut_off_at: datetime, invoice_ids: Sequence[int] | None = None
) -> list[Candidate]:
    """The invoices between participants that are due at the cut-off, as they stand now; or of these alone.

    A party that left since is no participant any more.
    """
    taking = select(ClearingMember.party_id).where(ClearingMember.left_at.is_(None))
    statement = _standing().where(
        Invoice.kind == InvoiceKind.INVOICE, Invoice.due_on <= local_date(cut_off_at), open_amount() > 0,
        Invoice.state.in_([InvoiceState.SENT, InvoiceState.DISPUTED, InvoiceState.APPROVED]),
        Invoice.buyer_id.in_(taking), Invoice.seller_id.in_(taking),
    )  # fmt: skip
    if invoice_ids is not None:
        statement = statement.where(Invoice.id.in_(invoice_ids))
    rows = session.execute(statement).all()
    split = [row.id for row in rows if row.split is not None]
    on_blocked = paid_blocked(session, split) if split else {}
    return [
        Candidate(
            row.id, row.buyer_id, row.seller_id, row.due_on, _free(row, on_blocked), row.state, row.approved_at,
            row.in_batch, row.assigned, row.reason,
        )
        for row in rows
    ]  # fmt: skip


def _free(row: Any, on_blocked: Mapping[int, int]) -> int:
    """The open cents that no G-account needs."""
    if row.split is None:
        return 0 if row.g_percentage else row.total_amount - row.credited_amount - row.paid_amount
    return parts_left(
        row.split, total=row.total_amount, credited=row.credited_amount, paid=row.paid_amount,
        paid_blocked=on_blocked.get(row.id, 0),
    ).free.minor  # fmt: skip


def claims_in(session: Session, period: Period) -> list[Claim]:
    """What fell due between all organisations in a period, whoever takes part and however it was paid: to look back.

    Less what was credited; invoices with a part for a G-account are left out.
    """
    left = Invoice.total_amount - Invoice.credited_amount
    rows = session.execute(
        select(Invoice.id, Invoice.buyer_id, Invoice.seller_id, Invoice.due_on, left)
        .where(
            Invoice.kind == InvoiceKind.INVOICE, Invoice.due_on >= period.start, Invoice.due_on < period.end,
            Invoice.approved_at.is_not(None), left > 0, ~exists().where(InvoiceSplit.invoice_id == Invoice.id),
        )
        .order_by(Invoice.id)
    )  # fmt: skip
    return [Claim(number, buyer, seller, due, amount) for number, buyer, seller, due, amount in rows if due]


def names(session: Session, party_ids: Sequence[int]) -> dict[int, str]:
    """How organisations are called."""
    rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(party_ids)))
    return {number: name for number, name in rows}  # noqa: C416 (rows are no pairs to mypy)


def rounds() -> Select[ClearingRound]:
    """All rounds, latest first."""
    return select(ClearingRound).order_by(ClearingRound.id.desc())


def running(session: Session) -> ClearingRound | None:
    """The round that asks for answers."""
    return session.scalar(rounds().where(ClearingRound.state == RoundState.ASKED))


def round_of(session: Session, public_id: UUID, *, lock: bool = False) -> ClearingRound:
    """One round.

    Raises:
        RoundUnknown: there is none.
    """
    statement = select(ClearingRound).where(ClearingRound.public_id == public_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(statement)
    if found is None:
        raise RoundUnknown
    return found


def answers(session: Session, round_id: int, *, lock: bool = False) -> Sequence[ClearingAnswer]:
    """What the parties of a round said, by name."""
    statement = (
        select(ClearingAnswer)
        .join(Organisation, Organisation.id == ClearingAnswer.party_id)
        .where(ClearingAnswer.round_id == round_id)
        .options(joinedload(ClearingAnswer.party))
        .order_by(Organisation.name, ClearingAnswer.party_id)
    )
    if lock:
        statement = statement.with_for_update(of=ClearingAnswer).execution_options(populate_existing=True)
    return session.scalars(statement).all()


def gone(session: Session, round_id: int) -> set[int]:
    """The parties of a round that take part no longer: nobody waits for what they say."""
    stays = exists().where(
        ClearingMember.party_id == ClearingAnswer.party_id, ClearingMember.left_at.is_(None)
    )
    return set(
        session.scalars(
            select(ClearingAnswer.party_id).where(ClearingAnswer.round_id == round_id, ~stays)
        ).all()
    )


def answer(session: Session, round_id: int, party_id: int, *, lock: bool = False) -> ClearingAnswer:
    """What one party said.

    Raises:
        RoundUnknown: it is not in the round.
    """
    statement = select(ClearingAnswer).where(
        ClearingAnswer.round_id == round_id, ClearingAnswer.party_id == party_id
    )
    found = session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise RoundUnknown
    return found


def lines(session: Session, round_id: int, party_id: int | None = None) -> Sequence[ClearingLine]:
    """The invoices of a round that something was proposed of, oldest debt first; or those of one party."""
    statement = (
        select(ClearingLine)
        .join(Invoice, Invoice.id == ClearingLine.invoice_id)
        .where(ClearingLine.round_id == round_id, ClearingLine.proposed_amount > 0)
        .options(
            joinedload(ClearingLine.invoice).options(joinedload(Invoice.seller), joinedload(Invoice.buyer)),
            joinedload(ClearingLine.payment),
        )
        .order_by(Invoice.due_on, Invoice.id)
    )
    if party_id is not None:
        statement = statement.where(or_(Invoice.seller_id == party_id, Invoice.buyer_id == party_id))
    return session.scalars(statement).all()


def left_out(session: Session, round_id: int) -> list[tuple[LeftOut, int]]:
    """How many invoices were left out of a round, by why."""
    rows = session.execute(
        select(ClearingLine.left_out, func.count())
        .where(ClearingLine.round_id == round_id, ClearingLine.left_out.is_not(None))
        .group_by(ClearingLine.left_out)
        .order_by(ClearingLine.left_out)
    )
    return [(why, count) for why, count in rows if why is not None]


def notice(session: Session, public_id: UUID, invoice_id: UUID, party_id: int | None) -> Notice:
    """What the letter about an invoice of a round says, to its two parties; `party_id` None: to who checks.

    Raises:
        RoundUnknown: nothing was set off, or it is of others.
    """
    seller, buyer, later = aliased(Organisation), aliased(Organisation), aliased(Payment)
    sign = case((later.kind == PaymentKind.PAYMENT, later.amount), else_=-later.amount)
    paid = (
        select(func.sum(sign)).where(later.invoice_id == Invoice.id, later.id <= Payment.id).scalar_subquery()
    )
    statement = (
        select(
            ClearingRound.number, Invoice.number, buyer.name, seller.name, Invoice.total_amount,
            ClearingLine.cleared_amount, Invoice.total_amount - Invoice.credited_amount - paid, ClearingRound.done_at,
            Payment.public_id,
        )
        .join(ClearingLine, ClearingLine.round_id == ClearingRound.id)
        .join(Invoice, Invoice.id == ClearingLine.invoice_id)
        .join(seller, seller.id == Invoice.seller_id)
        .join(buyer, buyer.id == Invoice.buyer_id)
        .join(Payment, Payment.id == ClearingLine.payment_id)
        .where(ClearingRound.public_id == public_id, Invoice.public_id == invoice_id)
    )  # fmt: skip
    if party_id is not None:
        statement = statement.where(or_(Invoice.seller_id == party_id, Invoice.buyer_id == party_id))
    found = session.execute(statement).one_or_none()
    if found is None:
        raise RoundUnknown
    number, written, debtor, creditor, total, cleared, left, at, payment = found
    if at is None:
        raise RoundUnknown
    return Notice(number, written or "", debtor, creditor, total, cleared or 0, int(left), at, payment)


tasks = Tasks(
    Waiting(
        N_("%(number)s: zeg ja of nee"), "clearing.show", {Role.BOARD, Role.PURCHASER},
        rows(number=ClearingRound.number, key=ClearingRound.public_id, due_at=ClearingRound.answer_until)
        .join(ClearingAnswer, ClearingAnswer.round_id == ClearingRound.id)
        .where(
            ClearingAnswer.party_id == ORGANISATION, ClearingAnswer.accepted.is_(None), ClearingRound.answer_until > AT,
            ClearingRound.state == RoundState.ASKED,
        ),
        {"public_id": "key"},
    ),
)  # fmt: skip
"""Rounds that ask one's organisation for an answer."""


class Own(NamedTuple):
    """A round as one party sees it."""

    round: ClearingRound
    answer: ClearingAnswer


def own_rounds(session: Session, party_id: int) -> list[Own]:
    """The rounds that a party stands in, latest first."""
    rows = session.execute(
        select(ClearingRound, ClearingAnswer)
        .join(ClearingAnswer, ClearingAnswer.round_id == ClearingRound.id)
        .where(ClearingAnswer.party_id == party_id)
        .order_by(ClearingRound.id.desc())
        .limit(50)
    )
    return [Own(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Total:
    """A finished round for everybody: without an amount where few took part."""

    number: str
    done_at: datetime
    parties: int
    cleared: Money | None


def totals(session: Session) -> list[Total]:
    """The finished rounds, latest first, for the public."""
    said = (
        select(func.count())
        .where(ClearingAnswer.round_id == ClearingRound.id, ClearingAnswer.accepted.is_(True))
        .scalar_subquery()
    )
    rows = session.execute(
        select(ClearingRound.number, ClearingRound.done_at, said, ClearingRound.cleared_amount)
        .where(ClearingRound.state == RoundState.DONE)
        .order_by(ClearingRound.id.desc())
        .limit(50)
    )
    return [
        Total(number, done_at, parties, Money(cleared) if cleared is not None and parties >= FEWEST else None)
        for number, done_at, parties, cleared in rows
        if done_at is not None
    ]


def agreements(session: Session, party_id: int) -> list[tuple[Agreement, LeftOut | None]]:
    """The running agreements of a party with other participants, and why their invoices stay out."""
    seller = exists().where(
        AgreementSupplier.agreement_id == Agreement.id, AgreementSupplier.party_id == party_id
    )
    rows = session.execute(
        select(Agreement, ClearingBar.reason)
        .outerjoin(ClearingBar, ClearingBar.agreement_id == Agreement.id)
        .where(or_(Agreement.buyer_id == party_id, seller))
        .options(joinedload(Agreement.buyer))
        .order_by(Agreement.id.desc())
        .limit(50)
    )
    return [(agreement, bar) for agreement, bar in rows]
