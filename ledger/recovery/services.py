"""Giving a code at the staff desk, a second person's yes, and a new PIN with it."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from cwb.audit.services import record
from cwb.identity.gateway import hash_password, password_matches
from cwb.identity.models import User
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail
from cwb.passkeys import services as passkeys
from cwb.sign_in.services import end_sessions
from ledger.pins import rules as pin_rules
from ledger.pins import services as pins
from ledger.recovery import queries, rules
from ledger.recovery.errors import OwnPhone
from ledger.recovery.models import Recovery
from ledger.recovery.rules import Checked
from ledger.wallets import rules as wallet_rules
from ledger.wallets.errors import CodeUnknown


class Given(NamedTuple):
    """What the desk did, and the code that is said once."""

    recovery: Recovery
    code: str


def give(
    session: Session, *, user: User, checked: Checked, lost: bool, actor: Actor, at: datetime
) -> Given:  # fmt: skip
    """Give somebody whose identity document was seen a code for a new PIN, good for a day; an earlier one ends.

    `lost`: their phone is gone, so every session, every passkey and the PIN end at once. They are told by mail.

    Raises:
        OwnPhone: staff mend nothing of their own.
    """
    if user.id == actor.user_id:
        raise OwnPhone
    code = wallet_rules.new_code(secrets.randbelow)
    made = Recovery(
        user_id=user.id, code_hash=hash_password(code), checked=checked, lost=lost, made_at=at,
        made_by_id=actor.user_id, needs_second=rules.needs_second(queries.held(session, user)),
        expires_at=at + rules.LIFE, tries=0,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if lost:
        end_sessions(session, user_id=user.id)
        passkeys.forget(session, user_id=user.id)
        pins.forget(session, user_id=user.id, by_id=actor.user_id, at=at)
    _note(session, "given", made, actor.user_id, at, lost=lost)
    send_mail(
        session, to=user.email, locale=user.locale, subject=N_("U kreeg een code voor een nieuwe pincode"),
        text=N_("Wij zagen uw identiteitsbewijs en gaven u een code. Was u dit niet? Bel ons meteen."), facts={},
        link="/wallet/pin", at=at,
    )  # fmt: skip
    return Given(made, code)


def agree(session: Session, *, public_id: UUID, actor: Actor, at: datetime) -> None:
    """Look along as the second person.

    Raises:
        RecoveryUnknown, NotWaiting, SecondPerson: refused.
    """
    found = queries.recovery(session, public_id, lock=True)
    rules.check_second(found, actor.user_id, at)
    found.second_by_id, found.second_at = actor.user_id, at
    session.flush()
    _note(session, "agreed", found, actor.user_id, at)


def try_code(session: Session, *, user_id: int, typed: str, at: datetime) -> bool:
    """Whether this is the person's code. The caller commits this by itself: a wrong try stays counted."""
    found = queries.latest(session, user_id, lock=True)
    if found is None or not rules.works(found, at):
        return False
    try:
        code = wallet_rules.read_code(typed)
    except CodeUnknown:
        return False  # mistyped: the check sign tells it without a try
    right = password_matches(found.code_hash, code)
    if not right:
        found.tries += 1
        session.flush()
    return right


def use(session: Session, *, user_id: int, right: bool, pin: str, again: str, at: datetime) -> None:
    """Choose a new PIN with the code. `right`: what trying it said.

    Raises:
        CodeWrong, SecondMissing: the code. PinBad, PinEasy, PinsDiffer: the PIN.
    """
    pin_rules.check_pin(pin)
    pin_rules.check_same(pin, again)
    found = queries.latest(session, user_id, lock=True)
    rules.check_use(found, right=right, at=at)
    if found is not None:
        found.used_at = at
        session.flush()
        pins.put(session, user_id=user_id, pin=pin, by_id=user_id, at=at)
        _note(session, "used", found, user_id, at)


def _note(session: Session, act: str, found: Recovery, by_id: int, at: datetime, **facts: object) -> None:
    record(
        session, action=f"wallet_recovery.{act}", subject=f"user:{found.user_id}", actor_id=by_id,
        facts={"checked": found.checked, **facts}, at=at,
    )  # fmt: skip
