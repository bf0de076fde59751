"""The spending of the tests of lines."""

from tests.ledger.spend.conftest import spend

__all__ = ["spend"]
