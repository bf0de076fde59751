"""Reading keys and shares."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, func, literal_column, select
from sqlalchemy.orm import Session, joinedload

from cwb.identity.models import Mandate, User
from cwb.kernel.policy import Role
from cwb.kernel.waiting import USER, rows
from procurement.sealing.errors import TenderKeyNotFound
from procurement.sealing.models import KeyHolder, KeyShare, PassphraseAttempt, ShareRelease, TenderKey

OFFICER_ROLES = (Role.PURCHASER, Role.ASSESSOR)
"""Roles in the buying organisation that may open."""

ESCROW_BARRED = (Role.PURCHASER, Role.ASSESSOR, Role.PROGRAMME, Role.COACH, Role.ADMINISTRATOR)
"""Roles that an escrow holder holds nowhere: the third share lies outside buying, programme and machines."""


def tender_key(session: Session, key_id: int) -> TenderKey:
    """The key of a tender, with its shares and their holders.

    Raises:
        TenderKeyNotFound: no such key.
    """
    statement = (
        select(TenderKey)
        .where(TenderKey.id == key_id)
        .options(joinedload(TenderKey.shares).joinedload(KeyShare.user))
        .options(joinedload(TenderKey.shares).joinedload(KeyShare.holder))
    )
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise TenderKeyNotFound
    return found


def find_holder(session: Session, user_id: int) -> KeyHolder | None:
    """The running key of a user."""
    return session.scalars(
        select(KeyHolder).where(KeyHolder.user_id == user_id, KeyHolder.replaced_at.is_(None))
    ).one_or_none()


NO_KEY = rows().where(~exists().where(KeyHolder.user_id == USER, KeyHolder.replaced_at.is_(None)))
"""One row for who has no running key."""


def history(session: Session, user_id: int) -> Sequence[KeyHolder]:
    """All keys a user ever had, newest first."""
    return session.scalars(
        select(KeyHolder).where(KeyHolder.user_id == user_id).order_by(KeyHolder.id.desc())
    ).all()


def holders(session: Session, organisation_id: int) -> Sequence[User]:
    """People of an organisation who may open and have a key, by name."""
    return session.scalars(
        select(User)
        .join(KeyHolder, (KeyHolder.user_id == User.id) & KeyHolder.replaced_at.is_(None))
        .where(User.id.in_(_holding(OFFICER_ROLES, organisation_id)), User.erased_at.is_(None))
        .order_by(User.name, User.id)
    ).all()


def escrow_holders(session: Session) -> Sequence[User]:
    """Auditors outside buying and programme who have a key, by name: who can keep the third share."""
    return session.scalars(
        select(User)
        .join(KeyHolder, (KeyHolder.user_id == User.id) & KeyHolder.replaced_at.is_(None))
        .where(
            User.id.in_(_holding((Role.AUDITOR,))),
            User.id.not_in(_holding(ESCROW_BARRED)),
            User.erased_at.is_(None),
        )
        .order_by(User.name, User.id)
    ).all()


def _holding(roles: Sequence[Role], organisation_id: int | None = None) -> Select[int]:
    statement = select(Mandate.user_id).where(Mandate.role.in_(roles), Mandate.ended_at.is_(None))
    return (
        statement if organisation_id is None else statement.where(Mandate.organisation_id == organisation_id)
    )


def organisations_bought_for(session: Session, user_id: int) -> set[int]:
    """Organisations in which a user may open bids."""
    return set(
        session.scalars(
            select(Mandate.organisation_id).where(
                Mandate.user_id == user_id, Mandate.role.in_(OFFICER_ROLES), Mandate.ended_at.is_(None)
            )
        )
    )


def running_roles(session: Session, user_id: int) -> set[Role]:
    """Every role a user holds anywhere."""
    return set(
        session.scalars(select(Mandate.role).where(Mandate.user_id == user_id, Mandate.ended_at.is_(None)))
    )


def lock_for(session: Session, share: KeyShare) -> KeyHolder | None:
    """The newest lock of the key a share is sealed to: after a change of passphrase that is a later row."""
    return session.scalars(
        select(KeyHolder)
        .where(
            KeyHolder.user_id == share.user_id,
            KeyHolder.public_key == share.holder.public_key,
            KeyHolder.locked.is_not(None),
        )
        .order_by(KeyHolder.id.desc())
        .limit(1)
    ).one_or_none()


def releases(session: Session, key_id: int) -> Sequence[ShareRelease]:
    """Shares released for a key, oldest first, with giver's share and receiver."""
    return session.scalars(
        select(ShareRelease)
        .where(ShareRelease.key_id == key_id)
        .options(joinedload(ShareRelease.share).joinedload(KeyShare.user), joinedload(ShareRelease.to_user))
        .order_by(ShareRelease.id)
    ).all()


def find_release_to(session: Session, key_id: int, user_id: int) -> ShareRelease | None:
    """The newest share released to a user for a key."""
    return session.scalars(
        select(ShareRelease)
        .where(ShareRelease.key_id == key_id, ShareRelease.to_user_id == user_id)
        .options(joinedload(ShareRelease.share))
        .order_by(ShareRelease.id.desc())
        .limit(1)
    ).one_or_none()


def shares_held(session: Session, user_id: int) -> int:
    """How many tenders' shares a user keeps."""
    return session.scalar(select(func.count()).where(KeyShare.user_id == user_id)) or 0


def wrong_passphrases(session: Session, user_id: int, since: datetime) -> Sequence[datetime]:
    """Instants of wrong passphrases since an instant or the last right one, oldest first."""
    last_good = (
        select(func.max(PassphraseAttempt.at))
        .where(PassphraseAttempt.user_id == user_id, PassphraseAttempt.good)
        .scalar_subquery()
    )
    return session.scalars(
        select(PassphraseAttempt.at)
        .where(
            PassphraseAttempt.user_id == user_id,
            ~PassphraseAttempt.good,
            PassphraseAttempt.at >= since,
            PassphraseAttempt.at > func.coalesce(last_good, literal_column("'-infinity'::timestamptz")),
        )
        .order_by(PassphraseAttempt.at)
    ).all()
