"""The way of sums into the database: a table that lives as long as the transaction, filled by COPY."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.rollups.rules import Sums

_COLUMNS = (
    "supplier_id, from_on, until_on, category, exclusion, contract_reference, contract_starts_on, contract_ends_on, "
    "net_amount, irrecoverable_vat_amount, weight"
)
_TABLE = text("""
    CREATE TEMPORARY TABLE IF NOT EXISTS spend_summed (
        supplier_id bigint NOT NULL, from_on date, until_on date, category text NOT NULL, exclusion text,
        contract_reference text NOT NULL, contract_starts_on date, contract_ends_on date, net_amount bigint NOT NULL,
        irrecoverable_vat_amount bigint NOT NULL, weight bigint NOT NULL
    ) ON COMMIT DROP
""")


def hand_over(session: Session, sums: Sums) -> None:
    """Put what was added up until now beside what went before. Nothing else may use the connection meanwhile."""
    if not sums.stored:
        session.execute(_TABLE)
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor() as cursor, cursor.copy(f"COPY spend_summed ({_COLUMNS}) FROM STDIN") as copy:
        for row in sums.taken():
            copy.write_row(row)


def clear(session: Session) -> None:
    """Forget the sums, for the next act of this transaction."""
    session.execute(text("TRUNCATE spend_summed"))
