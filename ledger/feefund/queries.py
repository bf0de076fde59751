"""Reading what the fund holds."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.feefund.rules import Held
from ledger.instruments.models import Instrument


def held(session: Session, instrument: Instrument) -> Held:
    """What the fund of an instrument holds, as the instrument stands now."""
    euros = (Account.role == Role.FUND) & (Account.currency == instrument.euro) & (Account.subkey == "")
    units = (
        (Account.role == Role.WALLET) & (Account.currency == instrument.currency) & (Account.subkey == "fund")
    )
    row = session.execute(
        select(
            func.coalesce(func.sum(-Account.posted).filter(euros), 0),
            func.coalesce(func.sum(Account.posted).filter(units), 0),
        ).where(Account.party_id == instrument.keeper_id, euros | units)
    ).one()
    return Held(int(row[0]), int(row[1]))
