"""Reading declarations and subcontracts, and what they make of a period."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from cwb.identity.models import Mandate, Organisation
from cwb.kernel.period import Period
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows
from cwb.places.rules import AreaPack
from ledger.declarations.errors import DeclarationUnknown
from ledger.declarations.models import (
    Declaration,
    DeclarationCheck,
    Subcontract,
    SubcontractCheck,
    SubcontractWithdrawal,
)
from ledger.declarations.rules import Landing, Passed, land, landings_of, pass_on
from ledger.disclosure.rules import Purchase
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.queries import WHOSE
from ledger.suppliers.rules import parts_of, ring

_WHOLE = (
    joinedload(Declaration.supplier).joinedload(Supplier.party), selectinload(Declaration.purchases),
    joinedload(Declaration.check).joinedload(DeclarationCheck.checker),
)  # fmt: skip
_NEXT = aliased(Declaration)
STANDS = ~exists().where(SubcontractWithdrawal.subcontract_id == Subcontract.id)
"""SQL: a subcontract that nobody took back."""
_CORRECTED = exists().where(_NEXT.replaces_id == Declaration.id, _NEXT.sent_at.is_not(None))


def declaration(
    session: Session, public_id: UUID | str, *, party_id: int | None = None, made_by: int | None = None
) -> Declaration:
    """A declaration with its supplier, purchases and check: of one organisation, or made by one user, or sent by any.

    Raises:
        DeclarationUnknown: none, another's, or a draft that is nobody else's business.
    """
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise DeclarationUnknown from None
    statement = select(Declaration).where(Declaration.public_id == wanted).options(*_WHOLE)
    if party_id is not None:
        statement = statement.join(Supplier).where(Supplier.party_id == party_id)
    elif made_by is not None:
        statement = statement.where(
            or_(Declaration.declared_by_id == made_by, Declaration.sent_at.is_not(None))
        )
    else:
        statement = statement.where(Declaration.sent_at.is_not(None))
    found = session.scalar(statement)
    if found is None:
        raise DeclarationUnknown
    return found


def declarations_of(session: Session, party_id: int) -> Sequence[Declaration]:
    """Every declaration of an organisation, latest first."""
    return session.scalars(
        select(Declaration)
        .join(Supplier)
        .where(Supplier.party_id == party_id)
        .options(*_WHOLE)
        .order_by(Declaration.from_on.desc(), Declaration.id.desc())
        .limit(100)
    ).all()


def standing(session: Session, whose: ColumnElement[bool]) -> Sequence[Declaration]:
    """What was sent for a supplier (`whose`) and counts, or may yet: not refused, not corrected. Latest year first."""
    return session.scalars(
        select(Declaration)
        .join(Supplier)
        .outerjoin(DeclarationCheck, DeclarationCheck.declaration_id == Declaration.id)
        .where(whose, Declaration.sent_at.is_not(None), ~_CORRECTED, DeclarationCheck.accepted.is_not(False))
        .order_by(Declaration.from_on.desc(), Declaration.id.desc())
        .limit(10)
    ).all()


def sent(user_id: int) -> Select[Declaration]:
    """What was sent, or is one's own draft; still to be checked first, oldest first."""
    return (
        select(Declaration)
        .outerjoin(DeclarationCheck, DeclarationCheck.declaration_id == Declaration.id)
        .where(or_(Declaration.sent_at.is_not(None), Declaration.declared_by_id == user_id))
        .options(*_WHOLE)
        .order_by(DeclarationCheck.id.is_not(None), Declaration.sent_at, Declaration.id)
    )


def corrected(session: Session, one: Declaration) -> bool:
    """Whether another declaration names this one."""
    return bool(session.scalar(select(exists().where(Declaration.replaces_id == one.id))))


def proven(session: Session, numbers: Sequence[str], on: date) -> dict[str, Standing]:
    """KvK number → where its seat (L1) was proven to be on a day; without proof a number is not in it."""
    found = session.execute(
        select(Supplier.kvk_number, SupplierStanding.standing)
        .join(SupplierStanding, SupplierStanding.supplier_id == Supplier.id)
        .where(
            Supplier.kvk_number.in_(numbers), SupplierStanding.standing != Standing.UNKNOWN.value,
            SupplierStanding.contract_reference == "", SupplierStanding.from_on <= on,
            SupplierStanding.until_on > on,
        )
    )  # fmt: skip
    return {number: Standing(standing) for number, standing in found if number}


