"""Reading the sums of purchase lines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    any_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.kernel.text import search_key
from cwb.places.rules import AreaPack, Variant
from ledger.declarations.queries import MARKS, Declared
from ledger.disclosure.rules import Purchase
from ledger.rollups.models import SpendChange, SpendRollup
from ledger.rollups.rules import whole_quarters
from ledger.share.rules import Standing
from ledger.suppliers.models import Supplier, SupplierStanding
from ledger.suppliers.queries import WHOSE, array_of
from ledger.suppliers.rules import parts_of, ring

_QUARTERS: Kept[list[Period]] = Kept(16)

LINES = """
    SELECT line.anchor_id, date_trunc('quarter', line.period_on::timestamp)::date AS quarter_on, line.supplier_id,
        line.category, line.exclusion, line.contract_reference, line.contract_starts_on, line.contract_ends_on,
        coalesce(CASE WHEN branch.standing = 'local' THEN branch.standing ELSE seat.standing END, 'unknown')
            AS standing,
        coalesce(CASE WHEN branch.standing = 'local' THEN branch.grade ELSE seat.grade END, 0) AS grade,
        coalesce(CASE WHEN branch.standing = 'local' THEN branch.wijk ELSE seat.wijk END, '') AS wijk,
        CASE WHEN branch.standing = 'local' THEN branch.evidence_id ELSE seat.evidence_id END AS evidence_id,
        sum(line.net_amount) AS net_amount, sum(line.irrecoverable_vat_amount) AS irrecoverable_vat_amount,
        sum(line.weight) AS weight, count(*) FILTER (WHERE line.kind = 'reversal') AS reversals
    FROM {lines} line
    LEFT JOIN supplier_standing seat ON seat.supplier_id = line.supplier_id AND seat.contract_reference = ''
        AND line.period_on >= seat.from_on AND line.period_on < seat.until_on
    LEFT JOIN supplier_standing branch ON branch.supplier_id = line.supplier_id AND line.contract_reference <> ''
        AND branch.contract_reference = line.contract_reference
        AND line.period_on >= branch.from_on AND line.period_on < branch.until_on
    WHERE line.weight <> 0 {only}
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, seat.id, branch.id
"""
"""SQL: sums of lines, with the standing that counts on each: of a local branch that carries out the contract, else of
the seat. `lines` says where they stand, `only` narrows which."""

KEYS = (
    "anchor_id, quarter_on, supplier_id, category, exclusion, contract_reference, contract_starts_on, "
    "contract_ends_on, standing, grade, wijk, evidence_id"
)
SUMS = "net_amount, irrecoverable_vat_amount, weight, reversals"

_DIFFERENCES = f"""
    SELECT count(*) FROM (
        SELECT FROM (
            SELECT {KEYS}, {SUMS} FROM ({LINES.format(lines="spend_line", only="")}) line
            UNION ALL
            SELECT {KEYS}, -net_amount, -irrecoverable_vat_amount, -weight, -reversals FROM spend_rollup
        ) compared
        GROUP BY {KEYS}
        HAVING sum(net_amount) <> 0 OR sum(irrecoverable_vat_amount) <> 0 OR sum(weight) <> 0 OR sum(reversals) <> 0
    ) differing
