"""Giving a reader the figure of a period."""

from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from cwb.kernel.period import Period
from cwb.places.rules import AreaPack
from ledger.exports.gateway import export
from ledger.publication.models import Publication
from ledger.publication.queries import document, find_latest, find_newest_quarter


class Told(NamedTuple):
    """What a reader gets of a period. `export` is None where nobody signed and the reader reads no drafts.

    `signed`: the version that stands, if any; with `draft` the export is how it stands now, whatever was signed.
    """

    export: dict[str, Any] | None
    signed: Publication | None
    draft: bool


def told(session: Session, period: Period, area: AreaPack, *, drafts: bool) -> Told:
    """The figure of a period for who reads drafts, or for everybody else. Do not change it."""
    found = find_latest(session, str(period))
    if drafts:
        return Told(export(session, period, area), found, draft=True)
    return Told(as_signed(session, found), found, draft=False)


def as_signed(session: Session, found: Publication | None) -> dict[str, Any] | None:
    """The export of a version, as everybody reads it; None without one."""
    return None if found is None else document(session, found.preparation)


def newest_signed(session: Session) -> tuple[Publication, dict[str, Any]] | None:
    """The version that stands of the latest quarter that was signed, with its export; None while none was."""
    found = find_newest_quarter(session)
    return None if found is None else (found, document(session, found.preparation))
