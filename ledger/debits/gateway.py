"""Writes pain.008.001.08, the file a bank takes direct debits from; checked against its schema."""

import re
from collections.abc import Sequence
from datetime import datetime

from sepaxml import SepaDD

from ledger.debits.rules import Debit
from ledger.sepa.rules import MOST_NAME, MOST_TEXT, sepa_text

SCHEMA = "pain.008.001.08"
WORDS = "Incasso"
"""What a debit is for where nothing of what was written can be read by a bank."""


def pain008(
    *, name: str, iban: str, creditor_id: str, message_id: str, debits: Sequence[Debit], at: datetime
) -> bytes:
    """The file with these debits to one account, one group a day and sequence; they come with their group together."""
    made = SepaDD(
        {
            "name": sepa_text(name, MOST_NAME), "IBAN": iban, "batch": True, "currency": "EUR",
            "creditor_id": creditor_id, "instrument": "CORE",
        },
        schema=SCHEMA,
        clean=False,
    )  # fmt: skip
    made.msg_id = message_id
    for each in debits:
        made.add_payment(
            {
                "name": each.holder, "IBAN": each.iban, "amount": each.amount, "type": each.turn.value,
                "collection_date": each.collect_on, "mandate_id": each.reference, "mandate_date": each.signed_on,
                "description": sepa_text(each.words, MOST_TEXT) or WORDS, "endtoend_id": each.mark,
            }
        )  # fmt: skip
    content = bytes(made.export(validate=True))
    content = re.sub(rb"<MsgId>[^<]*", b"<MsgId>" + message_id.encode(), content, count=1)
    groups = iter(dict.fromkeys(each.group for each in debits))
    content = re.sub(rb"<PmtInfId>[^<]*", lambda _found: b"<PmtInfId>" + next(groups).encode(), content)
    moment = at.isoformat(timespec="seconds").encode()
    return re.sub(rb"<CreDtTm>[^<]*", b"<CreDtTm>" + moment, content, count=1)
