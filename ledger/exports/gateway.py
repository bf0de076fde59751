"""The shelf of exports: whoever asks gets the one that is right now, from memory, from the table, or made."""

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.canonical import canonical_json
from cwb.kernel.collecting import without_collecting
from cwb.kernel.kept import Kept
from cwb.kernel.period import Period
from cwb.kernel.transaction import atomic, in_atomic
from cwb.places.rules import AreaPack
from ledger.exports import queries
from ledger.handed.queries import silent
from ledger.handed.rules import Silent
from ledger.rollups.queries import anchors

_KEPT: Kept[dict[str, Any]] = Kept(64)
_WHOLE: Kept[dict[str, Any]] = Kept(8)
_SILENT: Kept[list[Silent]] = Kept(64)
_KEEP = text("""
    INSERT INTO spend_export (period, area_id, made_from, document, at)
    VALUES (:period, :area_id, :made_from, :document, cwb_now())
    ON CONFLICT (period, area_id) DO UPDATE
    SET made_from = excluded.made_from, document = excluded.document, at = excluded.at
""")


def export(session: Session, period: Period, area: AreaPack) -> dict[str, Any]:
    """The public export of a period with its figures. Do not change it.

    Made anew when a line, a standing or a name it rests on has changed: by the first who asks, in any process, while
    the others wait for it. So a reader may write here; outside of a use case that is committed at once.

    Raises:
        NotWholeQuarters: a span that is no quarter and no year.
    """
    return _kept(session, period, area, _key(session, period, area))


def export_and_silent(
    session: Session, period: Period, area: AreaPack
) -> tuple[dict[str, Any], list[Silent]]:
    """The same, and of which buyers a month of a whole quarter has no line; kept for as long.

    Raises:
        NotWholeQuarters: as above.
    """
    key = _key(session, period, area)
    return _kept(session, period, area, key), _SILENT.get(key, lambda: silent(session, period))


def whole_export(session: Session, period: Period, area: AreaPack) -> dict[str, Any]:
    """The same of all buyers together: no buyer, category or wijk is told apart, and nothing is compared.

    Raises:
        NotWholeQuarters: as above.
    """

    def make() -> dict[str, Any]:
        with without_collecting():
            return queries.whole(session, period, area)

    return _WHOLE.get(_key(session, period, area), make)


def _key(session: Session, period: Period, area: AreaPack) -> tuple[str, str]:
    """The database, and what an export of it is made from."""
    return str(session.get_bind().engine.url), queries.made_from(session, period, area)


def _kept(session: Session, period: Period, area: AreaPack, key: tuple[str, str]) -> dict[str, Any]:
    def ask() -> dict[str, Any]:
        if (found := _find(session, period, area, key[1])) is not None:
            return found
        if in_atomic(session):
            return _made(session, period, area)
        with atomic(session):
            return _made(session, period, area)

    return _KEPT.get(key, ask)


def _find(session: Session, period: Period, area: AreaPack, origin: str) -> dict[str, Any] | None:
    kept = queries.find_kept(session, period, area, origin)
    return None if kept is None else json.loads(kept)


def _made(session: Session, period: Period, area: AreaPack) -> dict[str, Any]:
    """The export of a period, made and kept after that of the period before, unless another process did meanwhile.

    So a change costs the periods it touches, not all that went before. Locks are taken from late to early.
    """
    queries.lock(session, period)
    origin = queries.made_from(session, period, area)
    found = _find(session, period, area, origin)
    if found is None:
        earlier = queries.earlier(session, period)
        previous = None if earlier is None else _made(session, earlier, area)
        with without_collecting():
            found = queries.made(session, period, area, anchors(session), previous)
        facts = {"period": str(period), "area_id": area.id, "made_from": origin}
        session.execute(_KEEP, {**facts, "document": canonical_json(found).decode()})
    return found
