"""Writes pain.001.001.09, the file a bank takes transfers from; checked against its schema."""

import re
from collections.abc import Sequence
from datetime import datetime

from sepaxml import SepaTransfer

from ledger.batches.rules import Transfer
from ledger.sepa.rules import MOST_NAME, sepa_text

SCHEMA = "pain.001.001.09"


def pain001(*, name: str, iban: str, message_id: str, transfers: Sequence[Transfer], at: datetime) -> bytes:
    """The file with these transfers from one account, one group a day."""
    made = SepaTransfer(
        {"name": sepa_text(name, MOST_NAME), "IBAN": iban, "batch": True, "currency": "EUR"},
        schema=SCHEMA,
        clean=False,
    )
    made.msg_id = message_id
    for each in transfers:
        made.add_payment(
            {
                "name": each.name, "IBAN": each.iban, "amount": each.amount, "execution_date": each.on,
                "description": each.text, "endtoend_id": each.end_to_end,
            }
        )  # fmt: skip
    content = bytes(made.export(validate=True))
    content = re.sub(rb"<MsgId>[^<]*", b"<MsgId>" + message_id.encode(), content, count=1)
    moment = at.isoformat(timespec="seconds").encode()
    return re.sub(rb"<CreDtTm>[^<]*", b"<CreDtTm>" + moment, content, count=1)
