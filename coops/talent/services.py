"""Putting oneself forward, for an initiative too, sharing one's contact, taking all of it back."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from coops.initiatives.models import Initiative
from coops.initiatives.services import write_to_people
from coops.talent import errors, queries, rules
from coops.talent.models import TalentOffer, TalentProfile, told
from cwb.audit.services import record
from cwb.identity.events import UserErased
from cwb.identity.models import User
from cwb.kernel.clock import local_date
from cwb.kernel.text import N_
from cwb.notifications.services import send_mail


def put_forward(
    session: Session, *, about: rules.About, consent: bool, user_id: int, at: datetime
) -> TalentProfile:
    """Tell of oneself, or change it; saying it again also says that it may stay.

    Raises:
        RuleBroken: one of `rules.check`, at the field.
    """
    rules.check(about, consent=consent)
    found = queries.find_profile(session, user_id)
    if found is None:
        found = TalentProfile(about=about, user_id=user_id, consented_at=at, confirmed_at=at)
        session.add(found)
    else:
        for name, value in told(about).items():
            setattr(found, name, value)
        found.confirmed_at, found.asked_at = at, None
    session.flush()
    return found


def confirm(session: Session, *, user_id: int, at: datetime) -> TalentProfile:
    """Say that it may stay.

    Raises:
        ProfileMissing.
    """
    found = queries.locked_profile(session, user_id)
    found.confirmed_at, found.asked_at = at, None
    session.flush()
    return found


def offer(session: Session, *, initiative: Initiative, user_id: int, at: datetime) -> TalentProfile:
    """Put oneself forward for an initiative; its people hear that, once. Twice changes nothing.

    Raises:
        ProfileMissing: one told nothing of oneself yet.
        InitiativeClosed: it ended.
    """
    found = queries.locked_profile(session, user_id)
    if initiative.stopped_at is not None:
        raise errors.InitiativeClosed
    session.execute(
        insert(TalentOffer)
        .values(profile_id=found.id, initiative_id=initiative.id, offered_at=at)
        .on_conflict_do_nothing()
    )
    found.confirmed_at, found.asked_at = at, None
    session.flush()
    write_to_people(
        session, initiative, N_("Iemand wil meedoen"),
        N_("Een bewoner wil meedoen met “%(title)s”. Op de bladzijde ziet u welk werk en hoeveel uur."), {},
        f"talent-offer-{found.id}", at, but=user_id,
    )  # fmt: skip
    return found


def take_back(session: Session, *, initiative: Initiative, user_id: int) -> TalentProfile:
    """No longer for this initiative: nothing of it stays.

    Raises:
        ProfileMissing.
    """
    found = queries.locked_profile(session, user_id)
    session.execute(
        delete(TalentOffer).where(
            TalentOffer.profile_id == found.id, TalentOffer.initiative_id == initiative.id
        )
    )
    return found


def share_contact(
    session: Session, *, initiative: Initiative, shared: bool, user_id: int, at: datetime
) -> TalentProfile:
    """Let the founders of one initiative see one's contact, or no longer. Who did not offer shares nothing.

    Raises:
        ProfileMissing.
    """
    found = queries.locked_profile(session, user_id)
    mine = session.get(TalentOffer, (found.id, initiative.id))
    if mine is not None:
        mine.shared_at = at if shared else None
        session.flush()
    return found


def erase(session: Session, *, user_id: int, sure: bool, at: datetime) -> None:
    """Erase all that one told of oneself.

    Raises:
        NotSure: at the field.
        ProfileMissing.
    """
    if not sure:
        raise errors.NotSure(field="sure")
    found = queries.locked_profile(session, user_id)
    _erase(session, found, at)


def forget(session: Session, event: UserErased) -> None:
    """An account was erased: what it told of itself goes with it."""
    session.execute(delete(TalentProfile).where(TalentProfile.user_id == event.user_id))


def tidy(session: Session, at: datetime) -> tuple[int, int]:
    """Ask about silent profiles and erase those not answered for; how many of each."""
    asked = erased = 0
    for each in queries.to_look_at(session, at):
        act = rules.idle(each.confirmed_at, each.asked_at, at)
        if act is rules.Idle.ERASE:
            _erase(session, each, at)
            erased += 1
        elif act is rules.Idle.ASK:
            each.asked_at = at
            session.flush()
            person = session.get_one(User, each.user_id)
            send_mail(
                session, to=person.email, locale=person.locale, subject=N_("Mogen uw gegevens blijven?"),
                text=N_("U meldde zich als medeoprichter. Mag dat blijven staan? Anders wissen wij alles na 30 dagen."),
                facts={}, link="/talent", at=at, key=f"talent-idle-{each.id}-{local_date(at).isoformat()}",
            )  # fmt: skip
            asked += 1
    return asked, erased


def _erase(session: Session, found: TalentProfile, at: datetime) -> None:
    """Remove it; the log says that something was erased, not of whom."""
    record(session, action="talent.erased", subject=f"talent:{found.public_id}", actor_id=None, at=at)
    session.delete(found)
    session.flush()
