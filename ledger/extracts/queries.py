"""Reading what registers said."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload, selectinload

from cwb.kernel.prepared import containing
from cwb.kernel.text import search_key
from ledger.extracts.errors import ExtractUnknown
from ledger.extracts.models import RegisterBranch, RegisterExtract

_NEWEST = (
    select(RegisterExtract.id)
    .ext(distinct_on(RegisterExtract.kvk_number))
    .order_by(RegisterExtract.kvk_number, RegisterExtract.looked_up_on.desc(), RegisterExtract.id.desc())
)


def latest(session: Session, numbers: Collection[str]) -> dict[str, RegisterExtract]:
    """KvK number → the latest extract of it, with its establishments; numbers nobody looked up are missing."""
    if not numbers:
        return {}
    newest = _NEWEST.where(RegisterExtract.kvk_number == any_(literal(list(numbers), ARRAY(Text))))
    found = session.scalars(
        select(RegisterExtract)
        .where(RegisterExtract.id.in_(newest))
        .options(selectinload(RegisterExtract.branches))
    )
    return {each.kvk_number: each for each in found}


def numbers_of(
    session: Session, *, branches: Collection[str], vat_ids: Collection[str], ibans: Collection[str]
) -> dict[tuple[str, str], set[str]]:
    """(kind, identifier) → the KvK numbers whose latest extract carries it; kinds are branch, vat and iban."""
    found: dict[tuple[str, str], set[str]] = {}
    asked = (
        ("vat", RegisterExtract.vat_id, vat_ids), ("iban", RegisterExtract.iban, ibans),
        ("branch", RegisterBranch.number, branches),
    )  # fmt: skip
    for kind, column, values in asked:
        if not values:
            continue
        rows = session.execute(
            select(column, RegisterExtract.kvk_number)
            .join_from(RegisterExtract, RegisterBranch, isouter=kind != "branch")
            .where(column.in_(values), RegisterExtract.id.in_(_newest_of(column, values)))
            .distinct()
        )
        for value, number in rows:
            found.setdefault((kind, value or ""), set()).add(number)
    return found


def _newest_of(column: object, values: Collection[str]) -> Select[int]:
    """The newest extracts of every number that ever carried one of these."""
    ever = (
        select(RegisterExtract.kvk_number)
        .join_from(RegisterExtract, RegisterBranch, isouter=True)
        .where(column.in_(values))  # type: ignore[attr-defined]  # a column of either table
    )
    return _NEWEST.where(RegisterExtract.kvk_number.in_(ever))


def history(session: Session, number: str) -> Sequence[RegisterExtract]:
    """Every extract of a number, latest first, with establishments and who brought it."""
    return session.scalars(
        select(RegisterExtract)
        .where(RegisterExtract.kvk_number == number)
        .options(selectinload(RegisterExtract.branches), joinedload(RegisterExtract.created_by))
        .order_by(RegisterExtract.looked_up_on.desc(), RegisterExtract.id.desc())
    ).all()


def extract(session: Session, public_id: UUID) -> RegisterExtract:
    """The extract with this public id, with its establishments.

    Raises:
        ExtractUnknown: none has it.
    """
    found = session.scalar(
        select(RegisterExtract)
        .where(RegisterExtract.public_id == public_id)
        .options(selectinload(RegisterExtract.branches), joinedload(RegisterExtract.created_by))
    )
    if found is None:
        raise ExtractUnknown
    return found


def extracts(text: str = "") -> Select[RegisterExtract]:
    """The latest extract of every number, by name; narrowed by a number or a part of the name."""
    newest = _NEWEST.subquery()
    statement = (
        select(RegisterExtract)
        .join(newest, newest.c.id == RegisterExtract.id)
        .options(selectinload(RegisterExtract.branches))
        .order_by(func.lower(RegisterExtract.name), RegisterExtract.id)
    )
    if key := search_key(text):
        pattern = containing(key)
        statement = statement.where(
            or_(
                func.lower(RegisterExtract.name).like(pattern, escape="/"),
                RegisterExtract.kvk_number == text.strip(),
            )
        )
    return statement


def names(session: Session) -> Sequence[tuple[str, str, list[str]]]:
    """Number, name and trade names of every legal person that was looked up."""
    newest = _NEWEST.subquery()
    rows = session.execute(
        select(RegisterExtract.kvk_number, RegisterExtract.name, RegisterExtract.trade_names).join(
            newest, newest.c.id == RegisterExtract.id
        )
    )
    return [(number, name, trade) for number, name, trade in rows]
