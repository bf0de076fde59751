"""Making keys, handing out shares, and opening together.

The release protocol: one holder, after the deadline by the database's clock, re-seals his share to another
holder; that one joins it with his own and has the tender's private key, in memory, for one use case. No
service returns a share or writes one in the clear.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.models import User
from cwb.kernel.policy import Role
from cwb.kernel.transaction import regardless
from procurement.sealing import queries, rules
from procurement.sealing.errors import (
    EscrowNotIndependent,
    KeyExists,
    KeyMissing,
    NoShare,
    NothingReleased,
    OfficerNotOfBuyer,
    OfficersSame,
    PassphraseWrong,
    ReasonMissing,
    SamePerson,
    ShareBroken,
    TooEarly,
    TooManyPassphrases,
)
from procurement.sealing.models import KeyHolder, KeyShare, PassphraseAttempt, ShareRelease, TenderKey
from procurement.sealing.rules import Cost

MOST_WRONG = 5
"""Wrong passphrases before a pause."""

PAUSE = timedelta(minutes=15)
"""How long a wrong passphrase counts."""

_GUESSING = 7_301_011
"""First half of the advisory lock that lets one user try one passphrase at a time."""


def make_holder_key(
    session: Session,
    *,
    user_id: int,
    passphrase: str,
    repeated: str,
    cost: Cost = rules.MODERATE,
    at: datetime,
) -> KeyHolder:
    """A user's first key, locked with a passphrase nobody can recover.

    Raises:
        PassphraseTooShort, PassphraseTooLong, PassphrasesDiffer: at their field.
        KeyExists: there is one already; replace it instead.
    """
    rules.check_passphrase(passphrase, repeated)
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    if queries.find_holder(session, user_id) is not None:
        raise KeyExists
    return _keep(session, user_id, rules.lock(rules.new_private_key(), passphrase, cost), "made", at)


def change_passphrase(
    session: Session, *, user_id: int, old: str, passphrase: str, repeated: str, cost: Cost = rules.MODERATE,
    at: datetime,
) -> KeyHolder:  # fmt: skip
    """The same key under another passphrase; the old lock is erased, shares keep working.

    Raises:
        PassphraseWrong, TooManyPassphrases: the old one is not right.
        KeyMissing: no key yet.
        PassphraseTooShort, PassphraseTooLong, PassphrasesDiffer: at their field.
    """
    rules.check_passphrase(passphrase, repeated)
    holder = _running(session, user_id)
    private = _open_lock(session, holder, old, "old", at)
    holder.replaced_at, holder.reason, holder.locked = at, "changed", None
    session.flush()
    return _keep(session, user_id, rules.lock(private, passphrase, cost), "passphrase_changed", at)


def replace_key(
    session: Session,
    *,
    user_id: int,
    passphrase: str,
    repeated: str,
    cost: Cost = rules.MODERATE,
    at: datetime,
) -> KeyHolder:
    """A new key for whoever forgot the passphrase. Shares of running tenders stay with the old key.

    Raises:
        KeyMissing: no key yet.
        PassphraseTooShort, PassphraseTooLong, PassphrasesDiffer: at their field.
    """
    rules.check_passphrase(passphrase, repeated)
    holder = _running(session, user_id)
    holder.replaced_at, holder.reason = at, "forgotten"
    session.flush()
    return _keep(session, user_id, rules.lock(rules.new_private_key(), passphrase, cost), "replaced", at)


def _running(session: Session, user_id: int) -> KeyHolder:
    user = session.scalars(select(User).where(User.id == user_id).with_for_update()).one()
    holder = queries.find_holder(session, user_id)
    if holder is None:
        raise KeyMissing(name=user.name)
    return holder


def _keep(session: Session, user_id: int, key: rules.LockedKey, how: str, at: datetime) -> KeyHolder:
    holder = KeyHolder(user_id=user_id, key=key, made_at=at)
    session.add(holder)
    session.flush()
    facts = {"public_key": key.public_key.hex()}
    record(
        session,
        action=f"sealing.key_{how}",
        subject=f"key_holder:{holder.id}",
        actor_id=user_id,
        facts=facts,
        at=at,
    )
    return holder


def make_tender_key(
    session: Session,
    *,
    officer_ids: tuple[int, int],
    escrow_id: int,
    buyer_id: int | None = None,
    at: datetime,
) -> TenderKey:
    """A new key pair whose private half exists only as three shares, any two of which open.

    `officer_ids` are two users who may buy or assess for the buyer (for one and the same organisation when
    `buyer_id` is not given); `escrow_id` is an auditor without a role in buying or programme.

    Raises:
        OfficersSame: not three different people.
        OfficerNotOfBuyer, EscrowNotIndependent, KeyMissing: names the person.
    """
    ids = (*officer_ids, escrow_id)
    if len(set(ids)) != rules.HOLDERS:
        raise OfficersSame
    people = {user.id: user for user in session.scalars(select(User).where(User.id.in_(ids)))}
    if len(people) != rules.HOLDERS:
        raise OfficersSame
    _check_places(session, people, officer_ids, escrow_id, buyer_id)
    keys = {user_id: queries.find_holder(session, user_id) for user_id in ids}
    private = rules.new_private_key()
    key = TenderKey(public_key=rules.public_of(private), made_at=at)
    session.add(key)
    session.flush()
    for user_id, share in zip(ids, rules.split(private), strict=True):
        holder = keys[user_id]
        if holder is None:
            raise KeyMissing(name=people[user_id].name)
        part = "escrow" if user_id == escrow_id else "officer"
        sealed = rules.seal_share(holder.public_key, key.public_key, share)
        session.add(
            KeyShare(key_id=key.id, number=share.number, part=part, user_id=user_id, holder_id=holder.id,
                     sealed=sealed, digest=share.digest())
        )  # fmt: skip
    session.flush()
    facts = {"public_key": key.public_key.hex(), "officers": sorted(officer_ids), "escrow": escrow_id}
    record(
        session,
        action="sealing.tender_key_made",
        subject=f"tender_key:{key.public_id}",
        actor_id=None,
        facts=facts,
        at=at,
    )
    return key


def _check_places(
    session: Session,
    people: dict[int, User],
    officer_ids: tuple[int, int],
    escrow_id: int,
    buyer_id: int | None,
) -> None:
    first, second = (queries.organisations_bought_for(session, user_id) for user_id in officer_ids)
    wanted = first if buyer_id is None else {buyer_id}
    if not first & wanted:
        raise OfficerNotOfBuyer(name=people[officer_ids[0]].name)
    if not second & wanted:
        raise OfficerNotOfBuyer(name=people[officer_ids[1]].name)
    roles = queries.running_roles(session, escrow_id)
    if Role.AUDITOR not in roles or not roles.isdisjoint(queries.ESCROW_BARRED):
        raise EscrowNotIndependent(name=people[escrow_id].name)


def release_share(
    session: Session, *, key_id: int, user_id: int, passphrase: str, to_user_id: int, opens_from: datetime,
    reason: str = "", at: datetime,
) -> ShareRelease:  # fmt: skip
    """The first pair of eyes: re-seal one's share to another holder, who can then open.

    `opens_from` is the deadline. `reason` is needed when the escrow holder gives or receives.

    Raises:
        TooEarly: before the deadline by the database's clock.
        NoShare, SamePerson, ReasonMissing: who may not, or not so.
        PassphraseWrong, TooManyPassphrases: counted also though refused.
        ShareBroken: the stored share was tampered with.
    """
    _after(session, opens_from)
    key = queries.tender_key(session, key_id)
    own, other = _share_of(key, user_id), _share_of(key, to_user_id)
    if own is other:
        raise SamePerson
    needs_reason = "escrow" in {own.part, other.part}
    if needs_reason and not reason.strip():
        raise ReasonMissing(field="reason")
    private = _private_of(session, own, passphrase, at)
    share = rules.unseal_share(private, own.sealed, key.public_key, own.digest)
    receiver = _receiving_key(session, other)
    sealed = rules.seal_share(receiver.public_key, key.public_key, share)
    found = session.scalars(
        select(ShareRelease).where(ShareRelease.share_id == own.id, ShareRelease.to_holder_id == receiver.id)
    ).one_or_none()
    if found is not None:
        return found
    release = ShareRelease(
        key_id=key.id, share_id=own.id, to_user_id=to_user_id, to_holder_id=receiver.id, sealed=sealed,
        reason=reason.strip() or None, released_at=at,
    )  # fmt: skip
    session.add(release)
    session.flush()
    facts: dict[str, object] = {"share": own.number, "to": to_user_id, "escrow": needs_reason}
    record(
        session,
        action="sealing.share_released",
        subject=f"tender_key:{key.public_id}",
        actor_id=user_id,
        facts=facts,
        at=at,
    )
    return release


def open_tender_key(
    session: Session, *, key_id: int, user_id: int, passphrase: str, opens_from: datetime, at: datetime
) -> tuple[bytes, ShareRelease]:
    """The second pair of eyes: the tender's private key, in memory, and the release that made it possible.

    The caller uses it in the same use case and lets it go; it is never stored, logged or sent.

    Raises:
        TooEarly: before the deadline by the database's clock.
        NoShare, NothingReleased: who may not, or not yet.
        PassphraseWrong, TooManyPassphrases: counted also though refused.
        ShareBroken: a share was tampered with.
    """
    _after(session, opens_from)
    key = queries.tender_key(session, key_id)
    own = _share_of(key, user_id)
    release = queries.find_release_to(session, key_id, user_id)
    if release is None:
        raise NothingReleased
    given = next(share for share in key.shares if share.id == release.share_id)
    if given.user_id == user_id:
        raise SamePerson
    private = _private_of(session, own, passphrase, at)
    mine = rules.unseal_share(private, own.sealed, key.public_key, own.digest)
    theirs = rules.unseal_share(private, release.sealed, key.public_key, given.digest)
    return rules.join(mine, theirs, key.public_key), release


def _after(session: Session, opens_from: datetime) -> None:
    reached = session.scalar(text("SELECT cwb_now() >= :opens_from"), {"opens_from": opens_from})
    if not reached:
        raise TooEarly(opens_from=opens_from)


def _share_of(key: TenderKey, user_id: int) -> KeyShare:
    share = next((each for each in key.shares if each.user_id == user_id), None)
    if share is None:
        raise NoShare
    return share


def _receiving_key(session: Session, share: KeyShare) -> KeyHolder:
    """The key a released share is sealed to: that of the receiver's own share, so one passphrase does."""
    lock = queries.lock_for(session, share)
    if lock is None:
        raise ShareBroken
    return lock


