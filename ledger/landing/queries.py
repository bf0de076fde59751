"""Reading who paid whom, and what was passed on."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from cwb.identity.models import Organisation
from cwb.kernel.period import Period
from ledger.declarations.errors import DeclarationUnknown
from ledger.declarations.models import (
    Declaration,
    DeclarationCheck,
    DeclaredPurchase,
    Subcontract,
    SubcontractCheck,
    SubcontractWithdrawal,
)
from ledger.declarations.queries import STANDS, landings
from ledger.declarations.rules import landings_of
from ledger.landing.errors import FlagGone, PaperUnknown
from ledger.landing.models import FlagAnswer, SubcontractPaper
from ledger.landing.rules import Bought, Flag, Payment, cycles, little, names
from ledger.rollups.models import SpendRollup
from ledger.rollups.queries import inside
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.queries import WHOSE

_PARTY, _ANCHOR = aliased(Organisation), aliased(Organisation)
_NODE = func.coalesce(_PARTY.kvk_number, Supplier.kvk_number, func.concat("s", Supplier.id))
_ANCHOR_NODE = func.coalesce(_ANCHOR.kvk_number, func.concat("p", _ANCHOR.id))


def payments(session: Session, period: Period) -> list[Payment]:
    """Who paid whom: by the anchors' lines, by what suppliers declared they bought, and by what primes passed on."""
    lines = session.execute(
        select(_ANCHOR_NODE, _NODE, func.sum(SpendRollup.net_amount))
        .join(_ANCHOR, _ANCHOR.id == SpendRollup.anchor_id)
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .outerjoin(_PARTY, _PARTY.id == Supplier.party_id)
        .where(inside(period))
        .group_by(_ANCHOR_NODE, _NODE)
    )
    declared = session.execute(
        select(_NODE, DeclaredPurchase.kvk_number, func.sum(DeclaredPurchase.amount))
        .join(Declaration, Declaration.id == DeclaredPurchase.declaration_id)
        .join(Supplier, Supplier.id == Declaration.supplier_id)
        .outerjoin(_PARTY, _PARTY.id == Supplier.party_id)
        .where(
            Declaration.sent_at.is_not(None), Declaration.from_on < period.end, Declaration.until_on > period.start
        )
        .group_by(_NODE, DeclaredPurchase.kvk_number)
    )  # fmt: skip
    primes, subs = select(Subcontract.prime_id), select(Subcontract.sub_id)
    ends = (
        select(Supplier.id, _NODE)
        .outerjoin(_PARTY, _PARTY.id == Supplier.party_id)
        .where(or_(Supplier.id.in_(primes), Supplier.id.in_(subs)))
    )
    nodes = dict(session.execute(ends).all())
    on = session.scalars(
        select(Subcontract).where(
            STANDS, Subcontract.from_on < period.end, Subcontract.until_on > period.start
        )
    )
    return [
        *(Payment(payer, payee, int(amount)) for payer, payee, amount in (*lines, *declared)),
        *(Payment(nodes[each.prime_id], nodes[each.sub_id], each.amount) for each in on),
    ]


def bought(session: Session, period: Period) -> list[Bought]:
    """What all anchors together paid each supplier, with its number and whether it counts as local."""
    local = exists().where(
        SupplierStanding.supplier_id == Supplier.id, SupplierStanding.standing == Standing.LOCAL.value,
        SupplierStanding.from_on < period.end, SupplierStanding.until_on > period.start,
    )  # fmt: skip
    rows = session.execute(
        select(WHOSE, func.min(Supplier.name), func.min(Supplier.kvk_number), func.sum(SpendRollup.net_amount),
               func.bool_or(local))
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(inside(period), SpendRollup.exclusion.is_(None))
        .group_by(WHOSE)
    )  # fmt: skip
    return [Bought(key, name, number, int(amount), is_local) for key, name, number, amount, is_local in rows]


class Flags(NamedTuple):
    """What stands out in a period, and how the keys are called."""

    found: list[Flag]
    names: dict[str, str]


