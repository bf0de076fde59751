"""Use cases of corrections: code a line, correct it, take a whole file back."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import Organisation
from ledger.repeats.queries import LAST_HELD, OWN, revived, standing_in, stands
from ledger.repeats.services import REPLACE, rests_on_others, settle
from ledger.rollups import services as rollups
from ledger.spend import queries, rules
from ledger.spend.errors import ImportUndone, LineReplaced, LineUnchanged
from ledger.spend.models import SpendImport, SpendLine, SpendUndo
from ledger.spend.queries import Wanted
from ledger.spend.rules import Kind, Source
from ledger.suppliers.events import SupplierLinked
from ledger.suppliers.models import Supplier
from ledger.suppliers.queries import supplier_by_id


def code_exclusion(
    session: Session, *, line: SpendLine, code: str | None, reason: str, actor_id: int, at: datetime
) -> SpendLine:
    """Take a line off the denominator for a reason of the closed list, or (None) put it back.

    Raises:
        ExclusionUnknown, ExclusionNotAnchor, ReasonMissing, LineUnchanged: input.
        LineReplaced: somebody corrected it first.
    """
    supplier = supplier_by_id(session, line.supplier_id)
    party = session.get(Organisation, supplier.party_id) if supplier.party_id is not None else None
    wanted = rules.check_exclusion(code, payee_is_anchor=party is not None and party.anchor_type is not None)
    return _replace(session, line, {"exclusion": wanted, "coded_by_id": actor_id}, reason, actor_id, at)


def correct_line(
    session: Session, *, line: SpendLine, reason: str, actor_id: int, at: datetime, **changes: Any
) -> SpendLine:
    """Correct a line's `net_amount` (cents), `category`, `cpv` or `description`: a reversal and a new row.

    Raises:
        TypeError: another column.
        ReasonMissing, LineUnchanged: input. LineReplaced: somebody corrected it first.
    """
    if strange := changes.keys() - {"net_amount", "category", "cpv", "description"}:
        raise TypeError(f"not corrected this way: {', '.join(sorted(strange))}")
    return _replace(session, line, changes, reason, actor_id, at)


def _replace(
    session: Session,
    line: SpendLine,
    changes: Mapping[str, Any],
    reason: str,
    actor_id: int | None,
    at: datetime,
) -> SpendLine:
    told = rules.check_reason(reason)
    hold(session, line.anchor_id)
    if line.weight != 1 or queries.find_reversal(session, line.id) is not None:
        raise LineReplaced
    if all(getattr(line, name) == value for name, value in changes.items() if name != "coded_by_id"):
        raise LineUnchanged(field="exclusion" if "exclusion" in changes else None)
    kept = {
        column.name: getattr(line, column.name)
        for column in SpendLine.__table__.columns
        if column.name not in {"id", "public_id"}
    } | {"replaces_id": line.id, "reason": told, "actor_id": actor_id, "recorded_at": at, "same_as_id": None}
    back = SpendLine(
        **kept | {"kind": Kind.REVERSAL, "weight": -1, "net_amount": -line.net_amount,
                  "irrecoverable_vat_amount": -line.irrecoverable_vat_amount}
    )  # fmt: skip
    new = SpendLine(**kept | {"kind": Kind.CORRECTION, "weight": 1} | dict(changes))
    after = rollups.mark(session)
    session.add_all([back, new])
    rollups.fold(session, anchor_id=line.anchor_id, after=after)
    record(
        session, action="spend.corrected", subject=f"spend_line:{line.public_id}", actor_id=actor_id,
        facts={"by": str(new.public_id), "columns": sorted(set(changes) - {"coded_by_id"})}, at=at,
    )  # fmt: skip
    return new


def hold(session: Session, anchor_id: int) -> None:
    """One writer of lines at a time per anchor."""
    session.execute(
        select(Organisation.id).where(Organisation.id == anchor_id).with_for_update(key_share=True)
    )


_SPAN = text("SELECT min(id), max(id) FROM spend_line WHERE import_id = :import_id")
_TAKE_BACK = text(
    REPLACE.format(
        kind="reversal",
        weight=-1,
        sign=-1,
        only=f"""
            {OWN} AND id BETWEEN :first AND :last
            AND NOT EXISTS (
                SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal' OFFSET 0
            )
        """,
    )
)
"""OFFSET 0: each line is looked up by itself. Joined, all that was taken back before is gone through each time."""
_TAKE_LAST = text(
    REPLACE.format(
        kind="reversal",
        weight=-1,
        sign=-1,
        only=f"""
            {LAST_HELD} AND NOT EXISTS (
                SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'reversal'
            )
        """,
    )
)
_STAND_IN = text(REPLACE.format(kind="correction", weight=1, sign=1, only=standing_in(stands)))
_REVIVE = text(REPLACE.format(kind="correction", weight=1, sign=1, only=revived(stands)))
_COUNT_AFTER_ALL = text(
    REPLACE.format(
        kind="correction", weight=1, sign=1, only="id = ANY(CAST(:lines AS bigint[])) AND kind = 'conflict'"
    )
)


def count_after_all(
    session: Session,
    *,
    anchor_id: int,
    line_ids: Sequence[int],
    reason: str,
    actor_id: int | None,
    at: datetime,
) -> None:
    """Let lines that waited for a decision count: a correction in the place of each."""
    after = rollups.mark(session)
    facts = {"lines": list(line_ids), "reason": reason, "actor_id": actor_id, "at": at}
    session.execute(_COUNT_AFTER_ALL, facts)
    rollups.fold(session, anchor_id=anchor_id, after=after)


def take_off(
    session: Session, *, anchor_id: int, line_ids: Sequence[int], reason: str, actor_id: int | None, at: datetime,
) -> None:  # fmt: skip
    """Let lines that count count no more: a reversal of each."""
    after = rollups.mark(session)
    session.execute(_TAKE_OFF, {"lines": list(line_ids), "reason": reason, "actor_id": actor_id, "at": at})
    rollups.fold(session, anchor_id=anchor_id, after=after)


def undo_import(
    session: Session, *, made: SpendImport, reason: str, actor_id: int | None, at: datetime,
    progress: Callable[[int], None] = lambda _lines: None,
) -> SpendUndo:  # fmt: skip
    """Take a whole file back: every line of it that counts gets a reversal, and what it stood for counts.

    That are invoices made here, lines of another file that were the same purchase, and what it replaced. Lines that a
    further file holds in the same words stay (`ledger.repeats`); what this file was the last to hold goes with it.
    Handing in the same file afterwards adds its lines again. `progress` is told how many lines were taken back.

    Raises:
        ReasonMissing: no reason.
        ImportUndone: it was taken back already.
    """
    told = rules.check_reason(reason)
    session.execute(text("SET LOCAL lock_timeout = '600s'"))
    hold(session, made.anchor_id)
    if made.id in queries.undone(session, made.anchor_id):
        raise ImportUndone
    after = rollups.mark(session)
    facts = {
        "import_id": made.id, "anchor_id": made.anchor_id, "reason": told, "actor_id": actor_id, "at": at
    }  # fmt: skip
    count = 0
    for first, last in rules.slices(*session.execute(_SPAN, facts).one()):
        taken: Any = session.execute(_TAKE_BACK, {**facts, "first": first, "last": last})
        count += taken.rowcount
        progress(count)
    taken = session.execute(_TAKE_LAST, facts)
    count += taken.rowcount
    undo = {name: value for name, value in facts.items() if name != "anchor_id"}
    session.execute(insert(SpendUndo), {**undo, "line_count": count})
    session.execute(_STAND_IN, facts)
    session.execute(_REVIVE, facts)
    rollups.fold(session, anchor_id=made.anchor_id, after=after, import_id=made.id)
    settle(session, anchor_id=made.anchor_id, actor_id=actor_id, at=at)
    rests_on_others(session, made.id)
    record(
        session, action="spend.import_undone", subject=f"spend_import:{made.public_id}", actor_id=actor_id,
        facts={"lines": count}, at=at,
    )  # fmt: skip
    return session.scalars(select(SpendUndo).where(SpendUndo.import_id == made.id)).one()


_ONCE = "zelfde factuur als een van hier: de leverancier is die organisatie"
"""The reason of a reversal by `count_once`; by it the line is found again when the link is undone."""

_TAKE_OFF = text(
    REPLACE.format(kind="reversal", weight=-1, sign=-1, only="id = ANY(CAST(:lines AS bigint[]))")
)
_PUT_BACK = text(
    REPLACE.format(
        kind="correction",
        weight=1,
        sign=1,
        only=f"""
            supplier_id = :supplier_id AND weight = 1
            AND EXISTS (
                SELECT FROM spend_line back
                WHERE back.replaces_id = line.id AND back.kind = 'reversal' AND back.reason = :once
            )
            AND NOT EXISTS (
                SELECT FROM spend_line again WHERE again.replaces_id = line.id AND again.kind = 'correction'
            )
            AND EXISTS (SELECT FROM spend_line root WHERE root.id = spend_root(line.id) AND {stands("root")})
        """,
    )
)


def count_once(session: Session, event: SupplierLinked) -> None:
    """A supplier turned out to be a party of this house: a purchase that is also an invoice made here counts once.

    The invoice counts on, as when the file names the party itself; lines of the same document and sum are taken off.
    When the link is undone they count again. Another sum leaves both, until a person decides (`ledger.conflicts`).
    """
    supplier = supplier_by_id(session, event.supplier_id)
    anchor_id = supplier.recorded_by_id
    if anchor_id is None:
        return
    facts: dict[str, Any] = {
        "actor_id": event.actor_id, "at": event.at, "supplier_id": supplier.id, "once": _ONCE,
    }  # fmt: skip
    if event.party_id is None:
        act, facts = _PUT_BACK, {**facts, "reason": "de koppeling is losgemaakt"}
    elif found := _twice(session, supplier.id, anchor_id, event.party_id):
        act, facts = _TAKE_OFF, {**facts, "lines": found, "reason": _ONCE}
    else:
        return
    hold(session, anchor_id)
    after = rollups.mark(session)
    session.execute(act, facts)
    rollups.fold(session, anchor_id=anchor_id, after=after)


def _twice(session: Session, supplier_id: int, anchor_id: int, party_id: int) -> list[int]:
    """Ledger lines of a supplier that count and are together an invoice made here by this party that counts too."""
    invoices: dict[str, int] = defaultdict(int)
    of_party = queries.lines(Wanted(anchor_id=anchor_id)).where(
        SpendLine.source == Source.INVOICE, Supplier.party_id == party_id, SpendLine.document_key != ""
    )
    for line in session.scalars(of_party):
        invoices[line.document_key] += line.net_amount
    recorded: dict[str, list[SpendLine]] = defaultdict(list)
    mine = queries.lines(Wanted(anchor_id=anchor_id, supplier_id=supplier_id)).where(
        SpendLine.source == Source.RECORDED, SpendLine.document_key.in_(list(invoices))
    )
    for line in session.scalars(mine):
        recorded[line.document_key].append(line)
    return [
        line.id
        for key, those in recorded.items()
        if rules.kind_of_match([each.net_amount for each in those], invoices[key]) is Kind.SAME
        for line in those
    ]


def code_anchor_payments(session: Session, event: SupplierLinked) -> None:
    """A supplier turned out to be a reporting anchor: its uncoded lines are payments between anchors (X6)."""
    party = session.get(Organisation, event.party_id) if event.party_id is not None else None
    if party is None or party.anchor_type is None:
        return
    supplier = supplier_by_id(session, event.supplier_id)
    for line in queries.uncoded(session, supplier.id):
        changes = {"exclusion": "X6", "coded_by_id": event.actor_id}
        _replace(session, line, changes, "de leverancier rapporteert zelf", event.actor_id, event.at)
