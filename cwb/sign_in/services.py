"""Use cases of signing in and out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity import gateway
from cwb.identity import queries as people
from cwb.identity import services as identity
from cwb.identity.errors import UserUnknown
from cwb.identity.models import Mandate, User
from cwb.identity.rules import password as good_password
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from cwb.sign_in import errors, queries, rules
from cwb.sign_in.models import Attempt, DemoUser, MailCode, UserSession


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: its token goes to the browser and is kept nowhere else."""

    token: str
    user_id: int
    locale: str
    is_staff: bool


def count_attempt(session: Session, *, kind: str, value: str, at: datetime) -> bool:
    """Count one try and say whether it is within the limit. Committed by itself, before the work it guards."""
    statement = (
        insert(Attempt)
        .values(bucket=rules.bucket(kind, value), window_at=rules.window(at), count=1)
        .on_conflict_do_update(index_elements=["bucket", "window_at"], set_={"count": Attempt.count + 1})
        .returning(Attempt.count)
    )
    return session.scalars(statement).one() <= rules.LIMITS[kind]


def open_session(
    session: Session,
    *,
    user: User,
    at: datetime,
    device: str = "?",
    second_factor: bool = False,
    organisation_id: int | None = None,
    as_self: bool = False,
) -> Opened:
    """Start a session for somebody whose identity was proven. A demo user needs no second factor."""
    roles = people.running_roles(session, user.id)
    given = second_factor or queries.is_demo_user(session, user.id)
    token = rules.new_token()
    acting = None if as_self else organisation_id or queries.usual_organisation(session, user.id)
    session.add(UserSession(
        token_hash=rules.token_hash(token), user_id=user.id, organisation_id=acting, as_self=as_self, device=device,
        opened_at=at, seen_at=at, expires_at=at + rules.life(roles), second_factor_at=at if given else None,
    ))  # fmt: skip
    user.seen_at, user.idle_told_at = at, None
    session.flush()
    return Opened(token, user.id, user.locale, bool(rules.STAFF_ROLES.intersection(roles)))


def sign_in_with_password(
    session: Session, *, email: str, password: str, device: str = "?", at: datetime
) -> Opened:
    """Let somebody in by password. Unknown address and wrong password cost the same and read the same.

    Raises:
        SignInFailed: either of them.
    """
    user = people.find_user_by_email(session, email.strip())
    if not gateway.password_matches(user.password_hash if user else None, password) or user is None:
        raise errors.SignInFailed
    if user.password_hash and gateway.wants_rehash(user.password_hash):
        user.password_hash = gateway.hash_password(password)
    record(
        session,
        action="session.opened",
        subject=f"user:{user.id}",
        actor_id=user.id,
        facts={"by": "password"},
        at=at,
    )
    return open_session(session, user=user, device=device, at=at)


def mail_code(
    session: Session,
    *,
    purpose: str,
    email: str,
    browser: str,
    locale: str,
    link: str,
    at: datetime,
    name: str | None = None,
    password_hash: str | None = None,
) -> None:
    """Send a code and a link in one letter, or, where it does not fit, a letter that says what to do instead.

    The page says the same in both cases. `link` is a path ending in the place for the token.
    """
    user = people.find_user_by_email(session, email)
    if (user is None) != (purpose == "register"):
        _say_instead(session, purpose=purpose, email=email, locale=user.locale if user else locale, at=at)
        return
    code, token = rules.new_code(), rules.new_token()
    session.add(
        MailCode(
            purpose=purpose,
            email=email,
            user_id=user.id if user else None,
            browser_hash=rules.token_hash(browser),
            code_hash=rules.code_hash(browser, code),
            link_hash=rules.token_hash(token),
            name=name,
            password_hash=password_hash,
            locale=locale,
            made_at=at,
            expires_at=at + rules.CODE_LIFE,
        )
    )
    session.flush()
    subject, text = _LETTERS[purpose]
    send_mail(
        session,
        to=email,
        locale=user.locale if user else locale,
        subject=subject,
        text=text,
        facts={"code": code},
        link=f"{link}{token}",
        at=at,
    )