def flags(session: Session, period: Period) -> Flags:
    """Every flag of a period, each kind largest first."""
    suppliers = bought(session, period)
    landed = {
        who: Fraction(each.landed, each.turnover)
        for (who, contract), each in landings_of(landings(session), period).items()
        if not contract
    }
    on = (
        select(WHOSE, func.sum(Subcontract.amount))
        .join(Supplier, Supplier.id == Subcontract.prime_id)
        .where(STANDS, Subcontract.from_on >= period.start, Subcontract.until_on <= period.end)
        .group_by(WHOSE)
    )
    passed = {key: int(amount) for key, amount in session.execute(on)}
    found = [*cycles(payments(session, period)), *little(suppliers, landed, passed), *names(suppliers)]
    numbered = (
        select(func.coalesce(Supplier.kvk_number, ""), func.min(Supplier.name))
        .where(Supplier.kvk_number.is_not(None))
        .group_by(Supplier.kvk_number)
    )
    anchors = select(_ANCHOR_NODE, _ANCHOR.name).where(_ANCHOR.anchor_type.is_not(None))
    called = {each.key: each.name for each in suppliers}
    for statement in (numbered, anchors):
        called |= dict(session.execute(statement).all())
    return Flags(found, called)


def paid_by(session: Session, anchor_id: int, prime: Supplier, period: Period) -> int:
    """What an anchor paid a supplier for third-party work in a period, under whichever name it stands there."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(SpendRollup.net_amount), 0))
            .join(Supplier, Supplier.id == SpendRollup.supplier_id)
            .where(
                inside(period), SpendRollup.anchor_id == anchor_id, SpendRollup.exclusion.is_(None),
                Supplier.party_id == prime.party_id,
            )
        )
        or 0
    )  # fmt: skip


def passed_by(session: Session, anchor_id: int, prime_id: int, period: Period) -> int:
    """What of it was passed on already; what was refused or withdrawn does not count."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Subcontract.amount), 0))
            .outerjoin(SubcontractCheck, SubcontractCheck.subcontract_id == Subcontract.id)
            .where(
                STANDS, Subcontract.anchor_id == anchor_id, Subcontract.prime_id == prime_id,
                Subcontract.from_on == period.start, func.coalesce(SubcontractCheck.accepted, True),
            )
        )
        or 0
    )  # fmt: skip


def find_alike(
    session: Session, *, anchor_id: int, prime_id: int, sub: Supplier, period: Period, amount: int
) -> Subcontract | None:
    """What stands with the same subcontractor, buyer, quarter and amount, the latest; not refused or withdrawn."""
    theirs = aliased(Supplier)
    return session.scalars(
        select(Subcontract)
        .join(theirs, theirs.id == Subcontract.sub_id)
        .outerjoin(SubcontractCheck, SubcontractCheck.subcontract_id == Subcontract.id)
        .where(
            STANDS, Subcontract.anchor_id == anchor_id, Subcontract.prime_id == prime_id, Subcontract.amount == amount,
            Subcontract.from_on == period.start, Subcontract.until_on == period.end,
            or_(theirs.id == sub.id, theirs.kvk_number == sub.kvk_number),
            func.coalesce(SubcontractCheck.accepted, True),
        )
        .order_by(Subcontract.id.desc())
        .limit(1)
    ).first()  # fmt: skip


_WITH = (
    joinedload(Subcontract.anchor), joinedload(Subcontract.prime), joinedload(Subcontract.sub),
    joinedload(Subcontract.check), joinedload(Subcontract.withdrawal),
)  # fmt: skip


def subcontracts(party_id: int | None) -> Select[Subcontract]:
    """What was passed on: by one organisation, or (None) by all; still to be checked first."""
    statement = (
        select(Subcontract)
        .outerjoin(SubcontractCheck, SubcontractCheck.subcontract_id == Subcontract.id)
        .options(*_WITH)
        .order_by(or_(SubcontractCheck.id.is_not(None), ~STANDS), Subcontract.id.desc())
    )
    if party_id is None:
        return statement
    return statement.join(Supplier, Supplier.id == Subcontract.prime_id).where(Supplier.party_id == party_id)


def subcontract(session: Session, public_id: UUID, party_id: int | None = None) -> Subcontract:
    """One of them, with who said so and who looked.

    Raises:
        DeclarationUnknown: none has this id, or it is not of this organisation.
    """
    found = session.scalar(
        subcontracts(party_id)
        .where(Subcontract.public_id == public_id)
        .options(
            joinedload(Subcontract.check).joinedload(SubcontractCheck.checker), joinedload(Subcontract.declared_by),
            joinedload(Subcontract.withdrawal).joinedload(SubcontractWithdrawal.by),
        )
    )  # fmt: skip
    if found is None:
        raise DeclarationUnknown
    return found


def papers(session: Session, one: Subcontract) -> Sequence[SubcontractPaper]:
    """The papers with it, without their content, first one first."""
    return session.scalars(
        select(SubcontractPaper)
        .where(SubcontractPaper.subcontract_id == one.id)
        .options(joinedload(SubcontractPaper.added_by))
        .order_by(SubcontractPaper.id)
    ).all()


