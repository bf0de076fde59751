"""Reading who helps an organisation, and what they did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from cwb.helping.errors import NobodyHelps
from cwb.helping.models import HelpAct
from cwb.identity.models import Mandate, User
from cwb.kernel.policy import HELPERS, Role

INSIDE = frozenset({Role.MEMBER, Role.BOARD})
"""Who belongs to a cooperative itself."""


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who helps, or helped: what they may do, since when and until which day."""

    user: User
    roles: tuple[Role, ...]
    since: datetime
    ends_on: date
    ended_at: datetime | None


def helpers(session: Session, organisation_id: int, user_id: int | None = None) -> list[Helper]:
    """Who helps an organisation, then who helped it; only this person when one is named."""
    statement = (
        select(Mandate)
        .join(Mandate.user)
        .where(Mandate.organisation_id == organisation_id, Mandate.role.in_(HELPERS))
        .options(contains_eager(Mandate.user))
        .order_by(Mandate.ended_at.is_not(None), Mandate.ended_at.desc(), User.name, Mandate.id)
    )
    if user_id is not None:
        statement = statement.where(Mandate.user_id == user_id)
    found: dict[tuple[int, datetime | None], list[Mandate]] = {}
    for each in session.scalars(statement):
        found.setdefault((each.user_id, each.ended_at), []).append(each)
    return [_helper(those) for those in found.values()]


def _helper(mandates: Sequence[Mandate]) -> Helper:
    first = mandates[0]
    until = max(each.ends_on for each in mandates if each.ends_on is not None)
    since = min(each.granted_at for each in mandates)
    return Helper(first.user, tuple(sorted(each.role for each in mandates)), since, until, first.ended_at)


def running(session: Session, organisation_id: int, public_id: UUID) -> Sequence[Mandate]:
    """The running mandates by which this user helps an organisation.

    Raises:
        NobodyHelps: none.
    """
    found = session.scalars(
        select(Mandate)
        .join(Mandate.user)
        .where(
            User.public_id == public_id, Mandate.organisation_id == organisation_id, Mandate.role.in_(HELPERS),
            Mandate.ended_at.is_(None),
        )
        .options(contains_eager(Mandate.user))
        .order_by(Mandate.id)
    ).all()  # fmt: skip
    if not found:
        raise NobodyHelps
    return found


def over(session: Session, today: date) -> Sequence[Mandate]:
    """Running mandates whose last day has passed."""
    return session.scalars(
        select(Mandate)
        .where(Mandate.ended_at.is_(None), Mandate.ends_on < today)
        .order_by(Mandate.id)
        .with_for_update(skip_locked=True)
    ).all()


def log(organisation_id: int, user_id: int | None = None) -> Select[HelpAct]:
    """What was done for an organisation, the latest first; only by this person when one is named."""
    statement = (
        select(HelpAct)
        .join(HelpAct.user)
        .where(HelpAct.organisation_id == organisation_id)
        .options(contains_eager(HelpAct.user))
        .order_by(HelpAct.at.desc(), HelpAct.id.desc())
    )
    return statement if user_id is None else statement.where(HelpAct.user_id == user_id)


def helped_since(
    session: Session, organisation_ids: Iterable[int] | Select[int], since: datetime
) -> set[int]:
    """Who helps one of these organisations, or did after `since`: for panels, who judge none of their bids."""
    ids = organisation_ids if isinstance(organisation_ids, Select) else list(organisation_ids)
    return set(
        session.scalars(
            select(Mandate.user_id).where(
                Mandate.organisation_id.in_(ids), Mandate.role.in_(HELPERS),
                or_(Mandate.ended_at.is_(None), Mandate.ended_at > since),
            )
        )
    )  # fmt: skip


def between(
    session: Session, organisation_ids: Iterable[int], since: datetime, until: datetime
) -> dict[int, set[int]]:
    """Who helped one of these organisations in a period and belonged to another of them too: person → organisations."""
    found: dict[int, dict[int, bool]] = {}
    statement = select(Mandate.user_id, Mandate.organisation_id, Mandate.role).where(
        Mandate.organisation_id.in_(list(organisation_ids)), Mandate.role.in_(INSIDE | {Role.BID_HELPER}),
        Mandate.granted_at < until, or_(Mandate.ended_at.is_(None), Mandate.ended_at > since),
    )  # fmt: skip
    for user_id, organisation_id, role in session.execute(statement):
        those = found.setdefault(user_id, {})
        those[organisation_id] = those.get(organisation_id, False) or role == Role.BID_HELPER
    return {user_id: set(those) for user_id, those in found.items() if len(those) > 1 and any(those.values())}


def own_data(session: Session, user_id: int) -> object:
    """What somebody did as a helper, for the copy of one's own data."""
    done = session.scalars(select(HelpAct).where(HelpAct.user_id == user_id).order_by(HelpAct.id))
    return [{"page": each.page, "deed": each.deed, "at": each.at.isoformat()} for each in done]