"""


class Verified(NamedTuple):
    """How many lines count, what they sum up to (cents), and how many groups of the sums differ from the lines."""

    lines: int
    net: int
    differences: int


def verify(session: Session) -> Verified:
    """Sum up all lines anew and compare with what is kept."""
    lines, net = session.execute(
        text(
            "SELECT coalesce(sum(weight), 0), coalesce(sum(net_amount), 0) FROM spend_line WHERE weight <> 0"
        )
    ).one()
    return Verified(int(lines), int(net), int(session.scalar(text(_DIFFERENCES)) or 0))


def inside(period: Period) -> ColumnElement[bool]:
    """SQL: sums of this period.

    Raises:
        NotWholeQuarters: sums are kept per quarter.
    """
    span = whole_quarters(period)
    return and_(SpendRollup.quarter_on >= span.start, SpendRollup.quarter_on < span.end)


def purchases(session: Session, period: Period, area: AreaPack) -> list[Purchase]:
    """What every anchor bought of every supplier in a period, net, with what was proven on each invoice date.

    What was taken back as a whole is gone.

    Raises:
        NotWholeQuarters: a span that is no quarter and no year.
    """
    declared = Declared(session, period, area)
    starts, ends = SpendRollup.contract_starts_on, SpendRollup.contract_ends_on
    dated = or_(
        and_(starts >= period.start, starts < period.end), and_(ends >= period.start, ends < period.end)
    )
    influence = case(
        (and_(starts.is_(None), ends.is_(None)), "unknown"),
        (func.coalesce(dated, literal(False)), "yes"),
        else_="no",
    )
    keys = (
        SpendRollup.anchor_id, WHOSE, SpendRollup.category, SpendRollup.exclusion, SpendRollup.standing,
        SpendRollup.grade, SpendRollup.evidence_id, influence, declared.contract(SpendRollup.contract_reference),
        SpendRollup.wijk,
    )  # fmt: skip
    net, count = (cast(func.sum(each), BigInteger) for each in (SpendRollup.net_amount, SpendRollup.weight))
    rows = session.execute(
        select(*keys, net, count)
        .join(Supplier, Supplier.id == SpendRollup.supplier_id)
        .where(inside(period))
        .group_by(*keys)
        .having(or_(net != 0, count != 0))
    )
    names = {id_: str(public_id) for id_, public_id, _ in anchors(session)}
    proven = _variants(session, period, area)
    standings = {each.value: each for each in Standing}
    nothing = (parts_of(area.variants, ()), ""), False
    bought = [
        Purchase(
            names[anchor], whose, str(evidence or 0), category, standings[standing], f"E{grade}",
            proven.get(evidence, nothing)[0][0], amount, lines, code, influenced, contract,
            branch=proven.get(evidence, nothing)[1], wijk=wijk, ring=proven.get(evidence, nothing)[0][1],
        )
        for anchor, whose, category, code, standing, grade, evidence, influenced, contract, wijk, amount, lines in rows
    ]  # fmt: skip
    return declared.applied(bought)


def _variants(
    session: Session, period: Period, area: AreaPack
) -> Mapping[int, tuple[tuple[tuple[Standing, ...], str], bool]]:
    """What each evidence that counts in a period proves: of parts of the area, whether of a branch, how far off."""
    used = exists().where(SpendRollup.evidence_id == SupplierStanding.evidence_id, inside(period))
    columns = (
        SupplierStanding.evidence_id,
        SupplierStanding.standing,
        cast(SupplierStanding.variants, Text),
        SupplierStanding.contract_reference != "",
    )
    proven = _Proven(area.variants)
    return {
        evidence: (proven[standing, variants], branch)
        for evidence, standing, variants, branch in session.execute(select(*columns).where(used))
    }


def days_of_change(session: Session, supplier_ids: Sequence[int]) -> dict[int, list[date]]:
    """Supplier → the days on which what is proven of it changes, where that ever does."""
    found: dict[int, list[date]] = {}
    for key, from_on, until_on in session.execute(
        select(SupplierStanding.supplier_id, SupplierStanding.from_on, SupplierStanding.until_on).where(
            SupplierStanding.supplier_id == any_(array_of(supplier_ids, BigInteger))
        )
    ):
        found.setdefault(key, []).extend((from_on, until_on))
    return found


class _Proven(dict[tuple[str, str], tuple[tuple[Standing, ...], str]]):
    """What is proven of the parts of the area and how far off, by standing and JSON: few differ, so few are read."""

    def __init__(self, variants: Sequence[Variant]) -> None:
        super().__init__()
        self._variants = variants

    def __missing__(self, key: tuple[str, str]) -> tuple[tuple[Standing, ...], str]:
        standing, proven = Standing(key[0]), json.loads(key[1])
        self[key] = found = parts_of(self._variants, proven), ring(self._variants, standing, proven)
        return found


_REPORTS = and_(
    Organisation.anchor_type.is_not(None),
    exists().where(table("spend_line", column("anchor_id")).c.anchor_id == Organisation.id),
)

NAMED = select(
    func.md5(
        func.string_agg(
            func.concat(Organisation.public_id, Organisation.name), aggregate_order_by(literal("/"), Organisation.id)
        )
    )
).where(_REPORTS).scalar_subquery()  # fmt: skip
"""SQL: a text that changes whenever an anchor with purchase lines comes, goes or is called differently."""


def anchors(session: Session) -> Sequence[Row[int, UUID, str]]:
    """Every organisation with purchase lines: key, public id, name; by name."""
    return session.execute(
        select(Organisation.id, Organisation.public_id, Organisation.name)
        .where(_REPORTS)
        .order_by(Organisation.search_name)
    ).all()


def find_anchor(session: Session, text: str) -> str | None:
    """The public id of an anchor, by KvK number or public id."""
    found = session.scalar(
        select(Organisation.public_id).where(
            Organisation.anchor_type.is_not(None),
            or_(Organisation.kvk_number == text, cast(Organisation.public_id, Text) == text.lower()),
        )
    )
    return None if found is None else str(found)


def quarters(session: Session) -> list[Period]:
    """The quarters with lines that count, latest first: summed up once for each state of the sums."""
    acts = session.execute(select(func.count(SpendChange.id), func.max(SpendChange.id))).one()
    return _QUARTERS.get(
        (str(session.get_bind().engine.url), *acts),
        lambda: [
            Period.quarter_of(each)
            for each in session.scalars(
                select(SpendRollup.quarter_on)
                .where(SpendRollup.quarter_on.is_not(None))
                .group_by(SpendRollup.quarter_on)
                .having(func.sum(SpendRollup.weight) > 0)
                .order_by(SpendRollup.quarter_on.desc())
            )
            if each is not None
        ],
    )


def version(session: Session, span: Period, *more: ColumnElement[Any]) -> tuple[Any, ...]:
    """Numbers that grow with every act that changes a figure of this span: a line, a standing, a declaration.

    `more` is what else the caller rests on. The highest key tells apart what two acts saw of which one was rolled back.
    """
    found = session.execute(
        select(func.count(), func.coalesce(func.max(SpendChange.id), 0), *MARKS, *more).where(
            SpendChange.quarter_on >= span.start, SpendChange.quarter_on < span.end
        )
    ).one()
    return tuple(found)


def papers(session: Session, period: Period) -> dict[str, object]:
    """Which files and how many corrections a period rests on."""
    corrections, vat = session.execute(
        select(
            func.coalesce(func.sum(SpendRollup.reversals), 0),
            func.coalesce(func.sum(SpendRollup.irrecoverable_vat_amount), 0),
        ).where(inside(period))
    ).one()
    imports = table("spend_import", column("id"), column("checksum"))
    files = session.scalars(
        select(imports.c.checksum)
        .where(
            imports.c.id.in_(
                select(SpendChange.import_id).where(
                    SpendChange.quarter_on >= period.start, SpendChange.quarter_on < period.end
                )
            )
        )
        .order_by(imports.c.checksum)
    ).all()
    return {
        "corrections": int(corrections), "irrecoverable_vat_cents": int(vat), "import_checksums": list(files),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which sums are asked for; None leaves a filter out, `exclusion` "" asks for what has no code: D1."""

    period: Period | None = None
    anchor_id: int | None = None
    standing: Standing | None = None
    wijk: str | None = None
    category: str | None = None
    exclusion: str | None = None
    supplier_id: int | None = None
    text: str = ""


