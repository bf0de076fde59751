"""Making and ending agreements. Storeys above call this when a contract is signed or ends."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import organisation_by_id
from cwb.kernel.events import emit
from cwb.kernel.identifiers import Cpv
from cwb.kernel.money import Money
from ledger.agreements import queries, rules
from ledger.agreements.errors import AgreementEnded, ReferenceTaken
from ledger.agreements.events import AgreementMade, AgreementReduced
from ledger.agreements.models import Agreement
from ledger.agreements.rules import AgreementLine, AgreementState


def make_agreement(
    session: Session,
    *,
    reference: str,
    title: str,
    buyer_id: int,
    suppliers: Sequence[tuple[int, int]],
    cpv: str,
    lines: Sequence[AgreementLine],
    starts_on: date,
    ends_on: date,
    payment_days: int,
    g_percentage: Decimal | None = None,
    on_order: bool = False,
    at: datetime,
) -> Agreement:
    """Write down what was agreed, so that invoices can be made from it.

    `suppliers` are (organisation id, share in basis points), together 10,000; the order is kept and breaks ties when
    an amount is split. `payment_days` at most what the law allows the buyer; `g_percentage` 0 to 100;
    `on_order` when these are prices only, and orders follow that are agreements themselves.

    Raises:
        ReferenceTaken: there is one with this reference.
        OrganisationUnknown: the buyer or a supplier does not exist.
        RuleBroken: one of `ledger.agreements.errors`.
    """
    buyer = organisation_by_id(session, buyer_id)
    for party_id, _ in suppliers:
        organisation_by_id(session, party_id)
    if queries.find_by_reference(session, reference.strip()) is not None:
        raise ReferenceTaken(reference=reference.strip())
    made = Agreement(
        reference=reference, title=title, buyer_id=buyer_id, suppliers=suppliers, cpv=Cpv.parse(cpv), lines=lines,
        starts_on=starts_on, ends_on=ends_on, payment_days=payment_days,
        most_payment_days=rules.longest_payment_days(
            public_body=buyer.is_contracting_authority, anchor=buyer.anchor_type is not None
        ),
        g_percentage=g_percentage, on_order=on_order, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    record(
        session, action="agreement.made", subject=f"agreement:{made.reference}", actor_id=None,
        facts={"buyer": buyer_id, "total": made.total.minor, "lines": made.line_count}, at=at,
    )  # fmt: skip
    emit(session, AgreementMade(made.id))
    return queries.agreement_by_id(session, made.id)


def end_agreement(
    session: Session, *, agreement: Agreement, on: date, actor_id: int | None, at: datetime
) -> None:
    """Stop making invoices from an agreement. What was invoiced stays.

    Raises:
        AgreementEnded: it was ended before.
    """
    state = session.scalar(
        select(Agreement.state).where(Agreement.id == agreement.id).with_for_update(of=Agreement)
    )
    if state is AgreementState.ENDED:
        session.refresh(agreement, ["state", "ended_on"])
        raise AgreementEnded(on=agreement.ended_on)
    agreement.state, agreement.ended_on = AgreementState.ENDED, on
    session.flush()
    record(
        session, action="agreement.ended", subject=f"agreement:{agreement.reference}", actor_id=actor_id,
        facts={"on": on.isoformat()}, at=at,
    )  # fmt: skip


def reduce_agreements(
    session: Session, *, agreement_ids: Sequence[int], by: Money, actor_id: int | None, at: datetime
) -> None:
    """Take an amount off the worth of a contract's running agreements, `agreement_ids` oldest first.

    What was invoiced and paid stays; who counts on what is still to be paid hears it (`AgreementReduced`).
    """
    session.execute(
        select(Agreement.id).where(Agreement.id.in_(agreement_ids)).order_by(Agreement.id).with_for_update()
    )
    found = [queries.agreement_by_id(session, each) for each in agreement_ids]
    running = [each for each in found if each.state is AgreementState.ACTIVE]
    for each, off in zip(
        running, rules.reductions([e.total.minor - e.reduced for e in running], by.minor), strict=True
    ):
        if off:
            each.reduce(off)
            session.flush()
            record(
                session, action="agreement.reduced", subject=f"agreement:{each.reference}", actor_id=actor_id,
                facts={"by": off}, at=at,
            )  # fmt: skip
            emit(session, AgreementReduced(each.id, at))
