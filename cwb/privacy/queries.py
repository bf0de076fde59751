"""What every table keeps about people, and what is kept about one person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from cwb.email_change.models import EmailChange
from cwb.identity.models import IbanChange, Mandate, Organisation, Party, User
from cwb.identity.queries import find_person, user
from cwb.kernel.database import Base
from cwb.kernel.retention import Retention, of_models
from cwb.passkeys.models import Passkey
from cwb.people.models import Invitation
from cwb.privacy import rules
from cwb.second_factor.models import RecoveryCode
from cwb.sign_in.models import UserSession


def retention() -> dict[str, Retention | None]:
    """Table → what it keeps about people, over all storeys that are loaded; None where nobody said."""
    models = [mapper.class_ for mapper in Base.registry.mappers]
    return dict(sorted({**of_models(models), **rules.WITHOUT_MODEL}.items()))


def tables(session: Session) -> set[str]:
    """The tables that are really there."""
    return set(session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")))


def own_data(session: Session, user_id: int) -> dict[str, Any]:
    """Everything the ground keeps about a user, as JSON values. Secrets are said to be there, not shown.

    Raises:
        UserUnknown: none, or erased.
    """
    found = user(session, user_id)
    person = find_person(session, found.person_id)
    return {
        "account": {
            "name": found.name,
            "email": found.email,
            "language": found.locale,
            "registered_at": _text(found.created_at),
            "last_seen_at": _text(found.seen_at),
            "has_password": found.password_hash is not None,
            "second_factor_since": _text(found.totp_confirmed_at),
        },
        "person": None if person is None else {"name": person.name, "since": _text(person.created_at)},
        "roles": _rows(
            session,
            select(Party.name.label("organisation"), Mandate.role, Mandate.granted_at, Mandate.ended_at)
            .join(Party, Party.id == Mandate.organisation_id)
            .where(Mandate.user_id == user_id)
            .order_by(Mandate.id),
        ),
        **_ways_in(session, user_id),
        "invitations": _rows(
            session,
            select(
                Party.name.label("organisation"), Invitation.role, Invitation.email, Invitation.invited_at,
                Invitation.accepted_at,
            )
            .join(Party, Party.id == Invitation.organisation_id)
            .where(
                or_(
                    func.lower(Invitation.email) == found.email.lower(),
                    Invitation.accepted_by_id == user_id,
                )
            )
            .order_by(Invitation.id),
        ),
        "bank_account_changes": _rows(
            session,
            select(Party.name.label("organisation"), IbanChange.asked_at, IbanChange.decided_at)
            .join(Party, Party.id == IbanChange.organisation_id)
            .where(or_(IbanChange.asked_by_id == user_id, IbanChange.decided_by_id == user_id))
            .order_by(IbanChange.id),
        ),
    }  # fmt: skip


def _ways_in(session: Session, user_id: int) -> dict[str, Any]:
    """How somebody signs in, and from where: no secrets."""
    return {
        "devices": _rows(
            session,
            select(UserSession.device, UserSession.opened_at, UserSession.seen_at, UserSession.expires_at)
            .where(UserSession.user_id == user_id)
            .order_by(UserSession.id),
        ),
        "recovery_codes": _rows(
            session,
            select(RecoveryCode.used_at).where(RecoveryCode.user_id == user_id).order_by(RecoveryCode.id),
        ),
        "passkeys": _rows(
            session,
            select(Passkey.name, Passkey.made_at, Passkey.used_at)
            .where(Passkey.user_id == user_id)
            .order_by(Passkey.id),
        ),
        "earlier_addresses": _rows(
            session,
            select(EmailChange.old_email, EmailChange.changed_at, EmailChange.expires_at)
            .where(EmailChange.user_id == user_id)
            .order_by(EmailChange.id),
        ),
    }


def _rows(session: Session, statement: Any) -> list[dict[str, Any]]:
    return [
        {name: _text(value) for name, value in row.items()} for row in session.execute(statement).mappings()
    ]


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def long_unseen(session: Session, before: datetime, most: int) -> Sequence[User]:
    """Accounts not used since an instant, the longest unseen first."""
    statement = (
        select(User)
        .where(User.erased_at.is_(None), func.coalesce(User.seen_at, User.created_at) < before)
        .order_by(func.coalesce(User.seen_at, User.created_at), User.id)
        .limit(most)
    )
    return session.scalars(statement).all()


def running_mandates(session: Session, user_id: int) -> Sequence[tuple[Mandate, Organisation]]:
    """A user's running mandates with their organisations."""
    statement = (
        select(Mandate, Organisation)
        .join(Organisation, Organisation.id == Mandate.organisation_id)
        .where(Mandate.user_id == user_id, Mandate.ended_at.is_(None))
        .order_by(Mandate.id)
    )
    return [(mandate, organisation) for mandate, organisation in session.execute(statement)]


def colleagues(session: Session, organisation_id: int, user_id: int) -> int:
    """How many other people hold a role in an organisation."""
    statement = select(func.count(func.distinct(Mandate.user_id))).where(
        Mandate.organisation_id == organisation_id, Mandate.ended_at.is_(None), Mandate.user_id != user_id
    )
    return session.scalar(statement) or 0
