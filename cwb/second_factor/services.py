"""Use cases of the second step. Attempts are counted by the caller before."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.identity.queries import running_roles
from cwb.kernel.policy import SECOND_FACTOR_ROLES
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from cwb.passkeys import services as passkeys
from cwb.passkeys.queries import count
from cwb.second_factor import errors, rules
from cwb.second_factor.gateway import Vault
from cwb.second_factor.models import RecoveryCode
from cwb.sign_in.rules import typed_code
from cwb.sign_in.services import Opened, end_sessions, give_second_factor


def begin(session: Session, *, user: User, vault: Vault) -> None:
    """Make a secret that waits for its first code.

    Raises:
        FactorSetAlready: one is set; renewing it goes through `renew`.
    """
    _lock(session, user)
    if user.totp_confirmed_at is not None:
        raise errors.FactorSetAlready
    user.totp_secret = vault.lock(rules.new_secret())
    session.flush()


def confirm(
    session: Session, *, user: User, vault: Vault, code: str, session_id: int, device: str, at: datetime
) -> tuple[Opened, list[str]]:
    """Switch the second step on with its first code; gives a new session and ten recovery codes, shown once.

    Raises:
        FactorNotStarted: `begin` came not before.
        FactorSetAlready: switched on in another tab.
        FactorCodeWrong: not the code of this moment.
    """
    _lock(session, user)
    if user.totp_confirmed_at is not None:
        raise errors.FactorSetAlready
    if user.totp_secret is None:
        raise errors.FactorNotStarted
    _use_code(user, vault, code, at)
    user.totp_confirmed_at = at
    codes = _new_codes(session, user)
    end_sessions(session, user_id=user.id, besides=session_id)
    _tell(session, user, "second_factor.set", N_("Uw tweede stap staat aan"), at)
    return give_second_factor(session, session_id=session_id, user=user, device=device, at=at), codes


def verify(
    session: Session, *, user: User, vault: Vault, code: str, session_id: int, device: str, at: datetime
) -> Opened:
    """Wake the roles of a session with the code of this moment; each code works once.

    Raises:
        FactorNotStarted: nothing is set.
        FactorCodeWrong: another code, or one used before.
    """
    _lock(session, user)
    if user.totp_confirmed_at is None:
        raise errors.FactorNotStarted
    _use_code(user, vault, code, at)
    return give_second_factor(session, session_id=session_id, user=user, device=device, at=at)


def verify_by_recovery(
    session: Session, *, user: User, code: str, session_id: int, device: str, at: datetime
) -> Opened:
    """Wake the roles of a session with a recovery code, which is used up; told by mail.

    Raises:
        RecoveryCodeWrong: none of those left.
    """
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == rules.recovery_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    if used is None:
        raise errors.RecoveryCodeWrong(field="code")
    _tell(session, user, "second_factor.recovered", N_("Er is een herstelcode gebruikt"), at)
    return give_second_factor(session, session_id=session_id, user=user, device=device, at=at)


def renew_codes(session: Session, *, user: User, at: datetime) -> list[str]:
    """Ten new recovery codes in place of the old; shown once. Only for a session with the second step."""
    codes = _new_codes(session, user)
    _tell(session, user, "second_factor.codes_renewed", N_("U heeft nieuwe herstelcodes"), at)
    return codes


def reset(session: Session, *, user: User, by: int | None, at: datetime) -> None:
    """Take the second step away: to set a new phone, or by an administrator for somebody who lost everything.

    When somebody else did it, every session of the user ends and passkeys go too: they may be in other hands.
    """
    _lock(session, user)
    _take_away(session, user)
    if by != user.id:
        passkeys.forget(session, user_id=user.id)
        end_sessions(session, user_id=user.id)
    _tell(session, user, "second_factor.reset", N_("Uw tweede stap is weggehaald"), at, by=by)


def switch_off(session: Session, *, user: User, at: datetime) -> None:
    """Do without the app, for who holds no role that needs a second step, or has a passkey for it.

    Raises:
        FactorNeeded: a role needs it and there is no passkey.
    """
    _lock(session, user)
    needed = SECOND_FACTOR_ROLES.intersection(running_roles(session, user.id))
    if needed and not count(session, user.id):
        raise errors.FactorNeeded
    reset(session, user=user, by=user.id, at=at)


def forget_since(session: Session, *, user: User, since: datetime, at: datetime) -> None:
    """Take away what was added to the second step since an instant, by whoever held the account then.

    Recovery codes go whatever their age: nobody can tell who read them.
    """
    _lock(session, user)
    gone = passkeys.forget(session, user_id=user.id, since=since)
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    if user.totp_confirmed_at is None or user.totp_confirmed_at >= since:
        _take_away(session, user)
    session.flush()
    facts = {"passkeys": gone, "app": user.totp_confirmed_at is None}
    record(
        session, action="second_factor.cleared", subject=f"user:{user.id}", actor_id=None, facts=facts, at=at
    )


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes were not used."""
    left = select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left) or 0


def _take_away(session: Session, user: User) -> None:
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def _lock(session: Session, user: User) -> None:
    session.refresh(user, with_for_update=True)


def _use_code(user: User, vault: Vault, code: str, at: datetime) -> None:
    step = rules.matching_step(
        vault.unlock(user.totp_secret or b""), typed_code(code), at, user.totp_last_step
    )
    if step is None:
        raise errors.FactorCodeWrong(field="code")
    user.totp_last_step = step


def _new_codes(session: Session, user: User) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = rules.new_recovery_codes()
    session.add_all(RecoveryCode(user_id=user.id, code_hash=rules.recovery_hash(code)) for code in codes)
    session.flush()
    return codes


def _tell(
    session: Session, user: User, action: str, subject: str, at: datetime, *, by: int | None = None
) -> None:
    session.flush()
    record(session, action=action, subject=f"user:{user.id}", actor_id=by or user.id, at=at)
    send_mail(
        session,
        to=user.email,
        locale=user.locale,
        subject=subject,
        text=N_("Er is iets veranderd aan de tweede stap van uw account. Was u dit niet? Bel ons meteen."),
        link="/account",
        at=at,
    )