_LETTERS = {
    "register": (
        N_("Uw code is %(code)s"),
        N_("Welkom. Typ deze code: %(code)s. Of open de link. Code en link werken 15 minuten. "
           "Vroeg u dit niet? Doe dan niets."),
    ),
    "sign_in": (
        N_("Uw code is %(code)s"),
        N_("Typ deze code om in te loggen: %(code)s. Of open de link. Code en link werken 15 minuten. "
           "Geef de code aan niemand. Vroeg u dit niet? Doe dan niets."),
    ),
    "reset": (
        N_("Uw code is %(code)s"),
        N_("U wilt een nieuw wachtwoord. Typ deze code: %(code)s. Of open de link. "
           "Code en link werken 15 minuten. Vroeg u dit niet? Doe dan niets."),
    ),
}  # fmt: skip


def _say_instead(session: Session, *, purpose: str, email: str, locale: str, at: datetime) -> None:
    subject, text, link = (
        (
            N_("U heeft al een account"),
            N_("Iemand wilde u aanmelden, maar u heeft al een account. U kunt gewoon inloggen."),
            "/login",
        )
        if purpose == "register"
        else (
            N_("Er is geen account met dit e-mailadres"),
            N_("Iemand wilde inloggen met dit e-mailadres. Er is nog geen account. U kunt zich aanmelden."),
            "/register",
        )
    )
    send_mail(session, to=email, locale=locale, subject=subject, text=text, link=link, at=at)


def count_try(session: Session, *, browser: str, purpose: str, at: datetime) -> bool:
    """Count a typed code; False after five. Committed by itself, so that a refusal cannot undo it."""
    statement = (
        update(MailCode)
        .where(
            MailCode.browser_hash == rules.token_hash(browser),
            MailCode.purpose == purpose,
            MailCode.used_at.is_(None),
            MailCode.expires_at > at,
            MailCode.tries < rules.CODE_TRIES,
        )
        .values(tries=MailCode.tries + 1)
        .returning(MailCode.id)
    )
    return session.scalar(statement) is not None


def redeem_code(session: Session, *, browser: str, code: str, purpose: str, at: datetime) -> MailCode:
    """Use up the letter of this browser by its six digits.

    Raises:
        CodeWrong: other digits, no letter waits, too old, or used.
    """
    found = queries.find_code_by_browser(session, browser, purpose)
    if found is None or found.used_at is not None or found.expires_at <= at:
        raise errors.CodeWrong(field="code")
    if rules.code_hash(browser, rules.typed_code(code)) != found.code_hash:
        raise errors.CodeWrong(field="code")
    found.used_at = at
    session.flush()
    return found


def redeem_link(session: Session, *, token: str, purpose: str, at: datetime) -> MailCode:
    """Use up a letter by its link.

    Raises:
        LinkExpired: no such link, too old, or used.
    """
    found = queries.find_code_by_link(session, token, purpose)
    if found is None or found.used_at is not None or found.expires_at <= at:
        raise errors.LinkExpired
    found.used_at = at
    session.flush()
    return found


def sign_in_with_letter(session: Session, *, letter: MailCode, device: str = "?", at: datetime) -> Opened:
    """Let somebody in who used up a letter for signing in.

    Raises:
        CodeWrong: the account is gone meanwhile.
    """
    user = _user_of(session, letter)
    record(
        session,
        action="session.opened",
        subject=f"user:{user.id}",
        actor_id=user.id,
        facts={"by": "mail"},
        at=at,
    )
    return open_session(session, user=user, device=device, at=at)


def set_password_by_letter(
    session: Session, *, letter: MailCode, password: str, device: str = "?", at: datetime
) -> Opened:
    """Set a new password with a letter for it; every session ends and a new one is opened.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordGuessable: the new one.
        CodeWrong: the account is gone meanwhile.
    """
    user = _user_of(session, letter)
    _store_password(session, user, password, at)
    end_sessions(session, user_id=user.id)
    return open_session(session, user=user, device=device, at=at)


def change_password(
    session: Session, *, user: User, present: str | None, password: str, keep_session: int, at: datetime
) -> None:
    """Set a new password from one's own account; every other session ends.

    Raises:
        PasswordWrong: there is a password and `present` is not it.
        PasswordTooShort, PasswordTooLong, PasswordGuessable: the new one.
    """
    if user.password_hash and not gateway.password_matches(user.password_hash, present or ""):
        raise errors.PasswordWrong(field="present")
    _store_password(session, user, password, at)
    end_sessions(session, user_id=user.id, besides=keep_session)


