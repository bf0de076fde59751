"""Use cases of another e-mail address."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.email_change import errors, queries, rules
from cwb.email_change.models import EmailChange
from cwb.identity import gateway
from cwb.identity import queries as people
from cwb.identity.models import User
from cwb.identity.rules import email_address
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from cwb.second_factor.services import forget_since
from cwb.sign_in.errors import PasswordWrong
from cwb.sign_in.models import MailCode
from cwb.sign_in.rules import CODE_LIFE, code_hash, new_code, new_token, token_hash
from cwb.sign_in.services import end_sessions


def ask_change(
    session: Session,
    *,
    user: User,
    email: str,
    present: str | None,
    browser: str,
    link: str,
    at: datetime,
) -> None:
    """Send a code and a link to the new address; nothing changes before it comes back.

    An address that has an account gets a letter that says so instead, and the page says the same in both cases.
    `link` is a path ending in the place for the token; attempts were counted by the caller.

    Raises:
        EmailInvalid: no address. EmailSame: the one the account has.
        PasswordWrong: there is a password and `present` is not it.
    """
    address = email_address(email)
    if rules.same_address(address, user.email):
        raise errors.EmailSame(field="email")
    if user.password_hash and not gateway.password_matches(user.password_hash, present or ""):
        raise PasswordWrong(field="present")
    if people.find_user_by_email(session, address):
        _say_taken(session, user, address, at)
        return
    code, token = new_code(), new_token()
    session.add(
        MailCode(
            purpose=rules.PURPOSE,
            email=address,
            user_id=user.id,
            browser_hash=token_hash(browser),
            code_hash=code_hash(browser, code),
            link_hash=token_hash(token),
            locale=user.locale,
            made_at=at,
            expires_at=at + CODE_LIFE,
        )
    )
    session.flush()
    send_mail(
        session,
        to=address,
        locale=user.locale,
        subject=N_("Uw code is %(code)s"),
        text=N_("U wilt dit e-mailadres gebruiken bij uw account. Typ deze code: %(code)s. Of open de link. "
                "Code en link werken 15 minuten. Vroeg u dit niet? Doe dan niets."),
        facts={"code": code},
        link=f"{link}{token}",
        at=at,
    )  # fmt: skip


def confirm_change(
    session: Session, *, user: User, letter: MailCode, keep_session: int, at: datetime
) -> None:
    """Give the account the address of a used-up letter; sessions elsewhere end, the old address hears of it.

    Raises:
        OtherAccount: the letter was asked for by somebody else.
        EmailTakenMeanwhile: the address has an account by now.
    """
    if letter.user_id != user.id:
        raise errors.OtherAccount
    session.refresh(user, with_for_update=True)
    old, token = user.email, new_token()
    _store(session, user, letter.email, errors.EmailTakenMeanwhile())
    session.add(
        EmailChange(
            user_id=user.id,
            old_email=old,
            undo_hash=token_hash(token),
            changed_at=at,
            expires_at=at + rules.UNDO_LIFE,
        )
    )
    session.execute(delete(MailCode).where(MailCode.user_id == user.id))
    session.flush()
    end_sessions(session, user_id=user.id, besides=keep_session)
    record(session, action="email.changed", subject=f"user:{user.id}", actor_id=user.id, at=at)
    send_mail(
        session,
        to=old,
        locale=user.locale,
        subject=N_("Uw e-mailadres is gewijzigd"),
        text=N_("Uw account heeft nu een ander e-mailadres. Was u dit niet? Open dan de link. "
                "Daar maakt u het ongedaan. De link werkt een week."),
        link=f"/account/email/undo/{token}",
        at=at,
    )  # fmt: skip


def undo_change(session: Session, *, token: str, at: datetime) -> None:
    """Give an account its old address back, on the word of who reads that address.

    Whoever changed it may know the password and may have added ways in: the password goes, every session and
    code ends, and so does what was added to the second step since. Later changes can no longer be undone.

    Raises:
        UndoGone: too old, or done before.
        OldAddressTaken: the old address has an account of its own now.
    """
    change = queries.change_to_undo(session, token, at)
    user = session.scalars(select(User).where(User.id == change.user_id).with_for_update()).one()
    session.refresh(user)
    change = queries.change_to_undo(session, token, at)
    since, old = change.changed_at, change.old_email
    _store(session, user, old, errors.OldAddressTaken())
    user.password_hash = None
    session.execute(
        delete(EmailChange).where(EmailChange.user_id == user.id, EmailChange.changed_at >= since)
    )
    session.execute(delete(MailCode).where(MailCode.user_id == user.id))
    end_sessions(session, user_id=user.id)
    forget_since(session, user=user, since=since, at=at)
    session.flush()
    record(session, action="email.restored", subject=f"user:{user.id}", actor_id=None, at=at)


def clear_old(session: Session, at: datetime) -> None:
    """Forget old addresses that can no longer be taken back."""
    session.execute(delete(EmailChange).where(EmailChange.expires_at <= at))


def _store(
    session: Session, user: User, email: str, taken: errors.EmailTakenMeanwhile | errors.OldAddressTaken
) -> None:
    """Another account may take the address at the same moment: the unique index decides."""
    holder = people.find_user_by_email(session, email)
    if holder is not None and holder.id != user.id:
        raise taken
    try:
        with session.begin_nested():
            user.email = email
            session.flush()
    except IntegrityError:
        raise taken from None


def _say_taken(session: Session, user: User, address: str, at: datetime) -> None:
    send_mail(
        session,
        to=address,
        locale=user.locale,
        subject=N_("Dit e-mailadres heeft al een account"),
        text=N_("Iemand wil dit e-mailadres bij een ander account gebruiken. Dat kan niet: er is al een account. "
                "Er is niets veranderd. Was u dit zelf? Log dan in met dit adres."),
        link="/login",
        at=at,
    )  # fmt: skip
