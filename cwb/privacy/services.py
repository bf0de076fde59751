"""Use cases of erasing and clearing up."""

from datetime import datetime

from sqlalchemy import delete, func, or_, update
from sqlalchemy.orm import Session

from cwb.account.services import clear_old as clear_old_drafts
from cwb.account.services import forget_draft
from cwb.audit.services import record
from cwb.email_change.models import EmailChange
from cwb.email_change.services import clear_old as clear_old_addresses
from cwb.identity.errors import LastKeeper
from cwb.identity.events import UserErased
from cwb.identity.models import IbanChange, User
from cwb.identity.queries import find_person
from cwb.identity.services import end_mandate
from cwb.kernel.events import emit
from cwb.kernel.text import N_, search_key
from cwb.notifications.services import clear_sent, forget_recipient, send_mail
from cwb.passkeys import services as passkeys
from cwb.people.models import Invitation
from cwb.privacy import errors, queries, rules
from cwb.second_factor.models import RecoveryCode
from cwb.sign_in.models import DemoUser, MailCode
from cwb.sign_in.services import clear_old, end_sessions


def erase_user(session: Session, *, user: User, by: int | None, at: datetime) -> None:
    """Forget who somebody was; what they did stays, under a number (GDPR art. 17; books and awards by law).

    Sessions, codes and open invitations go, mandates end, name and address are replaced. Listeners of
    `UserErased` forget the rest in the same transaction.

    Raises:
        HandOverFirst: colleagues would be left without anyone who can run their organisation.
    """
    session.refresh(user, with_for_update=True)
    address = user.email
    for mandate, organisation in queries.running_mandates(session, user.id):
        alone = queries.colleagues(session, organisation.id, user.id) == 0
        try:
            end_mandate(session, mandate=mandate, actor_id=by, at=at, keep=not alone)
        except LastKeeper:
            raise errors.HandOverFirst(organisation=organisation.name) from None
    end_sessions(session, user_id=user.id)
    _forget_tables(session, user, address)
    person = find_person(session, user.person_id)
    if person is not None:
        person.name, person.search_name = rules.ERASED_NAME, search_key(rules.ERASED_NAME)
    user.name, user.email, user.locale = rules.ERASED_NAME, rules.erased_email(user.public_id), "nl"
    user.password_hash = user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    user.seen_at = user.idle_told_at = None
    user.erased_at = at
    session.flush()
    forget_recipient(session, address)
    record(session, action="user.erased", subject=f"user:{user.id}", actor_id=by, at=at)
    emit(session, UserErased(user.id, user.person_id, at))


def _forget_tables(session: Session, user: User, address: str) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    passkeys.forget(session, user_id=user.id)
    session.execute(delete(EmailChange).where(EmailChange.user_id == user.id))
    forget_draft(session, user_id=user.id)
    session.execute(delete(DemoUser).where(DemoUser.user_id == user.id))
    same = func.lower(MailCode.email) == address.lower()
    session.execute(delete(MailCode).where(or_(MailCode.user_id == user.id, same)))
    invited = func.lower(Invitation.email) == address.lower()
    session.execute(delete(Invitation).where(invited, Invitation.accepted_at.is_(None)))
    session.execute(
        update(Invitation)
        .where(or_(invited, Invitation.accepted_by_id == user.id))
        .values(email=rules.erased_email(user.public_id))
    )


def clear_up(session: Session, at: datetime, *, most: int = 200) -> dict[str, int]:
    """The daily round: old sessions, codes, letters and invitations go; idle accounts are asked, then erased.

    Returns how many accounts were asked, erased, and kept because colleagues depend on them.
    """
    clear_old(session, at)
    clear_old_addresses(session, at)
    passkeys.clear_old(session, at)
    clear_old_drafts(session, at)
    clear_sent(session, at - rules.MAIL_LIFE)
    session.execute(delete(Invitation).where(Invitation.invited_at < at - rules.INVITATION_LIFE))
    session.execute(delete(IbanChange).where(IbanChange.decided_at < at - rules.IBAN_LIFE))
    count = {"asked": 0, "erased": 0, "kept": 0}
    for user in queries.long_unseen(session, at - rules.IDLE_WITHOUT_ROLE, most):
        what = rules.idle(
            seen_at=user.seen_at or user.created_at,
            told_at=user.idle_told_at,
            has_role=bool(queries.running_mandates(session, user.id)),
            at=at,
        )
        if what is rules.Idle.ASK:
            _ask(session, user, at)
            count["asked"] += 1
        elif what is rules.Idle.ERASE:
            count["erased" if _erased(session, user, at) else "kept"] += 1
    return count


def _erased(session: Session, user: User, at: datetime) -> bool:
    try:
        with session.begin_nested():
            erase_user(session, user=user, by=None, at=at)
    except errors.HandOverFirst:
        user.idle_told_at = at
        session.flush()
        return False
    return True


def _ask(session: Session, user: User, at: datetime) -> None:
    user.idle_told_at = at
    session.flush()
    send_mail(
        session,
        to=user.email,
        locale=user.locale,
        subject=N_("Wilt u uw account houden?"),
        text=N_("U bent lang niet ingelogd. Wilt u uw account houden? Log dan binnen 30 dagen in. "
                "Anders wissen wij uw gegevens."),
        link="/login",
        at=at,
    )  # fmt: skip
