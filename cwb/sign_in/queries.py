"""Reading sessions, codes and demo users."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Date, bindparam, or_, select, text
from sqlalchemy.orm import Session

from cwb.identity.errors import UserUnknown
from cwb.identity.models import Mandate, Party, User
from cwb.kernel.clock import local_date
from cwb.kernel.fence import naming, remember, told
from cwb.kernel.policy import Actor, Role
from cwb.kernel.prepared import Prepared
from cwb.kernel.snapshot import SNAPSHOT, seen
from cwb.notifications.models import Mail
from cwb.sign_in import rules
from cwb.sign_in.models import DemoUser, MailCode, UserSession


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that holds: who acts, and what the pages about the account need."""

    session_id: int
    user_id: int
    locale: str
    actor: Actor
    organisations: int
    has_second_factor: bool
    second_factor_given: bool
    seen_at: datetime


class _Mandated(NamedTuple):
    """A session with its user and one of their mandates; without a mandate role, organisation and name are empty.

    `told` names the user to the database too, for the fence around bids; `snapshot` names the data it is read from.
    """

    session_id: int
    organisation_id: int | None
    as_self: bool
    seen_at: datetime
    second_factor_at: datetime | None
    user_id: int
    name: str
    locale: str
    totp_confirmed_at: datetime | None
    role: Role | None
    held_in: int | None
    held_in_name: str | None
    told: str
    snapshot: str | None


_SIGNED_IN = Prepared(
    _Mandated,
    select(
        UserSession.id, UserSession.organisation_id, UserSession.as_self, UserSession.seen_at,
        UserSession.second_factor_at,
        User.id, User.name, User.locale, User.totp_confirmed_at,
        Mandate.role, Mandate.organisation_id, Party.name, told(User.id), SNAPSHOT,
    )
    .join(User, User.id == UserSession.user_id)
    .outerjoin(
        Mandate,
        (Mandate.user_id == User.id)
        & Mandate.ended_at.is_(None)
        & or_(Mandate.ends_on.is_(None), Mandate.ends_on >= bindparam("today", type_=Date)),
    )
    .outerjoin(Party, Party.id == Mandate.organisation_id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.expires_at > bindparam("at"),
        User.erased_at.is_(None),
    )
    .order_by(Mandate.id),
)  # fmt: skip


def find_signed_in(session: Session, token: str, at: datetime) -> SignedIn | None:
    """Who holds this token, if the session neither ended nor lay unused too long. One query."""
    naming(session)
    rows = _SIGNED_IN.all(session, token_hash=rules.token_hash(token), at=at, today=local_date(at))
    if not rows:
        return None
    first = rows[0]
    held = [
        rules.Held(row.role, row.held_in, row.held_in_name)
        for row in rows
        if row.role is not None and row.held_in is not None and row.held_in_name is not None
    ]
    if first.seen_at + rules.idle(each.role for each in held) <= at:
        return None
    remember(session, first.user_id)
    seen(session, first.snapshot)
    given = first.second_factor_at is not None
    return SignedIn(
        session_id=first.session_id,
        user_id=first.user_id,
        locale=first.locale,
        actor=rules.actor(
            first.user_id,
            first.name,
            first.organisation_id,
            [] if first.as_self else held,
            second_factor=given,
        ),
        organisations=len({each.organisation_id for each in held}),
        has_second_factor=first.totp_confirmed_at is not None,
        second_factor_given=given,
        seen_at=first.seen_at,
    )


def sessions_of(session: Session, user_id: int, at: datetime) -> Sequence[UserSession]:
    """A user's sessions that still run, the latest used first."""
    statement = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.expires_at > at)
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return session.scalars(statement).all()


def usual_organisation(session: Session, user_id: int) -> int | None:
    """The organisation to act for at first: the one of last time, else the only one, else none is chosen yet."""
    last = (
        select(UserSession.organisation_id)
        .where(UserSession.user_id == user_id, UserSession.organisation_id.is_not(None))
        .order_by(UserSession.id.desc())
        .limit(1)
    )
    held = select(Mandate.organisation_id).where(Mandate.user_id == user_id, Mandate.ended_at.is_(None))
    organisations = set(session.scalars(held))
    before = session.scalar(last)
    if before in organisations:
        return before
    return next(iter(organisations)) if len(organisations) == 1 else None


def find_code_by_browser(session: Session, browser: str, purpose: str) -> MailCode | None:
    """The letter asked for by this browser, locked."""
    return session.scalar(
        select(MailCode)
        .where(MailCode.browser_hash == rules.token_hash(browser), MailCode.purpose == purpose)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def find_code_by_link(session: Session, token: str, purpose: str) -> MailCode | None:
    """The letter this link stood in, locked."""
    return session.scalar(
        select(MailCode)
        .where(MailCode.link_hash == rules.token_hash(token), MailCode.purpose == purpose)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def database_kind(session: Session) -> str:
    """What this database is: production, demo or test."""
    return str(session.scalar(text("SELECT kind FROM database_clock")))


def demo_users(session: Session) -> Sequence[tuple[UUID, int, str]]:
    """Public id, key and label of everyone one may become in a demo; nobody elsewhere."""
    if database_kind(session) != "demo":
        return ()
    statement = (
        select(User.public_id, User.id, DemoUser.label)
        .join(DemoUser, DemoUser.user_id == User.id)
        .order_by(DemoUser.position, User.id)
    )
    return [(row.public_id, row.id, row.label) for row in session.execute(statement)]


def demo_user(session: Session, public_id: UUID) -> User:
    """Somebody one may become, in a demo database.

    Raises:
        UserUnknown: not a demo database, or not one of its users.
    """
    found = session.scalar(
        select(User).join(DemoUser, DemoUser.user_id == User.id).where(User.public_id == public_id)
    )
    if found is None or database_kind(session) != "demo":
        raise UserUnknown
    return found


def is_demo_user(session: Session, user_id: int) -> bool:
    """Whether this user is an invented one in a demo database, who needs no second factor."""
    return session.get(DemoUser, user_id) is not None and database_kind(session) == "demo"


def demo_letter(session: Session, address: str) -> str | None:
    """The last letter to an address, in a demo database: its letters reach nobody. None elsewhere."""
    if not address or database_kind(session) != "demo":
        return None
    return session.scalar(
        select(Mail.text).where(Mail.recipient == address).order_by(Mail.id.desc()).limit(1)
    )
