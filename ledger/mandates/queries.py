"""Reading mandates."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cwb.identity.models import Organisation
from ledger.mandates.models import DebitMandate, DebitTerms
from ledger.mandates.rules import LIVE, UNFINISHED_AFTER, MandateState


def find_terms(session: Session, organisation_id: int | None) -> DebitTerms | None:
    """On which terms an organisation takes direct debits; None where it takes none."""
    return session.scalar(select(DebitTerms).where(DebitTerms.organisation_id == organisation_id))


def find_live(session: Session, organisation_id: int, subject: str) -> DebitMandate | None:
    """The mandate about this that was begun or stands."""
    return session.scalar(
        select(DebitMandate).where(
            DebitMandate.organisation_id == organisation_id, DebitMandate.subject == subject,
            DebitMandate.state.in_(LIVE),
        )
    )  # fmt: skip


def latest(session: Session, organisation_id: int, subject: str) -> DebitMandate | None:
    """The newest mandate about this, in whichever state."""
    return session.scalar(
        select(DebitMandate)
        .where(DebitMandate.organisation_id == organisation_id, DebitMandate.subject == subject)
        .order_by(DebitMandate.id.desc())
        .limit(1)
    )


def count_of(session: Session, organisation_id: int, subject: str) -> int:
    """How many mandates about this there were."""
    return session.scalars(
        select(func.count())
        .select_from(DebitMandate)
        .where(DebitMandate.organisation_id == organisation_id, DebitMandate.subject == subject)
    ).one()


def active(
    session: Session, organisation_id: int, subjects: Collection[str] | None = None
) -> dict[str, DebitMandate]:
    """Subject → the mandate that stands, of an organisation; `subjects`: of these alone."""
    wanted = select(DebitMandate).where(
        DebitMandate.organisation_id == organisation_id, DebitMandate.state == MandateState.ACTIVE
    )
    if subjects is not None:
        wanted = wanted.where(DebitMandate.subject.in_(subjects))
    return {each.subject: each for each in session.scalars(wanted)}


def locked(session: Session, mandate_id: int) -> DebitMandate:
    """A mandate as it is now, held until the end of the transaction."""
    return session.scalars(
        select(DebitMandate)
        .where(DebitMandate.id == mandate_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def about(session: Session, *, account: str, session_id: str, mandate: str) -> DebitMandate | None:
    """The mandate that a message of the provider is about, in the account it came from."""
    if not session_id and not mandate:
        return None
    told = DebitMandate.session == session_id if session_id else DebitMandate.mandate == mandate
    return session.scalar(select(DebitMandate).where(DebitMandate.till == account, told))


def of_session(session: Session, session_id: str) -> DebitMandate | None:
    """The mandate that is given on this page of the provider."""
    return session.scalar(select(DebitMandate).where(DebitMandate.session == session_id))


def unfinished(session: Session, at: datetime) -> Sequence[int]:
    """Mandates that were begun an hour ago or more, oldest first."""
    return session.scalars(
        select(DebitMandate.id)
        .where(DebitMandate.state == MandateState.ASKED, DebitMandate.asked_at <= at - UNFINISHED_AFTER)
        .order_by(DebitMandate.id)
        .limit(500)
    ).all()


def standing(session: Session) -> Sequence[DebitMandate]:
    """All mandates that stand, oldest first, held: those in other hands are left for the next time."""
    return session.scalars(
        select(DebitMandate)
        .where(DebitMandate.state == MandateState.ACTIVE)
        .order_by(DebitMandate.id)
        .with_for_update(skip_locked=True)
    ).all()


def unreleased(session: Session) -> Sequence[int]:
    """Mandates that ended here and of which the provider was not told yet."""
    return session.scalars(
        select(DebitMandate.id)
        .where(
            DebitMandate.ended_at.is_not(None), DebitMandate.released_at.is_(None),
            DebitMandate.method.is_not(None),
        )
        .order_by(DebitMandate.id)
        .limit(500)
    ).all()  # fmt: skip


def creditor(session: Session, mandate: DebitMandate) -> str:
    """The name of who takes the money."""
    return session.scalars(select(Organisation.name).where(Organisation.id == mandate.organisation_id)).one()


def own_data(session: Session, user_id: int) -> object:
    """For the copy of one's own data: every mandate that this account gave."""
    rows = session.scalars(
        select(DebitMandate).where(DebitMandate.payer_id == user_id).order_by(DebitMandate.id)
    )
    return [
        {
            "reference": each.reference, "text": each.wording, "state": each.state.value, "account_ends_in": each.last4,
            "account": each.iban,
            "given_on": each.given_on.isoformat() if each.given_on else None,
            "ended_at": each.ended_at.isoformat() if each.ended_at else None,
        }
        for each in rows
    ]  # fmt: skip
