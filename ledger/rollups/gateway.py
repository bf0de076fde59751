"""The way of sums into the database: a table that lives as long as the transaction, filled by COPY."""

from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from cwb.kernel.bulk import ESCAPES
from ledger.rollups.rules import Sums

NULL = "\\N"
_PART = 1000

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
        told = map(_told, sums.taken())
        while part := "".join(islice(told, _PART)):
            copy.write(part)


def _told(row: tuple[Any, ...]) -> str:
    supplier_id, start, end, category, exclusion, contract, starts, ends, net, vat, weight = row
    return (
        f"{supplier_id}\t{start or NULL}\t{end or NULL}\t{category}\t{exclusion or NULL}"
        f"\t{contract.translate(ESCAPES)}\t{starts or NULL}\t{ends or NULL}\t{net}\t{vat}\t{weight}\n"
    )


def clear(session: Session) -> None:
    """Forget the sums, for the next act of this transaction."""
    session.execute(text("TRUNCATE spend_summed"))