def register_with_letter(
    session: Session, *, letter: MailCode, with_password: bool, device: str = "?", at: datetime
) -> tuple[User, Opened]:
    """Make the account that waited for its address to be confirmed, and open a session.

    `with_password` is False when the link was opened in another browser than the one that registered: whoever
    typed the password there need not be the owner of the address.

    Raises:
        EmailTaken: registered meanwhile.
    """
    user = identity.store_user(
        session,
        email=letter.email,
        name=letter.name or letter.email,
        password_hash=letter.password_hash if with_password else None,
        locale=letter.locale,
        at=at,
    )
    return user, open_session(session, user=user, device=device, at=at)


def end_session(session: Session, *, session_id: int) -> None:
    """Sign out."""
    session.execute(delete(UserSession).where(UserSession.id == session_id))


def end_own_session(session: Session, *, user_id: int, public_id: object) -> None:
    """End one of one's own sessions, on whatever device; somebody else's stays."""
    session.execute(
        delete(UserSession).where(UserSession.public_id == public_id, UserSession.user_id == user_id)
    )


def end_sessions(session: Session, *, user_id: int, besides: int = 0) -> None:
    """End all sessions of a user, except perhaps one."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != besides))


def give_second_factor(session: Session, *, session_id: int, user: User, device: str, at: datetime) -> Opened:
    """Open a new session with every role awake in place of the one without: its token was seen before."""
    before = session.get_one(UserSession, session_id)
    acting, as_self = before.organisation_id, before.as_self
    end_session(session, session_id=session_id)
    return open_session(
        session, user=user, device=device, second_factor=True, organisation_id=acting, as_self=as_self, at=at
    )


def touch(session: Session, *, signed_in: queries.SignedIn, at: datetime) -> None:
    """Note that a session is in use."""
    session.execute(update(UserSession).where(UserSession.id == signed_in.session_id).values(seen_at=at))
    session.execute(update(User).where(User.id == signed_in.user_id).values(seen_at=at, idle_told_at=None))


def act_for(
    session: Session, *, signed_in: queries.SignedIn, organisation_id: int | None, at: datetime
) -> None:
    """Choose the organisation to act for; None is oneself.

    Raises:
        UserUnknown: no mandate runs there (the same answer as for an organisation that is not).
    """
    held = select(func.count()).where(
        Mandate.user_id == signed_in.user_id,
        Mandate.organisation_id == organisation_id,
        Mandate.ended_at.is_(None),
    )
    if organisation_id is not None and not session.scalar(held):
        raise UserUnknown
    session.execute(
        update(UserSession)
        .where(UserSession.id == signed_in.session_id)
        .values(organisation_id=organisation_id, as_self=organisation_id is None, seen_at=at)
    )


def clear_old(session: Session, at: datetime) -> None:
    """Forget sessions, letters and counts that are over."""
    session.execute(delete(UserSession).where(UserSession.expires_at <= at))
    session.execute(delete(MailCode).where(MailCode.expires_at <= at - rules.CODE_LIFE))
    session.execute(delete(Attempt).where(Attempt.window_at <= at - rules.WINDOW * 96))


def make_demo_user(
    session: Session, *, user: User, role: str, label: str, position: int, password: str | None = None
) -> None:
    """Let a demo offer this invented user for one click; refused by the database when it is a real one.

    `password` is set without the rules for good ones: it is printed for everyone.
    """
    if password:
        user.password_hash = gateway.hash_password(password)
    session.add(DemoUser(user_id=user.id, role=role, label=label, position=position))
    session.flush()


def _user_of(session: Session, letter: MailCode) -> User:
    try:
        return people.user(session, letter.user_id or 0)
    except UserUnknown:
        raise errors.CodeWrong(field="code") from None


def _store_password(session: Session, user: User, password: str, at: datetime) -> None:
    user.password_hash = gateway.hash_password(good_password(password, about=(user.email, user.name)))
    session.flush()
    record(session, action="password.changed", subject=f"user:{user.id}", actor_id=user.id, at=at)
    send_mail(
        session,
        to=user.email,
        locale=user.locale,
        subject=N_("Uw wachtwoord is gewijzigd"),
        text=N_("Uw wachtwoord is zojuist gewijzigd. Was u dit niet? Vraag meteen een nieuw wachtwoord aan."),
        link="/password/forgotten",
        at=at,
    )