def paper(session: Session, one: Subcontract, public_id: UUID) -> SubcontractPaper:
    """One of the papers with it.

    Raises:
        PaperUnknown: it is not with this one.
    """
    found = session.scalar(
        select(SubcontractPaper).where(
            SubcontractPaper.subcontract_id == one.id, SubcontractPaper.public_id == public_id
        )
    )
    if found is None:
        raise PaperUnknown
    return found


def rounds_with(session: Session, one: Subcontract) -> list[Flag]:
    """The rounds in which money comes back to who spent it, that go through this passing on."""
    period = Period.quarter_of(one.from_on)
    nodes = dict(
        session.execute(
            select(Supplier.id, _NODE)
            .outerjoin(_PARTY, _PARTY.id == Supplier.party_id)
            .where(Supplier.id.in_((one.prime_id, one.sub_id)))
        ).all()
    )
    prime, sub = nodes[one.prime_id], nodes[one.sub_id]
    return [
        each
        for each in cycles(payments(session, period))
        if (prime, sub) in zip(each.parties, (*each.parties[1:], each.parties[0]), strict=True)
    ]


def buyers_of(session: Session, party_id: int) -> Sequence[tuple[str, str]]:
    """The anchors that bought from an organisation: public id and name."""
    bought_there = exists().where(
        SpendRollup.anchor_id == Organisation.id,
        SpendRollup.supplier_id == Supplier.id,
        Supplier.party_id == party_id,
    )
    return [
        (str(public_id), name)
        for public_id, name in session.execute(
            select(Organisation.public_id, Organisation.name)
            .where(Organisation.anchor_type.is_not(None), bought_there)
            .order_by(Organisation.search_name)
        )
    ]


class Level(NamedTuple):
    """What of a supplier one level says: how much or what, by which grade, until when."""

    level: str
    grade: int
    part: Fraction | None
    local: bool | None


def levels_of(session: Session, party_id: int, on: Any) -> list[Level]:
    """What is proven of an organisation on a day, level by level; a level without a row is not proven."""
    ids = select(Supplier.id).where(Supplier.party_id == party_id)
    rows = session.scalars(
        select(SupplierStanding)
        .where(SupplierStanding.supplier_id.in_(ids), SupplierStanding.from_on <= on, SupplierStanding.until_on > on)
        .order_by(SupplierStanding.id)
    )  # fmt: skip
    found: dict[str, Level] = {}
    for each in rows:
        level = "L1b" if each.contract_reference else "L1a"
        local = None if each.standing == Standing.UNKNOWN else each.standing == Standing.LOCAL
        if level not in found or local:
            found[level] = Level(level, each.grade, None, local)
    one = session.execute(
        select(Declaration, DeclarationCheck)
        .join(DeclarationCheck, DeclarationCheck.declaration_id == Declaration.id)
        .where(
            Declaration.supplier_id.in_(ids), DeclarationCheck.accepted, DeclarationCheck.expires_on > on,
            Declaration.contract_reference == "", Declaration.from_on <= on,
        )
        .order_by(Declaration.from_on.desc(), Declaration.id.desc())
        .limit(1)
    ).first()  # fmt: skip
    if one is not None:
        said, check = one
        parts = (
            ("L2", said.local_hour_count, said.hour_count), ("L3", said.wages_amount, said.turnover_amount),
            ("L4", said.resident_vote_count, said.vote_count), ("L5", check.purchases_amount, said.turnover_amount),
        )  # fmt: skip
        for level, part, whole in parts:
            if whole:
                found[level] = Level(level, check.grade, Fraction(part, whole), None)
    return [found[level] for level in sorted(found)]


def answers(session: Session, period: Period) -> dict[str, list[FlagAnswer]]:
    """What was written down about the flags of a period, by their keys, latest first."""
    found: dict[str, list[FlagAnswer]] = {}
    for each in session.scalars(
        select(FlagAnswer)
        .where(FlagAnswer.period == str(period))
        .options(joinedload(FlagAnswer.by))
        .order_by(FlagAnswer.id.desc())
    ):
        found.setdefault(each.key, []).append(each)
    return found


def flag(session: Session, period: Period, key: str) -> tuple[Flag, dict[str, str]]:
    """One flag of a period, and how its keys are called.

    Raises:
        FlagGone: nothing of the kind stands out.
    """
    all_ = flags(session, period)
    found = next((each for each in all_.found if each.key == key), None)
    if found is None:
        raise FlagGone
    return found, all_.names
