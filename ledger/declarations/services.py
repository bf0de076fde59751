"""Use cases of declarations: write one in steps, send it, correct it, check it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.queries import involved_in
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import KvkNumber
from cwb.places.gateway import area_pack
from ledger.declarations import queries, rules
from ledger.declarations.errors import (
    DeclarationChecked,
    DeclarationReplaced,
    DeclarationSent,
    PurchaseTwice,
)
from ledger.declarations.models import Declaration, DeclarationCheck, DeclaredPurchase
from ledger.declarations.rules import Amounts
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier

_COPIED = (
    "contract_reference", "turnover_amount", "wages_amount", "payroll", "surplus_amount", "member_count",
    "resident_member_count", "hour_count", "local_hour_count", "vote_count", "resident_vote_count", "ownership_source",
    "source", "from_on", "until_on", "supplier_id",
)  # fmt: skip


def start_declaration(
    session: Session, *, supplier: Supplier, year: int, contract_reference: str = "", turnover: int,
    actor_id: int | None, at: datetime,
) -> Declaration:  # fmt: skip
    """Begin a declaration over a year, or over the work for one contract in it. Amounts in cents.

    By the supplier itself, or by the programme from papers that a supplier without an account sent.

    Raises:
        TermInvalid, TurnoverMissing, PartNegative, DeclarationTextTooLong: input.
    """
    starts, ends = rules.term(year, today=local_date(at))
    Amounts(turnover=turnover)
    made = Declaration(
        supplier_id=supplier.id,
        contract_reference=rules.short(contract_reference, "contract_reference", 120), from_on=starts, until_on=ends,
        turnover_amount=turnover, declared_by_id=actor_id, created_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _draft(session: Session, one: Declaration) -> None:
    """Hold it, and only go on while it is a draft."""
    session.execute(select(Declaration.id).where(Declaration.id == one.id).with_for_update())
    session.refresh(one, ["sent_at"])
    if one.sent_at is not None:
        raise DeclarationSent


def _named(one: Declaration) -> int:
    """What it says it bought in the area, before anybody looked who is proven there."""
    return sum(each.amount for each in one.purchases)


def write_wages(
    session: Session, *, declaration: Declaration, wages: int, payroll: str, source: str, turnover: int | None = None
) -> None:  # fmt: skip
    """Gross wages to who lived in the area on the day of payment, and how many people per postcode. Cents.

    `turnover`: another one than it began with; what counts is divided by it.

    Raises:
        PayrollUnreadable, PayrollOutside, PayrollMissing, PartsTooLarge, PartNegative, SourceMissing.
    """
    _draft(session, declaration)
    cells = rules.payroll(payroll, area_pack(), declaration.from_on, declaration.payroll)
    told = rules.short(source, "source")
    declaration.wages_amount = wages
    declaration.turnover_amount = declaration.turnover_amount if turnover is None else turnover
    amounts = declaration.amounts(_named(declaration))
    rules.check_complete(amounts, sum(count for _postcode, count in cells), told)
    declaration.payroll, declaration.source = [list(each) for each in cells], told
    session.flush()


def add_purchase(
    session: Session, *, declaration: Declaration, kvk_number: KvkNumber, name: str, amount: int
) -> None:
    """Name a supplier in the area and what was bought there.

    Raises:
        PurchaseTwice, PartsTooLarge, PartNegative, DeclarationTextTooLong.
    """
    _draft(session, declaration)
    if any(each.kvk_number == kvk_number for each in declaration.purchases):
        raise PurchaseTwice(field="kvk_number")
    declaration.amounts(_named(declaration) + Amounts(turnover=max(amount, 1), purchases=amount).purchases)
    declaration.purchases.append(
        DeclaredPurchase(kvk_number=str(kvk_number), name=rules.short(name, "name", 200), amount=amount)
    )
    session.flush()


def drop_purchase(session: Session, *, declaration: Declaration, kvk_number: str) -> None:
    """Take a named supplier off a draft."""
    _draft(session, declaration)
    for each in [one for one in declaration.purchases if one.kvk_number == kvk_number]:
        declaration.purchases.remove(each)
        session.delete(each)
    session.flush()


def write_surplus(
    session: Session, *, declaration: Declaration, surplus: int, members: int, resident_members: int
) -> None:
    """What was paid out of the surplus, and which part of the members lives in the area.

    Raises:
        MoreThanAll, PartsTooLarge, PartNegative.
    """
    _draft(session, declaration)
    declaration.surplus_amount = surplus
    declaration.member_count, declaration.resident_member_count = members, resident_members
    declaration.amounts(_named(declaration))
    session.flush()


def write_work(
    session: Session, *, declaration: Declaration, hours: int, local_hours: int, votes: int, resident_votes: int,
    ownership_source: str,
) -> None:  # fmt: skip
    """Where the hours were worked (L2), and who holds the votes (L4) by which paper.

    Raises:
        MoreThanAll, PartNegative, DeclarationTextTooLong.
    """
    _draft(session, declaration)
    declaration.hour_count, declaration.local_hour_count = hours, local_hours
    declaration.vote_count, declaration.resident_vote_count = votes, resident_votes
    declaration.amounts(_named(declaration))
    declaration.ownership_source = rules.short(ownership_source, "ownership_source")
    session.flush()


def send_declaration(
    session: Session, *, declaration: Declaration, actor_id: int | None, at: datetime
) -> None:
    """Send it to be checked; from now on it stands.

    Raises:
        DeclarationSent, PayrollMissing, SourceMissing, PartsTooLarge.
    """
    _draft(session, declaration)
    rules.check_complete(declaration.amounts(_named(declaration)), declaration.people, declaration.source)
    declaration.sent_at, declaration.declared_by_id = at, actor_id
    session.flush()
    record(
        session, action="landing.declared", subject=f"declaration:{declaration.public_id}", actor_id=actor_id,
        facts={"year": declaration.from_on.year, "corrects": declaration.replaces_id is not None}, at=at,
    )  # fmt: skip


def correct_declaration(
    session: Session, *, declaration: Declaration, actor_id: int | None, at: datetime
) -> Declaration:
    """Begin a correction: a draft with the same figures. The old one counts until the new one was sent.

    Raises:
        DeclarationReplaced: there is one already, or this is a draft, which is changed itself.
    """
    session.execute(select(Declaration.id).where(Declaration.id == declaration.id).with_for_update())
    if declaration.sent_at is None or queries.corrected(session, declaration):
        raise DeclarationReplaced
    kept: dict[str, Any] = {name: getattr(declaration, name) for name in _COPIED}
    made = Declaration(**kept, replaces_id=declaration.id, declared_by_id=actor_id, created_at=at)
    made.purchases = [
        DeclaredPurchase(kvk_number=each.kvk_number, name=each.name, amount=each.amount)
        for each in declaration.purchases
    ]
    session.add(made)
    session.flush()
    return made


def counted_purchases(session: Session, declaration: Declaration) -> Sequence[DeclaredPurchase]:
    """The suppliers it names whose seat in the area was proven at the end of its time: one round deep, no further."""
    proven = proven_places(session, declaration)
    return [each for each in declaration.purchases if proven.get(each.kvk_number) is Standing.LOCAL]


def proven_places(session: Session, declaration: Declaration) -> dict[str, Standing]:
    """Where the suppliers it names were proven to be at the end of its time, by KvK number."""
    last = declaration.until_on - timedelta(days=1)
    return queries.proven(session, [each.kvk_number for each in declaration.purchases], last)


def check_declaration(
    session: Session, *, declaration: Declaration, accepted: bool, grade: int, reason: str, actor_id: int,
    at: datetime,
) -> DeclarationCheck:  # fmt: skip
    """Say, having seen the papers, whether a declaration counts. Of its purchases those proven local count.

    Raises:
        CheckerInvolvedHere, CheckGradeInvalid, CheckReasonMissing: input.
        DeclarationChecked: somebody was first, or it was not sent.
    """
    session.execute(select(Declaration.id).where(Declaration.id == declaration.id).with_for_update())
    session.refresh(declaration, ["check", "sent_at"])
    if declaration.check is not None or declaration.sent_at is None:
        raise DeclarationChecked
    party = declaration.supplier.party_id
    involved = (
        actor_id == declaration.declared_by_id
        or (party is not None and involved_in(session, actor_id, [party]))
        or queries.of_an_anchor(session, actor_id)
    )
    told = rules.check_check(grade, reason, involved=involved)
    today = local_date(at)
    made = DeclarationCheck(
        accepted=accepted, grade=grade,
        purchases_amount=sum(each.amount for each in counted_purchases(session, declaration)),
        expires_on=rules.counts_until(grade, today) if accepted else None, reason=told, checker_id=actor_id, at=at,
    )  # fmt: skip
    declaration.check = made
    session.flush()
    record(
        session, action="landing.checked", subject=f"declaration:{declaration.public_id}", actor_id=actor_id,
        facts={"accepted": accepted, "grade": grade}, at=at,
    )  # fmt: skip
    return made
