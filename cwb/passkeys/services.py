"""Use cases of passkeys. Attempts are counted by the caller before."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity import queries as people
from cwb.identity.errors import UserUnknown
from cwb.identity.models import User
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from cwb.passkeys import errors, queries, rules
from cwb.passkeys.gateway import Answer, Ceremony
from cwb.passkeys.models import AnsweredQuestion, Passkey
from cwb.sign_in.services import Opened, end_sessions, give_second_factor, open_session


def add_passkey(
    session: Session,
    *,
    user: User,
    ceremony: Ceremony,
    answer: Answer,
    name: str,
    awake: bool,
    session_id: int,
    device: str,
    at: datetime,
) -> Opened | None:
    """Keep a new passkey; every other session ends, and the owner hears of it by mail.

    A session without the second step (`awake` False) gets one with it: making a passkey proves as much as using it.

    Raises:
        StepFirst: the account has a second step and this session did not give it.
        TooManyPasskeys, PasskeyThere, AskedTooLongAgo, PasskeyRefused: the passkey.
    """
    session.refresh(user, with_for_update=True)
    if not awake and queries.is_protected(session, user):
        raise errors.StepFirst
    if queries.count(session, user.id) >= rules.MOST:
        raise errors.TooManyPasskeys
    made = ceremony.check_new(answer)
    _answered(session, answer, at)
    row = Passkey(
        user_id=user.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        name=name,
        made_at=at,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise errors.PasskeyThere from None
    end_sessions(session, user_id=user.id, besides=session_id)
    _tell(session, user, "passkey.added", N_("Er is een passkey aan uw account toegevoegd"), row, at)
    if awake:
        return None
    return give_second_factor(session, session_id=session_id, user=user, device=device, at=at)


def sign_in(session: Session, *, ceremony: Ceremony, answer: Answer, device: str, at: datetime) -> Opened:
    """Let somebody in by a passkey. It is two steps in one (the device, and what unlocks it): every role is awake.

    Raises:
        PasskeyRefused, AskedTooLongAgo: no way in; the same words whatever the reason.
    """
    used = _use(session, ceremony, answer, at)
    try:
        user = people.user(session, used.user_id)
    except UserUnknown:
        raise errors.PasskeyRefused from None
    _note(session, user, "session.opened", at, by="passkey")
    return open_session(session, user=user, device=device, second_factor=True, at=at)


def verify(
    session: Session,
    *,
    user: User,
    ceremony: Ceremony,
    answer: Answer,
    session_id: int,
    device: str,
    at: datetime,
) -> Opened:
    """Wake the roles of a session with one of the user's own passkeys.

    Raises:
        PasskeyRefused: not theirs, or it does not fit. AskedTooLongAgo: the question is over.
    """
    used = _use(session, ceremony, answer, at)
    if used.user_id != user.id:
        raise errors.PasskeyRefused
    return give_second_factor(session, session_id=session_id, user=user, device=device, at=at)


def confirm(session: Session, *, user: User, ceremony: Ceremony, answer: Answer, at: datetime) -> None:
    """Check that one of the user's own passkeys answered. Nothing opens: what it confirms, the caller knows.

    Raises:
        PasskeyRefused: not theirs, or it does not fit. AskedTooLongAgo: the question is over, or answered before.
    """
    if _use(session, ceremony, answer, at).user_id != user.id:
        raise errors.PasskeyRefused


def rename(session: Session, *, passkey: Passkey, name: str) -> None:
    """Call a passkey otherwise."""
    passkey.name = name
    session.flush()


def remove(session: Session, *, user: User, passkey: Passkey, awake: bool, at: datetime) -> None:
    """Take a passkey away; told by mail.

    Raises:
        StepFirst: the account has a second step and this session did not give it.
        LastSecondStep: a role needs a second step and this is the only one.
    """
    session.refresh(user, with_for_update=True)
    if not awake and queries.is_protected(session, user):
        raise errors.StepFirst
    roles = people.running_roles(session, user.id)
    left = queries.count(session, user.id)
    if not rules.may_go(roles, has_app=user.totp_confirmed_at is not None, passkeys=left):
        raise errors.LastSecondStep
    session.delete(passkey)
    session.flush()
    _tell(session, user, "passkey.removed", N_("Er is een passkey van uw account verwijderd"), passkey, at)


def forget(session: Session, *, user_id: int, since: datetime | None = None) -> int:
    """Forget a user's passkeys, all or those made since an instant; gives how many."""
    statement = delete(Passkey).where(Passkey.user_id == user_id)
    if since is not None:
        statement = statement.where(Passkey.made_at >= since)
    return len(session.scalars(statement.returning(Passkey.id)).all())


def clear_old(session: Session, at: datetime) -> None:
    """Forget answered questions that are too old to be answered again."""
    session.execute(delete(AnsweredQuestion).where(AnsweredQuestion.answered_at <= at - 2 * rules.ASKED))


def _use(session: Session, ceremony: Ceremony, answer: Answer, at: datetime) -> Passkey:
    found = queries.find_by_credential(session, answer.credential_id)
    if found is None:
        raise errors.PasskeyRefused
    found.sign_count = ceremony.check(answer, public_key=found.public_key, sign_count=found.sign_count)
    _answered(session, answer, at)
    found.used_at = at
    session.flush()
    return found


def _answered(session: Session, answer: Answer, at: datetime) -> None:
    """Remember the question, so that the same answer, sent again, opens nothing."""
    first = session.scalar(
        insert(AnsweredQuestion)
        .values(question_hash=answer.question_hash, answered_at=at)
        .on_conflict_do_nothing()
        .returning(AnsweredQuestion.answered_at)
    )
    if first is None:
        raise errors.AskedTooLongAgo


def _note(session: Session, user: User, action: str, at: datetime, **facts: Any) -> None:
    record(session, action=action, subject=f"user:{user.id}", actor_id=user.id, facts=facts, at=at)


def _tell(session: Session, user: User, action: str, subject: str, row: Passkey, at: datetime) -> None:
    _note(session, user, action, at, passkey=row.id)
    send_mail(
        session,
        to=user.email,
        locale=user.locale,
        subject=subject,
        text=N_("De passkey heet: %(name)s. Was u dit niet? Bel ons meteen."),
        facts={"name": row.name},
        link="/account",
        at=at,
    )
