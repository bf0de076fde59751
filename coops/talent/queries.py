"""Reading who put itself forward. Contacts are given by the reader's right, here and not in a template."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from coops.initiatives.models import Initiative, InitiativeRequest
from coops.talent import rules
from coops.talent.errors import ProfileMissing
from coops.talent.models import TalentOffer, TalentProfile
from cwb.kernel.policy import Role
from cwb.kernel.text import N_
from cwb.kernel.waiting import USER, Tasks, Waiting, rows


def find_profile(session: Session, user_id: int) -> TalentProfile | None:
    """What somebody told of itself."""
    return session.scalar(select(TalentProfile).where(TalentProfile.user_id == user_id))


def locked_profile(session: Session, user_id: int) -> TalentProfile:
    """One's own profile, held.

    Raises:
        ProfileMissing: nothing is here.
    """
    found = session.scalar(
        select(TalentProfile)
        .where(TalentProfile.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ProfileMissing
    return found


def offers_of(session: Session, profile_id: int) -> Sequence[tuple[TalentOffer, Initiative]]:
    """For which initiatives somebody put itself forward."""
    statement = (
        select(TalentOffer, Initiative)
        .join(Initiative, Initiative.id == TalentOffer.initiative_id)
        .where(TalentOffer.profile_id == profile_id)
        .order_by(TalentOffer.offered_at, Initiative.id)
    )
    return [(offer, initiative) for offer, initiative in session.execute(statement)]


class Offered(NamedTuple):
    """Somebody for an initiative as this reader may see it; `contact` None: not agreed to."""

    name: str
    skills: list[str]
    languages: list[str]
    hours: int | None
    place_code: str | None
    contact: str | None


def offered(session: Session, initiative: Initiative, reader_id: int) -> list[Offered]:
    """Who put itself forward: all for the coach, with contact; for founders the contact only where it was shared."""
    statement = (
        select(TalentProfile, TalentOffer.shared_at)
        .join(TalentOffer, TalentOffer.profile_id == TalentProfile.id)
        .where(TalentOffer.initiative_id == initiative.id)
        .order_by(TalentOffer.offered_at, TalentProfile.id)
    )
    is_coach = initiative.coach_id is not None and initiative.coach_id == reader_id
    founds = any(each.user_id == reader_id and each.left_at is None for each in initiative.founders)
    return [
        Offered(
            each.name, each.skills, each.languages, each.hours, each.place_code,
            each.contact if is_coach or (founds and shared_at is not None) else None,
        )
        for each, shared_at in session.execute(statement)
    ]  # fmt: skip


class Interest(NamedTuple):
    """What somebody said to an initiative: `asked` to found it along, no answer yet; `offered` to take part."""

    asked: bool = False
    offered: bool = False


def interest(session: Session, initiative_id: int, user_id: int) -> Interest:
    """What somebody who does not lead an initiative said to it."""
    asked = exists().where(
        InitiativeRequest.initiative_id == initiative_id, InitiativeRequest.user_id == user_id,
        InitiativeRequest.answered_at.is_(None),
    )  # fmt: skip
    offered = exists().where(
        TalentOffer.profile_id == TalentProfile.id, TalentOffer.initiative_id == initiative_id,
        TalentProfile.user_id == user_id,
    )  # fmt: skip
    return Interest(*session.execute(select(asked, offered)).one())


def counts(session: Session) -> dict[str, int | None]:
    """Kind of work → how many residents offer it, as it may be published."""
    return rules.told(rules.counted(session.scalars(select(TalentProfile.skills))))


def to_look_at(session: Session, at: datetime, most: int = 500) -> Sequence[TalentProfile]:
    """Profiles that may have to be asked about or erased, the longest silent first, held."""
    return session.scalars(
        select(TalentProfile)
        .where(
            or_(TalentProfile.confirmed_at <= at - rules.IDLE, TalentProfile.asked_at <= at - rules.ANSWER)
        )
        .order_by(TalentProfile.confirmed_at, TalentProfile.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()


def own_data(session: Session, user_id: int) -> object:
    """All that is kept here about somebody, as JSON values."""
    found = find_profile(session, user_id)
    if found is None:
        return None
    return {
        "name": found.name, "contact": found.contact, "skills": found.skills, "languages": found.languages,
        "hours_a_week": found.hours, "place": found.place_code,
        "consented_at": found.consented_at.isoformat(), "last_confirmed_at": found.confirmed_at.isoformat(),
        "initiatives": [
            {
                "initiative": initiative.sentence, "offered_at": offer.offered_at.isoformat(),
                "contact_shared_at": None if offer.shared_at is None else offer.shared_at.isoformat(),
            }
            for offer, initiative in offers_of(session, found.id)
        ],
    }  # fmt: skip


tasks = Tasks(
    Waiting(
        N_("Mogen uw gegevens als medeoprichter blijven?"), "talent.show",
        frozenset({Role.RESIDENT, Role.MEMBER, Role.BOARD}),
        rows(due_at=TalentProfile.asked_at + rules.ANSWER).where(
            TalentProfile.user_id == USER, TalentProfile.asked_at >= TalentProfile.confirmed_at
        ),
    ),
)  # fmt: skip
"""A question about one's own data."""
