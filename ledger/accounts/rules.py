"""What accounts there are, and which limits they may have."""

from enum import StrEnum

from cwb.kernel.money import MAX_MINOR
from cwb.kernel.text import N_
from ledger.accounts.errors import LimitsInvalid, NameInvalid

MAX_SUBKEY = 120
MAX_NAME = 200


class AccountKind(StrEnum):
    """The five kinds of account. Assets and expenses grow by debit (plus), the others by credit (minus)."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"


class Role(StrEnum):
    """What an account is for in its set of books. The role fixes the kind."""

    BANK = "bank"
    BLOCKED = "blocked"
    CASH = "cash"
    WALLET = "wallet"
    RECEIVABLE = "receivable"
    ADVANCE_GIVEN = "advance_given"
    VAT_INPUT = "vat_input"
    CLEARING = "clearing"
    BACKING = "backing"
    PAYABLE = "payable"
    ADVANCE_RECEIVED = "advance_received"
    VAT_OUTPUT = "vat_output"
    ISSUED = "issued"
    FUND = "fund"
    OPENING = "opening"
    RESULT = "result"
    REVENUE = "revenue"
    FEE_INCOME = "fee_income"
    EXPENSE = "expense"
    FEE_EXPENSE = "fee_expense"
    LOSS = "loss"
    ROUNDING = "rounding"


_KINDS = {
    AccountKind.ASSET: (
        Role.BANK,
        Role.BLOCKED,
        Role.CASH,
        Role.WALLET,
        Role.RECEIVABLE,
        Role.ADVANCE_GIVEN,
        Role.VAT_INPUT,
        Role.CLEARING,
        Role.BACKING,
    ),
    AccountKind.LIABILITY: (Role.PAYABLE, Role.ADVANCE_RECEIVED, Role.VAT_OUTPUT, Role.ISSUED),
    AccountKind.EQUITY: (Role.FUND, Role.OPENING, Role.RESULT),
    AccountKind.INCOME: (Role.REVENUE, Role.FEE_INCOME),
    AccountKind.EXPENSE: (Role.EXPENSE, Role.FEE_EXPENSE, Role.LOSS, Role.ROUNDING),
}
KIND_OF = {role: kind for kind, roles in _KINDS.items() for role in roles}
"""The kind of account that each role is. A blocked account is a G-account: it pays taxes and other G-accounts only."""


def check_limits(floor: int | None, ceiling: int | None) -> None:
    """A floor and a ceiling in minor units; None is no limit.

    Raises:
        LimitsInvalid: the floor lies above the ceiling, or a limit is beyond 10**15.
    """
    if any(limit is not None and abs(limit) > MAX_MINOR for limit in (floor, ceiling)):
        raise LimitsInvalid(field="floor")
    if floor is not None and ceiling is not None and floor > ceiling:
        raise LimitsInvalid(field="floor")


def check_names(subkey: str, name: str) -> None:
    """A sub-key of at most 120 and a name of at most 200 characters, without NUL.

    Raises:
        NameInvalid: one is longer, or holds a NUL.
    """
    if len(subkey) > MAX_SUBKEY or len(name) > MAX_NAME or "\0" in subkey + name:
        raise NameInvalid(field="name")


ROLE_NAMES = {
    Role.BANK: N_("Bank"),
    Role.BLOCKED: N_("G-rekening"),
    Role.CASH: N_("Kas"),
    Role.WALLET: N_("Portemonnee"),
    Role.RECEIVABLE: N_("Debiteuren"),
    Role.ADVANCE_GIVEN: N_("Betaalde voorschotten"),
    Role.VAT_INPUT: N_("Te vorderen btw"),
    Role.CLEARING: N_("Verrekening"),
    Role.BACKING: N_("Dekking"),
    Role.PAYABLE: N_("Crediteuren"),
    Role.ADVANCE_RECEIVED: N_("Ontvangen voorschotten"),
    Role.VAT_OUTPUT: N_("Te betalen btw"),
    Role.ISSUED: N_("Uitgegeven tegoed"),
    Role.FUND: N_("Fonds"),
    Role.OPENING: N_("Beginbalans"),
    Role.RESULT: N_("Resultaat"),
    Role.REVENUE: N_("Omzet"),
    Role.FEE_INCOME: N_("Ontvangen vergoedingen"),
    Role.EXPENSE: N_("Kosten"),
    Role.FEE_EXPENSE: N_("Betaalde vergoedingen"),
    Role.LOSS: N_("Verlies"),
    Role.ROUNDING: N_("Afronding"),
}
"""How people call an account in this role."""
