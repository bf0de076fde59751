"""Choosing a series, and giving numbers from it."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.kernel.clock import local_date
from ledger.numbering import queries, rules
from ledger.numbering.errors import SeriesInUse
from ledger.numbering.models import Numbering, NumberSeries
from ledger.numbering.rules import DEFAULT, Given, Series


def set_series(
    session: Session,
    *,
    party_id: int,
    prefix: str,
    next_number: int,
    least_digits: int,
    actor_id: int,
    at: datetime,
) -> None:
    """Let a supplier go on with its own numbers: prefix (`{jaar}` is the year), next number, least digits (0 to 8).

    Raises:
        SeriesWrong, SeriesNumberWrong: no such series.
        SeriesInUse: numbers were given under this prefix; another next number would leave a gap or a double.
        SeriesLikeOther: numbers could be read as those of an earlier prefix.
    """
    asked = Series(prefix.strip(), next_number, least_digits)
    row = _locked(session, party_id)
    now = asked.prefix_in(local_date(at).year)
    running = queries.find_series(session, party_id, now)
    if running is None:
        rules.check_prefix(now, queries.used_prefixes(session, party_id))
        row.first_number = next_number
    elif running.next_number != next_number:
        raise SeriesInUse(next=running.next_number, field="next_number")
    row.prefix, row.least_digits = asked.prefix, least_digits
    session.flush()
    record(
        session, action="numbering.set", subject=f"organisation:{party_id}", actor_id=actor_id,
        facts={"prefix": asked.prefix, "next_number": next_number, "least_digits": least_digits}, at=at,
    )  # fmt: skip


def next_number(session: Session, *, party_id: int, year: int) -> Given:
    """Give the next number for a document of a year. Others of the same supplier wait until this one is committed.

    Raises:
        SeriesLikeOther: a new year's prefix could be read as an earlier one.
    """
    row = _locked(session, party_id)
    prefix = row.series.prefix_in(year)
    running = queries.find_series(session, party_id, prefix)
    if running is None:
        rules.check_prefix(prefix, queries.used_prefixes(session, party_id))
        sequence, row.first_number = row.first_number, 1
        session.add(NumberSeries(party_id=party_id, prefix=prefix, next_number=sequence + 1))
    else:
        sequence = running.next_number
        running.next_number += 1
    session.flush()
    number = row.series.number(year, sequence)
    return Given(prefix, sequence, number, rules.rf_reference(number))


def _locked(session: Session, party_id: int) -> Numbering:
    session.execute(
        insert(Numbering)
        .values(
            party_id=party_id, prefix=DEFAULT.prefix, first_number=DEFAULT.next_number,
            least_digits=DEFAULT.least_digits,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    return queries.locked(session, party_id)
