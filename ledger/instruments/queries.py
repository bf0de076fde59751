"""Reading instruments, what is out, and the counts of the backing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from cwb.kernel.money import Money
from ledger.accounts.models import Account
from ledger.accounts.rules import Role
from ledger.instruments.errors import InstrumentUnknown
from ledger.instruments.models import BackingCount, Instrument, IssuingStop
from ledger.instruments.rules import FEWEST, Cause, Code
from ledger.lots import queries as lots


def find_instrument(session: Session, code: Code) -> Instrument | None:
    """An instrument with its people, if it was set up."""
    return session.scalars(
        select(Instrument)
        .where(Instrument.code == code)
        .options(
            joinedload(Instrument.keeper), joinedload(Instrument.proposed_by), joinedload(Instrument.confirmed_by)
        )
    ).one_or_none()  # fmt: skip


def instrument(session: Session, code: Code, *, lock: bool = False, share: bool = False) -> Instrument:
    """An instrument that was set up. `lock`: nobody else changes or uses it; `share`: nobody changes it meanwhile.

    Raises:
        InstrumentUnknown: it was not.
    """
    statement = select(Instrument).where(Instrument.code == code).execution_options(populate_existing=True)
    if lock or share:
        statement = statement.with_for_update(read=share)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise InstrumentUnknown
    return found


def instruments(session: Session) -> Sequence[Instrument]:
    """Those that were set up."""
    return session.scalars(select(Instrument).order_by(Instrument.code)).all()


def supply(session: Session, found: Instrument) -> Money:
    """What is out: what was issued and not redeemed."""
    return Money(_balance(session, found, Role.ISSUED, found.currency) * -1)


def backing(session: Session, found: Instrument) -> Money:
    """What stands against it in the books."""
    return Money(_balance(session, found, Role.BACKING, found.euro))


def _balance(session: Session, found: Instrument, role: Role, currency: str) -> int:
    held = session.scalar(
        select(func.sum(Account.posted)).where(
            Account.party_id == found.keeper_id, Account.role == role.value, Account.currency == currency
        )
    )
    return int(held or 0)


class Thanks(NamedTuple):
    """Credits for hours, in hundredths, since the instrument became what it is now.

    `people`: how many ever got any. Below five of them the other figures are not for anybody's eyes.
    """

    given: int
    spent: int
    lapsed: int
    people: int

    @property
    def held(self) -> int:
        """What was given and is neither spent nor lapsed."""
        return self.given - self.spent - self.lapsed

    @property
    def told(self) -> bool:
        """Whether there are enough people to show what they did."""
        return self.people >= FEWEST

    def share(self, part: int) -> Decimal | None:
        """What part this is of all that was given; None: nothing was."""
        return Decimal(part) / self.given if self.given else None


def thanks(session: Session, found: Instrument) -> Thanks:
    """What credits did, from the books."""
    where: dict[str, Any] = {"party_id": found.keeper_id, "currency": found.currency}
    moved = lots.by_kind(session, role=Role.WALLET, **where)
    return Thanks(
        moved.get("credits_given", 0), -moved.get("credits_spent", 0), -moved.get("credits_lapsed", 0),
        lots.count_accounts(session, role=Role.WALLET, **where),
    )  # fmt: skip


def last_count(session: Session, found: Instrument) -> BackingCount | None:
    """The last count of the backing, as the instrument stands now."""
    return session.scalars(
        select(BackingCount)
        .where(BackingCount.instrument_code == found.code, BackingCount.live == found.live)
        .order_by(BackingCount.counted_at.desc(), BackingCount.id.desc())
        .limit(1)
    ).one_or_none()


def wait_for_others(session: Session, found: Instrument) -> None:
    """Until the end of this transaction nobody else passes here for the instrument."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"meter:{found.code}"))))


def find_stop(session: Session, found: Instrument, cause: Cause) -> IssuingStop | None:
    """The last stop of a cause, as the instrument stands now."""
    return session.scalars(
        select(IssuingStop)
        .where(
            IssuingStop.instrument_code == found.code, IssuingStop.live == found.live, IssuingStop.cause == cause
        )
        .order_by(IssuingStop.id.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip


def open_stops(session: Session, found: Instrument) -> Sequence[IssuingStop]:
    """What stops issuing now, oldest first."""
    return session.scalars(
        select(IssuingStop)
        .where(
            IssuingStop.instrument_code == found.code, IssuingStop.live == found.live, IssuingStop.lifted_at.is_(None)
        )
        .order_by(IssuingStop.id)
    ).all()  # fmt: skip