def of_an_anchor(session: Session, user_id: int) -> bool:
    """Whether somebody works for an organisation that reports."""
    held = exists().where(
        Mandate.user_id == user_id, Mandate.ended_at.is_(None), Mandate.organisation_id == Organisation.id,
        Organisation.anchor_type.is_not(None),
    )  # fmt: skip
    return bool(session.scalar(select(held)))


def landings(session: Session) -> list[Landing]:
    """Every declaration that was accepted and not corrected since."""
    found = session.execute(
        select(Declaration, DeclarationCheck, WHOSE)
        .join(DeclarationCheck, DeclarationCheck.declaration_id == Declaration.id)
        .join(Supplier, Supplier.id == Declaration.supplier_id)
        .where(DeclarationCheck.accepted, ~_CORRECTED)
        .order_by(Declaration.id)
    )
    return [
        Landing(
            whose, one.contract_reference, one.from_on, check.expires_on or one.until_on,
            one.amounts(check.purchases_amount).landed, one.turnover_amount, one.id,
        )
        for one, check, whose in found
    ]  # fmt: skip


def passed_on(session: Session, period: Period, area: AreaPack) -> list[Passed]:
    """What primes passed on in the quarters of a period, as far as a second person agreed."""
    prime, sub = (
        select(WHOSE).where(Supplier.id == key).correlate(Subcontract).scalar_subquery()
        for key in (Subcontract.prime_id, Subcontract.sub_id)
    )
    found = session.execute(
        select(Subcontract, Organisation.public_id, prime, sub, SupplierStanding)
        .join(SubcontractCheck, SubcontractCheck.subcontract_id == Subcontract.id)
        .join(Organisation, Organisation.id == Subcontract.anchor_id)
        .outerjoin(
            SupplierStanding,
            (SupplierStanding.supplier_id == Subcontract.sub_id) & (SupplierStanding.contract_reference == "")
            & (SupplierStanding.from_on <= Subcontract.from_on)
            & (SupplierStanding.until_on >= Subcontract.until_on),
        )
        .where(
            SubcontractCheck.accepted, STANDS, Subcontract.from_on >= period.start, Subcontract.until_on <= period.end
        )
        .order_by(Subcontract.id)
    )  # fmt: skip
    return [
        Passed(
            str(anchor), from_, to, one.amount, one.category, Standing(proven.standing if proven else Standing.UNKNOWN),
            f"E{proven.grade if proven else 0}",
            parts_of(area.variants, proven.variants if proven else ()), str(proven.evidence_id if proven else 0),
            (proven.wijk or "") if proven else "",
            ring(area.variants, Standing(proven.standing), proven.variants) if proven else "",
        )
        for one, anchor, from_, to, proven in found
    ]  # fmt: skip


tasks = Tasks(
    Waiting(
        N_("Kijk de opgave van %(title)s na"), "declarations.check", {Role.PROGRAMME},
        rows(key=cast(Declaration.public_id, Text), title=Supplier.name)
        .join(Supplier, Supplier.id == Declaration.supplier_id)
        .outerjoin(DeclarationCheck, DeclarationCheck.declaration_id == Declaration.id)
        .where(
            Declaration.sent_at.is_not(None), DeclarationCheck.id.is_(None),
            Declaration.declared_by_id.is_distinct_from(USER),  # a colleague checks
        ),
        {"public_id": "key"},
    )
)  # fmt: skip


MARKS = (
    select(func.count(Declaration.sent_at)).scalar_subquery(),
    select(func.count(DeclarationCheck.id)).scalar_subquery(),
    select(func.count(SubcontractCheck.id)).scalar_subquery(),
    select(func.count(SubcontractWithdrawal.id)).scalar_subquery(),
)
"""SQL: numbers that change whenever what counts here does."""


class Declared:
    """What was declared and passed on in a period, to be laid over its purchases."""

    def __init__(self, session: Session, period: Period, area: AreaPack) -> None:
        self._landings = landings_of(landings(session), period)
        self._passed = passed_on(session, period, area)

    def contract(self, reference: Any) -> ColumnElement[str]:
        """SQL: the contract of a line where it has a declaration of its own, else ""."""
        apart = sorted({contract for _who, contract in self._landings if contract})
        return case((reference.in_(apart), reference), else_=literal("")) if apart else literal("")

    def applied(self, purchases: Iterable[Purchase]) -> list[Purchase]:
        """The purchases as they count: what was passed on with the subcontractor, and what landed beside each."""
        return land(pass_on(list(purchases), self._passed), self._landings)
