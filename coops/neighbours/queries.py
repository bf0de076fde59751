"""Reading what residents offer and seek. Who reads is given by `reader`, and every list below asks for that."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from coops.exchange.queries import ALL, Sought
from coops.neighbours.errors import AdvertGone, NoWallet, TalkUnknown
from coops.neighbours.models import (
    Neighbour,
    NeighbourAdvert,
    NeighbourMessage,
    NeighbourReport,
    NeighbourTalk,
)
from cwb.identity.models import User
from cwb.identity.queries import people_with
from cwb.kernel.clock import local_date
from cwb.kernel.policy import SIGNED_IN, Actor, Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import AT, USER, Tasks, Waiting, rows
from ledger.instruments.models import Instrument
from ledger.wallets.models import Wallet
from ledger.wallets.policy import holds_for


class Reader(NamedTuple):
    """Who reads: the party whose wallet it is, and how it is seen if it is a resident who chose that."""

    party_id: int
    firm: bool
    neighbour: Neighbour | None


def find_reader(session: Session, actor: Actor) -> Reader | None:
    """The actor as holder of a wallet of a money as it stands now; None: holds none."""
    organisation_id = holds_for(actor)
    if organisation_id is not None:
        held = session.scalar(select(_held(organisation_id)))
        return Reader(organisation_id, firm=True, neighbour=None) if held else None
    row = session.execute(
        select(User.person_id, Neighbour)
        .outerjoin(Neighbour, Neighbour.person_id == User.person_id)
        .where(User.id == actor.user_id, _held(User.person_id))
    ).one_or_none()
    return None if row is None or row[0] is None else Reader(row[0], firm=False, neighbour=row[1])


def _held(party_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Wallet.party_id == party_id, Instrument.code == Wallet.instrument_code,
        Wallet.live == Instrument.confirmed_at.is_not(None),
    )  # fmt: skip


def reader(session: Session, actor: Actor) -> Reader:
    """The same.

    Raises:
        NoWallet: holds none.
    """
    found = find_reader(session, actor)
    if found is None:
        raise NoWallet
    return found


def hold(session: Session, user_id: int) -> None:
    """Let one person do one thing at a time here."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def locked_neighbour(session: Session, person_id: int) -> Neighbour | None:
    """How a resident is seen; nobody else changes it or places something for it meanwhile."""
    return session.scalars(
        select(Neighbour)
        .where(Neighbour.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def running(today: date, sought: Sought = ALL) -> Select[NeighbourAdvert]:
    """What stands now of those who still hold a wallet, the newest first, with how its maker is seen."""
    found = (
        select(NeighbourAdvert)
        .join(NeighbourAdvert.neighbour)
        .options(contains_eager(NeighbourAdvert.neighbour))
        .where(
            NeighbourAdvert.ended_at.is_(None), NeighbourAdvert.expires_on >= today, _held(Neighbour.person_id)
        )
        .order_by(NeighbourAdvert.id.desc())
    )  # fmt: skip
    if sought.exchange:
        found = found.where(NeighbourAdvert.exchange == sought.exchange)
    if sought.item:
        found = found.where(NeighbourAdvert.item == sought.item)
    if sought.place:
        found = found.where(
            NeighbourAdvert.place_code.is_(None) | (NeighbourAdvert.place_code == sought.place)
        )
    return found


def advert(
    session: Session, public_id: UUID, today: date, *, mine: int | None = None, locked: bool = False
) -> NeighbourAdvert:
    """One advert with how its maker is seen: one that stands, or one's own (`mine`: a person) as long as it is kept.

    Raises:
        AdvertGone: none.
    """
    found = (
        select(NeighbourAdvert).join(NeighbourAdvert.neighbour).where(NeighbourAdvert.public_id == public_id)
    )
    stands = and_(
        NeighbourAdvert.ended_at.is_(None), NeighbourAdvert.expires_on >= today, _held(Neighbour.person_id)
    )
    found = found.where(stands if mine is None else or_(stands, Neighbour.person_id == mine))
    found = found.options(contains_eager(NeighbourAdvert.neighbour))
    if locked:
        found = found.with_for_update(of=NeighbourAdvert).execution_options(populate_existing=True)
    one = session.scalars(found).one_or_none()
    if one is None:
        raise AdvertGone
    return one


def count_running(session: Session, neighbour_id: int, today: date) -> int:
    """How many adverts of one resident stand now."""
    return session.scalar(
        select(func.count()).where(
            NeighbourAdvert.neighbour_id == neighbour_id, NeighbourAdvert.ended_at.is_(None),
            NeighbourAdvert.expires_on >= today,
        )
    ) or 0  # fmt: skip


def own(session: Session, neighbour_id: int) -> Sequence[NeighbourAdvert]:
    """All that one resident placed and that is still kept, the newest first."""
    return session.scalars(
        select(NeighbourAdvert)
        .where(NeighbourAdvert.neighbour_id == neighbour_id)
        .order_by(NeighbourAdvert.id.desc())
    ).all()


class Talking(NamedTuple):
    """A talk as one of the two sees it: with whom (an organisation, or how a resident is seen), and the last word."""

    talk: NeighbourTalk
    firm: str | None
    other: Neighbour | None
    last_at: datetime
    awaits_me: bool


def talks(session: Session, party_id: int, *, advert_id: int | None = None) -> list[Talking]:
    """The talks of a party, or those about one advert of its own; the latest word first."""
    maker, answerer = aliased(Neighbour), aliased(Neighbour)
    last = (
        select(NeighbourMessage.talk_id, func.max(NeighbourMessage.id).label("id"))
        .group_by(NeighbourMessage.talk_id)
        .subquery()
    )
    found = (
        select(NeighbourTalk, maker, answerer, NeighbourMessage.written_at, NeighbourMessage.by_maker)
        .join(NeighbourTalk.advert)
        .join(maker, maker.id == NeighbourAdvert.neighbour_id)
        .outerjoin(answerer, answerer.person_id == NeighbourTalk.party_id)
        .join(last, last.c.talk_id == NeighbourTalk.id)
        .join(NeighbourMessage, NeighbourMessage.id == last.c.id)
        .options(contains_eager(NeighbourTalk.advert), joinedload(NeighbourTalk.party))
        .where(or_(maker.person_id == party_id, NeighbourTalk.party_id == party_id))
        .order_by(NeighbourMessage.id.desc())
        .limit(100)
    )
    if advert_id is not None:
        found = found.where(NeighbourTalk.advert_id == advert_id)
    return [
        _talking(talk, made, answered, party_id, at, by_maker)
        for talk, made, answered, at, by_maker in session.execute(found)
    ]


def _talking(
    talk: NeighbourTalk, maker: Neighbour, answerer: Neighbour | None, me: int, at: datetime, by_maker: bool
) -> Talking:  # fmt: skip
    am_maker = maker.person_id == me
    firm = talk.party.name if am_maker and talk.party.kind == "organisation" else None
    other = (answerer if am_maker else maker) if firm is None else None
    return Talking(talk, firm, other, at, awaits_me=by_maker != am_maker and talk.closed_at is None)


def talk(session: Session, public_id: UUID, party_id: int, *, locked: bool = False) -> NeighbourTalk:
    """A talk of this party with its advert, how its maker is seen, and who answered.

    Raises:
        TalkUnknown: of two others, or none.
    """
    found = (
        select(NeighbourTalk)
        .join(NeighbourTalk.advert)
        .join(NeighbourAdvert.neighbour)
        .options(
            contains_eager(NeighbourTalk.advert).contains_eager(NeighbourAdvert.neighbour),
            joinedload(NeighbourTalk.party),
        )
        .where(
            NeighbourTalk.public_id == public_id,
            or_(Neighbour.person_id == party_id, NeighbourTalk.party_id == party_id),
        )
    )
    if locked:
        found = found.with_for_update(of=[NeighbourTalk, NeighbourAdvert]).execution_options(
            populate_existing=True
        )
    one = session.scalars(found).one_or_none()
    if one is None:
        raise TalkUnknown
    return one


def find_neighbour(session: Session, person_id: int) -> Neighbour | None:
    """How a resident is seen; None: not a resident, or left."""
    return session.scalars(select(Neighbour).where(Neighbour.person_id == person_id)).one_or_none()


def find_talk(session: Session, advert_id: int, party_id: int) -> NeighbourTalk | None:
    """The talk of a party about an advert, held."""
    return session.scalars(
        select(NeighbourTalk)
        .where(NeighbourTalk.advert_id == advert_id, NeighbourTalk.party_id == party_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


MOST_SHOWN = 200
"""As many messages of a talk as a page shows, the last ones."""


def messages(session: Session, talk_id: int) -> Sequence[NeighbourMessage]:
    """What the two wrote, the oldest first."""
    found = session.scalars(
        select(NeighbourMessage)
        .where(NeighbourMessage.talk_id == talk_id)
        .order_by(NeighbourMessage.id.desc())
        .limit(MOST_SHOWN)
    ).all()
    return found[::-1]


def sent_since(session: Session, user_id: int, since: datetime) -> int:
    """How many messages somebody wrote after an instant."""
    return session.scalar(
        select(func.count()).where(
            NeighbourMessage.written_by_id == user_id, NeighbourMessage.written_at > since
        )
    ) or 0  # fmt: skip


def message(session: Session, found: NeighbourTalk, message_id: int) -> NeighbourMessage:
    """A message of a talk.

    Raises:
        TalkUnknown: it is of another one.
    """
    one = session.scalars(
        select(NeighbourMessage).where(
            NeighbourMessage.id == message_id, NeighbourMessage.talk_id == found.id
        )
    ).one_or_none()
    if one is None:
        raise TalkUnknown
    return one


def people_of(session: Session, party_id: int) -> Sequence[User]:
    """Who gets the letters of a party: the resident, or the board."""
    found = session.scalars(select(User).where(User.person_id == party_id, User.erased_at.is_(None))).all()
    return found or people_with(session, party_id, Role.BOARD)


def reported(session: Session, advert_id: int, message_id: int | None, user_id: int) -> bool:
    """Whether somebody reported this advert or message before."""
    return bool(session.scalar(select(exists().where(
        NeighbourReport.advert_id == advert_id, NeighbourReport.message_id.is_not_distinct_from(message_id),
        NeighbourReport.reported_by_id == user_id,
    ))))  # fmt: skip


def report(session: Session, report_id: int) -> NeighbourReport:
    """A report with what it is about, held.

    Raises:
        AdvertGone: none.
    """
    found = session.scalars(
        select(NeighbourReport)
        .where(NeighbourReport.id == report_id)
        .options(
            joinedload(NeighbourReport.advert).joinedload(NeighbourAdvert.neighbour),
            joinedload(NeighbourReport.message).joinedload(NeighbourMessage.talk),
        )
        .with_for_update(of=NeighbourReport)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise AdvertGone
    return found


def reports() -> Select[NeighbourReport]:
    """All reports, what waits first, then the newest. Who is behind them is not read."""
    return (
        select(NeighbourReport)
        .options(joinedload(NeighbourReport.advert))
        .order_by(NeighbourReport.decided_at.is_not(None), NeighbourReport.id.desc())
    )


def forget_before(session: Session, before: datetime) -> None:
    """Delete what ended before an instant, but not while a report of it waits."""
    waits = exists().where(
        NeighbourReport.advert_id == NeighbourAdvert.id, NeighbourReport.decided_at.is_(None)
    )
    session.execute(
        delete(NeighbourAdvert).where(
            (NeighbourAdvert.ended_at < before) | (NeighbourAdvert.expires_on < local_date(before)), ~waits
        )
    )


def own_data(session: Session, user_id: int) -> object:
    """All that is kept here about somebody, as JSON values."""
    found = session.scalars(
        select(Neighbour).join(User, User.person_id == Neighbour.person_id).where(User.id == user_id)
    ).one_or_none()
    wrote = session.scalars(
        select(NeighbourMessage)
        .where(NeighbourMessage.written_by_id == user_id)
        .order_by(NeighbourMessage.id)
    ).all()
    if found is None and not wrote:
        return None
    return {
        "called": found.called if found else None, "place": found.place_code if found else None,
        "joined_at": found.joined_at.isoformat() if found else None,
        "adverts": [
            {"title": each.title, "text": each.text, "made_at": each.made_at.isoformat()}
            for each in (own(session, found.id) if found else ())
        ],
        "messages": [{"text": each.text, "written_at": each.written_at.isoformat()} for each in wrote],
    }  # fmt: skip


_LAST = aliased(NeighbourMessage)
tasks = Tasks(
    Waiting(
        N_("Een bericht over “%(title)s”"), "neighbours.mine", SIGNED_IN,
        rows(title=NeighbourAdvert.title)
        .join(Neighbour, Neighbour.id == NeighbourAdvert.neighbour_id)
        .join(NeighbourTalk, NeighbourTalk.advert_id == NeighbourAdvert.id)
        .join(NeighbourMessage, NeighbourMessage.talk_id == NeighbourTalk.id)
        .join(User, User.id == USER)
        .where(
            NeighbourTalk.closed_at.is_(None),
            or_(
                and_(Neighbour.person_id == User.person_id, ~NeighbourMessage.by_maker),
                and_(NeighbourTalk.party_id == User.person_id, NeighbourMessage.by_maker),
            ),
            NeighbourMessage.written_at > AT - text("interval '14 days'"),
            ~exists().where(_LAST.talk_id == NeighbourTalk.id, _LAST.id > NeighbourMessage.id),
        )
        .order_by(NeighbourMessage.id.desc()),
        {},
    ),
    Waiting(
        N_("Kijk naar een melding over “%(title)s”"), "neighbours.reports", frozenset({Role.PROGRAMME}),
        rows(title=NeighbourReport.title)
        .where(NeighbourReport.decided_at.is_(None), NeighbourReport.reported_by_id != USER)
        .order_by(NeighbourReport.id),
    ),
)  # fmt: skip
"""Messages of the last two weeks that one did not answer; for the programme, what was reported."""
