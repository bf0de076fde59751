"""Reading how suppliers number."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.numbering.models import Numbering, NumberSeries
from ledger.numbering.rules import DEFAULT, Series


def numbering(session: Session, party_id: int, year: int) -> Series:
    """How a supplier numbers, with the number that comes next in a year."""
    chosen = session.get(Numbering, party_id)
    series = chosen.series if chosen else DEFAULT
    running = session.get(NumberSeries, (party_id, series.prefix_in(year)))
    return Series(series.prefix, running.next_number, series.least_digits) if running else series


def locked(session: Session, party_id: int) -> Numbering:
    """A supplier's choice as it is now, and nobody else's until the end of the transaction."""
    statement = select(Numbering).where(Numbering.party_id == party_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def find_series(session: Session, party_id: int, prefix: str) -> NumberSeries | None:
    """The series of a prefix, when it gave numbers; as it is now."""
    return session.get(NumberSeries, (party_id, prefix), populate_existing=True)


def used_prefixes(session: Session, party_id: int) -> Sequence[str]:
    """The prefixes under which a supplier gave numbers."""
    return session.scalars(select(NumberSeries.prefix).where(NumberSeries.party_id == party_id)).all()
