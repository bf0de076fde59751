"""What an address may carry."""

from decimal import Decimal

import pytest

from ledger.identities.rules import told_share


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("0.71", "0.71"), ("0", "0"), ("1", "1"), ("1.00", "1.00"), ("1.01", None), ("-0.1", None), ("NaN", None),
        ("", None), (None, None), ("0,5", None), ("0.71\n", None),
    ],
)  # fmt: skip
def test_a_share_is_read_and_rubbish_is_none(text, share):
    assert told_share(text) == (None if share is None else Decimal(share))
