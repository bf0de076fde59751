"""Paying out of the fund. Its accounts can hold no less than nothing: the database keeps that too."""

from datetime import datetime

from sqlalchemy.orm import Session

from ledger.accounts.rules import Role
from ledger.accounts.services import change_limits, open_account
from ledger.books.rules import Leg
from ledger.books.services import post
from ledger.feefund import queries, rules
from ledger.instruments.models import Instrument


def pay_out(session: Session, *, instrument: Instrument, key: str, amount: int, at: datetime) -> int:
    """Post that the fund paid an amount in euros, once per key; the caller locked the instrument.

    Units of the fund are redeemed at par for it: they and their backing go. Returns the id of the transfer.

    Raises:
        FundTooSmall: it holds less. FloorPassed, CeilingPassed: the books say so.
    """
    part = rules.taken(queries.held(session, instrument), amount)
    keeper = instrument.keeper_id

    def account(role: Role, currency: str, subkey: str = "") -> int:
        return open_account(session, party_id=keeper, role=role, currency=currency, subkey=subkey)

    fund, units = (
        account(Role.FUND, instrument.euro),
        account(Role.WALLET, instrument.currency, "fund"),
    )
    change_limits(session, account_id=fund, floor=None, ceiling=0)
    change_limits(session, account_id=units, floor=0, ceiling=None)
    legs = []
    if part.euros:
        legs += [Leg(fund, part.euros), Leg(account(Role.BANK, instrument.euro), -part.euros)]
    if part.units:
        legs += [
            Leg(units, -part.units), Leg(account(Role.ISSUED, instrument.currency), part.units),
            Leg(account(Role.ISSUED, instrument.euro), part.units),
            Leg(account(Role.BACKING, instrument.euro), -part.units),
        ]  # fmt: skip
    return post(session, key=key, kind="fund_spent", legs=legs, at=at).transfer_id