MOST_SUMS = 2_000
"""Of so many sums the suppliers are looked up; of more there are hardly few."""


class Totals(NamedTuple):
    """How many lines count now, how much they are (cents), and of whom: None when these are many, or nobody asked."""

    lines: int
    net: int
    suppliers: Sequence[int] | None


def totals(session: Session, asked: Narrowed, most: int = 0) -> Totals:
    """What these sums come to, with their suppliers when there are at most `most`.

    The suppliers are read whole: told to stop early, the database walks the sums of everybody in their order.
    """
    part = _narrow(
        select(
            func.coalesce(func.sum(SpendRollup.weight), 0), func.coalesce(func.sum(SpendRollup.net_amount), 0),
            func.count(),
        ),
        asked,
    )  # fmt: skip
    lines, net, sums = session.execute(part).one()
    few = None
    if most and sums <= MOST_SUMS:
        found = {*session.scalars(_narrow(select(SpendRollup.supplier_id), asked))}
        few = sorted(found) if len(found) <= most else None
    return Totals(int(lines), int(net), few)


def _narrow(statement: Select[*tuple[Any, ...]], asked: Narrowed) -> Select[*tuple[Any, ...]]:
    if asked.period is not None:
        statement = statement.where(inside(asked.period))
    third = asked.standing is not None or asked.wijk is not None or asked.exclusion == ""
    for part, value in (
        (SpendRollup.anchor_id, asked.anchor_id),
        (SpendRollup.standing, asked.standing.value if asked.standing else None),
        (SpendRollup.wijk, asked.wijk),
        (SpendRollup.category, asked.category),
        (SpendRollup.exclusion, asked.exclusion or None),
        (SpendRollup.supplier_id, asked.supplier_id),
    ):
        if value is not None:
            statement = statement.where(part == value)
    if third:
        statement = statement.where(SpendRollup.exclusion.is_(None))
    if key := search_key(asked.text):
        statement = statement.join(Supplier, Supplier.id == SpendRollup.supplier_id).where(
            Supplier.search_name.contains(key, autoescape=True)
        )
    return statement
