"""The code that a bank's app scans to pay an invoice."""

from decimal import Decimal
from io import BytesIO

from segno import helpers

_MOST_NAME = 70


def payment_code(*, name: str, iban: str, amount: Decimal, reference: str) -> str:
    """The QR code of a transfer in euro as SVG (EPC069-12, version 002: error correction M, UTF-8).

    `reference` is an ISO 11649 creditor reference, so that the payment is matched by itself.

    Raises:
        ValueError: no amount of 0.01 up to 999,999,999.99, or no IBAN.
    """
    made = helpers.make_epc_qr(
        name=name[:_MOST_NAME], iban=iban, amount=amount, reference=reference, encoding="utf-8"
    )
    picture = BytesIO()
    made.save(picture, kind="svg", scale=4, border=4, xmldecl=False, dark="black", light="white")
    return picture.getvalue().decode()
