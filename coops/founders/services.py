"""Letting somebody in; stopping with two, and the way back."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from coops.founders import queries as founding
from coops.initiatives import errors, queries, rules
from coops.initiatives.models import Initiative
from coops.initiatives.services import check_running, let_in, note, write_to_people
from coops.members.queries import members
from coops.members.rules import MemberFacts, MemberKind
from coops.members.services import Imported, hold_register, import_members, invite_member
from cwb.identity.models import Organisation, User
from cwb.kernel.clock import local_date
from cwb.kernel.identifiers import refuse_bsn
from cwb.kernel.policy import Actor
from cwb.kernel.text import N_
from cwb.notifications.services import mail_each
from cwb.people.queries import open_invitations

_ACCEPTED = (N_("U bent mede-oprichter"), N_("De groep zei ja: u richt “%(title)s” mee op."))
_DECLINED = (
    N_("De groep zei nee"),
    N_("U vroeg om “%(title)s” mee op te richten. De groep zei nee: %(word)s"),
)


def answer_request(
    session: Session, *, initiative: Initiative, asker_id: int, accept: bool, word: str = "", user_id: int, at: datetime
) -> Initiative:  # fmt: skip
    """Let somebody in as a founder, or decline with a word; who asked hears it.

    Raises:
        WordMissing, BsnFound: at the field.
        InitiativeStopped.
        RequestGone: nobody asks, it was answered, or it is one's own.
    """
    found = queries.locked_initiative(session, initiative.id)
    check_running(found)
    asked = queries.find_request(session, found.id, asker_id)
    if asked is None or asked.answered_at is not None or asker_id == user_id:
        raise errors.RequestGone
    if not accept and not word.strip():
        raise errors.WordMissing(field="word")
    refuse_bsn(word=word)
    asked.answered_at, asked.answered_by_id, asked.accepted = at, user_id, accept
    asked.word = "" if accept else word.strip()
    session.flush()
    note(session, found, "accepted" if accept else "declined", user_id, at)
    if accept:
        let_in(session, initiative=found, user_id=asker_id, at=at)
    subject, text = _ACCEPTED if accept else _DECLINED
    mail_each(
        session, session.scalars(select(User).where(User.id == asker_id, User.erased_at.is_(None))), subject=subject,
        text=text, facts={"title": found.sentence, "word": asked.word}, link=f"/incubator/{found.public_id}", at=at,
        key=f"initiative-answer-{found.id}-{asked.asked_at.isoformat()}",
    )  # fmt: skip
    return found


def stop_initiative(
    session: Session, *, initiative: Initiative, reason: str, user_id: int, at: datetime
) -> Initiative:
    """Propose to end it with a reason; who founds it alone, without a coach, ends it.

    Raises:
        ReasonMissing, BsnFound: at the field.
        InitiativeStopped: it ended already.
        StopAsked: it is proposed already.
    """
    if not reason.strip():
        raise errors.ReasonMissing(field="reason")
    refuse_bsn(reason=reason)
    found = queries.locked_initiative(session, initiative.id)
    check_running(found)
    if found.stop_asked_at is not None:
        raise errors.StopAsked
    if not queries.leaders(session, found) - {user_id}:
        return _stop(session, found, reason.strip(), user_id, at)
    found.stop_asked_at, found.stop_asked_by_id, found.stop_ask = at, user_id, reason.strip()
    session.flush()
    note(session, found, "stop_asked", user_id, at)
    _tell(
        session, found, N_("Voorstel om te stoppen"),
        N_(
            "Iemand stelt voor om met “%(title)s” te stoppen. Bevestig dat op de bladzijde, of ga door."
            " De reden: %(reason)s"
        ),
        found.stop_ask, user_id, at,
    )  # fmt: skip
    return found


def confirm_stop(session: Session, *, initiative: Initiative, user_id: int, at: datetime) -> Initiative:
    """Agree as another that it ends.

    Raises:
        InitiativeStopped: it ended already.
        NoStopAsked: nobody proposed it, oneself did, or who did no longer founds or guides it.
    """
    found = queries.locked_initiative(session, initiative.id)
    check_running(found)
    if found.stop_asked_by_id not in queries.leaders(session, found) - {user_id}:
        raise errors.NoStopAsked
    return _stop(session, found, found.stop_ask, user_id, at)


def go_on(session: Session, *, initiative: Initiative, user_id: int, at: datetime) -> Initiative:
    """Take the proposal off the table, or begin again after a stop. Where neither is, nothing changes.

    Raises:
        TooLateBack: it stopped too long ago.
    """
    found = queries.locked_initiative(session, initiative.id)
    if found.stopped_at is None and found.stop_asked_at is None:
        return found
    if found.stopped_at is not None and at > found.stopped_at + rules.WAY_BACK:
        raise errors.TooLateBack
    found.clear_stop()
    session.flush()
    note(session, found, "went_on", user_id, at)
    _tell(session, found, N_("Het initiatief gaat door"), N_("“%(title)s” gaat door."), "", user_id, at)
    return found


def _stop(session: Session, found: Initiative, reason: str, user_id: int, at: datetime) -> Initiative:
    found.stopped_at, found.stop_reason, found.stopped_by_id = at, reason, user_id
    session.flush()
    note(session, found, "stopped", user_id, at)
    _tell(
        session, found, N_("Het initiatief is gestopt"),
        N_("“%(title)s” is gestopt. De oprichters en de begeleider kunnen 30 dagen terug. De reden: %(reason)s"),
        reason, user_id, at,
    )  # fmt: skip
    return found


def _tell(
    session: Session, found: Initiative, subject: str, text: str, reason: str, user_id: int, at: datetime
) -> None:
    """Everyone of it but who did it."""
    key = f"initiative-stop-{at.isoformat()}-{subject}"
    write_to_people(session, found, subject, text, {"reason": reason}, key, at, but=user_id)


def tell_registered(session: Session, *, organisation: Organisation, user_id: int, at: datetime) -> None:
    """A founder registered it: the others hear how they get in."""
    others = founding.founders_with(session, organisation.kvk_number, user_id)
    mail_each(
        session, [each for each in others if each.id != user_id], subject=N_("%(name)s staat in het register"),
        text=N_(
            "Een mede-oprichter meldde %(name)s aan en is nu het bestuur. Het bestuur schrijft u in als lid."
            " U krijgt dan een uitnodiging op dit e-mailadres. Hoort u niets? Spreek uw mede-oprichter aan."
        ),
        facts={"name": organisation.name}, link=f"/cooperatives/{organisation.public_id}", at=at,
        key=f"registered-{organisation.id}",
    )  # fmt: skip


def enter_founders(
    session: Session, *, emails: Collection[str], kind: MemberKind, actor: Actor, locale: str, at: datetime
) -> Imported:
    """Write down as members those founders whom the board ticked, from today; who has no role here is invited.

    Raises:
        Forbidden: not the board.
    """
    home = hold_register(session, actor)
    ticked = [each for each in founding.founders_outside(session, actor) if each.email in emails]
    rows = [MemberFacts(each.name, each.email, kind, local_date(at)) for each in ticked]
    done = import_members(session, rows=rows, actor=actor, at=at)
    waits = {each.email for each in open_invitations(session, home)}
    fresh = {each.contact for each in rows} - waits
    for each in members(session, home):
        if each.contact in fresh and each.user_id is None:
            invite_member(session, member=each, actor=actor, locale=locale, at=at)
    return done
