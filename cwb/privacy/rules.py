"""When an account lies idle; what remains of an erased one; tables without a model."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from cwb.kernel.retention import NOTHING_PERSONAL, Retention
from cwb.kernel.text import N_

IDLE_WITHOUT_ROLE = timedelta(days=183)
"""Somebody without a role who stays away half a year is asked, then erased (domain proposal; unverified)."""

IDLE_WITH_ROLE = timedelta(days=3 * 365)
NOTICE = timedelta(days=30)

ERASED_NAME = "–"

INVITATION_LIFE = timedelta(days=365)
MAIL_LIFE = timedelta(days=30)
IBAN_LIFE = timedelta(days=7 * 365 + 2)


class Idle(StrEnum):
    """What happens to an account that is not used."""

    LEAVE = "leave"
    ASK = "ask"
    ERASE = "erase"


def idle(*, seen_at: datetime, told_at: datetime | None, has_role: bool, at: datetime) -> Idle:
    """Whether to leave an account alone, ask its owner, or erase it a month after asking."""
    if at - seen_at < (IDLE_WITH_ROLE if has_role else IDLE_WITHOUT_ROLE):
        return Idle.LEAVE
    if told_at is None or told_at < seen_at:
        return Idle.ASK
    return Idle.ERASE if at - told_at >= NOTICE else Idle.LEAVE


def erased_email(public_id: UUID) -> str:
    """What stands in place of an address: a number, at a domain that receives no mail (RFC 2606)."""
    return f"{public_id}@erased.invalid"


WITHOUT_MODEL: Mapping[str, Retention] = {
    "form_once": NOTHING_PERSONAL,
    "database_clock": NOTHING_PERSONAL,
    "alembic_version": NOTHING_PERSONAL,
    "procrastinate_jobs": Retention(
        N_("Werk dat nog moet gebeuren. Er staan alleen nummers in."),
        N_("Een week na afloop."),
        N_("De regel wordt gewist."),
    ),
    "procrastinate_events": NOTHING_PERSONAL,
    "procrastinate_periodic_defers": NOTHING_PERSONAL,
    "procrastinate_workers": NOTHING_PERSONAL,
}
"""Tables of libraries and of the ground, which have no model of ours."""
