"""Reading offers and wants."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, contains_eager, joinedload

from coops.exchange import rules
from coops.exchange.errors import AdvertNotFound
from coops.exchange.models import Advert, AdvertReply, AdvertReport
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, ORGANISATION, TODAY, USER, Tasks, Waiting, rows
from ledger.instruments.models import Instrument
from ledger.instruments.rules import Code
from ledger.wallets.models import Wallet


class Sought(NamedTuple):
    """Filters of the list; what is empty leaves all."""

    exchange: str = ""
    item: str = ""
    place: str = ""
    money: str = ""


ALL = Sought()
"""No filter."""


def running(today: date, sought: Sought = ALL) -> Select[Advert]:
    """What stands now, the newest first, with its organisation."""
    found = (
        select(Advert)
        .join(Advert.organisation)
        .options(contains_eager(Advert.organisation))
        .where(Advert.ended_at.is_(None), Advert.expires_on >= today)
        .order_by(Advert.id.desc())
    )
    if sought.exchange:
        found = found.where(Advert.exchange == sought.exchange)
    if sought.item:
        found = found.where(Advert.item == sought.item)
    if sought.place:
        found = found.where(Advert.place_code.is_(None) | (Advert.place_code == sought.place))
    if sought.money:
        found = found.where(Advert.instrument_code == sought.money)
    return found


def wallets_of(session: Session, organisation_id: int) -> dict[Code, str]:
    """Local money → the code of an organisation's wallet of it, as each money stands now."""
    rows = session.execute(
        select(Wallet.instrument_code, Wallet.code)
        .join(Instrument, Instrument.code == Wallet.instrument_code)
        .where(Wallet.party_id == organisation_id, Wallet.live == Instrument.confirmed_at.is_not(None))
        .order_by(Wallet.instrument_code)
    )
    return {Code(code): sign for code, sign in rows}


def report(session: Session, report_id: int, *, locked: bool = False) -> AdvertReport:
    """A report with its advert, whatever became of that.

    Raises:
        AdvertNotFound: none.
    """
    statement = (
        select(AdvertReport)
        .where(AdvertReport.id == report_id)
        .options(joinedload(AdvertReport.advert).joinedload(Advert.organisation))
    )
    if locked:
        statement = statement.with_for_update(of=AdvertReport).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise AdvertNotFound
    return found


def reported(session: Session, advert_id: int, user_id: int) -> bool:
    """Whether somebody reported an advert before."""
    return (
        session.scalar(
            select(func.count()).where(
                AdvertReport.advert_id == advert_id, AdvertReport.reported_by_id == user_id
            )
        )
        == 1
    )


def reports() -> Select[AdvertReport]:
    """All reports with their adverts, what waits first, then the newest."""
    return (
        select(AdvertReport)
        .options(joinedload(AdvertReport.advert).joinedload(Advert.organisation))
        .order_by(AdvertReport.decided_at.is_not(None), AdvertReport.id.desc())
    )


def own(session: Session, organisation_id: int) -> Sequence[Advert]:
    """Everything that an organisation offered or sought, the newest first."""
    return session.scalars(
        select(Advert).where(Advert.organisation_id == organisation_id).order_by(Advert.id.desc())
    ).all()


def count_running(session: Session, organisation_id: int, today: date) -> int:
    """How many of an organisation stand now."""
    return (
        session.scalar(
            select(func.count()).where(
                Advert.organisation_id == organisation_id,
                Advert.ended_at.is_(None),
                Advert.expires_on >= today,
            )
        )
        or 0
    )


def advert(session: Session, public_id: UUID, *, locked: bool = False) -> Advert:
    """One advert with its organisation; one that was taken away is gone, one that expired can still be read.

    Raises:
        AdvertNotFound: none.
    """
    statement = (
        select(Advert)
        .where(Advert.public_id == public_id, Advert.ended_at.is_(None))
        .options(joinedload(Advert.organisation))
    )
    if locked:
        statement = statement.with_for_update(of=Advert).execution_options(populate_existing=True)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise AdvertNotFound
    return found


def replies(session: Session, advert_id: int) -> Sequence[AdvertReply]:
    """What others wrote, the newest first."""
    return session.scalars(
        select(AdvertReply)
        .where(AdvertReply.advert_id == advert_id)
        .options(joinedload(AdvertReply.organisation))
        .order_by(AdvertReply.id.desc())
    ).all()


def find_reply(session: Session, advert_id: int, organisation_id: int) -> AdvertReply | None:
    """What one organisation wrote."""
    return session.scalars(
        select(AdvertReply).where(
            AdvertReply.advert_id == advert_id, AdvertReply.organisation_id == organisation_id
        )
    ).one_or_none()


MOST_FITTING = 5
"""As many as a page shows beside an advert."""


def fitting(session: Session, one: Advert, today: date) -> Sequence[Advert]:
    """What of others may answer an advert, the newest first."""
    facts = one.facts
    found = session.scalars(
        running(today, Sought(exchange=facts.exchange.other.value, item=facts.item.value)).where(
            Advert.organisation_id != one.organisation_id
        )
    )
    return [each for each in found if rules.answers(facts, each.facts)][:MOST_FITTING]


tasks = Tasks(
    Waiting(
        N_("Een reactie op “%(title)s”"), "exchange.show", frozenset({Role.BOARD, Role.MEMBER, Role.PURCHASER}),
        rows(title=Advert.title, key=Advert.public_id)
        .join(AdvertReply, AdvertReply.advert_id == Advert.id)
        .where(
            Advert.organisation_id == ORGANISATION, Advert.ended_at.is_(None), Advert.expires_on >= TODAY,
            AdvertReply.written_at > AT - text("interval '14 days'"),
        )
        .order_by(AdvertReply.id.desc()),
        {"public_id": "key"},
    ),
    Waiting(
        N_("Kijk naar een melding over “%(title)s”"), "exchange.reports", frozenset({Role.PROGRAMME}),
        rows(title=AdvertReport.title)
        .where(AdvertReport.decided_at.is_(None), AdvertReport.reported_by_id != USER)
        .order_by(AdvertReport.id),
    ),
)  # fmt: skip
"""Replies of the last two weeks to one's own adverts; for the programme, what others reported."""