def _private_of(session: Session, share: KeyShare, passphrase: str, at: datetime) -> bytes:
    """The private key a holder's share is sealed to (and what is released to him as well)."""
    lock = queries.lock_for(session, share)
    if lock is None:
        raise ShareBroken
    return _open_lock(session, lock, passphrase, "passphrase", at)


def _open_lock(session: Session, holder: KeyHolder, passphrase: str, field: str, at: datetime) -> bytes:
    """The private key of a holder; tries are counted, one at a time per person.

    Raises:
        TooManyPassphrases: five wrong ones within a quarter of an hour.
        PassphraseWrong: this one is wrong.
    """
    session.execute(select(func.pg_advisory_xact_lock(_GUESSING, func.hashint8(holder.user_id))))
    wrong = queries.wrong_passphrases(session, holder.user_id, at - PAUSE)
    if len(wrong) >= MOST_WRONG:
        raise TooManyPassphrases(field=field, again_at=wrong[-MOST_WRONG] + PAUSE)
    locked = holder.locked_key()
    private = None if locked is None else rules.unlock(locked, passphrase)
    regardless(session, _note_attempt, holder.user_id, private is not None, at)
    if private is None:
        raise PassphraseWrong(field=field, left=MOST_WRONG - len(wrong) - 1)
    return private


def _note_attempt(session: Session, user_id: int, good: bool, at: datetime) -> None:
    session.add(PassphraseAttempt(user_id=user_id, good=good, at=at))
    if not good:
        record(
            session,
            action="sealing.passphrase_wrong",
            subject=f"user:{user_id}",
            actor_id=user_id,
            facts={},
            at=at,
        )


def forget_attempts(session: Session, *, at: datetime) -> None:
    """Erase tries of passphrases older than a year; wrong ones stay in the audit log."""
    session.execute(delete(PassphraseAttempt).where(PassphraseAttempt.at < at - timedelta(days=365)))
